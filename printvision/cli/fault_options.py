"""The options that say what a simulated provider shall do wrong."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter

Text = str | None


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FaultOptions:
    """What shall go wrong. Shares are of calls or webhooks: 0.05 or 5%. Times: 250ms, 20s, 2m, 1h."""

    latency: Annotated[Text, Parameter(help="Share of answers that are late.")] = None
    latency_for: Annotated[Text, Parameter(help="How late: 50ms..250ms.")] = None
    rate_limited: Annotated[Text, Parameter(help="Share: 429, nothing applied.")] = None
    retry_after: Annotated[Text, Parameter(help="What the 429 asks for, where the provider says it: 1s.")] = (
        None
    )
    server_error: Annotated[Text, Parameter(help="Share: 500, nothing applied.")] = None
    dropped: Annotated[Text, Parameter(help="Share: the connection is cut, nothing applied.")] = None
    applied_then_timeout: Annotated[Text, Parameter(help="Share: applied, never answered.")] = None
    applied_late: Annotated[Text, Parameter(help="Share: applied only after the client gave up.")] = None
    late_by: Annotated[Text, Parameter(help="How long after the client gave up: 5s.")] = None
    hold: Annotated[Text, Parameter(help="How long a client waits at most where it gets no answer: 1m.")] = (
        None
    )
    charge_failed: Annotated[Text, Parameter(help="Share of confirms the account cannot be charged for.")] = (
        None
    )
    webhooks_lost: Annotated[Text, Parameter(help="Share: never sent.")] = None
    webhooks_late: Annotated[Text, Parameter(help="Share: sent late.")] = None
    webhooks_late_by: Annotated[Text, Parameter(help="How late: 1s..5s.")] = None
    webhooks_doubled: Annotated[Text, Parameter(help="Share: sent twice.")] = None
    webhooks_doubled_after: Annotated[Text, Parameter(help="The second after: 0s..1s.")] = None
    webhooks_shuffled: Annotated[Text, Parameter(help="Share: sent in another order.")] = None
    webhooks_window: Annotated[Text, Parameter(help="Shuffled within this time: 1s.")] = None
    on: Annotated[
        list[str] | None,
        Parameter(
            negative="",
            help="Calls or webhooks, such as orders.confirm or orders.*, for the faults named beside it; '*' for all.",
        ),
    ] = None
    times: Annotated[
        Text, Parameter(help="How often at most, for the faults named beside it; 'none' for no end.")
    ] = None
    blackout: Annotated[
        Text, Parameter(help="Nothing is answered, applied or sent for so long; 0s ends one.")
    ] = None
    blackout_in: Annotated[Text, Parameter(help="When the blackout begins; at once if left out.")] = None
    out_of_stock: Annotated[
        list[str] | None,
        Parameter(
            negative="", help="All variants that are out of stock, by the provider's ids; 'none' for none."
        ),
    ] = None
    price_change: Annotated[Text, Parameter(help="What every piece costs more, or less: 12%, =-5%.")] = None
    faults: Annotated[
        Path | None,
        Parameter(help="A JSON file, as `simulate faults show --json` tells it; options go before it."),
    ] = None


NO_FAULTS: Final = FaultOptions()
