"""What the outside may ask of routes. Each calls one verb."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.orders import explaining, replaying, route_schemas
from printvision.orders.features import ROUTING
from printvision.orders.schemas import OrderRef
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import WorkspaceScope


@operation(
    "routes.explain",
    title="Explain an order's route",
    feature=ROUTING,
    permission=Permission.ROUTES_READ,
    rest=Rest("GET", "/orders/{order_id}/routes"),
)
async def explain(scope: WorkspaceScope, input: OrderRef) -> route_schemas.RouteExplanation:
    """Every decision about it: what won, what each of the others would have cost, and the bound it failed."""
    return await explaining.explain_routes(scope, input.order_id)


@operation(
    "routes.replay",
    title="Route past orders under other rules",
    feature=ROUTING,
    permission=Permission.ROUTES_READ,
    rest=Rest("POST", "/routing/replay"),
)
async def replay(scope: WorkspaceScope, input: route_schemas.ReplayRoutes) -> route_schemas.Replay:
    """What orders since a day would have cost, and who would have made them. Nobody is asked and nothing changes."""
    return await replaying.replay_routes(scope, input.since, input.rules, limit=input.limit)
