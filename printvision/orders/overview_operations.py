"""What the outside may ask of orders at a glance. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.orders import overview
from printvision.orders.features import ORDERS
from printvision.orders.schemas import OrderRef
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import WorkspaceScope


@operation(
    "orders.summaries",
    title="Show several orders as rows",
    feature=ORDERS,
    permission=Permission.ORDERS_READ,
    rest=Rest("GET", "/order-summaries"),
)
async def summaries(scope: WorkspaceScope, input: overview.SummariseOrders) -> overview.OrderSummaries:
    """What each is made of, who makes it, what was paid and what it costs. Unknown ids are left out."""
    return await overview.summarise_orders(scope, input.order_ids)


@operation(
    "orders.timeline",
    title="Show what happened to an order",
    feature=ORDERS,
    permission=Permission.ORDERS_READ,
    rest=Rest("GET", "/orders/{order_id}/timeline"),
)
async def timeline(scope: WorkspaceScope, input: OrderRef) -> overview.Timeline:
    """Its events, and the calls to providers about it that are still kept."""
    return await overview.tell_timeline(scope, input.order_id)
