"""What can be done with orders."""

from __future__ import annotations

import time
from collections.abc import Sequence

import msgspec

from printvision.providers.simulators import geography
from printvision.providers.simulators.bookkeeping import Bookkeeping
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.providers.simulators.printify import catalog, pricing
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.announcer import Announcer
from printvision.providers.simulators.printify.errors import (
    ADDRESS_INVALID,
    impossible,
    invalid,
    invalid_fields,
    not_found,
    order_exists,
    turned_away,
)
from printvision.providers.simulators.printify.intake import AddressIn, LineIn, OrderIn
from printvision.providers.simulators.printify.pricing import Method, Piece
from printvision.providers.simulators.printify.production import Production
from printvision.providers.simulators.printify.products import Products
from printvision.providers.simulators.printify.records import (
    Address,
    Line,
    Order,
    Product,
    ProductVariant,
    Status,
)

_MOST_ORDERS = 200_000
_REQUIRED = ("first_name", "country", "address1", "city", "zip")
_CANCELABLE = (Status.ON_HOLD, Status.PAYMENT_NOT_RECEIVED)


class Orders:
    def __init__(
        self,
        account: Account,
        products: Products,
        books: Bookkeeping[Order],
        production: Production,
        announcer: Announcer,
    ) -> None:
        self._account = account
        self._products = products
        self._books = books
        self._production = production
        self._announcer = announcer

    def get(self, order_id: str) -> Order:
        if (order := self._account.orders.get(order_id)) is None:
            raise not_found()
        return order

    def list(self, status: str | None = None, sku: str | None = None) -> Sequence[Order]:
        """Newest first."""
        return [
            order
            for order in reversed(list(self._account.orders.values()))
            if status in (None, order.status.value)
            and (sku is None or any(line.sku == sku for line in order.lines))
        ]

    def create(self, sent: OrderIn) -> Order:
        """Store an order. It waits on hold once its costs are known.

        Raises:
            Refusal: 409 8503, the reference is in use: with the order that has it; 400 8103, the address is wrong.
        """
        self.check_room(sent.external_id)
        address = settle(sent.address_to)
        method = _method(sent.shipping_method)
        return self.store(sent, address, method, self.lines(sent.line_items))

    def create_express(self, sent: OrderIn) -> list[Order]:
        """What Printify Express carries as one order, the rest as an ordinary one with the same reference.

        Raises:
            Refusal: as `create`; 400, Printify Express carries none of it.
        """
        self.check_room(sent.external_id)
        address = settle(sent.address_to)
        groups: dict[Method, list[Line]] = {Method.EXPRESS: [], Method.STANDARD: []}
        for line in self.lines(sent.line_items):
            offering = catalog.get_offering(line.blueprint_id, line.print_provider_id)
            zone = pricing.zone_of(offering.provider, address.country or "")
            quick = pricing.offers(offering, Method.EXPRESS, zone)
            groups[Method.EXPRESS if quick else Method.STANDARD].append(line)
        if not groups[Method.EXPRESS]:
            raise invalid("None of the items is eligible for Printify Express")
        return [self.store(sent, address, method, lines) for method, lines in groups.items() if lines]

    def check_room(self, external_id: str) -> None:
        if (known := self._account.order_ids.get(external_id)) is not None:
            raise order_exists(known, external_id)
        if len(self._account.orders) >= _MOST_ORDERS:
            raise turned_away(503, "This simulated shop holds as many orders as it can")

    def store(self, sent: OrderIn, address: Address, method: Method, lines: list[Line]) -> Order:
        _charge_carriage(lines, address.country or "", method)
        number = self._account.number()
        order = Order(
            id=self._account.fresh_id(),
            number=number,
            external_id=sent.external_id,
            label=sent.label or sent.external_id,
            method=int(method),
            status=Status.PENDING,
            created_at=time.time(),
            address=address,
            lines=lines,
        )
        self._account.order_ids.setdefault(order.external_id, order.id)
        self._production.calculate(order)
        self._books.record(order, LedgerEvent.ACCEPTED)
        self._announcer.created(order)
        return order

    def send(self, order: Order) -> None:
        """Have it produced; the account is charged.

        Raises:
            Refusal: 400, it was sent before, it ended, or a line is out of stock.
        """
        if order.status not in (Status.PENDING, *_CANCELABLE):
            raise impossible(f"An order in status {order.status} cannot be sent to production")
        missing = self._production.missing(order)
        if missing is not None:
            raise impossible(f"{missing.title}, {missing.label} is out of stock")
        self._production.send(order)

    def cancel(self, order: Order) -> Order:
        """
        Raises:
            Refusal: 400, it is neither on hold nor waiting for its payment.
        """
        if order.status not in _CANCELABLE:
            raise impossible(f"An order in status {order.status} cannot be canceled")
        self._production.end(order, Status.CANCELED, line_status=Status.CANCELED)
        return order

    def lines(self, sent: Sequence[LineIn]) -> list[Line]:
        """
        Raises:
            Refusal: 400, one of them names nothing that can be ordered.
        """
        lines = [self._line(line) for line in sent]
        references = [line.external_id for line in lines if line.external_id is not None]
        if len(set(references)) != len(references):
            raise invalid("The external_id of a line item must be unique within its order")
        return lines

    def pieces(self, sent: Sequence[LineIn]) -> list[Piece]:
        """What a quote is asked for; nothing is made of a line that describes a product."""
        return [self._piece(line) for line in sent]

    def _piece(self, sent: LineIn) -> Piece:
        if sent.product_id is None and sent.sku is None:
            offering = catalog.order_offering(sent.blueprint_id, sent.print_provider_id)
            return Piece(offering, catalog.order_variant(offering, sent.variant_id), sent.quantity)
        product, ordered = self._ordered(sent)
        offering = catalog.get_offering(product.blueprint_id, product.print_provider_id)
        return Piece(offering, catalog.order_variant(offering, ordered.id), sent.quantity)

    def _line(self, sent: LineIn) -> Line:
        product, ordered = self._ordered(sent)
        offering = catalog.get_offering(product.blueprint_id, product.print_provider_id)
        variant = catalog.order_variant(offering, ordered.id)
        positions = self._products.positions(product, variant.id)
        return Line(
            id=self._account.number(),
            product_id=product.id,
            blueprint_id=offering.blueprint.id,
            print_provider_id=offering.provider.id,
            variant_id=variant.id,
            quantity=sent.quantity,
            cost_minor=self._account.cost(offering, variant, positions),
            price_minor=ordered.price,
            title=product.title,
            label=variant.title,
            sku=ordered.sku,
            external_id=sent.external_id,
        )

    def _ordered(self, sent: LineIn) -> tuple[Product, ProductVariant]:
        if sent.product_id is not None:
            product = self._products.find(sent.product_id)
            variants = product.variants if product else []
            ordered = next((variant for variant in variants if variant.id == sent.variant_id), None)
            if product is None or ordered is None:
                raise invalid(f"Product {sent.product_id} with variant {sent.variant_id} does not exist")
            return product, ordered
        if sent.sku is not None:
            if (known := self._products.find_sku(sent.sku)) is None:
                raise invalid(f"There is no product with SKU {sent.sku}")
            return known
        offering = catalog.order_offering(sent.blueprint_id, sent.print_provider_id)
        variant = catalog.order_variant(offering, sent.variant_id)
        product = self._products.make_on_the_fly(offering, variant.id, sent.print_areas or {})
        return product, product.variants[0]


def settle(sent: AddressIn) -> Address:
    """The address with its country's code in capitals.

    Raises:
        Refusal: 8103, naming the fields that are missing or wrong.
    """
    address = Address(**msgspec.structs.asdict(sent))
    wrong = {
        name: f"The {name.replace('_', ' ')} field is required."
        for name in _REQUIRED
        if not (getattr(address, name) or "").strip()
    }
    address.country = (address.country or "").strip().upper()
    if "country" not in wrong and address.country not in geography.countries():
        wrong["country"] = "The selected country is invalid."
    known = geography.countries().get(address.country)
    if address.country in geography.STATE_NEEDED and known and not (address.region or "").strip():
        wrong["region"] = "The region field is required."
    if wrong:
        raise invalid_fields(wrong, ADDRESS_INVALID)
    return address


def _method(code: int) -> Method:
    try:
        method = Method(code)
    except ValueError:
        raise invalid(f"Shipping method {code} does not exist") from None
    if method is Method.EXPRESS:
        raise invalid("Printify Express orders are submitted at orders/express.json")
    return method


def _charge_carriage(lines: Sequence[Line], country: str, method: Method) -> None:
    """Say of each line what carrying it costs.

    Raises:
        Refusal: 400, not everything is carried there that way.
    """
    pieces: list[Piece] = []
    for line in lines:
        offering = catalog.get_offering(line.blueprint_id, line.print_provider_id)
        pieces.append(Piece(offering, catalog.order_variant(offering, line.variant_id), line.quantity))
    shares = pricing.carriage(pieces, country, method)
    if shares is None:
        raise invalid(f"Shipping method {int(method)} is not available for these items")
    for line, share in zip(lines, shares, strict=True):
        line.shipping_minor = share
