"""What a person sees of orders besides the orders themselves: in a list what each is made of, who makes it and what it
costs; of one, all that happened to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.accounts import Permission
from printvision.orders import queries, schemas, views
from printvision.platform.db import run
from printvision.platform.events import read_subject
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope
from printvision.providers import Called, list_calls_about

MOST_EVENTS = 200

_SUMMARIES: Final = """
SELECT o.id, o.shop_id, o.external_id, o.number, o.stage, o.reason, o.hold_reason, o.hold_detail, o.held_at, o.country,
       o.test, o.placed_at, o.received_at, o.stage_at,
       o.total_minor, o.currency, coalesce(made.pieces, 0), coalesce(made.titles, '{}'), coalesce(given.makers, '{}'),
       given.minor, given.currency
FROM orders o
LEFT JOIN LATERAL (
    SELECT sum(quantity)::bigint AS pieces, (array_agg(title ORDER BY position))[:3] AS titles
    FROM order_lines WHERE order_id = o.id AND workspace_id = o.workspace_id
) made ON true
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT provider) AS makers,
           CASE WHEN bool_and(cost_minor IS NOT NULL) AND count(DISTINCT cost_currency) = 1
                THEN sum(cost_minor)::bigint END AS minor,
           min(cost_currency) AS currency
    FROM fulfilments WHERE order_id = o.id AND workspace_id = o.workspace_id AND given_up_at IS NULL
) given ON true
WHERE o.workspace_id = %(workspace_id)s AND o.id = ANY(%(ids)s)
ORDER BY o.id DESC
"""


class SummariseOrders(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    order_ids: Annotated[tuple[UUID, ...], Meta(max_length=200)] = ()


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    """An order as a row.

    Args:
        titles: of its first lines, three at most.
        makers: the providers that have a part of it now.
        paid: by the buyer, shipping included; None where the shop did not say.
        cost: what providers charge; None where it is not known of every part, or in several currencies.
    """

    order: schemas.OrderView
    pieces: int
    titles: list[str]
    makers: list[str]
    paid: Money | None
    cost: Money | None


class OrderSummaries(msgspec.Struct, frozen=True, kw_only=True):
    """Those of the orders that are this workspace's, the newest first."""

    items: list[OrderSummary]


class Happened(msgspec.Struct, frozen=True, kw_only=True):
    """An event: `kind` and `data` as `events.stream` has them."""

    kind: str
    at: datetime
    data: dict[str, Any]


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one order, the newest first.

    Args:
        calls: to providers, about it; only the last calls of each connection are kept.
    """

    events: list[Happened]
    calls: list[Called]


async def summarise_orders(scope: WorkspaceScope, order_ids: Sequence[UUID]) -> OrderSummaries:
    scope.require(Permission.ORDERS_READ)
    rows = await run(scope.session, _SUMMARIES, {"workspace_id": scope.workspace_id, "ids": list(order_ids)})
    return OrderSummaries(items=[_summary(row) for row in rows])


async def tell_timeline(scope: WorkspaceScope, order_id: UUID) -> Timeline:
    """
    Raises:
        NotFound
    """
    scope.require(Permission.ORDERS_READ)
    order = await queries.get_order(scope, order_id)
    fulfilments = await queries.list_fulfilments(scope, [order.id])
    tries = await queries.list_submissions(scope, [row.id for row in fulfilments])
    words = [word for row in tries for word in (row.provider_ref, row.provider_order_id) if word]
    events = await read_subject(scope, order.id, limit=MOST_EVENTS)
    return Timeline(
        events=[Happened(kind=each.kind, at=each.at, data=each.data) for each in events],
        calls=await list_calls_about(scope, {row.connection_id for row in fulfilments}, words),
    )


def _summary(row: Sequence[Any]) -> OrderSummary:
    shown = len(views.Shown._fields)
    paid, currency, pieces, titles, makers, cost, cost_currency = row[shown:]
    return OrderSummary(
        order=views.order_view(views.Shown(*row[:shown])),
        pieces=pieces,
        titles=titles,
        makers=makers,
        paid=None if paid is None else Money(paid, currency),
        cost=None if cost is None else Money(cost, cost_currency),
    )
