"""What of routes crosses the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.orders.routing import Basket
from printvision.orders.rulebook import SetRules
from printvision.orders.rules import RoutingRules
from printvision.orders.schemas import OrderView
from printvision.platform.money import Money


class RouteView(msgspec.Struct, frozen=True, kw_only=True):
    """One decision.

    Args:
        record: as it was stored: what won, what each connection alone would have cost by each method, and the first
            bound it failed.
        best: the ten best baskets, the best first, found anew from what the decision was made from; none for a decision
            of an older shape, which did not keep that.
    """

    decided_at: datetime
    record: dict[str, Any]
    best: tuple[Basket, ...]


class RouteExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """All decisions about an order, the newest first."""

    order: OrderView
    decisions: list[RouteView]


class ReplayRoutes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        since: orders whose last decision was made from then on, the newest first.
        rules: what shall be other than in the workspace's rules of now, as in `rules.set`.
        limit: how many orders at most.
    """

    since: Annotated[datetime, Meta(tz=True)]
    rules: SetRules = SetRules()
    limit: Annotated[int, Meta(ge=1, le=2_000)] = 500


class RouteOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a decision: who makes it by which method for how much, or in `why_not` why nobody does."""

    makers: tuple[str, ...]
    total: Money | None
    why_not: str | None = None


class ReplayedRoute(msgspec.Struct, frozen=True, kw_only=True):
    """One order's last decision, as it was and as it would be.

    Args:
        more: what it would cost more, below zero for less; None where one of both made nothing or was told in another
            currency.
    """

    order_id: UUID
    number: str
    decided_at: datetime
    before: RouteOutcome
    after: RouteOutcome
    changed: bool
    more: Money | None


class ReplayTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What all orders together cost that were, and would be, made, by the currency they are told in."""

    currency: str
    orders: int
    before: Money
    after: Money
    more: Money


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What past orders would have cost under other rules.

    Args:
        looked_at: how many decisions; `unknown` of them are of an older shape and were passed over.
        newly_made, no_longer_made: orders that only the one or the other rules find a route for.
        more_to_see: whether there were more orders than `limit`.
    """

    rules: RoutingRules
    looked_at: int
    unknown: int
    changed: int
    newly_made: int
    no_longer_made: int
    more_to_see: bool
    totals: tuple[ReplayTotal, ...]
    orders: tuple[ReplayedRoute, ...]
