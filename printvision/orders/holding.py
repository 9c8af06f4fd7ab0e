"""A person's hold on an order, letting it go on, and trying again at once."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import moves
from printvision.orders.errors import NothingToRetry, OrderNotHeld, OrderNotHoldable
from printvision.orders.following import CANCELLED_THERE
from printvision.orders.recalling import withdraw_restless_drafts
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.submissions import plan_resend
from printvision.orders.whole import Whole, lock_whole
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import Ending


async def hold_order(scope: WorkspaceScope, order_id: UUID, *, reason: str) -> None:
    """Keep an order from being sent until somebody releases it, also one that waited for something else.

    Raises:
        OrderNotHoldable: it was sent, is being sent, or has ended.
    """
    scope.require(Permission.ORDERS_HOLD)
    whole = await lock_whole(scope, order_id)
    order, stage = whole.order, Stage(whole.order.stage)
    if stage.ended or stage.committed or _being_committed(whole):
        raise OrderNotHoldable(order_id=order.id, current=stage)
    moves.hold(scope, order, HoldReason.PERSON, reason)
    if await withdraw_restless_drafts(scope, whole):
        await moves.carry_on(scope, order)


async def release_order(scope: WorkspaceScope, order_id: UUID) -> None:
    """Let a held order go on. What cannot be waved through (an unmatched item, a bad address) holds it again; what
    the provider cancelled is sent anew.

    Raises:
        OrderNotHeld
    """
    scope.require(Permission.ORDERS_HOLD)
    whole = await lock_whole(scope, order_id)
    order = whole.order
    if order.held_at is None:
        raise OrderNotHeld(order_id=order.id, current=Stage(order.stage))
    cancelled_there = order.hold_reason == HoldReason.PROVIDER_CANCELLED
    moves.release(scope, order, by=scope.principal.id)
    order.excluded = []
    _begin_anew(whole)
    if cancelled_there:
        plan_resend(scope, whole)
    elif any(row.ending == Ending.CANCELLED for row in whole.live):
        moves.hold(
            scope, order, HoldReason.PROVIDER_CANCELLED, CANCELLED_THERE
        )  # while it was held for another
    await moves.carry_on(scope, order)


async def retry_order(scope: WorkspaceScope, order_id: UUID) -> None:
    """Try again now what waits for its next try, or what is held.

    Raises:
        NothingToRetry: it was sent, or has ended.
    """
    scope.require(Permission.ORDERS_HOLD)
    whole = await lock_whole(scope, order_id)
    order, stage = whole.order, Stage(whole.order.stage)
    if order.held_at is not None:
        await release_order(scope, order_id)
    elif stage.ended or (stage.committed and order.recall_at is None):
        raise NothingToRetry(order_id=order.id, current=stage)
    else:
        order.waits = order.run_failures = 0
        order.excluded = [entry for entry in order.excluded if entry.get("until") is None]
        _begin_anew(whole)
        await moves.carry_on(scope, order)


def _begin_anew(whole: Whole) -> None:
    for row in whole.live:
        whole.submissions[row.id].refusals = 0


def _being_committed(whole: Whole) -> bool:
    return any(whole.submissions[row.id].state == SubmissionState.COMMITTING for row in whole.live)
