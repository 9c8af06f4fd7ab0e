"""`printvision usage …`"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from rich.console import Console

    from printvision.api.use.schemas import UseView

app = App(name="usage", help="Show how the API is used.")


@app.command
def api(
    *,
    by: Annotated[
        Literal["key", "operation", "status", "hour"], Parameter(help="What a row tells of.")
    ] = "operation",
    since: Annotated[
        str | None, Parameter(help="The first hour, such as 2026-11-23T08:00Z; else a day ago.")
    ] = None,
    until: Annotated[str | None, Parameter(help="Up to this hour; else up to now.")] = None,
    key: Annotated[str | None, Parameter(help="Only of this key, by its id.")] = None,
    operation: Annotated[str | None, Parameter(help="Only of this operation.")] = None,
    status: Annotated[int | None, Parameter(help="Only with this status.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """How many calls there were, how many failed and how long they took."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.moments import moment

        async with open_door(options.settings(), options.workspace) as door:
            view: UseView = await door.call(
                "usage.api",
                by=by,
                since=moment("--since", since),
                until=moment("--until", until),
                key=key,
                operation=operation,
                status=status,
            )
        options.output().answer(view, lambda console: show_use(console, view))

    asyncio.run(run())


def show_use(console: Console, view: UseView) -> None:
    from printvision.cli.output import table

    if not view.rows:
        console.print("There were no calls.")
        return
    headers = (view.by, "calls", "errors", "mean ms", "p50 ms", "p95 ms", "p99 ms")
    rows = (
        (r.of, f"{r.calls:,}", f"{r.errors:,}", r.mean_ms, r.p50_ms, r.p95_ms, r.p99_ms) for r in view.rows
    )
    console.print(table(headers, rows))
    if not view.complete:
        console.print("There are more: ask about less.", style="dim")
