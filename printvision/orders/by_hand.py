"""A person says that an order was sent: made by hand, or by a provider that does not tell."""

from __future__ import annotations

from uuid import UUID

import msgspec

from printvision.accounts import Permission
from printvision.orders import events, moves
from printvision.orders.errors import OrderTooLate
from printvision.orders.models import OrderRow
from printvision.orders.possible import Verb, still_possible
from printvision.orders.recalling import ask_back
from printvision.orders.states import RecallFor, Stage
from printvision.orders.whole import lock_whole
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """How it was sent, as far as the person knows."""

    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None


async def mark_shipped(scope: WorkspaceScope, order_id: UUID, tracking: Tracking) -> None:
    """Note that the order is on its way.

    What a provider is printing goes on and is followed as before; what was not given to one to be printed is taken
    back, so that nobody prints it as well.

    Raises:
        OrderTooLate: it has ended, or is on its way.
    """
    scope.require(Permission.ORDERS_EDIT)
    whole = await lock_whole(scope, order_id)
    order = whole.order
    stage = Stage(order.stage)
    if stage.ended or stage is Stage.SHIPPED or order.recall_for == RecallFor.CANCEL:
        raise OrderTooLate(
            order_id=order.id,
            verb=Verb.MARK_SHIPPED,
            current=stage,
            possible=await still_possible(scope, order),
        )
    order.by_hand = _record(scope, tracking)
    publish(scope, events.OrderMarkedShipped(subject_id=order.id, by=scope.principal.id))
    if stage.committed and order.recall_at is None:
        moves.release(scope, order, by=scope.principal.id)
        moves.advance(scope, order, Stage.SHIPPED, reason="marked as shipped")
    elif not await ask_back(scope, whole, RecallFor.BY_HAND, "marked as shipped"):
        await moves.carry_on(scope, order)


def _record(scope: WorkspaceScope, tracking: Tracking) -> dict[str, object]:
    return {**msgspec.structs.asdict(tracking), "at": clock.now().isoformat(), "by": scope.principal.id}


def tracking_of(order: OrderRow) -> Tracking | None:
    return None if order.by_hand is None else msgspec.convert(order.by_hand, Tracking)
