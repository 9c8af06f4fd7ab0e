"""What happens to orders by itself: costs, files, printing, parcels on their way."""

from __future__ import annotations

import time

from printvision.providers.simulators.bookkeeping import Bookkeeping
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.providers.simulators.printful import catalog, pricing
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.announcer import Announcer
from printvision.providers.simulators.printful.records import Item, Order, ParcelStage, Shipment, Status

_FILE_CHECK_S = 0.2
_STOCK_CHECK_S = 0.5
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
            for shipment in order.shipments:
                self._plan_parcel(order, shipment)

    def calculate(self, order: Order, *, at_once: bool) -> None:
        """Work out an order's costs, now or within the configured time. The caller stores the order."""
        if at_once:
            order.costs, order.due = _costs(order), None
            return
        order.costs, order.due = None, self._account.after(self._stages.costs)
        self._plan(order)

    def begin(self, order: Order) -> None:
        """Set a confirmed order going. The caller stores the order."""
        order.status, order.due = Status.PENDING, self._account.after(self._stages.accept)
        self._plan(order)

    def _plan(self, order: Order) -> None:
        if order.due is not None:
            due = order.due
            self._account.later(due, lambda: self._on_due(order.id, due))

    def _on_due(self, order_id: int, due: float) -> None:
        order = self._account.orders.get(str(order_id))
        if order is None or order.due != due:
            return  # changed meanwhile; what it waits for now is planned apart
        if order.editable:
            order.costs, order.due = _costs(order), None
            self._stored_and_told(order)
        elif order.status == Status.PENDING:
            self._accept(order)

    def _accept(self, order: Order) -> None:
        states = {self._file_status(order, file_id) for file_id in _file_ids(order)}
        if "failed" in states:
            order.status, order.due = Status.FAILED, None
            order.reason = "A print file could not be downloaded or is not a valid image"
            self._announcer.failed(order)
        elif "waiting" in states:
            order.due = time.time() + _FILE_CHECK_S
            self._plan(order)
            return self._books.keep(order)
        else:
            order.status, order.due = Status.INPROCESS, None
            order.shipments = self._parcels(order)
        return self._stored_and_told(order)

    def _file_status(self, order: Order, file_id: int) -> str:
        file = self._account.files.get(str(file_id))
        return file.status if file else "failed"

    def _parcels(self, order: Order) -> list[Shipment]:
        by_plant: dict[str, dict[int, int]] = {}
        for item in order.items:
            blank, _ = catalog.get_variant(item.variant_id)
            by_plant.setdefault(blank.plant, {})[item.id] = item.quantity
        parcels: list[Shipment] = []
        for plant, pieces in by_plant.items():
            for part in self._parts(pieces):
                parcels.append(self._parcel(order, plant, part))
        return parcels

    def _parts(self, pieces: dict[int, int]) -> list[dict[int, int]]:
        """One parcel, or by chance two; a line is never torn, so that each of its events is one line of the ledger."""
        if len(pieces) == 1 or not self._account.by_chance(self._account.config.split_share):
            return [pieces]
        first, *rest = pieces.items()
        return [dict([first]), dict(rest)]

    def _parcel(self, order: Order, plant: str, pieces: dict[int, int]) -> Shipment:
        number = self._account.number()
        shipment = Shipment(
            id=number,
            items=pieces,
            plant=plant,
            carrier="SIMPOST",
            service=f"Simulated Post {pricing.METHODS[order.shipping].name}",
            tracking_number=f"SIM{number:012d}",
            created_at=time.time(),
            due=self._account.after(self._stages.print),
        )
        self._plan_parcel(order, shipment)
        return shipment

    def _plan_parcel(self, order: Order, shipment: Shipment) -> None:
        if shipment.due is not None:
            due = shipment.due
            self._account.later(due, lambda: self._on_parcel_due(order.id, shipment.id, due))

    def _on_parcel_due(self, order_id: int, shipment_id: int, due: float) -> None:
        order = self._account.orders.get(str(order_id))
        shipments = order.shipments if order else []
        shipment = next((shipment for shipment in shipments if shipment.id == shipment_id), None)
        if order is None or shipment is None or shipment.due != due:
            return
        if shipment.stage in (ParcelStage.PENDING, ParcelStage.OUT_OF_STOCK):
            self._pack_or_wait(order, shipment)
        elif shipment.stage == ParcelStage.PACKAGED:
            self._ship(order, shipment)
        elif shipment.stage == ParcelStage.SHIPPED:
            self._deliver(order, shipment)

    def _pack_or_wait(self, order: Order, shipment: Shipment) -> None:
        """A parcel of which something is out of stock waits until it is there again."""
        variants = (item.variant_id for item in order.items if item.id in shipment.items)
        if not any(self._account.is_out(variant_id) for variant_id in variants):
            self._pack(order, shipment)
            return
        shipment.due = time.time() + _STOCK_CHECK_S
        self._plan_parcel(order, shipment)
        if shipment.stage == ParcelStage.PENDING:
            shipment.stage = ParcelStage.OUT_OF_STOCK
            self._announcer.out_of_stock(order, shipment)
            self._stored_and_told(order)

    def _pack(self, order: Order, shipment: Shipment) -> None:
        shipment.stage, shipment.due = ParcelStage.PACKAGED, self._account.after(self._stages.ship)
        self._plan_parcel(order, shipment)
        self._books.record(order, LedgerEvent.PRINTED, shipment.items)

    def _ship(self, order: Order, shipment: Shipment) -> None:
        shipment.stage, shipment.shipped_at = ParcelStage.SHIPPED, time.time()
        shipment.due = self._account.after(self._stages.deliver)
        self._plan_parcel(order, shipment)
        all_sent = all(other.stage in _SENT for other in order.shipments)
        order.status = Status.FULFILLED if all_sent else Status.PARTIAL
        order.updated_at = time.time()
        self._books.record(order, LedgerEvent.SHIPPED, shipment.items)
        self._announcer.shipped(order, shipment)
        self._announcer.updated(order)

    def _deliver(self, order: Order, shipment: Shipment) -> None:
        shipment.stage, shipment.delivered_at, shipment.due = ParcelStage.DELIVERED, time.time(), None
        self._books.record(order, LedgerEvent.DELIVERED, shipment.items)
        self._announcer.delivered(order, shipment)

    def _stored_and_told(self, order: Order) -> None:
        order.updated_at = time.time()
        self._books.keep(order)
        self._announcer.updated(order)


def _costs(order: Order) -> pricing.Costs:
    return pricing.costs(order.items, order.recipient, order.shipping)


def _file_ids(order: Order) -> set[int]:
    def of(item: Item) -> set[int]:
        return {layer.file_id for placement in item.placements for layer in placement.layers}

    return set[int]().union(*(of(item) for item in order.items))
