"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Plan:
    """
    Args:
        rounds: of each measurement, ours and its peer's in turns.
        warm_up: requests before the first round.
        orders: a round of orders from door to shipped.
        intakes: a round of orders at the door.
        webhooks: a round of webhooks as fast as can be.
        calls: a round of calls without the database.
        listed: orders that the list is of.
        pages: a round of pages of that list.
        hooked: a round of outgoing events, one at a time and then at once.
        told: a round of live events, one at a time.
        burst: a round of live events at once.
        offered_s: how long a round of webhooks at a steady rate lasts.
    """

    rounds: int = 5
    warm_up: int = 200
    orders: int = 300
    intakes: int = 1_500
    webhooks: int = 4_000
    offered_s: float = 10.0
    calls: int = 8_000
    listed: int = 1_000_000
    pages: int = 3_000
    hooked: int = 60
    told: int = 10
    burst: int = 50


QUICK = Plan(
    rounds=2,
    warm_up=50,
    orders=60,
    intakes=300,
    webhooks=800,
    offered_s=2.0,
    calls=1_000,
    listed=50_000,
    pages=400,
    hooked=20,
    told=3,
    burst=20,
)
