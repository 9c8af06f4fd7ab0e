"""The pure choice of a route: data in, a decision record out; no session, no clock.

A candidate is one connection with one of its shipping methods. The cheapest that fails no bound wins; equal costs go
to the earlier promised day (none promised comes last), then to the smaller key, so that the same data always gives the
same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.platform.money import Money

KEPT = 10


class Bound(StrEnum):
    """What a candidate can fail. Declared in the order they are checked; the first one is told."""

    CONNECTION_PAUSED = "connection-paused"
    LINE_NOT_OFFERED = "line-not-offered"
    OUT_OF_STOCK = "out-of-stock"
    NO_PRICE = "no-price"
    NO_METHOD = "no-method"
    OTHER_CURRENCY = "other-currency"


class BasketLine(msgspec.Struct, frozen=True, kw_only=True):
    line_id: UUID
    sku: str
    quantity: Annotated[int, Meta(ge=1)]


class OfferedLine(msgspec.Struct, frozen=True, kw_only=True):
    """How one connection would make one line. A price below zero is taken for none."""

    line_id: UUID
    offer_id: UUID
    variant_external_id: str
    price: Money | None  # of one piece
    in_stock: bool


class Method(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    name: str
    price: Money
    min_days: int | None = None
    max_days: int | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """One connection and what it could do for the basket; `note` says why it could not be asked.

    Where it offers a line twice the first offer counts.
    """

    connection_id: UUID
    connection_name: str
    provider: str
    active: bool
    lines: tuple[OfferedLine, ...]
    methods: tuple[Method, ...] = ()
    note: str | None = None


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """One way to have the whole basket made. `failed` is None for one that may win.

    `goods`, `shipping` and `total` are None where the whole of them is not known.
    """

    connection_id: UUID
    connection_name: str
    provider: str
    method: str | None
    method_name: str | None
    goods: Money | None
    shipping: Money | None
    total: Money | None
    max_days: int | None
    offers: dict[UUID, UUID]  # line → offer
    failed: Bound | None = None
    failed_detail: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen and from what: `candidates` are the ten best, the winner first, failed ones last."""

    winner: Candidate | None
    candidates: tuple[Candidate, ...]
    considered: int
    basket: tuple[BasketLine, ...]

    @property
    def why_not(self) -> str:
        """For a person, where nothing won: what is wrong with each connection."""
        if not self.candidates:
            return "No connection offers any line of this order."
        told: dict[UUID, str] = {}
        for each in self.candidates:
            told.setdefault(each.connection_id, f"{each.connection_name}: {each.failed_detail}")
        return "; ".join(told.values())


def choose(
    basket: Sequence[BasketLine], sources: Sequence[Source], *, preferred_currency: str | None = None
) -> Decision:
    """Choose the cheapest way to have every line made by one connection.

    Args:
        preferred_currency: where costs come in several currencies, those in this one are compared; without it, those
            in the currency of the most candidates.
    """
    candidates = [made for source in sources for made in _candidates(basket, source)] if basket else []
    candidates = _one_currency(candidates, preferred_currency)
    ordered = sorted(candidates, key=_rank)
    winner = ordered[0] if ordered and ordered[0].failed is None else None
    return Decision(
        winner=winner, candidates=tuple(ordered[:KEPT]), considered=len(ordered), basket=tuple(basket)
    )


def _candidates(basket: Sequence[BasketLine], source: Source) -> list[Candidate]:
    offered = {line.line_id: line for line in reversed(source.lines)}
    failed, detail = _first_failed(basket, source, offered)
    goods = _goods(basket, offered)

    def made(method: Method | None) -> Candidate:
        total = _total(goods, method)
        clash = failed is None and total is None
        return Candidate(
            connection_id=source.connection_id,
            connection_name=source.connection_name,
            provider=source.provider,
            method=method.key if method else None,
            method_name=method.name if method else None,
            goods=goods,
            shipping=method.price if method else None,
            total=total,
            max_days=method.max_days if method else None,
            offers={
                line.line_id: offered[line.line_id].offer_id for line in basket if line.line_id in offered
            },
            failed=Bound.OTHER_CURRENCY if clash else failed,
            failed_detail="goods and shipping are told in several currencies" if clash else detail,
        )

    return [made(method) for method in _sound(source.methods)] or [made(None)]


def _first_failed(
    basket: Sequence[BasketLine], source: Source, offered: Mapping[UUID, OfferedLine]
) -> tuple[Bound | None, str | None]:
    lines = [(line.sku, offered.get(line.line_id)) for line in basket]
    missing = [sku for sku, offer in lines if offer is None]
    out = [sku for sku, offer in lines if offer and not offer.in_stock]
    unpriced = [sku for sku, offer in lines if offer and not _priced(offer)]
    if not source.active:
        return Bound.CONNECTION_PAUSED, source.note or "the connection is paused"
    if missing:
        return Bound.LINE_NOT_OFFERED, f"no offer for {', '.join(missing)}"
    if out:
        return Bound.OUT_OF_STOCK, f"out of stock: {', '.join(out)}"
    if unpriced:
        return Bound.NO_PRICE, f"no price known for {', '.join(unpriced)}; sync the catalogue"
    if not _sound(source.methods):
        return Bound.NO_METHOD, source.note or "no shipping method to this address"
    return None, None


def _sound(methods: Sequence[Method]) -> list[Method]:
    """A method that would pay us is a fault of theirs, not a bargain."""
    return [method for method in methods if method.price.amount_minor >= 0]


def _priced(offer: OfferedLine) -> bool:
    return offer.price is not None and offer.price.amount_minor >= 0


def _goods(basket: Sequence[BasketLine], offered: Mapping[UUID, OfferedLine]) -> Money | None:
    """What all lines cost; None where a price is missing or they come in several currencies."""
    offers = [(offered.get(line.line_id), line.quantity) for line in basket]
    prices = [(offer.price, count) for offer, count in offers if offer and offer.price and _priced(offer)]
    if len(prices) < len(basket) or len({price.currency for price, _ in prices}) != 1:
        return None
    return Money(sum(price.amount_minor * count for price, count in prices), prices[0][0].currency)


def _total(goods: Money | None, method: Method | None) -> Money | None:
    if goods is None or method is None or goods.currency != method.price.currency:
        return None
    return goods + method.price


def _one_currency(candidates: list[Candidate], preferred: str | None) -> list[Candidate]:
    """Amounts of two currencies are not compared: those outside the chosen one fail, and say so."""
    fit = [
        candidate.total.currency for candidate in candidates if candidate.failed is None and candidate.total
    ]
    if len(set(fit)) <= 1:
        return candidates
    chosen = preferred if preferred in fit else max(sorted(set(fit)), key=fit.count)
    return [
        msgspec.structs.replace(
            candidate,
            failed=Bound.OTHER_CURRENCY,
            failed_detail=f"costs in {candidate.total.currency}, compared in {chosen}",
        )
        if candidate.failed is None and candidate.total and candidate.total.currency != chosen
        else candidate
        for candidate in candidates
    ]


def _rank(candidate: Candidate) -> tuple[object, ...]:
    return (
        list(Bound).index(candidate.failed) + 1 if candidate.failed else 0,
        candidate.total.amount_minor if candidate.total else 0,
        candidate.max_days is None,
        candidate.max_days or 0,
        str(candidate.connection_id),
        candidate.method or "",
        candidate.method_name or "",
    )
