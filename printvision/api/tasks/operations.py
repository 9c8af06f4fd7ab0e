"""What the outside may ask of tasks. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.api.tasks import queries, service
from printvision.api.tasks.features import BULK, TASKS
from printvision.api.tasks.schemas import ListResults, ListTasks, StartTask, TaskRef, TaskResult, TaskView
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope


@operation(
    "tasks.start",
    title="Make many calls of one operation",
    feature=BULK,
    permission=Permission.TASKS_MANAGE,
    rest=Rest("POST", "/tasks", status=202),
    audit=True,
    sensitive_input=True,
    rate_cost=10,
)
async def start(scope: WorkspaceScope, input: StartTask) -> TaskView:
    """Any operation that changes something and takes JSON, for those who may call it. The calls are made one after
    the other, each by itself: one that is refused does not keep the others from being made, and its refusal is in
    the results. Each is checked when it is made as if it came from you then.

    Raises:
        TooManyTasks
    """
    return await service.start_bulk(scope, input)


@operation(
    "tasks.list",
    title="List tasks",
    feature=TASKS,
    permission=Permission.TASKS_READ,
    rest=Rest("GET", "/tasks"),
)
async def list_all(scope: WorkspaceScope, input: ListTasks) -> Page[TaskView]:
    """The newest first. A task is forgotten seven days after its end."""
    return await service.list_tasks(scope, input)


@operation(
    "tasks.get",
    title="Show how far a task is",
    feature=TASKS,
    permission=Permission.TASKS_READ,
    rest=Rest("GET", "/tasks/{task_id}"),
)
async def get(scope: WorkspaceScope, input: TaskRef) -> TaskView:
    scope.require(Permission.TASKS_READ)
    return await queries.get_task(scope, input.task_id)


@operation(
    "tasks.results",
    title="List what the calls of a task were answered",
    feature=TASKS,
    permission=Permission.TASKS_READ,
    rest=Rest("GET", "/tasks/{task_id}/results"),
)
async def results(scope: WorkspaceScope, input: ListResults) -> Page[TaskResult]:
    """In the order of the calls, those that were made so far: the status, and the output or the problem document that
    the call itself would have been answered. For those who may call the task's operation.
    """
    return await service.list_results(scope, input)


@operation(
    "tasks.cancel",
    title="Stop a task",
    feature=TASKS,
    permission=Permission.TASKS_MANAGE,
    rest=Rest("POST", "/tasks/{task_id}/cancel"),
    idempotent=True,
    audit=True,
)
async def cancel(scope: WorkspaceScope, input: TaskRef) -> TaskView:
    """Once this is answered it makes no more calls. What is done stays."""
    return await service.cancel_task(scope, input.task_id)
