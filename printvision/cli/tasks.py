"""`printvision tasks …`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

app = App(name="tasks", help="List, show and cancel long work and bulk.")

Which = Annotated[str, Parameter(help="The task's id.")]
StateName = Literal["queued", "running", "done", "cancelled"]


@app.command(name="list")
def list_tasks(
    *,
    state: Annotated[StateName | None, Parameter(help="Only those in this state.")] = None,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many, 1 to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="`next_cursor` of the page before.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """The newest tasks first."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.task_views import show_tasks

        async with open_door(options.settings(), options.workspace) as door:
            page = await door.call("tasks.list", state=state, limit=limit, cursor=cursor)
        options.output().answer(page, lambda console: show_tasks(console, page))

    asyncio.run(run())


@app.command
def show(
    task: Which,
    /,
    *,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many results, 1 to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="`next_cursor` of the results before.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """How far a task is, and what its calls were answered."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.task_views import show_task

        async with open_door(options.settings(), options.workspace) as door:
            shown = await door.call("tasks.get", task_id=task)
            page = await door.call("tasks.results", task_id=task, limit=limit, cursor=cursor)
        answer: dict[str, Any] = {"task": shown, "results": page}
        options.output().answer(answer, lambda console: show_task(console, shown, page))

    asyncio.run(run())


@app.command
def cancel(task: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Stop a task. What is done stays."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.task_views import show_head

        async with open_door(options.settings(), options.workspace) as door:
            view = await door.call("tasks.cancel", task_id=task)
        options.output().answer(view, lambda console: show_head(console, view))

    asyncio.run(run())
