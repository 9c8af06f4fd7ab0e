"""What a live quote changes: a route chosen by tariffs is held against what its providers ask now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from printvision.orders.routing.amounts import Amounts
from printvision.orders.routing.decision import Basket, Part
from printvision.orders.routing.problem import Carriage, Method, Problem
from printvision.platform.money import Money


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    """What carrying a part costs now by one method."""

    method: str
    name: str
    price: Money
    min_days: int | None = None
    max_days: int | None = None


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A quote beside what was estimated, both for shipping one part; `price` is None where it was not offered."""

    connection_id: UUID
    method: str
    price: Money | None
    estimated: Money


def weigh(problem: Problem, basket: Basket, quoted: Mapping[UUID, Sequence[Quoted]]) -> tuple[Problem, bool]:
    """The problem with what the quotes of a basket's parts, by connection, say otherwise; and whether it stands.

    It does not stand where a method is not offered, takes longer than the rules allow, or where all quotes together are
    dearer than estimated by more than the rules tolerate, in percent of the basket's total.
    """
    amounts = Amounts(problem)
    stands, more = True, 0
    changed: dict[tuple[UUID, str], Method] = {}
    for part in basket.parts:
        if part.connection_id not in quoted:
            continue
        method = _method(problem, part)
        offer = next((each for each in quoted[part.connection_id] if each.method == part.method), None)
        price = None if offer is None else amounts.converted(offer.price)
        if offer is None or price is None or price.amount_minor < 0:
            gone = f"{method.name} is not offered for this address and these lines"
            changed[part.connection_id, part.method] = msgspec.structs.replace(method, gone=gone)
            stands = False
            continue
        dearer = price.amount_minor - part.shipping.amount_minor
        more += dearer
        before = amounts.converted(method.extra) if method.extra else None
        extra = max(0, dearer + (before.amount_minor if before else 0))
        changed[part.connection_id, part.method] = msgspec.structs.replace(
            method,
            extra=Money(extra, amounts.currency) if extra else None,
            min_days=method.min_days if offer.min_days is None else offer.min_days,
            max_days=method.max_days if offer.max_days is None else offer.max_days,
        )
        longest = problem.rules.max_days
        if longest is not None and offer.max_days is not None and offer.max_days > longest:
            stands = False
    if more * 100 > basket.total.amount_minor * problem.rules.quote_tolerance_percent:
        stands = False
    return _with_methods(problem, changed), stands


def by_quote(offers: Sequence[int], quoted: Sequence[Quoted]) -> tuple[Method, ...]:
    """Methods of a source of which nothing but a quote for just these offers is known."""
    return tuple(
        Method(
            key=each.method,
            name=each.name,
            carriage=(
                Carriage(
                    offers=tuple(offers),
                    ships_with="",
                    first=each.price,
                    additional=Money(0, each.price.currency),
                ),
            ),
            min_days=each.min_days,
            max_days=each.max_days,
        )
        for each in quoted
    )


def _method(problem: Problem, part: Part) -> Method:
    return next(
        method
        for source in problem.sources
        if source.connection_id == part.connection_id
        for method in source.methods
        if method.key == part.method and method.gone is None
    )


def _with_methods(problem: Problem, changed: Mapping[tuple[UUID, str], Method]) -> Problem:
    sources = tuple(
        msgspec.structs.replace(
            source,
            methods=tuple(
                changed.get((source.connection_id, method.key), method) for method in source.methods
            ),
        )
        for source in problem.sources
    )
    return msgspec.structs.replace(problem, sources=sources)
