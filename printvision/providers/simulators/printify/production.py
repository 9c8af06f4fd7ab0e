"""What happens to orders by itself: costs, approval without being asked, printing, parcels on their way."""

from __future__ import annotations

import time

from printvision.providers.simulators.bookkeeping import Bookkeeping
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.providers.simulators.printify import catalog
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.announcer import Announcer
from printvision.providers.simulators.printify.records import Line, Order, Parcel, ParcelStage, Status

_SENT = (ParcelStage.SHIPPED, ParcelStage.DELIVERED)


class Production:
    def __init__(self, account: Account, books: Bookkeeping[Order], announcer: Announcer) -> None:
        self._account = account
        self._books = books
        self._announcer = announcer
        self._stages = account.config.stages

    def resume(self) -> None:
        """Plan again what was under way when the process ended."""
        for order in self._account.orders.values():
            self._plan(order)
            for parcel in order.parcels:
                self._plan_parcel(order, parcel)

    def calculate(self, order: Order) -> None:
        """Have a new order's costs worked out. The caller stores the order."""
        order.due = self._account.after(self._stages.costs)
        self._plan(order)

    def missing(self, order: Order) -> Line | None:
        """The first line that is out of stock."""
        for line in order.lines:
            offering = catalog.get_offering(line.blueprint_id, line.print_provider_id)
            if self._account.is_out(offering, catalog.order_variant(offering, line.variant_id)):
                return line
        return None

    def send(self, order: Order) -> None:
        """Charge the account, and begin where that worked; else the order waits for its payment."""
        if self._account.dice.falls("charge_failed", "orders.confirm"):
            order.due = None
            self._move(order, Status.PAYMENT_NOT_RECEIVED)
            return
        order.sent_at, order.due = time.time(), self._account.after(self._stages.accept)
        order.status = Status.SENDING
        for line in order.lines:
            line.status, line.sent_at = Status.SENDING, order.sent_at
        self._plan(order)
        self._books.record(order, LedgerEvent.CONFIRMED)
        self._announcer.sent_to_production(order)
        self._announcer.updated(order)

    def end(self, order: Order, status: Status, *, line_status: Status) -> None:
        """It will not be printed; what was charged for it is given back."""
        order.status, order.due = status, None
        for line in order.lines:
            line.status = line_status
        self._books.record(order, LedgerEvent.CANCELLED)
        self._announcer.updated(order)

    def _move(self, order: Order, status: Status) -> None:
        order.status = status
        self._books.keep(order)
        self._announcer.updated(order)

    def _plan(self, order: Order) -> None:
        if order.due is not None:
            due = order.due
            self._account.later(due, lambda: self._on_due(order.id, due))

    def _on_due(self, order_id: str, due: float) -> None:
        order = self._account.orders.get(order_id)
        if order is None or order.due != due:
            return  # changed meanwhile; what it waits for now is planned apart
        if order.status is Status.PENDING:
            self._hold(order)
        elif order.status is Status.ON_HOLD:
            self._approve(order)
        elif order.status is Status.SENDING:
            self._accept(order)

    def _hold(self, order: Order) -> None:
        wait_s = self._account.config.auto_approve_s
        order.due = None if wait_s is None else order.created_at + wait_s
        self._plan(order)
        self._move(order, Status.ON_HOLD)

    def _approve(self, order: Order) -> None:
        """A new shop sends what nobody sent; what is out of stock stays on hold."""
        if self.missing(order) is None:
            self.send(order)
            return
        order.due = None
        self._books.keep(order)

    def _accept(self, order: Order) -> None:
        if self.missing(order) is not None:
            self.end(order, Status.UNFULFILLABLE, line_status=Status.HAS_ISSUES)
            return
        order.due = None
        order.parcels = self._parcels(order)
        for line in order.lines:
            line.status = Status.IN_PRODUCTION
        self._move(order, Status.IN_PRODUCTION)

    def _parcels(self, order: Order) -> list[Parcel]:
        by_provider: dict[int, dict[int, int]] = {}
        for line in order.lines:
            by_provider.setdefault(line.print_provider_id, {})[line.id] = line.quantity
        return [self._parcel(order, part) for pieces in by_provider.values() for part in self._parts(pieces)]

    def _parts(self, pieces: dict[int, int]) -> list[dict[int, int]]:
        """One parcel, or by chance two; a line is never torn, so that each of its events is one line of the ledger."""
        if len(pieces) == 1 or not self._account.by_chance(self._account.config.split_share):
            return [pieces]
        first, *rest = pieces.items()
        return [dict([first]), dict(rest)]

    def _parcel(self, order: Order, pieces: dict[int, int]) -> Parcel:
        number = self._account.number()
        due = self._account.after(self._stages.print)
        parcel = Parcel(id=number, items=pieces, carrier="simpost", number=f"PFY{number:012d}", due=due)
        self._plan_parcel(order, parcel)
        return parcel

    def _plan_parcel(self, order: Order, parcel: Parcel) -> None:
        if parcel.due is not None:
            due = parcel.due
            self._account.later(due, lambda: self._on_parcel_due(order.id, parcel.id, due))

    def _on_parcel_due(self, order_id: str, parcel_id: int, due: float) -> None:
        order = self._account.orders.get(order_id)
        parcels = order.parcels if order else []
        parcel = next((parcel for parcel in parcels if parcel.id == parcel_id), None)
        if order is None or parcel is None or parcel.due != due:
            return
        if parcel.stage is ParcelStage.PRINTING:
            self._print(order, parcel)
        elif parcel.stage is ParcelStage.PRINTED:
            self._ship(order, parcel)
        elif parcel.stage is ParcelStage.SHIPPED:
            self._deliver(order, parcel)

    def _print(self, order: Order, parcel: Parcel) -> None:
        parcel.stage, parcel.due = ParcelStage.PRINTED, self._account.after(self._stages.ship)
        self._plan_parcel(order, parcel)
        self._books.record(order, LedgerEvent.PRINTED, parcel.items)

    def _ship(self, order: Order, parcel: Parcel) -> None:
        parcel.stage, parcel.shipped_at = ParcelStage.SHIPPED, time.time()
        parcel.due = self._account.after(self._stages.deliver)
        self._plan_parcel(order, parcel)
        for line in order.lines:
            if line.id in parcel.items:
                line.status, line.fulfilled_at = Status.FULFILLED, parcel.shipped_at
        if all(other.stage in _SENT for other in order.parcels):
            order.status, order.fulfilled_at = Status.FULFILLED, parcel.shipped_at
        else:
            order.status = Status.PARTIALLY_FULFILLED
        self._books.record(order, LedgerEvent.SHIPPED, parcel.items)
        self._announcer.shipped(order, parcel)
        self._announcer.updated(order)

    def _deliver(self, order: Order, parcel: Parcel) -> None:
        parcel.stage, parcel.delivered_at, parcel.due = ParcelStage.DELIVERED, time.time(), None
        self._books.record(order, LedgerEvent.DELIVERED, parcel.items)
        self._announcer.delivered(order, parcel)
