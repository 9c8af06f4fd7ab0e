from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

if TYPE_CHECKING:
    from printvision.cli.demo.stage import Stage

KILLS_OF_CHAOS: Final = 8


def demo(
    *,
    orders: Annotated[int, Parameter(name=("--orders", "-n"), help="How many orders, 1 to 100000.")] = 200,
    seed: Annotated[int, Parameter(help="Of all that is left to chance.")] = 1,
    data: Annotated[Path | None, Parameter(help="A folder to keep; a temporary one if left out.")] = None,
    port: Annotated[int | None, Parameter(name=("--port", "-p"), help="A free one if left out.")] = None,
    chaos: Annotated[
        bool, Parameter(negative="", show_default=False, help="Kill web server and worker now and then.")
    ] = False,
    once: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="End by itself; 0 if every order was printed once."),
    ] = False,
    json: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Tell the figures as one JSON document at the end."),
    ] = False,
) -> int:
    """See it work: a simulated shop sends orders, two simulated providers print them, some of it goes wrong.

    Orders go where they are cheapest. Of the providers' confirms 5 % are applied and never answered, their webhooks
    come doubled and out of order, one of them goes dark for 20 s, the shop retries as Shopify does, in seconds instead
    of hours. Everything is on free ports in a folder of its own and serves on until Ctrl-C.
    """
    from printvision.cli.demo.plan import Ended, Plan
    from printvision.cli.demo.run import run_demo
    from printvision.cli.demo.screen import Screen
    from printvision.cli.demo.summary import show_summary
    from printvision.cli.demo.surroundings import forget_environment
    from printvision.cli.errors import BadUsage
    from printvision.cli.exits import Exit
    from printvision.cli.output import Output
    from printvision.cli.stopping import run_until_stopped
    from printvision.platform.logs import configure_logs

    if not 1 <= orders <= 100_000:
        raise BadUsage("--orders: expected 1 to 100000")
    forget_environment()
    configure_logs("demo", level="error", json=False)
    screen = Screen(json=json)
    plan = Plan(orders=orders, seed=seed, data=data, port=port, kills=KILLS_OF_CHAOS if chaos else 0)
    out = Output(json=json)

    def tell(stage: Stage, ended: Ended) -> None:
        show_summary(screen, stage, ended, serve_on=not once)
        out.answer(ended.figures, lambda console: None)

    ended = run_until_stopped(run_demo(plan, screen, tell=tell, serve_on=not once))
    if ended is None:
        return Exit.INTERRUPTED
    return Exit.REFUSED if ended.problems else Exit.OK
