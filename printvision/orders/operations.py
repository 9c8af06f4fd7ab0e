"""What the outside may ask of orders. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.channels.api_orders import OrderInput, to_recipient
from printvision.orders import (
    by_hand,
    cancelling,
    editing,
    holding,
    listing,
    placing,
    reprinting,
    rerouting,
    schemas,
    views,
)
from printvision.orders.features import ORDERS, ROUTING
from printvision.orders.models import OrderRow
from printvision.platform.operations import Rest, Version, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope


@operation(
    "orders.create",
    title="Place an order",
    feature=ORDERS,
    permission=Permission.ORDERS_CREATE,
    rest=Rest("POST", "/orders", status=201),
    idempotent=True,
    sensitive_input=True,
    meter="orders_placed",
)
async def create(scope: WorkspaceScope, input: OrderInput) -> schemas.OrderView:
    """The same `external_id` in the same shop is the same order, however often it is sent.

    Raises:
        NotFound: no shop of that name.
        InvalidAddress, UnknownSku, RuleBroken, UnknownCurrency
    """
    return await views.show_order(scope, await placing.place_order(scope, input))


@operation(
    "orders.list",
    title="List orders",
    feature=ORDERS,
    permission=Permission.ORDERS_READ,
    rest=Rest("GET", "/orders"),
)
async def list_all(scope: WorkspaceScope, input: schemas.ListOrders) -> Page[schemas.OrderView]:
    """The newest first, or in the order that `sort` names."""
    rows, following = await listing.list_orders(scope, input)
    return Page([views.order_view(row) for row in rows], following)


@operation(
    "orders.get",
    title="Show an order",
    feature=ORDERS,
    permission=Permission.ORDERS_READ,
    rest=Rest("GET", "/orders/{order_id}"),
)
async def get(scope: WorkspaceScope, input: schemas.OrderRef) -> schemas.OrderDetail:
    return await views.order_detail(scope, input.order_id)


VERSION = Version(get, OrderRow)


@operation(
    "orders.hold",
    title="Hold an order",
    feature=ORDERS,
    permission=Permission.ORDERS_HOLD,
    rest=Rest("POST", "/orders/{order_id}/hold"),
    version=VERSION,
    idempotent=True,
    audit=True,
)
async def hold(scope: WorkspaceScope, input: schemas.HoldOrder) -> schemas.OrderDetail:
    """Keep it from being sent until somebody releases it.

    Raises:
        OrderNotHoldable
    """
    await holding.hold_order(scope, input.order_id, reason=input.reason)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.release",
    title="Let a held order go on",
    feature=ORDERS,
    permission=Permission.ORDERS_HOLD,
    rest=Rest("POST", "/orders/{order_id}/release"),
    version=VERSION,
    audit=True,
)
async def release(scope: WorkspaceScope, input: schemas.OrderRef) -> schemas.OrderDetail:
    """What cannot be waved through, such as a bad address, holds it again.

    Raises:
        OrderNotHeld
    """
    await holding.release_order(scope, input.order_id)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.cancel",
    title="Cancel an order",
    feature=ORDERS,
    permission=Permission.ORDERS_CANCEL,
    rest=Rest("POST", "/orders/{order_id}/cancel"),
    version=VERSION,
    idempotent=True,
    audit=True,
)
async def cancel(scope: WorkspaceScope, input: schemas.CancelOrder) -> schemas.OrderDetail:
    """One that lies at a provider is taken back there first: read it until its stage is `cancelled`.

    Raises:
        OrderNotCancellable
    """
    await cancelling.cancel_order(scope, input.order_id, reason=input.reason)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.retry",
    title="Try again now",
    feature=ORDERS,
    permission=Permission.ORDERS_HOLD,
    rest=Rest("POST", "/orders/{order_id}/retry"),
    version=VERSION,
    idempotent=True,
    audit=True,
)
async def retry(scope: WorkspaceScope, input: schemas.OrderRef) -> schemas.OrderDetail:
    """What waits for its next try is tried at once; what is held is released.

    Raises:
        NothingToRetry
    """
    await holding.retry_order(scope, input.order_id)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.reroute",
    title="Have an order made by another provider",
    feature=ROUTING,
    permission=Permission.ORDERS_REROUTE,
    rest=Rest("POST", "/orders/{order_id}/reroute"),
    version=VERSION,
    audit=True,
)
async def reroute(scope: WorkspaceScope, input: schemas.RerouteOrder) -> schemas.OrderDetail:
    """Whoever has it gives it back first; nobody else gets it before that is read back.

    Raises:
        OrderTooLate, RuleBroken
    """
    await rerouting.reroute_order(scope, input.order_id, reason=input.reason, away_from=input.away_from)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.edit_address",
    title="Correct an order's address",
    feature=ORDERS,
    permission=Permission.ORDERS_EDIT,
    rest=Rest("PUT", "/orders/{order_id}/address"),
    version=VERSION,
    idempotent=True,
    audit=True,
    sensitive_input=True,
)
async def edit_address(scope: WorkspaceScope, input: schemas.EditAddress) -> schemas.OrderDetail:
    """Carried through to the provider as long as it gives the order back; after that it says what is still possible.

    Raises:
        InvalidAddress, OrderTooLate, RuleBroken
    """
    await editing.edit_address(scope, input.order_id, to_recipient(input.recipient))
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.reprint",
    title="Print pieces of an order again",
    feature=ORDERS,
    permission=Permission.ORDERS_REPRINT,
    rest=Rest("POST", "/orders/{order_id}/reprint"),
    version=VERSION,
    audit=True,
    sensitive_input=True,
)
async def reprint(scope: WorkspaceScope, input: schemas.ReprintOrder) -> schemas.OrderDetail:
    """An intended second print: ordered and charged anew, by the route that is best now.

    Raises:
        NothingToReprint, RuleBroken, InvalidAddress
    """
    pieces = None if input.lines is None else {line.line_id: line.quantity for line in input.lines}
    recipient = to_recipient(input.recipient) if input.recipient else None
    await reprinting.reprint_order(
        scope, input.order_id, reason=input.reason, pieces=pieces, recipient=recipient
    )
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.mark_shipped",
    title="Mark an order as shipped",
    feature=ORDERS,
    permission=Permission.ORDERS_EDIT,
    rest=Rest("POST", "/orders/{order_id}/mark-shipped"),
    version=VERSION,
    idempotent=True,
    audit=True,
)
async def mark_shipped(scope: WorkspaceScope, input: schemas.MarkShipped) -> schemas.OrderDetail:
    """A person sent it. What no provider prints yet is taken back, so that it is not printed as well.

    Raises:
        OrderTooLate
    """
    tracking = by_hand.Tracking(
        carrier=input.carrier, tracking_number=input.tracking_number, tracking_url=input.tracking_url
    )
    await by_hand.mark_shipped(scope, input.order_id, tracking)
    return await views.order_detail(scope, input.order_id)
