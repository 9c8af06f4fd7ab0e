"""Choosing a route for 6 lines among 5 providers with 3 methods each, beside trying everything.

Every problem is another one and is solved for the first time ("cold"): prices differ by up to a quarter, what shares
parcels is drawn, and the providers tell three currencies. Trying everything is done as cheaply as it can be in Python:
what each method costs for each set of lines is worked out once, then every assignment of lines to providers is summed.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product
from random import Random
from typing import Final
from uuid import UUID

from benchmarks.figures import Section, figure, percentile, ratios
from benchmarks.plan import Plan
from benchmarks.stage import Stage
from printvision.orders.routing import Carriage, Line, Method, Offered, Problem, Rate, Source, choose
from printvision.orders.routing.board import FAR, Board, Cell, cost
from printvision.platform.money import Money

LINES: Final = 6
SOURCES: Final = 5
METHODS: Final = 3
PROBLEMS: Final = 400  # a round
BRUTE: Final = 8  # of them a round, by trying everything
DAY: Final = date(2026, 3, 20)
PER_EURO: Final = {"USD": Decimal("1.0853"), "GBP": Decimal("0.8412")}


async def measure(stage: Stage | None, plan: Plan) -> Section:
    """Needs nothing of the stage."""
    del stage
    rounds = [_round(seed) for seed in range(plan.rounds)]
    return _section(rounds)


class _Round:
    """What one round took, in milliseconds."""

    def __init__(self) -> None:
        self.ours: list[float] = []
        self.worked: list[float] = []  # without what the machine did for others meanwhile
        self.brute: list[float] = []
        self.ours_of_brute: list[float] = []
        self.looked_at: list[float] = []
        self.parts: list[int] = []


def _round(seed: int) -> _Round:
    random = Random(seed)  # noqa: S311 - nothing here is a secret
    done = _Round()
    gc.collect()
    for number in range(PROBLEMS):
        problem = drawn(random)
        began, worked = time.perf_counter(), time.thread_time()
        decision = choose(problem)
        took = (time.perf_counter() - began) * 1_000
        done.ours.append(took)
        done.worked.append((time.thread_time() - worked) * 1_000)
        done.looked_at.append(decision.looked_at)
        assert decision.exact
        assert decision.winner is not None
        done.parts.append(len(decision.winner.parts))
        if number % (PROBLEMS // BRUTE) == 0:
            began = time.perf_counter()
            least = cheapest_by_trying(problem)
            done.brute.append((time.perf_counter() - began) * 1_000)
            done.ours_of_brute.append(took)
            assert Board(problem).amounts.money(least) == decision.winner.total
    return done


def _section(rounds: Sequence[_Round]) -> Section:
    ours = [percentile(each.ours, 0.5) for each in rounds]
    brute = [percentile(each.brute, 0.5) for each in rounds]
    like = [percentile(each.ours_of_brute, 0.5) for each in rounds]
    split = [sum(parts > 1 for parts in each.parts) / len(each.parts) * 100 for each in rounds]
    return Section(
        title=f"Routing: {LINES} lines, {SOURCES} providers, {METHODS} methods each, {PROBLEMS} problems a round, cold",
        figures=(
            figure("half chosen within", "ms", ours, below=0.5),
            figure("99 % chosen within", "ms", [percentile(each.ours, 0.99) for each in rounds], below=5),
            figure(
                "99 % chosen within, of processor time",
                "ms",
                [percentile(each.worked, 0.99) for each in rounds],
            ),
            figure("half tried out within", "ms", brute),
            figure("trying everything / ours", "", ratios(brute, like)),
            figure(
                "cells looked at, half of the time", "", [percentile(each.looked_at, 0.5) for each in rounds]
            ),
            figure("winners in several parts", "%", split),
        ),
        notes=(
            "The whole choice is measured, from stored numbers to the decision with every loser's cost and reason.",
            f"{BRUTE} problems a round are also solved by trying everything, and both cost the same.",
        ),
    )


# -- problems --------------------------------------------------------------------------------------------------------


def drawn(random: Random) -> Problem:
    """A basket of up to three kinds of things, which some providers put into one parcel and some into several."""
    kinds = [random.randrange(3) for _ in range(LINES)]
    worth = [random.randint(800, 3_000) for _ in range(LINES)]
    lines = tuple(
        Line(line_id=UUID(int=number + 1), sku=f"SKU-{number}", quantity=random.choice([1, 1, 1, 2, 3]))
        for number in range(LINES)
    )
    return Problem(
        at=datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC),
        lines=lines,
        sources=tuple(_source(random, number, lines, kinds, worth) for number in range(SOURCES)),
        currency="EUR",
        rates={currency: Rate(day=DAY, per_euro=rate) for currency, rate in PER_EURO.items()},
    )


def _source(
    random: Random, number: int, lines: Sequence[Line], kinds: Sequence[int], worth: Sequence[int]
) -> Source:
    currency = random.choice(["EUR", "USD", "GBP"])
    offers = tuple(
        Offered(
            line_id=line.line_id,
            offer_id=UUID(int=1_000 + 100 * number + at),
            price=Money(round(worth[at] * random.uniform(0.8, 1.25)), currency),
        )
        for at, line in enumerate(lines)
    )
    together = random.random() < 0.5
    return Source(
        connection_id=UUID(int=10 + number),
        connection_name=f"House {number}",
        provider="inkwell",
        offers=offers,
        methods=tuple(_method(random, pace, kinds, currency, together=together) for pace in range(METHODS)),
    )


def _method(random: Random, pace: int, kinds: Sequence[int], currency: str, *, together: bool) -> Method:
    carriage: list[Carriage] = []
    for kind in sorted(set(kinds)):
        first = random.randint(350, 700) * (1 + pace)
        carriage.append(
            Carriage(
                offers=tuple(at for at, each in enumerate(kinds) if each == kind),
                ships_with="house" if together else str(kind),
                first=Money(first, currency),
                additional=Money(round(first * random.uniform(0.2, 0.6)), currency),
            )
        )
    return Method(key=f"M{pace}", name=f"M{pace}", carriage=tuple(carriage), max_days=10 - 3 * pace)


# -- the peer --------------------------------------------------------------------------------------------------------


def cheapest_by_trying(problem: Problem) -> int:
    """What the cheapest basket costs, in units: over all assignments of lines to providers."""
    board = Board(problem)
    sets = 2 ** len(problem.lines)
    by_source: dict[int, list[int]] = defaultdict(lambda: [FAR] * sets)
    for way in board.ways:
        table = by_source[way.source_at]
        for chosen in range(sets):
            cells: list[Cell] = [each[0] for at, each in enumerate(way.usable) if chosen >> at & 1]
            table[chosen] = min(table[chosen], cost(board.ways, cells))
    tables = list(by_source.values())
    bits = [1 << at for at in range(len(problem.lines))]
    least = FAR
    for assigned in product(range(len(tables)), repeat=len(bits)):
        sets_of = [0] * len(tables)
        for bit, source in zip(bits, assigned, strict=True):
            sets_of[source] |= bit
        least = min(least, sum([table[chosen] for table, chosen in zip(tables, sets_of, strict=True)]))
    return least


def main() -> None:
    """This measurement alone: `python -m benchmarks.routing`."""
    for each in _section([_round(seed) for seed in range(3)]).figures:
        goal = f"  {each.goal.words} {'met' if each.goal.met else 'MISSED'}" if each.goal else ""
        sys.stdout.write(f"{each.name}: {each.spread.median:.3f} {each.unit}{goal}\n")


if __name__ == "__main__":
    main()
