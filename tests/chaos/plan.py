"""How bad a run is: all of it follows from one seed, so that a run that found something can be made again."""

from __future__ import annotations

import random
from typing import Final

from printvision.cli.demo.plan import Plan

SEEDS: Final = 1_000_000
CALLS: Final = ("orders.create", "orders.confirm", "orders.cancel", "orders.delete")
BEFORE_THE_NEXT_KILL_S: Final = (2.0, 12.0)


def make_plan(*, orders: int, kills: int, seed: int) -> Plan:
    """The orders and what goes wrong with them; only the moments of the kills are the machine's."""
    chance = random.Random(seed)
    return Plan(
        orders=orders,
        seed=seed,
        kills=kills,
        kill_pause_s=BEFORE_THE_NEXT_KILL_S,
        unanswered=round(chance.uniform(0.15, 0.3), 3),
        unanswered_calls=CALLS,
        applied_late=round(chance.uniform(0.01, 0.08), 3),
        webhooks_lost=round(chance.uniform(0.0, 0.5), 3),
        dark_s=round(chance.uniform(10.0, 40.0), 1),
        a_second=round(chance.uniform(4.0, 10.0), 1),
    )
