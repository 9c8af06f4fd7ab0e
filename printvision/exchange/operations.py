"""What the outside may ask of exchange rates. Loading them is the operator's, by `printvision rates load`."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.exchange import queries
from printvision.exchange.features import EXCHANGE
from printvision.exchange.schemas import GetRates, RatesView
from printvision.platform import clock
from printvision.platform.operations import Cache, Rest, operation
from printvision.platform.scope import WorkspaceScope


@operation(
    "rates.get",
    title="Show the exchange rates of a day",
    feature=EXCHANGE,
    permission=Permission.RATES_READ,
    rest=Rest("GET", "/exchange-rates"),
    cache=Cache("public", seconds=300, tags=("exchange_rates",)),
)
async def get(scope: WorkspaceScope, input: GetRates) -> RatesView:
    """Those that count today, or on the day named: the latest published up to then, the same for everybody."""
    scope.require(Permission.RATES_READ)
    asked = input.day or clock.now().date()
    return RatesView.of(await queries.read_exchange(scope, asked), asked)
