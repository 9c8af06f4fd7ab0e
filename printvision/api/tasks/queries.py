"""Tasks as they are stored, each statement starting from a scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Select, select

from printvision.api.tasks.models import TaskRow, TaskState
from printvision.api.tasks.schemas import TaskView
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.scope import Actor, Principal, WorkspaceScope

_FIND: Final = """
SELECT id, operation, state, total, done, failed, reason, created_at, started_at, ended_at
FROM tasks WHERE workspace_id = %(workspace_id)s AND id = %(id)s
"""
_OPEN: Final = "SELECT count(*) FROM tasks WHERE workspace_id = %(workspace_id)s AND ended_at IS NULL"
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended('tasks of ' || %(workspace_id)s::text, 0))"
_TAKE_UP: Final = """
UPDATE tasks SET state = 'running', started_at = coalesce(started_at, %(now)s)
WHERE workspace_id = %(workspace_id)s AND id = %(id)s AND run_id = %(run_id)s AND ended_at IS NULL
RETURNING operation, actor, principal_id, permissions, done + failed, failures
"""

_HAND_OVER: Final = """
UPDATE tasks SET run_id = %(to)s
WHERE workspace_id = %(workspace_id)s AND id = %(id)s AND run_id = %(run_id)s AND ended_at IS NULL
RETURNING 1
"""


class Carried(NamedTuple):
    """What a run needs to know of its task, in the order of `_TAKE_UP`; `position` is its first item yet to be made."""

    operation: str
    actor: str
    principal_id: str
    permissions: list[str] | None
    position: int
    failures: int

    @property
    def began_by(self) -> Principal:
        allowed = None if self.permissions is None else frozenset(self.permissions)
        return Principal(Actor(self.actor), self.principal_id, allowed)


async def get_task(scope: WorkspaceScope, task_id: UUID) -> TaskView:
    """
    Raises:
        NotFound
    """
    rows = await run(scope.session, _FIND, {"workspace_id": scope.workspace_id, "id": task_id})
    if not rows:
        raise NotFound(kind="task", id=str(task_id))
    return _view(rows[0])


def view(row: TaskRow) -> TaskView:
    return _view([getattr(row, name) for name in TaskView.__struct_fields__])


def _view(values: Sequence[Any]) -> TaskView:
    """From the values of its fields, in their order."""
    return msgspec.convert(dict(zip(TaskView.__struct_fields__, values, strict=True)), TaskView)


def tasks(scope: WorkspaceScope, state: TaskState | None) -> Select[TaskRow]:
    found = select(TaskRow).where(TaskRow.workspace_id == scope.workspace_id)
    return found if state is None else found.where(TaskRow.state == state)


async def count_open(scope: WorkspaceScope) -> int:
    """How many tasks of the workspace have not ended; until the transaction ends nobody else begins one there."""
    values = {"workspace_id": scope.workspace_id}
    await run(scope.session, _LOCK, values)
    rows = await run(scope.session, _OPEN, values)
    return rows[0][0]


async def take_up(scope: WorkspaceScope, task_id: UUID, run_id: str) -> Carried | None:
    """The task, running from now on; None where it has ended or another run carries it."""
    values = {"workspace_id": scope.workspace_id, "id": task_id, "run_id": run_id, "now": clock.now()}
    rows = await run(scope.session, _TAKE_UP, values)
    return Carried(*rows[0]) if rows else None


async def hand_over(scope: WorkspaceScope, task_id: UUID, run_id: str, to_run_id: str) -> bool:
    """Let another run carry it; False where this one no longer does, or it has ended."""
    values = {"workspace_id": scope.workspace_id, "id": task_id, "run_id": run_id, "to": to_run_id}
    return bool(await run(scope.session, _HAND_OVER, values))
