"""Keeps journal and ledger in step: an order and its ledger lines are stored before anybody is told."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime

from printvision.providers.simulators.ledger import LedgerEvent, LedgerLine
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.records import Happening, Order


class Bookkeeping:
    def __init__(self, account: Account) -> None:
        self._account = account

    def keep(self, order: Order) -> None:
        """Store an order as it now is."""
        self._account.orders.put(str(order.id), order)

    def record(self, order: Order, event: LedgerEvent, items: dict[int, int] | None = None) -> None:
        """Store the order and write the event into the ledger: for all items, or these (id → pieces)."""
        pieces = items if items is not None else {item.id: item.quantity for item in order.items}
        happening = Happening(event, time.time(), pieces)
        order.happenings.append(happening)
        self.keep(order)
        self._account.ledger.append(_lines(order, happening))

    def mend(self) -> None:
        """Write the lines that a kill between the two files left out."""
        written = Counter((line.order_id, line.event) for line in self._account.ledger.read())
        for order in self._account.orders.values():
            due: dict[LedgerEvent, list[LedgerLine]] = {}
            for happening in order.happenings:
                due.setdefault(LedgerEvent(happening.event), []).extend(_lines(order, happening))
            for event, lines in due.items():
                self._account.ledger.append(lines[written[str(order.id), event] :])


def _lines(order: Order, happening: Happening) -> list[LedgerLine]:
    known = {item.id: item for item in order.items}
    return [
        LedgerLine(
            at=datetime.fromtimestamp(happening.at, UTC),
            event=LedgerEvent(happening.event),
            our_ref=order.external_id,
            recipient=order.recipient.name,
            sku=known[item_id].ledger_sku,
            quantity=quantity,
            order_id=str(order.id),
        )
        for item_id, quantity in happening.items.items()
        if item_id in known
    ]
