"""Keeps journal and ledger in step: an order and its ledger lines are stored before anybody is told."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec

from printvision.providers.simulators.journal import Shelf
from printvision.providers.simulators.ledger import Ledger, LedgerEvent, LedgerLine


class Happening(msgspec.Struct, frozen=True):
    """An event of some of an order's items that belongs into the ledger; `items`: id → pieces."""

    event: str
    at: float
    items: dict[int, int]


class Piece(NamedTuple):
    """What the ledger says of an item: see `LedgerLine`."""

    sku: str
    quantity: int
    title: str | None = None
    line_ref: str | None = None


class Booked(Protocol):
    """An order that can be booked.

    Args:
        key: the provider's id of it.
        happenings: in order; what the ledger must hold of it.
    """

    happenings: list[Happening]

    @property
    def key(self) -> str: ...

    @property
    def our_ref(self) -> str | None: ...

    @property
    def recipient_name(self) -> str | None: ...

    def pieces(self) -> Mapping[int, Piece]:
        """By the item's id."""
        ...


OrderT = TypeVar(
    "OrderT", bound=Any
)  # a msgspec.Struct that is `Booked`: Python has no intersection of types


class Bookkeeping(Generic[OrderT]):
    def __init__(self, orders: Shelf[OrderT], ledger: Ledger) -> None:
        self._orders = orders
        self._ledger = ledger

    def keep(self, order: OrderT) -> None:
        """Store an order as it now is."""
        self._orders.put(order.key, order)

    def record(self, order: OrderT, event: LedgerEvent, items: dict[int, int] | None = None) -> None:
        """Store the order and write the event into the ledger: for all items, or these (id → pieces)."""
        booked: Booked = order
        pieces = (
            items if items is not None else {key: piece.quantity for key, piece in booked.pieces().items()}
        )
        happening = Happening(event, time.time(), pieces)
        booked.happenings.append(happening)
        self.keep(order)
        self._ledger.append(_lines(booked, happening))

    def mend(self) -> None:
        """Write the lines that a kill between the two files left out."""
        written = Counter((line.order_id, line.event) for line in self._ledger.read())
        for order in self._orders.values():
            booked: Booked = order
            due: dict[LedgerEvent, list[LedgerLine]] = {}
            for happening in booked.happenings:
                due.setdefault(LedgerEvent(happening.event), []).extend(_lines(booked, happening))
            for event, lines in due.items():
                self._ledger.append(lines[written[booked.key, event] :])


def _lines(order: Booked, happening: Happening) -> list[LedgerLine]:
    known = order.pieces()
    return [
        LedgerLine(
            at=datetime.fromtimestamp(happening.at, UTC),
            event=LedgerEvent(happening.event),
            our_ref=order.our_ref,
            recipient=order.recipient_name,
            sku=known[item_id].sku,
            quantity=quantity,
            order_id=order.key,
            title=known[item_id].title,
            line_ref=known[item_id].line_ref,
        )
        for item_id, quantity in happening.items.items()
        if item_id in known
    ]
