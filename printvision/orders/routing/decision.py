"""What was chosen, and what was against everything else."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec

from printvision.platform.money import Money


class Bound(StrEnum):
    """What a candidate can fail. Declared in the order they are checked; the first one is told."""

    CONNECTION_PAUSED = "connection-paused"
    UNAVAILABLE = "unavailable"
    EXCLUDED = "excluded"
    ADDRESS_LIMIT = "address-limit"
    LINE_NOT_OFFERED = "line-not-offered"
    NOT_EXACT = "not-exact"
    NOT_READY = "not-ready"
    OUT_OF_STOCK = "out-of-stock"
    STALE = "stale"
    NO_PRICE = "no-price"
    NO_METHOD = "no-method"
    SERVICE = "service"
    TOO_SLOW = "too-slow"
    NO_RATE = "no-rate"
    TOO_MANY_PARCELS = "too-many-parcels"
    MARGIN_FLOOR = "margin-floor"
    MOST_EXTRA = "most-extra"

    @property
    def rank(self) -> int:
        return _RANKS[self]


_RANKS = {bound: rank for rank, bound in enumerate(Bound)}


class Failure(msgspec.Struct, frozen=True):
    """A bound that was failed, with a sentence for a person."""

    bound: Bound
    detail: str


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What one connection would cost for the whole basket by one method. `failed` is None where it may make it.

    `goods`, `shipping` and `total` are told also of one that fails, and None where the whole of them is not known.
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
    parcels: int | None
    failed: Bound | None = None
    failed_detail: str | None = None


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one connection makes of a basket, and by which method it ships that. `offers`: line to offer."""

    connection_id: UUID
    connection_name: str
    provider: str
    method: str
    method_name: str
    goods: Money
    shipping: Money
    total: Money
    max_days: int | None
    parcels: int
    offers: dict[UUID, UUID]


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """One way to have every line made, in as many parts as there are connections.

    `max_days` is that of the slowest part, None where one promises nothing.
    """

    parts: tuple[Part, ...]
    goods: Money
    shipping: Money
    total: Money
    max_days: int | None
    parcels: int
    failed: Bound | None = None
    failed_detail: str | None = None


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen and from what.

    Args:
        baskets: the best ones, the best first, also those that fail a bound of the whole; as many as were asked for.
        candidates: every connection by every method, had it made all of the basket, the best first, failed ones last.
        considered: how many candidates there are.
        looked_at: how many steps the search took.
        exact: whether nothing better can exist; False where the search was ended by its budget.
    """

    winner: Basket | None
    baskets: tuple[Basket, ...]
    candidates: tuple[Candidate, ...]
    considered: int
    looked_at: int = 0
    exact: bool = True

    @property
    def why_not(self) -> str:
        """For a person, where nothing won: what is wrong with each connection."""
        told: dict[object, str] = {}
        if self.baskets and self.baskets[0].failed:
            told[None] = f"the best basket of all: {self.baskets[0].failed_detail}"
        for each in self.candidates:
            told.setdefault(each.connection_id, f"{each.connection_name}: {each.failed_detail}")
        return "; ".join(told.values()) or "No connection offers any line of this order."
