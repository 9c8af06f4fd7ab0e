"""What a route is chosen from: plain data, stored with every decision so that it can be made again."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.orders.rules import RoutingRules
from printvision.platform.money import Money


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is to be made; `quantity` pieces of it."""

    line_id: UUID
    sku: str
    quantity: Annotated[int, Meta(ge=1)]


class Offered(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way in which a source would make one line; a source may know several ways for a line.

    Args:
        price: of one piece, None where it is not known; one below zero is taken for none.
        seen_at: when price and stock were read, the older of the two; None where there is nothing to be stale.
        unready: what the provider still lacks to make it (a product of its own, where it wants one); else None.
        excluded: why this source shall not make this line, though it may make others; else None.
        exact: whether the blank is the very one the vendor had in mind, else only of its grade.
    """

    line_id: UUID
    offer_id: UUID
    price: Money | None
    in_stock: bool = True
    unready: str | None = None
    excluded: str | None = None
    exact: bool = True
    seen_at: datetime | None = None


class Carriage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a method charges for carrying some of a source's offers.

    Of all pieces with the same `ships_with` the dearest `first` is charged once (of equal ones that with the smallest
    `additional`), and every other piece's own `additional`.

    Args:
        offers: positions in the source's `offers`. Where a method names one twice, the first counts.
        ships_with: what shares parcels; every other value of a source is a parcel of its own.
    """

    offers: tuple[int, ...]
    ships_with: str
    first: Money
    additional: Money


class Method(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One way in which a source ships all it makes of an order.

    Args:
        carriage: what each offer costs; one that is not named is not carried.
        extra: what a live quote was dearer by, charged once where the method is used at all.
        max_days: from order to door, None where nothing is promised.
        gone: why it cannot be used, though it is published.
    """

    key: str
    name: str
    carriage: tuple[Carriage, ...] = ()
    extra: Money | None = None
    min_days: int | None = None
    max_days: int | None = None
    gone: str | None = None


class Source(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connection and what it could do for the basket.

    Args:
        offers: in the order in which they are preferred where they cost the same.
        paused, unavailable, excluded, address: a sentence on why it may not, None where it may.
        no_method: why it has no method, where that is known.
    """

    connection_id: UUID
    connection_name: str
    provider: str
    offers: tuple[Offered, ...] = ()
    methods: tuple[Method, ...] = ()
    paused: str | None = None
    unavailable: str | None = None
    excluded: str | None = None
    address: str | None = None
    no_method: str | None = None


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a currency one euro was on a day."""

    day: date
    per_euro: Decimal


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything that a choice depends on.

    Args:
        at: when it is made: ages are counted to it.
        currency: of the order; what is told in several currencies is compared in it, where rates allow.
        paid: what the buyer paid for all of `lines`, shipping included; None where nobody said.
        service: the shipping service that the buyer chose, in the shop's words.
        rates: by currency, the euro left out.
    """

    at: datetime
    lines: tuple[Line, ...]
    sources: tuple[Source, ...]
    rules: RoutingRules = RoutingRules()
    currency: str | None = None
    paid: Money | None = None
    service: str | None = None
    rates: dict[str, Rate] = {}
