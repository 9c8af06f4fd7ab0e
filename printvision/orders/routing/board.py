"""The problem as numbers: what every line costs by every way to have it made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from printvision.orders.routing.amounts import Amounts
from printvision.orders.routing.decision import Bound
from printvision.orders.routing.problem import Method, Offered, Problem, Source

FAR = 2**200  # beyond every cost
NO_PROMISE = 1_000_000  # days: later than any promise
MOST_OFFERS = 10_000  # of a line at one connection


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One line made by one offer of a way. Amounts are in units of `Amounts`.

    Args:
        group: what shares parcels with it, numbered over all ways.
        tag: of two cells of a line the one with the smaller tag comes first where all else is equal.
        base: all its pieces and each one's `additional`.
        step: what its group pays more than every `base`, where it is the one with the dearest `first`.
        floor: what its group pays more at the least, whatever else is in it.
        low: `base`, less where the floor is below zero.
    """

    way: int
    group: int
    offer: int
    tag: int
    base: int
    goods: int
    first: int
    step: int
    floor: int
    low: int


@dataclass(slots=True)
class Way:
    """A source with one of its methods, or with none where it has none.

    `known` are the cells of each line whose cost is known, `usable` those that fail nothing.
    """

    source: Source
    source_at: int
    method: Method | None
    extra: int = 0
    days: int = NO_PROMISE
    known: list[list[Cell]] = field(default_factory=list[list[Cell]])
    usable: list[list[Cell]] = field(default_factory=list[list[Cell]])


_Made = tuple[int, int | None, Bound | None]
"""An offer as numbers: by position in the source, what all pieces cost, and the first thing against it."""

_Charge = tuple[int, int, int, int]
"""What one offer is charged by a method: its group, `first`, `additional` and floor."""


def _dearness(told: tuple[int, int, list[int]]) -> tuple[int, int]:
    return told[0], -told[1]


def _cells(
    way: int, quantity: int, offers: Sequence[_Made], carried: Mapping[int, _Charge]
) -> tuple[list[Cell], list[Cell]]:
    """The cells of a line whose cost is known, and those of them whose offer fails nothing."""
    known: list[Cell] = []
    usable: list[Cell] = []
    tag = way * MOST_OFFERS
    for offer, goods, fault in offers:
        if goods is not None and offer in carried:
            group, first, more, floor = carried[offer]
            base = goods + more * quantity
            low = base if floor >= 0 else base + floor
            cell = Cell(way, group, offer, tag, base, goods, first, first - more, floor, low)
            known.append(cell)
            if fault is None:
                usable.append(cell)
        tag += 1
    return known, usable


class Board:
    """Every way of a problem, in the order of the keys: by connection, then by method."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.amounts = Amounts(problem)
        self.ways: list[Way] = []
        self.groups = 0
        self._fresh_from = fresh_from(problem)
        self._service = problem.rules.service(problem.service)
        ordered = sorted(problem.sources, key=lambda source: source.connection_id)
        for source_at, source in enumerate(ordered):
            made = self._made(source)
            barred = source_fault(source) is not None
            for method in sorted(source.methods, key=lambda method: (method.key, method.name)) or [None]:
                self._add(Way(source, source_at, method), made, barred=barred)

    # -- a source ------------------------------------------------------------------------------------------------------

    def _made(self, source: Source) -> list[list[_Made]]:
        """By line what the source's offers for it come to."""
        made: dict[int, list[_Made]] = {line.line_id.int: [] for line in self.problem.lines}
        pieces = {line.line_id.int: line.quantity for line in self.problem.lines}
        for at, offer in enumerate(source.offers):
            line, price = offer.line_id.int, offer.price
            if line in made:
                piece = None if price is None or price.amount_minor < 0 else self.amounts.units(price)
                goods = None if piece is None else piece * pieces[line]
                made[line].append((at, goods, offer_fault(self.problem, offer, self._fresh_from)))
        return list(made.values())

    # -- a way ---------------------------------------------------------------------------------------------------------

    def _add(self, way: Way, made: list[list[_Made]], *, barred: bool) -> None:
        method, number = way.method, len(self.ways)
        self.ways.append(way)
        barred = barred or self.method_fault(way.source, method) is not None
        carried = self._carried(method) if method else {}
        if method is not None:
            way.extra = max(0, self.amounts.units(method.extra) or 0) if method.extra else 0
            way.days = NO_PROMISE if method.max_days is None else method.max_days
        for line, offers in zip(self.problem.lines, made, strict=True):
            known, usable = _cells(number, line.quantity, offers, carried)
            way.known.append(known)
            way.usable.append([] if barred else usable)

    def _carried(self, method: Method) -> dict[int, _Charge]:
        """What the method charges for each offer; what is not told in units is left out."""
        groups: dict[str, list[tuple[int, int, list[int]]]] = defaultdict(list)
        taken: set[int] = set()
        for carriage in method.carriage:
            first, additional = self.amounts.units(carriage.first), self.amounts.units(carriage.additional)
            offers = [offer for offer in carriage.offers if offer not in taken]
            taken.update(offers)
            # one that would pay us is a fault of theirs, not a bargain
            if first is not None and additional is not None and first >= 0 and additional >= 0:
                groups[carriage.ships_with].append((first, additional, offers))
        charges: dict[int, _Charge] = {}
        for together in groups.values():
            floor = FAR
            # the dearest pays its step; beside a dearer one, that one does
            for first, additional, offers in sorted(together, key=_dearness, reverse=True):
                floor = min(floor, first - additional)
                for offer in offers:
                    charges[offer] = self.groups, first, additional, floor
            self.groups += 1
        return charges

    def method_fault(self, source: Source, method: Method | None) -> Bound | None:
        """The first bound the method fails, whatever it carries."""
        if method is None or method.gone is not None:
            return Bound.NO_METHOD
        if self._service is not None and not self._service.serves(source.provider, method.key):
            return Bound.SERVICE
        longest = self.problem.rules.max_days
        if longest is not None and method.max_days is not None and method.max_days > longest:
            return Bound.TOO_SLOW
        if method.extra is not None and self.amounts.units(method.extra) is None:
            return Bound.NO_RATE
        return None


def source_fault(source: Source) -> Bound | None:
    """The first bound the source fails, whatever it is asked for."""
    if source.paused is not None:
        return Bound.CONNECTION_PAUSED
    if source.unavailable is not None:
        return Bound.UNAVAILABLE
    if source.excluded is not None:
        return Bound.EXCLUDED
    return None if source.address is None else Bound.ADDRESS_LIMIT


def fresh_from(problem: Problem) -> datetime | None:
    """Prices and stock that were read before are stale."""
    days = problem.rules.stale_after_days
    return None if days is None else problem.at - timedelta(days=days)


def offer_fault(problem: Problem, offer: Offered, fresh: datetime | None) -> Bound | None:
    """The first bound the offer fails by itself, whatever carries it; `fresh` is `fresh_from(problem)`."""
    if offer.excluded is not None:
        return Bound.EXCLUDED
    if not offer.exact and problem.rules.exact_only:
        return Bound.NOT_EXACT
    if offer.unready is not None:
        return Bound.NOT_READY
    if not offer.in_stock:
        return Bound.OUT_OF_STOCK
    if fresh and offer.seen_at and offer.seen_at < fresh:
        return Bound.STALE
    return Bound.NO_PRICE if offer.price is None or offer.price.amount_minor < 0 else None


def hopeful(problem: Problem) -> dict[UUID, tuple[int, ...]]:
    """By connection that fails nothing itself, the offers that fail nothing themselves: what to ask tariffs for."""
    fresh = fresh_from(problem)
    found = {
        source.connection_id: tuple(
            at for at, offer in enumerate(source.offers) if offer_fault(problem, offer, fresh) is None
        )
        for source in problem.sources
        if source_fault(source) is None
    }
    return {connection_id: offers for connection_id, offers in found.items() if offers}


def makeable(problem: Problem) -> bool:
    """Whether every line has an offer that fails nothing by itself, at a connection that fails nothing itself."""
    offers = hopeful(problem)
    made = {
        source.offers[at].line_id for source in problem.sources for at in offers.get(source.connection_id, ())
    }
    return all(line.line_id in made for line in problem.lines)


def cost(ways: Sequence[Way], cells: Sequence[Cell]) -> int:
    """What the cells cost together, with what every group and every way adds once."""
    dearest: dict[int, Cell] = {}
    total = 0
    for cell in cells:
        total += cell.base
        other = dearest.get(cell.group)
        if other is None or (cell.first, cell.step) > (other.first, other.step):
            dearest[cell.group] = cell
    total += sum(cell.step for cell in dearest.values())
    return total + sum(ways[way].extra for way in {cell.way for cell in cells})
