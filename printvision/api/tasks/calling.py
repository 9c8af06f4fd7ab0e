"""Making the call of one item, as whoever began its task would make it now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any, Final

import structlog

from printvision.accounts import SignedIn, sign_in_again
from printvision.api.errors import DatabaseBusy, TookTooLong
from printvision.api.execution import AnyOperation, Way, execute_for
from printvision.api.input import Given
from printvision.api.output import encode
from printvision.api.problems import Problem, problem_of
from printvision.api.tasks.errors import TaskStopped
from printvision.api.tasks.items import Answer, Item, hold_item
from printvision.api.tasks.moves import note_answer
from printvision.api.tasks.queries import Carried
from printvision.entitlements import decide
from printvision.platform.db import DatabaseUnavailable
from printvision.platform.scope import PermissionMissing, WorkspaceScope, system_scope
from printvision.platform.workflows import Run

CALL_LIMIT_S: Final = 30  # as at the door
TRIES: Final = 4
FIRST_PAUSE_S: Final = 0.1


async def readmit(run: Run, task: Carried, operation: AnyOperation) -> SignedIn:
    """Whoever began the task, with what they may do now.

    Raises:
        BadKey, PermissionMissing, NotInTier: they may no longer make its calls.
    """
    async with system_scope(run.platform, "task sign-in", atomic=False) as scope:
        who = await sign_in_again(scope, task.began_by, run.workspace_id)
    if operation.permission is None or not who.principal.may(operation.permission):
        raise PermissionMissing(permission=str(operation.permission))
    decide(who.tier, operation.feature).require(operation.feature)
    return who


async def make_call(run: Run, who: SignedIn, operation: AnyOperation, item: Item) -> bool:
    """Make an item's call and write down its answer, whatever it is.

    What the database undid for the sake of others is tried again, a few times.

    Returns:
        False where the task is no longer this run's to carry; the item has then changed nothing.
    """
    request_id = f"{item.task_id.hex}.{item.index}"
    with structlog.contextvars.bound_contextvars(request_id=request_id):
        for tried in count(1):
            made = await _try(run, who, operation, item, request_id)
            if isinstance(made, bool):
                return made
            if made.document["code"] != DatabaseBusy.code or tried == TRIES:
                return await _refuse(run, item, made)
            await asyncio.sleep(FIRST_PAUSE_S * tried)
    raise AssertionError("counting does not end")


async def _try(
    run: Run, who: SignedIn, operation: AnyOperation, item: Item, request_id: str
) -> bool | Problem:
    """Whether the call was made by this run, or why it failed.

    Raises:
        Exception: the database is away. That is no item's answer: the next run makes the call.
    """
    try:
        return await _make_within_limit(run, who, operation, item)
    except TaskStopped:
        return False
    except Exception as error:
        problem = _problem(run, error, request_id)
        if problem.document["code"] == DatabaseUnavailable.code:
            raise
        return problem


async def _refuse(run: Run, item: Item, problem: Problem) -> bool:
    answer = Answer(item.index, problem.status, problem.encode())
    try:
        async with run.scope() as scope:
            if not await note_answer(scope, item, answer, run_id=run.run_id):
                raise TaskStopped  # undo it: an item that is answered and not counted would keep its task from ending
    except TaskStopped:
        return False
    return True


async def _make_within_limit(run: Run, who: SignedIn, operation: AnyOperation, item: Item) -> bool:
    limit = asyncio.timeout(CALL_LIMIT_S)
    try:
        async with limit:
            return await execute_for(run.platform, who, operation, item.given, _noted(run, item))
    except TimeoutError:
        if not limit.expired():
            raise
        raise TookTooLong(limit_s=CALL_LIMIT_S) from None


def _noted(run: Run, item: Item) -> Way:
    """The way of an item: its answer is written down in the transaction of what it changes, or neither is."""

    async def way(
        scope: WorkspaceScope, operation: AnyOperation, given: Given, call: Callable[[], Awaitable[Any]]
    ) -> bool:
        del given
        if not await hold_item(scope, item):
            raise TaskStopped
        output = await call()
        body = None if output is None else encode(output)
        if not await note_answer(
            scope, item, Answer(item.index, operation.rest.status, body), run_id=run.run_id
        ):
            raise TaskStopped
        return True

    return way


def _problem(run: Run, error: Exception, request_id: str) -> Problem:
    server = run.platform.settings.server
    return problem_of(
        error, public_url=server.public_url, request_id=request_id, max_body_bytes=server.max_body_bytes
    )
