"""A person corrects where an order goes, also at the provider as long as it gives the order back."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import events, moves
from printvision.orders.address import InvalidAddress, check_address, destination
from printvision.orders.errors import OrderTooLate
from printvision.orders.models import OrderRow
from printvision.orders.possible import Verb, still_possible
from printvision.orders.recalling import ask_back
from printvision.orders.sealing import open_source, open_wanted, seal_recipient
from printvision.orders.states import HoldReason, RecallFor, Stage
from printvision.orders.whole import lock_whole
from printvision.platform.address import Recipient
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope

TOO_LATE = frozenset({Stage.PRINTING, Stage.SHIPPED, Stage.DELIVERED, Stage.CANCELLED, Stage.NOT_PRINTABLE})


async def edit_address(scope: WorkspaceScope, order_id: UUID, recipient: Recipient) -> None:
    """Send the order somewhere else. What lies at a provider is taken back there first and then made anew.

    A later address of the shop's takes the place of this one. The address it has already changes nothing.

    Raises:
        InvalidAddress
        OrderTooLate: it says what is still possible.
    """
    scope.require(Permission.ORDERS_EDIT)
    whole = await lock_whole(scope, order_id)
    order = whole.order
    checked = check_address(recipient)
    stage = Stage(order.stage)
    if stage in TOO_LATE or order.recall_for in {RecallFor.CANCEL, RecallFor.BY_HAND}:
        raise OrderTooLate(
            order_id=order.id,
            verb=Verb.EDIT_ADDRESS,
            current=stage,
            possible=await still_possible(scope, order),
        )
    if checked == _goes_to(scope, order):
        return
    order.recipient_wanted = seal_recipient(scope, order.id, checked)
    publish(scope, events.OrderAddressEdited(subject_id=order.id, by=scope.principal.id))
    if order.hold_reason == HoldReason.ADDRESS:
        moves.release(scope, order, by=scope.principal.id)
    await ask_back(scope, whole, RecallFor.CHANGE, "another address")
    await moves.carry_on(scope, order)


def _goes_to(scope: WorkspaceScope, order: OrderRow) -> Recipient | None:
    """Where it goes, or will as soon as it is given back; None where nobody can deliver."""
    try:
        return destination(open_wanted(scope, order) or open_source(scope, order).recipient)
    except InvalidAddress:
        return None
