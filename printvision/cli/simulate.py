"""`printvision simulate …`: a simulated provider as a process, and its faults."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from printvision.cli.options import HERE, Options

if TYPE_CHECKING:
    from printvision.providers.simulators.faults import Faults
    from printvision.providers.simulators.printful import SimulatorConfig

DEFAULT_PORT = 8100

app = App(name="simulate", help="Run a simulated print provider.")
faults = App(name="faults", help="Show or change what a running simulator does wrong.")
app.command(faults)

Share = Annotated[float, Parameter(help="Share of calls, 0 to 1.")]
Port = Annotated[int, Parameter(name=("--port", "-p"), help="Its port on this machine.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FaultOptions:
    """What shall go wrong, each by its share of calls or of webhooks, 0 to 1."""

    latency: Annotated[float, Parameter(help="Answers are 50 to 250 ms late.")] = 0.0
    rate_limited: Annotated[float, Parameter(help="429, nothing applied.")] = 0.0
    server_error: Annotated[float, Parameter(help="500, nothing applied.")] = 0.0
    dropped: Annotated[float, Parameter(help="The connection is cut, nothing applied.")] = 0.0
    applied_then_timeout: Annotated[float, Parameter(help="Applied, never answered.")] = 0.0
    applied_late: Annotated[float, Parameter(help="Applied 5 s after the client gave up.")] = 0.0
    on: Annotated[
        list[str] | None,
        Parameter(negative="", help="For which calls, such as orders.confirm; all if left out."),
    ] = None
    webhooks_lost: Annotated[float, Parameter(help="Never sent.")] = 0.0
    webhooks_late: Annotated[float, Parameter(help="Sent 1 to 5 s late.")] = 0.0
    webhooks_doubled: Annotated[float, Parameter(help="Sent twice.")] = 0.0
    webhooks_shuffled: Annotated[float, Parameter(help="Sent in another order.")] = 0.0
    faults: Annotated[
        Path | None,
        Parameter(help="A JSON file with all of it, as `simulate faults show --json` tells it, instead."),
    ] = None


NO_FAULTS = FaultOptions()


@app.default
def simulate(
    provider: Literal["printful"] = "printful",
    /,
    *,
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    seed: Annotated[int, Parameter(help="Of all that is left to chance.")] = 0,
    token: Annotated[list[str] | None, Parameter(negative="", help="What clients may present.")] = None,
    rate_limit: Annotated[bool, Parameter(help="Keep the provider's published limits.")] = True,
    fetch_files: Annotated[bool, Parameter(help="Really fetch print files.")] = False,
    stage_s: Annotated[
        tuple[float, float] | None,
        Parameter(negative="", help="Shortest and longest time of each stage, in seconds."),
    ] = None,
    webhook_time_scale: Annotated[
        float, Parameter(help="How long a minute between two tries of a webhook is, in minutes.")
    ] = 1.0,
    wrong: FaultOptions = NO_FAULTS,
    options: Options = HERE,
) -> None:
    """Behave as a print provider's published documents say, until Ctrl-C.

    What it really did is in DATA/ledger/PROVIDER.jsonl, one line an item.
    """
    from printvision.cli.ports import check_port
    from printvision.cli.simulating import read_faults, run_simulator
    from printvision.platform.lifeline import hold
    from printvision.platform.logs import configure_logs
    from printvision.providers.simulators.printful import SimulatorConfig, Stages

    settings = options.settings()
    configure_logs("simulate", level=settings.logs.level, json=settings.logs.json)
    hold()
    check_port(host, port)
    defaults = SimulatorConfig(data_dir=settings.data_path)
    span = stage_s or defaults.stages.print
    config = SimulatorConfig(
        data_dir=settings.data_path,
        seed=seed,
        faults=read_faults(wrong),
        stages=Stages(accept=span, print=span, ship=span, deliver=span),
        api_tokens=tuple(token or defaults.api_tokens),
        public_url=f"http://{host}:{port}",
        webhook_time_scale=webhook_time_scale,
        rate_limit=rate_limit,
        fetch_files=fetch_files,
    )
    _announce(config, provider, options)
    asyncio.run(run_simulator(config, host, port))


def _announce(config: SimulatorConfig, provider: str, options: Options) -> None:
    from printvision.cli.output import fields

    ledger = config.data_dir / "ledger" / f"{provider}.jsonl"
    document = {
        "provider": provider,
        "url": config.public_url,
        "ledger": str(ledger),
        "data": str(config.data_dir),
    }
    options.output().answer(
        document,
        lambda console: console.print(
            fields(
                (
                    (f"simulated {provider}", config.public_url),
                    ("token", ", ".join(config.api_tokens)),
                    ("ledger", ledger),
                )
            )
        ),
    )


@faults.command
def show(*, port: Port = DEFAULT_PORT, json: bool = False) -> None:
    """What a running simulator does wrong."""
    from printvision.cli.simulating import get_faults

    _tell(asyncio.run(get_faults(port)), json=json)


@faults.command(name="set")
def set_faults(*, port: Port = DEFAULT_PORT, wrong: FaultOptions = NO_FAULTS, json: bool = False) -> None:
    """Have a running simulator do wrong what is named here, and nothing else."""
    from printvision.cli.simulating import put_faults, read_faults

    _tell(asyncio.run(put_faults(port, read_faults(wrong))), json=json)


def _tell(told: Faults, *, json: bool) -> None:
    from printvision.cli.output import Output
    from printvision.cli.simulating import show_faults

    Output(json=json).answer(told, lambda console: show_faults(console, told))
