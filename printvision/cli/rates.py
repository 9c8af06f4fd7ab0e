"""`printvision rates …`"""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from printvision.cli.options import HERE, Options

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.exchange import Loaded, RatesView

app = App(name="rates", help="Load and show exchange rates.")


@app.command
def load(
    file: Annotated[
        Path,
        Parameter(
            allow_leading_hyphen=True,  # else a lone - would be an unknown option
            help="Reference rates as the ECB publishes them, CSV or XML; - for standard input.",
        ),
    ],
    /,
    *,
    force: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Believe rates that jump by more than half, too."),
    ] = False,
    options: Options = HERE,
) -> None:
    """Take in exchange rates, for all workspaces. A file that is loaded again changes nothing."""

    async def run() -> None:
        from printvision.cli.door import open_installation
        from printvision.exchange import load_rates, read_rates
        from printvision.platform import clock
        from printvision.platform.scope import system_scope

        published = read_rates(_bytes_of(file), today=clock.now().date())
        async with (
            open_installation(options.settings()) as platform,
            system_scope(platform, "command line") as scope,
        ):
            loaded = await load_rates(scope, published, force=force)
        options.output().answer(loaded, lambda console: show_loaded(console, loaded))

    asyncio.run(run())


@app.command
def show(
    *,
    day: Annotated[
        str | None, Parameter(help="The rates that count on this day, such as 2026-11-23; else today's.")
    ] = None,
    options: Options = HERE,
) -> None:
    """The exchange rates of a day: the latest that were published up to then."""

    async def run() -> None:
        from printvision.cli.door import open_installation
        from printvision.exchange import RatesView, find_exchange
        from printvision.platform import clock
        from printvision.platform.scope import system_scope

        asked = _day(day) if day is not None else clock.now().date()
        async with (
            open_installation(options.settings()) as platform,
            system_scope(platform, "command line") as scope,
        ):
            view = RatesView.of(await find_exchange(scope, asked), asked)
        options.output().answer(view, lambda console: show_rates(console, view))

    asyncio.run(run())


def show_loaded(console: Console, loaded: Loaded) -> None:
    days = f"{loaded.first_day}" if loaded.days == 1 else f"{loaded.first_day} to {loaded.last_day}"
    console.print(f"{days}: {loaded.rates:,} rates of {_days(loaded.days)}.")
    if loaded.rates_new or loaded.rates_changed:
        new = f"{loaded.rates_new:,} rates are new, {loaded.rates_changed:,} changed"
        console.print(f"{new}; {_days(loaded.days_new)} had none before.")
    else:
        console.print("All of them were there already.")
    if loaded.passed_over:
        console.print(f"Passed over, no longer currencies: {', '.join(loaded.passed_over)}", style="dim")


def show_rates(console: Console, view: RatesView) -> None:
    from printvision.cli.output import table

    if view.day is None or view.age_days is None:
        console.print(f"No rates are loaded for {view.asked}: `printvision rates load FILE`.")
        return
    age = "" if not view.age_days else f", {_days(view.age_days)} before {view.asked}"
    console.print(f"Of {view.day}{age}; for one euro:\n")
    console.print(table(("currency", "rate"), sorted(view.per_euro.items())))


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _day(text: str) -> date:
    """
    Raises:
        BadUsage
    """
    from printvision.cli.errors import BadUsage

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadUsage("--day: expected a day such as 2026-11-23") from None


def _bytes_of(file: Path) -> bytes:
    """What is in it, up to one byte more than is ever read.

    Raises:
        BadUsage: it cannot be opened.
    """
    import sys

    from printvision.cli.errors import BadUsage
    from printvision.exchange import MOST_BYTES

    if str(file) == "-":
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadUsage(f"{file}: {error.strerror}") from None
