"""The run that carries a task: one item after the other, each in a transaction of its own.

An item's answer commits with what the item changed, and only where it has none yet and the task still runs and is this
run's. So a process may be killed at any instant: what has an answer was done, what has none was not, and the next run
goes on there. Before each item whoever began the task is asked for again: a key that was revoked stops it. A run
carries a slice and hands on to the next, so that a large task does not keep the others waiting.
"""

from __future__ import annotations

import asyncio
from typing import Final

from printvision.accounts import BadKey
from printvision.api.execution import AnyOperation
from printvision.api.tasks import moves
from printvision.api.tasks.calling import make_call, readmit
from printvision.api.tasks.items import next_items
from printvision.api.tasks.queries import Carried, hand_over, take_up
from printvision.entitlements import NotInTier
from printvision.platform import workflows
from printvision.platform.errors import PrintVisionError
from printvision.platform.operations import registry
from printvision.platform.scope import PermissionMissing
from printvision.platform.workflows import Queue, Run, new_run_id, workflow

SLICE_S: Final = 5.0
READ_AT_ONCE: Final = 50
MOST_LOST: Final = 12  # runs in a row; what loses that many would lose every other


@workflow("tasks.carry", queue=Queue.TASKS, remembers=False)
async def carry_task(run: Run) -> None:
    """Carry a task as far as one run goes."""
    if await run.step(make_calls):
        await run.step(hand_on)


async def make_calls(run: Run) -> bool:
    """Make the calls of the next items; True where some may be left."""
    async with run.scope() as scope:
        task = await take_up(scope, run.subject_id, run.run_id)
    if task is None:
        return False
    operation = registry().get(task.operation)
    if operation is None or task.failures > MOST_LOST:
        await _stop(run, PrintVisionError.code)
        return False
    try:
        return await _make_slice(run, task, operation)
    except (BadKey, PermissionMissing, NotInTier) as error:
        await _stop(run, error.code)
        return False


async def hand_on(run: Run) -> None:
    """Let a fresh run go on, behind whatever else waits."""
    fresh = new_run_id(carry_task, run.subject_id)
    async with run.scope() as scope:
        if await hand_over(scope, run.subject_id, run.run_id, fresh):
            await workflows.start(scope, carry_task, run.subject_id, run_id=fresh)


async def _make_slice(run: Run, task: Carried, operation: AnyOperation) -> bool:
    """
    Raises:
        BadKey, PermissionMissing, NotInTier: whoever began the task may no longer make its calls.
    """
    loop = asyncio.get_running_loop()
    ends_s, position = loop.time() + SLICE_S, task.position
    while True:
        async with run.scope() as scope:
            items = await next_items(scope, run.subject_id, position, READ_AT_ONCE)
        if not items:
            return False
        for item in items:
            who = await readmit(run, task, operation)
            if not await make_call(run, who, operation, item):
                return False
            if loop.time() > ends_s:
                return True
        position = items[-1].index + 1


async def _stop(run: Run, reason: str) -> None:
    async with run.scope() as scope:
        await moves.cancel(scope, run.subject_id, reason=reason, run_id=run.run_id)
