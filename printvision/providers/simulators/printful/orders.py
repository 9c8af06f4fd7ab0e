"""What can be done with orders: the same verbs behind both versions of the API."""

from __future__ import annotations

import time
from typing import Any

import msgspec

from printvision.providers.simulators.bookkeeping import Bookkeeping
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.providers.simulators.printful import geography, pricing
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.announcer import Announcer
from printvision.providers.simulators.printful.errors import Refusal, bad_request, not_found
from printvision.providers.simulators.printful.intake import RecipientIn, check_reference
from printvision.providers.simulators.printful.production import Production
from printvision.providers.simulators.printful.records import Item, Order, ParcelStage, Raw, Recipient, Status

_MOST_ORDERS = 200_000
_ADDRESS = ("name", "address1", "city", "country_code")
_DELETABLE = (Status.DRAFT, Status.FAILED, Status.CANCELED)
_CANCELLABLE = (Status.DRAFT, Status.PENDING)


class Draft(msgspec.Struct, kw_only=True):
    """Checked content of an order, as either version of the API sends it."""

    recipient: RecipientIn
    items: list[Item]
    external_id: str | None = None
    shipping: str = "STANDARD"
    gift: Raw | None = None
    packing_slip: Raw | None = None
    retail_costs: Raw = {}


class Orders:
    def __init__(
        self, account: Account, books: Bookkeeping[Order], production: Production, announcer: Announcer
    ) -> None:
        self._account = account
        self._books = books
        self._production = production
        self._announcer = announcer

    def get(self, reference: str) -> Order:
        """By our id, or by the client's as `@external_id`."""
        key = reference
        if reference.startswith("@"):
            key = str(self._account.order_ids.get(reference[1:], ""))
        if (order := self._account.orders.get(key)) is None:
            raise not_found()
        return order

    def find_by_external_id(self, external_id: str | None) -> Order | None:
        order_id = self._account.order_ids.get(external_id or "")
        return self._account.orders.get(str(order_id)) if order_id else None

    def list(self, status: str | None = None) -> list[Order]:
        """Newest first."""
        return [
            order
            for order in reversed(list(self._account.orders.values()))
            if status is None or order.status == status
        ]

    def create(self, draft: Draft, *, costs_at_once: bool) -> Order:
        """Store a draft.

        Raises:
            Refusal: OR-13, the reference is in use; OR-4; SH-1, SH-2.
        """
        if len(self._account.orders) >= _MOST_ORDERS:
            raise Refusal(503, "This simulated store holds as many orders as it can")
        if self.find_by_external_id(check_reference(draft.external_id)):
            raise bad_request(f"Order with External ID {draft.external_id} already exists", "OR-13")
        now = time.time()
        order = Order(
            id=0,
            external_id=draft.external_id,
            status=Status.DRAFT,
            shipping=pricing.check_method(draft.shipping),
            created_at=now,
            updated_at=now,
            recipient=_recipient(draft.recipient),
            items=draft.items,
            gift=draft.gift,
            packing_slip=draft.packing_slip,
            retail_costs=draft.retail_costs,
        )
        order.id = self._account.number()
        if order.external_id:
            self._account.order_ids[order.external_id] = order.id
        self._production.calculate(order, at_once=costs_at_once)
        self._books.record(order, LedgerEvent.ACCEPTED)
        self._announcer.created(order)
        return order

    def change(self, order: Order, draft: Draft, *, costs_at_once: bool) -> Order:
        """Replace the content of a draft or failed order; its reference stays."""
        _must_be_editable(order)
        shipping, recipient = pricing.check_method(draft.shipping), _recipient(draft.recipient)
        order.shipping, order.recipient, order.items = shipping, recipient, draft.items
        order.gift, order.packing_slip, order.retail_costs = (
            draft.gift,
            draft.packing_slip,
            draft.retail_costs,
        )
        self._production.calculate(order, at_once=costs_at_once)
        self._touch(order)
        return order

    def set_items(self, order: Order, items: list[Item]) -> None:
        """Replace the lines of a draft or failed order."""
        _must_be_editable(order)
        order.items = items
        self._production.calculate(order, at_once=False)
        self._touch(order)

    def confirm(self, order: Order) -> Order:
        """Order the printing: the account is charged and production begins by itself.

        Raises:
            Refusal: OR-1, confirmed before; 409, its costs are not calculated yet; 400, something is missing.
        """
        _must_be_editable(order)
        if not order.items:
            raise bad_request("An order without items can't be confirmed")
        for item in order.items:
            if item.source == "catalog" and not item.placements and item.product_template_id is None:
                raise bad_request(f"Item {item.id} has no print files")
        missing = [field for field in _ADDRESS if not getattr(order.recipient, field)]
        if missing:
            raise bad_request(f"Recipient: {missing[0]} can't be blank")
        if order.costs is None:
            raise Refusal(
                409,
                "The costs of the order are still being calculated. Please try again when that has completed",
            )
        if self._account.dice.falls("charge_failed", "orders.confirm"):
            return self._bounce(order)
        order.reason = None
        self._production.begin(order)
        order.updated_at = time.time()
        self._books.record(order, LedgerEvent.CONFIRMED)
        self._announcer.updated(order)
        return order

    def _bounce(self, order: Order) -> Order:
        """Nothing is charged and nothing printed; it may be confirmed again."""
        order.status, order.reason = Status.FAILED, "The payment method on file was declined"
        order.updated_at = time.time()
        self._books.keep(order)
        self._announcer.failed(order)
        self._announcer.updated(order)
        return order

    def cancel(self, order: Order) -> Order:
        """Stop a draft or pending order; cancelling a cancelled one changes nothing.

        Raises:
            Refusal: it is too late.
        """
        if order.status == Status.CANCELED:
            return order
        if order.status not in _CANCELLABLE:
            raise bad_request(f"An order in status {order.status} can't be canceled")
        was_confirmed = order.status == Status.PENDING
        order.status, order.due, order.updated_at = Status.CANCELED, None, time.time()
        order.reason = "Canceled through the API"
        for shipment in order.shipments:
            shipment.stage, shipment.due = ParcelStage.CANCELED, None
        self._books.record(order, LedgerEvent.CANCELLED)
        if was_confirmed:
            self._announcer.canceled(order)
        self._announcer.updated(order)
        return order

    def delete(self, order: Order) -> None:
        """v2: forget an order that was never charged; its reference is free again.

        Raises:
            Refusal: 409 for any other order.
        """
        if order.status not in _DELETABLE:
            raise Refusal(409, f"An order in status {order.status} can't be deleted")
        if order.status != Status.CANCELED:
            order.status, order.due = Status.CANCELED, None
            self._books.record(order, LedgerEvent.CANCELLED)
        self._account.orders.remove(str(order.id))
        if order.external_id:
            self._account.order_ids.pop(order.external_id, None)

    def _touch(self, order: Order) -> None:
        order.updated_at = time.time()
        self._books.keep(order)
        self._announcer.updated(order)


def _must_be_editable(order: Order) -> None:
    if not order.editable:
        raise bad_request("The order is no longer editable: it is neither draft nor failed", "OR-1")


def _recipient(sent: RecipientIn) -> Recipient:
    fields: dict[str, Any] = msgspec.structs.asdict(sent)
    return geography.settle(Recipient(**fields))
