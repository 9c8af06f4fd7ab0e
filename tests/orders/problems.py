"""Small routing problems: builders that set only what a test is about, and an oracle that tries everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from printvision.orders.routing import Carriage, Line, Method, Offered, Problem, Rate, Source
from printvision.orders.rules import RoutingRules
from printvision.platform.money import EXPONENTS, Money

LINES = [UUID(int=number) for number in range(1, 9)]
CONNECTIONS = [UUID(int=100 + number) for number in range(6)]
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
RATES = {
    "USD": Rate(day=date(2026, 3, 20), per_euro=Decimal("1.0853")),
    "JPY": Rate(day=date(2026, 3, 19), per_euro=Decimal("162.37")),
}
UNITS = 1_000_000


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def line(number: int = 0, quantity: int = 1) -> Line:
    return Line(line_id=LINES[number], sku=f"SKU-{number}", quantity=quantity)


def offered(number: int = 0, price: Money | int | None = 1_000, *, offer: int = 0, **changes: Any) -> Offered:
    """An offer for a line; a bare number is euro cents."""
    told = eur(price) if isinstance(price, int) else price
    return Offered(
        line_id=LINES[number], offer_id=UUID(int=1_000 + 10 * number + offer), price=told, **changes
    )


def charge(
    *offers: int, first: Money | int = 500, more: Money | int = 100, ships_with: str = "house"
) -> Carriage:
    return Carriage(
        offers=offers,
        ships_with=ships_with,
        first=eur(first) if isinstance(first, int) else first,
        additional=eur(more) if isinstance(more, int) else more,
    )


def method(key: str = "STANDARD", *carriage: Carriage, **changes: Any) -> Method:
    return Method(key=key, name=key.title(), carriage=carriage or (charge(*range(8)),), **changes)


def source(
    number: int = 0, *offers: Offered, methods: tuple[Method, ...] = (method(),), **changes: Any
) -> Source:
    return Source(
        connection_id=CONNECTIONS[number],
        connection_name=f"House {number}",
        provider="inkwell",
        offers=offers,
        methods=methods,
        **changes,
    )


def problem(*sources: Source, lines: tuple[Line, ...] | None = None, **changes: Any) -> Problem:
    rules = changes.pop("rules", {})
    return Problem(
        at=NOW,
        lines=lines or (line(),),
        sources=sources,
        rules=msgspec.convert(rules, RoutingRules),
        currency=changes.pop("currency", "EUR"),
        rates=changes.pop("rates", RATES),
        **changes,
    )


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


# -- the oracle ------------------------------------------------------------------------------------------------------


class Choice(NamedTuple):
    """One offer of a source by one of its methods."""

    source: Source
    method: Method
    at: int

    @property
    def offer(self) -> Offered:
        return self.source.offers[self.at]

    @property
    def charge(self) -> Carriage | None:
        return next((each for each in self.method.carriage if self.at in each.offers), None)


class Way(NamedTuple):
    """A basket by its rank; `names` tells by line the connection, the method and the offer."""

    total: int
    parcels: int
    days: float
    keys: tuple[Any, ...]
    names: tuple[tuple[UUID, str, UUID], ...]


def every_basket(given: Problem) -> list[Way]:
    """All baskets that fail no bound but those of the whole cost, the best first."""
    if not given.lines:
        return []
    choices = [[each for each in _choices(given, each) if _may(given, each)] for each in given.lines]
    found = [
        way
        for cells in product(*choices)
        if _one_method_each(cells)
        for way in [measured(given, cells)]
        if given.rules.most_parcels is None or way.parcels <= given.rules.most_parcels
    ]
    return sorted(found)


def measured(given: Problem, cells: tuple[Choice, ...]) -> Way:
    """By the definition: all pieces of a group one by one, the dearest of them first."""
    pieces: dict[tuple[UUID, str], list[tuple[int, int]]] = defaultdict(list)
    total = 0
    for wanted, cell in zip(given.lines, cells, strict=True):
        charged, price = cell.charge, cell.offer.price
        assert charged is not None
        assert price is not None
        told = units(given, charged.first), units(given, charged.additional)
        pieces[cell.source.connection_id, charged.ships_with] += [told] * wanted.quantity
        total += units(given, price) * wanted.quantity
    for told in pieces.values():
        dearest = max(told, key=lambda piece: (piece[0], -piece[1]))
        total += dearest[0] + sum(more for _, more in told) - dearest[1]
    used = {(cell.source.connection_id, cell.method.key): cell.method for cell in cells}
    total += sum(units(given, each.extra) for each in used.values() if each.extra)
    days = max(float("inf") if each.max_days is None else each.max_days for each in used.values())
    keys = tuple((cell.source.connection_id, cell.method.key, cell.at) for cell in cells)
    names = tuple((cell.source.connection_id, cell.method.key, cell.offer.offer_id) for cell in cells)
    return Way(total, len(pieces), days, keys, names)


def units(given: Problem, amount: Money) -> int:
    """Millionths of a minor unit of the currency that is compared in."""
    wanted = compared_in(given)
    if amount.currency == wanted:
        return amount.amount_minor * UNITS
    ratio = _per_euro(given, wanted) / _per_euro(given, amount.currency)
    return round(
        amount.amount_minor * ratio * Fraction(10) ** (EXPONENTS[wanted] - EXPONENTS[amount.currency]) * UNITS
    )


def compared_in(given: Problem) -> str:
    """The only currency; else, of all with a fresh rate together and each of the others alone, what most sources keep
    to (of equals what the order is in, then the first by the alphabet): of several the order's, or the euro.
    """
    kept_to = [told for each in given.sources if (told := _told(each))]
    told = {currency for each in kept_to for currency in each}
    if len(told) == 1:
        return told.pop()
    rated = {currency for currency in told if _is_fresh(given, currency)}
    together = [rated] + [{currency} for currency in told - rated]
    together.sort(key=sorted)
    scores = [(sum(each <= one for each in kept_to), given.currency in one) for one in together]
    best = together[scores.index(max(scores))]
    if len(best) == 1:
        return best.pop()
    return given.currency if given.currency and _is_fresh(given, given.currency) else "EUR"


def _told(each: Source) -> set[str]:
    told = {offer.price.currency for offer in each.offers if offer.price}
    for way in each.methods:
        told |= {way.extra.currency} if way.extra else set()
        told |= {money.currency for one in way.carriage for money in (one.first, one.additional)}
    return told


def _choices(given: Problem, wanted: Line) -> Iterator[Choice]:
    for each in given.sources:
        for way in each.methods:
            for at, offer in enumerate(each.offers):
                if offer.line_id == wanted.line_id:
                    yield Choice(each, way, at)


def _may(given: Problem, cell: Choice) -> bool:
    """Whether nothing is against it, each thing judged by itself."""
    return not any(
        [
            cell.source.paused,
            cell.source.unavailable,
            cell.source.excluded,
            cell.source.address,
            *_offer_faults(given, cell.offer),
            *_method_faults(given, cell),
        ]
    )


def _offer_faults(given: Problem, offer: Offered) -> Iterator[bool]:
    rules = given.rules
    yield rules.exact_only and not offer.exact
    yield offer.excluded is not None
    yield offer.unready is not None
    yield not offer.in_stock
    yield bool(
        rules.stale_after_days
        and offer.seen_at
        and given.at - offer.seen_at > timedelta(days=rules.stale_after_days)
    )
    yield offer.price is None or offer.price.amount_minor < 0
    yield offer.price is not None and not _convertible(given, offer.price)


def _method_faults(given: Problem, cell: Choice) -> Iterator[bool]:
    way, charged = cell.method, cell.charge
    yield way.gone is not None
    yield charged is None or min(charged.first.amount_minor, charged.additional.amount_minor) < 0
    yield charged is not None and not (
        _convertible(given, charged.first) and _convertible(given, charged.additional)
    )
    yield way.extra is not None and not _convertible(given, way.extra)
    served = given.rules.service(given.service)
    yield served is not None and not served.serves(cell.source.provider, way.key)
    yield bool(given.rules.max_days and way.max_days and way.max_days > given.rules.max_days)


def _one_method_each(cells: tuple[Choice, ...]) -> bool:
    used = {(cell.source.connection_id, cell.method.key) for cell in cells}
    return len(used) == len({connection_id for connection_id, _ in used})


def _convertible(given: Problem, amount: Money) -> bool:
    return amount.currency == compared_in(given) or (
        _is_fresh(given, amount.currency) and _is_fresh(given, compared_in(given))
    )


def _is_fresh(given: Problem, currency: str) -> bool:
    rate = given.rates.get(currency)
    if currency == "EUR":
        return True
    return rate is not None and (given.at.date() - rate.day).days <= given.rules.rates_max_age_days


def _per_euro(given: Problem, currency: str) -> Fraction:
    return Fraction(1) if currency == "EUR" else Fraction(given.rates[currency].per_euro)


def without(given: Problem, **rules: Any) -> Problem:
    """The same under other rules."""
    return msgspec.structs.replace(given, rules=msgspec.structs.replace(given.rules, **rules))
