"""The verbs of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from printvision.accounts import Permission
from printvision.api.execution import AnyOperation
from printvision.api.input import Given
from printvision.api.tasks import moves, queries
from printvision.api.tasks.errors import TooManyTasks
from printvision.api.tasks.events import TaskStarted
from printvision.api.tasks.items import put_items, read_answers
from printvision.api.tasks.models import TaskRow, TaskState
from printvision.api.tasks.schemas import ListResults, ListTasks, StartTask, TaskResult, TaskView
from printvision.api.tasks.workflow import carry_task
from printvision.platform import clock, workflows
from printvision.platform.errors import RuleBroken
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.operations import registry
from printvision.platform.paging import Page, fetch_page, read_cursor, write_cursor
from printvision.platform.scope import PermissionMissing, WorkspaceScope
from printvision.platform.workflows import new_run_id

MOST_OPEN: Final = 50
COME_AGAIN_S: Final = 5
OWN: Final = "tasks."


def may_be_task(operation: AnyOperation) -> bool:
    """Whether its calls may be made by a task: they change something of a workspace's, and are given as JSON."""
    return (
        operation.changes
        and operation.of_workspace
        and operation.rest.body == "json"
        and not operation.key.startswith(OWN)
    )


async def start_bulk(scope: WorkspaceScope, wanted: StartTask) -> TaskView:
    """Begin a task of many calls.

    Raises:
        RuleBroken: its operation is none, or none of which a task can make calls.
        PermissionMissing: to make such calls, or to begin tasks.
        NotInTier, TooManyTasks
    """
    scope.require(Permission.TASKS_MANAGE)
    operation = registry().get(wanted.operation)
    if operation is None or not may_be_task(operation):
        message = "Not an operation that changes something and takes JSON"
        raise RuleBroken(errors=[{"path": "operation", "message": message}])
    _require(scope, operation)
    return await begin(scope, operation, [Given(members) for members in wanted.items])


async def begin(scope: WorkspaceScope, operation: AnyOperation, givens: Sequence[Given]) -> TaskView:
    """Begin a task for the scope's principal, who may make calls of the operation.

    Args:
        givens: of one call each, 1 to `MAX_ITEMS`.

    Raises:
        TooManyTasks: nothing was begun.
    """
    if await queries.count_open(scope) >= MOST_OPEN:
        raise TooManyTasks(limit=MOST_OPEN, retry_after_s=COME_AGAIN_S)
    task_id = new_id()
    row = TaskRow(
        id=task_id,
        workspace_id=scope.workspace_id,
        operation=operation.key,
        actor=scope.principal.actor,
        principal_id=scope.principal.id,
        permissions=None if scope.principal.permissions is None else sorted(scope.principal.permissions),
        state=TaskState.QUEUED,
        total=len(givens),
        done=0,
        failed=0,
        failures=0,
        run_id=new_run_id(carry_task, task_id),
        created_at=clock.now(),
    )
    scope.session.add(row)
    await put_items(scope, task_id, givens)
    await workflows.start(scope, carry_task, task_id, run_id=row.run_id)
    publish(scope, TaskStarted(subject_id=task_id, operation=operation.key, total=row.total))
    return queries.view(row)


async def cancel_task(scope: WorkspaceScope, task_id: UUID) -> TaskView:
    """Stop a task; one that has ended stays as it ended.

    Raises:
        NotFound
    """
    scope.require(Permission.TASKS_MANAGE)
    await moves.cancel(scope, task_id, reason=moves.ASKED)
    return await queries.get_task(scope, task_id)


async def list_tasks(scope: WorkspaceScope, asked: ListTasks) -> Page[TaskView]:
    """The newest first."""
    scope.require(Permission.TASKS_READ)
    rows, following = await fetch_page(scope, queries.tasks(scope, asked.state), TaskRow.id, asked)
    return Page([queries.view(row) for row in rows], following)


async def list_results(scope: WorkspaceScope, asked: ListResults) -> Page[TaskResult]:
    """What the calls of a task were answered so far, the first first; for those who may make such calls themselves.

    Raises:
        NotFound, CursorOfAnotherList, PermissionMissing
    """
    scope.require(Permission.TASKS_READ)
    task = await queries.get_task(scope, asked.task_id)
    operation = registry().get(task.operation)
    scope.require(operation.permission if operation and operation.permission else Permission.TASKS_MANAGE)
    after = -1 if asked.cursor is None else read_cursor(scope, asked)[-1].int
    found = await read_answers(scope, asked.task_id, after=after, limit=asked.limit + 1)
    shown = found[: asked.limit]
    more = len(found) > len(shown)
    following = write_cursor(scope, asked, UUID(int=shown[-1].index)) if more else None
    return Page([each.result() for each in shown], following)


def _require(scope: WorkspaceScope, operation: AnyOperation) -> None:
    if operation.permission is None:
        raise PermissionMissing(permission=operation.key)
    scope.require(operation.permission)
