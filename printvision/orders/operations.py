"""What the outside may ask of orders. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.channels.api_orders import OrderInput
from printvision.orders import cancelling, holding, placing, queries, schemas, views
from printvision.orders.features import ORDERS, ROUTING
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page, read_cursor, write_cursor
from printvision.platform.scope import WorkspaceScope


@operation(
    "orders.create",
    title="Place an order",
    feature=ORDERS,
    permission=Permission.ORDERS_CREATE,
    rest=Rest("POST", "/orders", status=201),
    idempotent=True,
    sensitive_input=True,
)
async def create(scope: WorkspaceScope, input: OrderInput) -> schemas.OrderView:
    """The same `external_id` in the same shop is the same order, however often it is sent."""
    order_id = await placing.place_order(scope, input)
    return views.order_view(await queries.get_order(scope, order_id))


@operation(
    "orders.list",
    title="List orders",
    feature=ORDERS,
    permission=Permission.ORDERS_READ,
    rest=Rest("GET", "/orders"),
)
async def list_all(scope: WorkspaceScope, input: schemas.ListOrders) -> Page[schemas.OrderView]:
    rows = await queries.list_orders(
        scope,
        limit=input.limit + 1,
        before=read_cursor(input.cursor) if input.cursor else None,
        stage=input.stage,
        held=input.held,
        external_id=input.external_id,
        received_since=input.received_since,
    )
    shown = rows[: input.limit]
    following = write_cursor(shown[-1].id) if len(rows) > input.limit else None
    return Page([views.order_view(row) for row in shown], following)


@operation(
    "orders.get",
    title="Show an order",
    feature=ORDERS,
    permission=Permission.ORDERS_READ,
    rest=Rest("GET", "/orders/{order_id}"),
)
async def get(scope: WorkspaceScope, input: schemas.OrderRef) -> schemas.OrderDetail:
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.hold",
    title="Hold an order",
    feature=ORDERS,
    permission=Permission.ORDERS_HOLD,
    rest=Rest("POST", "/orders/{order_id}/hold"),
    idempotent=True,
    audit=True,
)
async def hold(scope: WorkspaceScope, input: schemas.HoldOrder) -> schemas.OrderDetail:
    """Keep it from being sent until somebody releases it."""
    await holding.hold_order(scope, input.order_id, reason=input.reason)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.release",
    title="Let a held order go on",
    feature=ORDERS,
    permission=Permission.ORDERS_HOLD,
    rest=Rest("POST", "/orders/{order_id}/release"),
    audit=True,
)
async def release(scope: WorkspaceScope, input: schemas.OrderRef) -> schemas.OrderDetail:
    """What cannot be waved through, such as a bad address, holds it again."""
    await holding.release_order(scope, input.order_id)
    return await views.order_detail(scope, input.order_id)


@operation(
    "orders.cancel",
    title="Cancel an order",
    feature=ORDERS,
    permission=Permission.ORDERS_CANCEL,
    rest=Rest("POST", "/orders/{order_id}/cancel"),
    idempotent=True,
    audit=True,
)
async def cancel(scope: WorkspaceScope, input: schemas.CancelOrder) -> schemas.OrderDetail:
    """One that lies at a provider is taken back there first: read it until its stage is `cancelled`."""
    await cancelling.cancel_order(scope, input.order_id, reason=input.reason)
    return await views.order_detail(scope, input.order_id)


@operation(
    "routes.explain",
    title="Explain an order's route",
    feature=ROUTING,
    permission=Permission.ROUTES_READ,
    rest=Rest("GET", "/orders/{order_id}/routes"),
)
async def explain(scope: WorkspaceScope, input: schemas.OrderRef) -> schemas.RouteExplanation:
    """Every decision about it: what won, what else there was, and why not."""
    order = await queries.get_order(scope, input.order_id)
    decisions = await queries.list_decisions(scope, order.id)
    return schemas.RouteExplanation(
        order=views.order_view(order),
        decisions=[schemas.RouteView(decided_at=row.decided_at, record=row.record) for row in decisions],
    )
