"""`make chaos`: many orders by two providers while everything that may go wrong does."""

from __future__ import annotations

import asyncio
import secrets
import sys
from typing import Annotated

import msgspec
from cyclopts import App, Parameter

from printvision.cli.demo.plan import Ended, Plan
from printvision.cli.demo.run import run_demo
from printvision.cli.demo.screen import Screen
from printvision.cli.demo.stage import Stage
from printvision.cli.demo.surroundings import forget_environment
from printvision.cli.exits import Exit
from printvision.platform.logs import configure_logs
from tests.chaos.plan import SEEDS, make_plan
from tests.chaos.report import Report, make_report, markdown, write

app = App(name="chaos", help=__doc__)


@app.default
def main(
    *,
    orders: Annotated[int, Parameter(name=("--orders", "-n"), help="How many.")] = 2_000,
    kills: Annotated[int, Parameter(help="How often the web server or the worker is killed.")] = 50,
    seed: Annotated[
        int | None, Parameter(help="Of all that is left to chance; by chance if left out.")
    ] = None,
    json: Annotated[bool, Parameter(negative="", help="End with the figures as one JSON document.")] = False,
) -> int:
    """Send orders, kill, and ask both providers' ledgers: nothing lost, nothing doubled, nothing stuck.

    Exit codes: 0 all is well, 1 something was found, 130 it was stopped.
    """
    forget_environment()
    configure_logs("chaos", level="error", json=False)
    plan = make_plan(orders=orders, kills=kills, seed=secrets.randbelow(SEEDS) if seed is None else seed)
    sys.stderr.write(f"seed {plan.seed}\n")
    report = asyncio.run(play(plan))
    if report is None:
        return Exit.INTERRUPTED
    sys.stderr.write(f"{markdown(report)}\nwritten to {write(report)}\n")
    if json:
        sys.stdout.write(f"{msgspec.json.encode(msgspec.structs.replace(report, evidence=())).decode()}\n")
    return Exit.OK if report.ok else Exit.REFUSED


async def play(plan: Plan) -> Report | None:
    """The whole run; None where somebody stopped it."""
    reports: list[Report] = []

    def tell(stage: Stage, ended: Ended) -> None:
        reports.append(make_report(plan, ended, stage.folder.path))

    await run_demo(plan, Screen(json=True), tell=tell)
    return reports[0] if reports else None


if __name__ == "__main__":
    sys.exit(app())
