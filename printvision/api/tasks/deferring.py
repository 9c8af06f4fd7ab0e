"""A call that its caller would not wait for: a task of one item makes it (`Prefer: respond-async`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from printvision.accounts import Permission
from printvision.api.execution import AnyOperation, at_once
from printvision.api.idempotency import Begun, once
from printvision.api.input import Given
from printvision.api.tasks import queries
from printvision.api.tasks.items import Answer, read_answers
from printvision.api.tasks.schemas import TaskView
from printvision.api.tasks.service import begin
from printvision.platform.events import LOOK_EVERY_S
from printvision.platform.runtime import Platform
from printvision.platform.scope import WorkspaceScope, workspace_scope

LOOK_AT_MOST_EVERY_S: Final = 0.1


async def later(
    scope: WorkspaceScope, operation: AnyOperation, given: Given, call: Callable[[], Awaitable[Any]]
) -> Any:
    """The way of a call that a task is to make, if the caller may watch tasks; else it is made at once.

    Returns:
        `Begun`, with the task of before where the input has a key that was used.

    Raises:
        TooManyTasks, KeyInFlight, KeyAlreadyUsed
    """
    if not scope.principal.may(Permission.TASKS_READ):
        return await at_once(scope, operation, given, call)

    async def start() -> Begun:
        alone = Given(given.members, given.texts, None, given.if_match)
        task = await begin(scope, operation, [alone])
        return Begun(task.id, scope.workspace_id, scope.principal)

    return await start() if given.key is None else await once(scope, operation, given, start)


async def wait_for_answer(
    platform: Platform, begun: Begun, within_s: float
) -> tuple[TaskView, Answer | None]:
    """How far the task is once it has ended or the time is over, and what it was answered where it is done.

    It looks when something has happened anywhere, at most ten times a second, and every second.

    Raises:
        NotFound: it was forgotten.
    """
    loop = asyncio.get_running_loop()
    ends_s = loop.time() + within_s
    while True:
        seen = platform.relay.generation
        async with workspace_scope(platform, begun.workspace_id, begun.principal) as scope:
            task = await queries.get_task(scope, begun.task_id)
            answers = (
                await read_answers(scope, task.id, after=-1, limit=1)
                if within_s and task.done + task.failed
                else []
            )
        left_s = ends_s - loop.time()
        if task.ended_at is not None or left_s <= 0:
            return task, answers[0] if answers else None
        if platform.relay.generation == seen:
            await platform.relay.wait(min(left_s, LOOK_EVERY_S))
        await asyncio.sleep(min(LOOK_AT_MOST_EVERY_S, max(0.0, ends_s - loop.time())))
