"""What the simulated account holds; the views word it as the documents show it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from printvision.providers.simulators.bookkeeping import Happening, Piece

Raw = dict[str, Any]


class Status(StrEnum):
    """States of orders and, but for the first and the partial one, of their lines, in Printify's words."""

    PENDING = "pending"
    ON_HOLD = "on-hold"
    PAYMENT_NOT_RECEIVED = "payment-not-received"
    SENDING = "sending-to-production"
    IN_PRODUCTION = "in-production"
    PARTIALLY_FULFILLED = "partially-fulfilled"
    FULFILLED = "fulfilled"
    CANCELED = "canceled"
    UNFULFILLABLE = "unfulfillable"
    HAS_ISSUES = "has-issues"


class Address(msgspec.Struct, kw_only=True):
    """As it was sent, but for the country's code in capitals."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    region: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    zip: str | None = None

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


class Line(msgspec.Struct, kw_only=True):
    """One line of an order. `cost_minor` and `price_minor` are for one piece, `shipping_minor` for all; US cents."""

    id: int
    product_id: str
    blueprint_id: int
    print_provider_id: int
    variant_id: int
    quantity: int
    cost_minor: int
    price_minor: int
    title: str
    label: str
    sku: str
    shipping_minor: int = 0
    external_id: str | None = None
    status: Status = Status.ON_HOLD
    sent_at: float | None = None
    fulfilled_at: float | None = None


class ParcelStage(StrEnum):
    PRINTING = "printing"
    PRINTED = "printed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


class Parcel(msgspec.Struct, kw_only=True):
    """One parcel of one print provider; `items` maps a line's id to its pieces. `due`: when its next stage comes."""

    id: int
    items: dict[int, int]
    carrier: str
    number: str
    stage: ParcelStage = ParcelStage.PRINTING
    shipped_at: float | None = None
    delivered_at: float | None = None
    due: float | None = None


class Order(msgspec.Struct, kw_only=True):
    """An order of the shop.

    Args:
        due: when its next stage comes by itself: costs, approval without being asked, production.
        happenings: in order; what the ledger must hold of it.
    """

    id: str
    number: int
    external_id: str
    label: str
    method: int
    status: Status
    created_at: float
    address: Address
    lines: list[Line]
    due: float | None = None
    sent_at: float | None = None
    fulfilled_at: float | None = None
    parcels: list[Parcel] = []
    happenings: list[Happening] = []

    @property
    def key(self) -> str:
        return self.id

    @property
    def our_ref(self) -> str | None:
        return self.external_id

    @property
    def recipient_name(self) -> str | None:
        return self.address.name

    def pieces(self) -> dict[int, Piece]:
        """The item's word is the SKU of its variant, its title that of its product."""
        return {
            line.id: Piece(line.sku, line.quantity, title=line.title, line_ref=line.external_id)
            for line in self.lines
        }


class ProductVariant(msgspec.Struct, kw_only=True):
    """A variant of a product; what it costs is worked out when it is shown."""

    id: int
    price: int
    sku: str
    is_enabled: bool = True
    is_default: bool = False


class Product(msgspec.Struct, kw_only=True):
    """A product of the shop.

    Args:
        on_the_fly: made by an order, and not among those the shop lists.
    """

    id: str
    title: str
    description: str
    blueprint_id: int
    print_provider_id: int
    variants: list[ProductVariant]
    print_areas: list[Raw]
    created_at: float
    updated_at: float
    tags: list[str] = []
    visible: bool = True
    is_locked: bool = False
    external: Raw | None = None
    on_the_fly: bool = False


class Upload(msgspec.Struct, kw_only=True):
    """A picture in the account's media library."""

    id: str
    file_name: str
    width: int
    height: int
    size: int
    mime_type: str
    uploaded_at: float
    archived: bool = False


class Hook(msgspec.Struct, kw_only=True):
    """A webhook; without a secret nothing is signed. `blocked_until`: seconds since 1970."""

    id: str
    topic: str
    url: str
    secret: str | None = None
    blocked_until: float = 0.0


class OAuthGrant(msgspec.Struct, kw_only=True):
    access_token: str
    refresh_token: str
    access_until: float
