"""How bad a run is: all of it follows from one seed, so that a run that found something can be made again."""

from __future__ import annotations

import random
from typing import Final

from printvision.cli.demo.assortment import articles
from printvision.cli.demo.plan import Dark, Plan

SEEDS: Final = 1_000_000
DARK: Final = (
    ("printify", 0.1),
    ("printify", 0.33),
    ("printful", 0.5),
    ("printify", 0.7),
    ("printful", 0.85),
)
SOLD_OUT: Final = 3  # articles, of those that both providers make
CALLS: Final = ("orders.create", "orders.confirm", "orders.cancel", "orders.delete")
SHORTEST_LIFE_S: Final = 2.0  # it takes as long to start


def make_plan(*, orders: int, kills: int, seed: int) -> Plan:
    """The orders and what goes wrong with them; only the moments of the kills are the machine's."""
    chance = random.Random(seed)
    a_second = round(chance.uniform(2.5, 5.0), 1)
    between_kills_s = max(SHORTEST_LIFE_S, orders / a_second / max(kills, 1))
    return Plan(
        orders=orders,
        seed=seed,
        kills=kills,
        kill_pause_s=(SHORTEST_LIFE_S, 2 * between_kills_s - SHORTEST_LIFE_S),
        unanswered=round(chance.uniform(0.15, 0.3), 3),
        unanswered_calls=CALLS,
        applied_late=round(chance.uniform(0.01, 0.08), 3),
        webhooks_lost=round(chance.uniform(0.0, 0.5), 3),
        sold_out={"printify": tuple(sorted(chance.sample(_made_by_both(), SOLD_OUT)))},
        rough=round(chance.uniform(0.0, 0.03), 3),
        dark=tuple(_dark(provider, after, chance) for provider, after in DARK),
        a_second=a_second,
    )


def _made_by_both() -> list[str]:
    """Printify's variants of what Printful makes too; what it refuses to print can go there."""
    return [
        article.printify
        for _, article in articles()
        if article.printful is not None and article.printify is not None
    ]


def _dark(provider: str, after: float, chance: random.Random) -> Dark:
    """Within a tenth of the orders from then on."""
    return Dark(provider, after + round(chance.uniform(0.0, 0.1), 3), round(chance.uniform(10.0, 40.0), 1))
