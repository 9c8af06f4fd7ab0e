"""`python -m benchmarks`: measure, print, store."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, Final, Literal

import uvloop
from cyclopts import App, Parameter

from benchmarks import hooks, intake, journey, lists, routing, signing_in, streams, webhooks
from benchmarks.calls import measure as calls
from benchmarks.figures import Section
from benchmarks.plan import QUICK, Plan
from benchmarks.report import make_report, markdown, write
from benchmarks.stage import Stage, open_stage
from printvision.platform.logs import configure_logs
from printvision.platform.settings import ALIASES

Name = Literal["journey", "intake", "webhooks", "hooks", "streams", "calls", "lists", "sign-in", "routing"]
Measure = Callable[[Stage, Plan], Awaitable[Section]]

ALL: Final[tuple[Name, ...]] = (
    "journey",
    "intake",
    "webhooks",
    "hooks",
    "streams",
    "calls",
    "lists",
    "sign-in",
    "routing",
)
STAGED: Final[dict[Name, Measure]] = {
    "journey": journey.measure,
    "intake": intake.measure,
    "webhooks": webhooks.measure,
    "hooks": hooks.measure,
    "streams": streams.measure,
    "calls": calls.measure,
    "lists": lists.measure,
    "sign-in": signing_in.measure,
}
"""Those that need an installation."""

app = App(name="benchmarks", help=__doc__)


@app.default
def main(
    *names: Name,
    quick: Annotated[bool, Parameter(negative="", help="Small rounds: to see that it works.")] = False,
    rounds: Annotated[int | None, Parameter(help="How many of each.")] = None,
) -> None:
    """Measure what is named, or everything."""
    forget_environment()
    configure_logs("benchmark", level="warning", json=False)
    plan = QUICK if quick else Plan()
    if rounds is not None:
        plan = dataclasses.replace(plan, rounds=rounds)
    sections = uvloop.run(measure(names or ALL, plan))
    report = make_report(plan, sections)
    sys.stdout.write(f"{markdown(report)}\nwritten to {write(report)}\n")


async def measure(names: tuple[Name, ...], plan: Plan) -> list[Section]:
    """The named measurements: those that need one in one installation, then routing."""
    sections: list[Section] = []
    staged = [STAGED[name] for name in names if name in STAGED]
    if staged:
        async with open_stage() as stage:
            sections = [await each(stage, plan) for each in staged]
    return [*sections, *([await routing.measure(None, plan)] if "routing" in names else [])]


def forget_environment() -> None:
    """Take the operator's settings out of this process, so that no child of ours meets their database."""
    for name in [*os.environ]:
        if name.startswith("PRINTVISION_") or name in ALIASES.values():
            del os.environ[name]
    os.environ["PRINTVISION_CONFIG"] = os.devnull


if __name__ == "__main__":
    app()
