"""Telling why an order was routed as it was: by what was stored with each decision, without asking anybody."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import queries, views
from printvision.orders.models import DecisionRow
from printvision.orders.records import read_record
from printvision.orders.route_schemas import RouteExplanation, RouteView
from printvision.orders.routing import choose
from printvision.platform.scope import WorkspaceScope

BEST = 10


async def explain_routes(scope: WorkspaceScope, order_id: UUID) -> RouteExplanation:
    """Every decision about an order, the newest first, each with its ten best baskets.

    Raises:
        NotFound
    """
    scope.require(Permission.ROUTES_READ)
    order = await queries.get_order(scope, order_id)
    decisions = await queries.list_decisions(scope, order.id)
    return RouteExplanation(order=views.order_view(order), decisions=[_route(row) for row in decisions])


def _route(row: DecisionRow) -> RouteView:
    record = read_record(row.record)
    told = {name: value for name, value in row.record.items() if name != "problem"}
    best = choose(record.problem, keep=BEST).baskets if record else ()
    return RouteView(decided_at=row.decided_at, record=told, best=best)
