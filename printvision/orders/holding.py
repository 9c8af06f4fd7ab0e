"""A person's hold on an order, letting it go on, and trying again at once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import moves, queries
from printvision.orders.errors import NothingToRetry, OrderNotHeld, OrderNotHoldable
from printvision.orders.following import CANCELLED_THERE
from printvision.orders.models import SubmissionRow
from printvision.orders.recalling import withdraw_restless_drafts
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.submissions import plan_resend
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import Ending


async def hold_order(scope: WorkspaceScope, order_id: UUID, *, reason: str) -> None:
    """Keep an order from being sent until somebody releases it, also one that waited for something else.

    Raises:
        OrderNotHoldable: it was sent, is being sent, or has ended.
    """
    scope.require(Permission.ORDERS_HOLD)
    order = await queries.get_order(scope, order_id, for_update=True)
    stage = Stage(order.stage)
    if stage.ended or stage.committed or await _being_committed(scope, order.id):
        raise OrderNotHoldable(order_id=order.id, current=stage)
    moves.hold(scope, order, HoldReason.PERSON, reason)
    if await withdraw_restless_drafts(scope, order):
        await moves.carry_on(scope, order)


async def release_order(scope: WorkspaceScope, order_id: UUID) -> None:
    """Let a held order go on. What cannot be waved through (an unmatched item, a bad address) holds it again; what
    the provider cancelled is sent anew.

    Raises:
        OrderNotHeld
    """
    scope.require(Permission.ORDERS_HOLD)
    order = await queries.get_order(scope, order_id, for_update=True)
    if order.held_at is None:
        raise OrderNotHeld(order_id=order.id, current=Stage(order.stage))
    cancelled_there = order.hold_reason == HoldReason.PROVIDER_CANCELLED
    moves.release(scope, order, by=scope.principal.id)
    order.excluded = []
    await _begin_anew(scope, order.id)
    if cancelled_there:
        await plan_resend(scope, order)
    elif await _cancelled_there(scope, order.id):
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
    order = await queries.get_order(scope, order_id, for_update=True)
    stage = Stage(order.stage)
    if order.held_at is not None:
        await release_order(scope, order_id)
    elif stage.ended or (stage.committed and order.recall_at is None):
        raise NothingToRetry(order_id=order.id, current=stage)
    else:
        order.waits = order.run_failures = 0
        order.excluded = [entry for entry in order.excluded if entry.get("until") is None]
        await _begin_anew(scope, order.id)
        await moves.carry_on(scope, order)


async def _begin_anew(scope: WorkspaceScope, order_id: UUID) -> None:
    for submission in await _submissions(scope, order_id):
        submission.refusals = 0


async def _cancelled_there(scope: WorkspaceScope, order_id: UUID) -> bool:
    return any(row.ending == Ending.CANCELLED for row in await queries.list_live_fulfilments(scope, order_id))


async def _being_committed(scope: WorkspaceScope, order_id: UUID) -> bool:
    submissions = await _submissions(scope, order_id)
    return any(row.state == SubmissionState.COMMITTING for row in submissions)


async def _submissions(scope: WorkspaceScope, order_id: UUID) -> Sequence[SubmissionRow]:
    fulfilments = await queries.list_live_fulfilments(scope, order_id)
    return await queries.list_submissions(scope, [row.id for row in fulfilments])
