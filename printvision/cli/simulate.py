"""`printvision simulate …`: a simulated provider as a process, and its faults."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Final, Literal

from cyclopts import App, Parameter

from printvision.cli.fault_options import NO_FAULTS, FaultOptions
from printvision.cli.options import HERE, Options

if TYPE_CHECKING:
    from printvision.cli.simulating import SimulatorConfig
    from printvision.providers.simulators.faults import Faults

PORTS: Final = {"printful": 8100, "printify": 8101}

app = App(name="simulate", help="Run a simulated print provider.")
faults = App(name="faults", help="Show or change what a running simulator does wrong.")
app.command(faults)

Provider = Literal["printful", "printify"]
Port = Annotated[
    int | None,
    Parameter(name=("--port", "-p"), help="Its port on this machine: 8100 printful, 8101 printify."),
]


@app.default
def simulate(
    provider: Provider = "printful",
    /,
    *,
    host: Annotated[str, Parameter(help="The address to listen on.")] = "127.0.0.1",
    port: Port = None,
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
    auto_approve: Annotated[
        str | None,
        Parameter(help="Printify: when an order that nobody sent is produced all the same: 1d, 30s, never."),
    ] = None,
    wrong: FaultOptions = NO_FAULTS,
    options: Options = HERE,
) -> None:
    """Behave as a print provider's published documents say, until Ctrl-C.

    What it really did is in DATA/ledger/PROVIDER.jsonl, one line an item.
    """
    from printvision.cli.faults import read_faults
    from printvision.cli.ports import check_port
    from printvision.cli.simulating import Wanted, prepare, run_simulator
    from printvision.platform.lifeline import hold
    from printvision.platform.logs import configure_logs

    settings = options.settings()
    port = port or PORTS[provider]
    wanted = Wanted(provider, stage_s=stage_s, auto_approve=auto_approve)
    config, serve = prepare(
        wanted,
        data_dir=settings.data_path,
        seed=seed,
        faults=read_faults(wrong),
        public_url=f"http://{host}:{port}",
        webhook_time_scale=webhook_time_scale,
        rate_limit=rate_limit,
        fetch_files=fetch_files,
        **({"api_tokens": tuple(token)} if token else {}),
    )
    configure_logs("simulate", level=settings.logs.level, json=settings.logs.json)
    hold()
    check_port(host, port)
    _announce(config, provider, options)
    asyncio.run(run_simulator(serve(host, port)))


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
def show(provider: Provider = "printful", /, *, port: Port = None, json: bool = False) -> None:
    """What a running simulator does wrong."""
    from printvision.cli.simulating import get_faults

    _tell(asyncio.run(get_faults(port or PORTS[provider])), json=json)


@faults.command(name="set")
def set_faults(
    provider: Provider = "printful",
    /,
    *,
    port: Port = None,
    wrong: FaultOptions = NO_FAULTS,
    json: bool = False,
) -> None:
    """Have a running simulator do wrong what is named here, beside what it does wrong already.

    A fault goes on as it was in all that is not named; `--dropped 0` ends one, `clear` all of them.
    """
    from printvision.cli.errors import BadUsage
    from printvision.cli.faults import read_changes
    from printvision.cli.simulating import change_faults

    if not (changes := read_changes(wrong)):
        raise BadUsage("Name what shall go wrong, such as --dropped 5%; `clear` ends everything")
    _tell(asyncio.run(change_faults(port or PORTS[provider], changes)), json=json)


@faults.command
def clear(provider: Provider = "printful", /, *, port: Port = None, json: bool = False) -> None:
    """Have a running simulator do nothing wrong any more."""
    from printvision.cli.simulating import put_faults
    from printvision.providers.simulators.faults import Faults

    _tell(asyncio.run(put_faults(port or PORTS[provider], Faults())), json=json)


def _tell(told: Faults, *, json: bool) -> None:
    from printvision.cli.faults import show_faults
    from printvision.cli.output import Output

    Output(json=json).answer(told, lambda console: show_faults(console, told))
