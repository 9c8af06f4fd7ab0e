"""The story of an order from the door to the provider.

A run decides with the order locked, and calls with nothing locked: what is to be asked of providers is decided in one
transaction, and what they say is written down in the one that decides what is next. So a process may be killed
anywhere: what was decided is in the rows before anybody is called, and deciding again leads on from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from printvision.orders.checking import check
from printvision.orders.routes import choose_route
from printvision.orders.sending import commit, prepare
from printvision.orders.steps import END, Call, Next, TakeIn, Todo
from printvision.orders.taking_back import take_back
from printvision.orders.whole import Whole, lock_whole
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run, workflow

STAGES = (take_back, check, choose_route, prepare, commit)
"""Each does what can be done without asking anybody; it says what is to be asked, or None where it is for the next."""


@workflow("orders.fulfil", version=1, remembers=False)
async def fulfil_order(run: Run) -> None:
    """Take the order back if that is wanted; else check, route, prepare and commit it, as far as it can go now.

    One that cannot go on has the reason in its row and, where time alone will help, a later run in the queue.
    """
    todo = await run.step(decide)
    while todo.calls:
        todo = await run.step(decide, await make(run, todo.calls), last=todo.last)


async def decide(run: Run, answers: Sequence[TakeIn] = (), *, last: bool = False) -> Todo:
    """Write down what was answered, and go as far as can be gone without asking anybody."""
    async with run.scope() as scope:
        whole = await lock_whole(scope, run.subject_id)
        # The rows are at hand: nothing that is read on the way asks for them, so they are written once, at the end.
        with scope.session.no_autoflush:
            ends = [await take_in(scope, whole) for take_in in answers]
            if last or Next.STOP in ends:
                return END
            return await _go_on(scope, run, whole)


async def _go_on(scope: WorkspaceScope, run: Run, whole: Whole) -> Todo:
    for stage in STAGES:
        todo = await stage(scope, run, whole)
        if todo is not None:
            return todo
    return END


async def make(run: Run, calls: Sequence[Call[Any]]) -> Sequence[TakeIn]:
    """Make calls, beside each other: their turns were taken just now. All have ended when one has failed."""
    ended = await asyncio.gather(*(run.step(call.verb, call.about) for call in calls), return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return [one for one in ended if not isinstance(one, BaseException)]
