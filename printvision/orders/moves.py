"""The few ways an order's row changes: by whoever has locked it, with the event in the same transaction."""

from __future__ import annotations

from datetime import timedelta

from printvision.orders import events
from printvision.orders.models import OrderRow
from printvision.orders.states import ENDED_BY_A_PERSON, HoldReason, RecallFor, Stage
from printvision.platform import clock, workflows
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope


def advance(scope: WorkspaceScope, order: OrderRow, stage: Stage, *, reason: str | None = None) -> None:
    """Put an order on a stage. Saying the stage it is on changes nothing."""
    if order.stage == stage:
        return
    order.stage = stage
    order.stage_at = clock.now()
    order.reason = reason
    order.run_failures = 0
    order.waits = 0
    if stage.ended:
        _unhold(order)
        end_recall(order)
    publish(scope, events.OrderAdvanced(subject_id=order.id, stage=stage, reason=reason))


def hold(scope: WorkspaceScope, order: OrderRow, reason: HoldReason, detail: str) -> None:
    """Have an order wait for a person. An older hold keeps its place: the first reason is the one to act on.

    Only a hold that a person alone ends takes the place of one that may end by itself.
    """
    if order.held_at is not None and (
        reason not in ENDED_BY_A_PERSON or order.hold_reason in ENDED_BY_A_PERSON
    ):
        return
    order.held_at = clock.now()
    order.hold_reason = reason
    order.hold_detail = detail[:1_000]
    publish(scope, events.OrderHeld(subject_id=order.id, reason=reason))


def release(scope: WorkspaceScope, order: OrderRow, *, by: str, waved_through: bool = True) -> None:
    """Take the hold off; its reason is remembered as waved through, except where the order is judged anew."""
    if order.held_at is None or order.hold_reason is None:
        return
    reason = order.hold_reason
    _unhold(order)
    if waved_through:
        order.released = sorted({*order.released, reason})
    order.run_failures = 0
    order.waits = 0
    publish(scope, events.OrderReleased(subject_id=order.id, reason=reason, by=by))


def recall(order: OrderRow, purpose: RecallFor, reason: str) -> None:
    """Ask for back what lies at providers. A wish that asks for more takes the place of one that asks for less; else
    the one that is under way stays, and what is given back meanwhile becomes what that one makes of it.
    """
    if order.recall_for is not None and RecallFor(order.recall_for).outranks(purpose):
        return
    order.recall_at = clock.now()
    order.recall_for = purpose
    order.recall_reason = reason[:1_000]
    order.recall_refused = None


def end_recall(order: OrderRow) -> None:
    """Nothing is asked back any more: it is here, or it is too late."""
    order.recall_at = None
    order.recall_for = None


def _unhold(order: OrderRow) -> None:
    order.held_at = None
    order.hold_reason = None
    order.hold_detail = None


async def carry_on(scope: WorkspaceScope, order: OrderRow, *, after: timedelta = timedelta(0)) -> None:
    """Enqueue a run that takes the order as far as it can go, at once or after a while."""
    from printvision.orders.workflows.fulfil import fulfil_order

    order.run_id = await workflows.start(scope, fulfil_order, order.id, after=after)
    order.run_at = clock.now() + after
