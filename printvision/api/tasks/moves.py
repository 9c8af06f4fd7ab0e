"""How a task's row moves, each in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from printvision.api.tasks.events import TaskFinished
from printvision.api.tasks.items import Answer, Item, answer_item, forget_items
from printvision.api.tasks.models import TaskState
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope

ASKED: Final = "asked"
_COUNT: Final = """
UPDATE tasks SET
  done = done + %(done)s, failed = failed + %(failed)s, failures = 0,
  state = CASE WHEN done + failed + 1 = total THEN 'done' ELSE state END,
  ended_at = CASE WHEN done + failed + 1 = total THEN %(now)s ELSE ended_at END
WHERE workspace_id = %(workspace_id)s AND id = %(id)s AND run_id = %(run_id)s AND state = 'running'
RETURNING operation, state, total, done, failed
"""
_CANCEL: Final = """
UPDATE tasks SET state = 'cancelled', reason = %(reason)s, ended_at = %(now)s
WHERE workspace_id = %(workspace_id)s AND id = %(id)s AND ended_at IS NULL
  AND run_id = coalesce(%(run_id)s, run_id)
RETURNING operation, state, total, done, failed
"""


async def note_answer(scope: WorkspaceScope, item: Item, answer: Answer, *, run_id: str) -> bool:
    """Write down what an item was answered and count it; with the last one the task is done.

    It belongs at the end of the transaction that holds what the item changed: where this is refused, that has to be
    rolled back.

    Returns:
        False where the task has ended, another run carries it, or the item was answered before.
    """
    if not await answer_item(scope, item, answer.status, answer.body):
        return False
    counted = {"done": int(not answer.failed), "failed": int(answer.failed)}
    values = {"workspace_id": scope.workspace_id, "id": item.task_id, "run_id": run_id, "now": clock.now()}
    rows = await run(scope.session, _COUNT, {**values, **counted})
    if rows and rows[0][1] == TaskState.DONE:
        _tell(scope, item.task_id, rows[0])
    return bool(rows)


async def cancel(scope: WorkspaceScope, task_id: UUID, *, reason: str, run_id: str | None = None) -> None:
    """Stop a task: once this has committed, no item of it does any more. One that has ended stays as it ended.

    Args:
        reason: `ASKED`, or the code of what stopped it.
        run_id: only where this run carries it.
    """
    values = {
        "workspace_id": scope.workspace_id,
        "id": task_id,
        "reason": reason,
        "run_id": run_id,
        "now": clock.now(),
    }
    for row in await run(scope.session, _CANCEL, values):
        await forget_items(scope, task_id)
        _tell(scope, task_id, row)


def _tell(scope: WorkspaceScope, task_id: UUID, row: Sequence[Any]) -> None:
    operation, state, total, done, failed = row
    told = TaskFinished(
        subject_id=task_id, operation=operation, state=state, total=total, done=done, failed=failed
    )
    publish(scope, told)
