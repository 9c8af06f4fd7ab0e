"""A person's wish that nothing of an order is printed."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import moves
from printvision.orders.errors import OrderNotCancellable
from printvision.orders.possible import still_possible
from printvision.orders.recalling import ask_back
from printvision.orders.states import RecallFor, Stage
from printvision.orders.whole import lock_whole
from printvision.platform.scope import WorkspaceScope

TOO_LATE = frozenset({Stage.PRINTING, Stage.SHIPPED, Stage.DELIVERED, Stage.CANCELLED, Stage.NOT_PRINTABLE})


async def cancel_order(scope: WorkspaceScope, order_id: UUID, *, reason: str) -> None:
    """Stop an order that no provider has begun to print.

    What no provider has heard of ends at once; the rest is taken back there by a run and ends when that is read back.

    Raises:
        OrderNotCancellable: it says what is still possible.
    """
    scope.require(Permission.ORDERS_CANCEL)
    whole = await lock_whole(scope, order_id)
    order = whole.order
    if Stage(order.stage) in TOO_LATE:
        raise OrderNotCancellable(
            order_id=order.id, current=Stage(order.stage), possible=await still_possible(scope, order)
        )
    if not await ask_back(scope, whole, RecallFor.CANCEL, reason):
        await moves.carry_on(scope, order)
