"""Tasks as a person reads them in a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from rich.console import Console
from rich.text import Text

from printvision.api.tasks import TaskResult, TaskView
from printvision.cli.output import fields, plain, table
from printvision.platform.paging import Page

STATE_STYLES = {"done": "green", "running": "cyan", "cancelled": "dim"}


def show_tasks(console: Console, page: Page[TaskView]) -> None:
    if not page.items:
        console.print("No tasks.")
        return
    rows = (
        (view.id, view.operation, _state(view), view.total, view.done, view.failed, plain(view.created_at))
        for view in page.items
    )
    console.print(table(("id", "operation", "state", "calls", "done", "failed", "begun"), rows))
    _show_more(console, page.next_cursor)


def show_task(console: Console, view: TaskView, page: Page[TaskResult]) -> None:
    show_head(console, view)
    if page.items:
        console.print()
        rows = ((each.index, each.status, _said(each)) for each in page.items)
        console.print(table(("call", "status", "what was answered"), rows))
        _show_more(console, page.next_cursor)


def show_head(console: Console, view: TaskView) -> None:
    console.print(Text.assemble((view.operation, "bold"), "  ", _state(view)))
    console.print(fields(_head(view)))


def _head(view: TaskView) -> Iterator[tuple[str, object]]:
    yield "id", view.id
    yield "calls", f"{view.done} done, {view.failed} failed of {view.total}"
    yield "cancelled", view.reason
    yield "begun", view.created_at
    yield "started", view.started_at
    yield "ended", view.ended_at


def _state(view: TaskView) -> Text:
    return Text(view.state.value, style=STATE_STYLES.get(view.state, ""))


def _said(result: TaskResult) -> str:
    """The problem's title and code, or the id of what came of it."""
    if result.problem is not None:
        return f"{result.problem['title']} ({result.problem['code']})"
    return (
        str(cast("dict[str, object]", result.output).get("id", "")) if isinstance(result.output, dict) else ""
    )


def _show_more(console: Console, cursor: str | None) -> None:
    if cursor:
        console.print(Text(f"There are more: --cursor {cursor}", style="dim"))
