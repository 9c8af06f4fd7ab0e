"""The story of an order from the door to the provider."""

from __future__ import annotations

from printvision.orders.checking import check_order
from printvision.orders.routes import choose_route
from printvision.orders.sending import commit, prepare
from printvision.orders.steps import Next
from printvision.orders.taking_back import take_back
from printvision.platform.workflows import Run, workflow

STORY = (take_back, check_order, choose_route, prepare, commit)


@workflow("orders.fulfil", version=1, remembers=False)
async def fulfil_order(run: Run) -> None:
    """Take the order back if that is wanted; else check, route, prepare and commit it, as far as it can go now.

    A step that cannot go on has put the reason in the row and, where time alone will help, a later run in the queue.
    """
    for step in STORY:
        if await run.step(step) == Next.STOP:
            return
