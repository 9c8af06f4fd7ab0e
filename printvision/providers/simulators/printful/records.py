"""What the simulated account holds. One form for both versions of the API; the views word it for each."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

import msgspec

from printvision.providers.simulators.bookkeeping import Happening, Piece

Raw = dict[str, Any]


class Status(StrEnum):
    """Order states, in Printful's words."""

    DRAFT = "draft"
    PENDING = "pending"
    FAILED = "failed"
    CANCELED = "canceled"
    INPROCESS = "inprocess"
    PARTIAL = "partial"
    FULFILLED = "fulfilled"


class Recipient(msgspec.Struct, kw_only=True):
    """An address as it was sent, but for codes in capitals and names of state and country filled in."""

    name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state_code: str | None = None
    state_name: str | None = None
    country_code: str | None = None
    country_name: str | None = None
    zip: str | None = None
    phone: str | None = None
    email: str | None = None
    tax_number: str | None = None


class Layer(msgspec.Struct, kw_only=True):
    """One picture; `options` are v1's file options, `layer_options` v2's."""

    file_id: int
    url: str | None
    position: Raw | None = None
    options: list[Any] = []
    layer_options: list[Any] = []


class Placement(msgspec.Struct, kw_only=True):
    placement: str
    technique: str
    layers: list[Layer]
    print_area_type: str | None = None
    placement_options: list[Any] = []


class Item(msgspec.Struct, kw_only=True):
    """One line of an order. `price_minor` is for one piece, in US cents."""

    id: int
    variant_id: int
    quantity: int
    price_minor: int
    source: str = "catalog"
    external_id: str | None = None
    name: str | None = None
    sku: str | None = None
    retail_price: str | None = None
    placements: list[Placement] = []
    options: list[Any] = []
    product_options: list[Any] = []
    sync_variant_id: int | None = None
    external_variant_id: str | None = None
    warehouse_product_variant_id: int | None = None
    product_template_id: int | None = None

    @property
    def ledger_sku(self) -> str:
        """The client's word for it: `sku` (v1), else `name`, else its reference, else our variant."""
        return self.sku or self.name or self.external_id or str(self.variant_id)


class Costs(msgspec.Struct, frozen=True, kw_only=True):
    """US cents; `total_minor` is the sum of the others."""

    subtotal_minor: int
    shipping_minor: int
    tax_minor: int
    vat_minor: int

    @property
    def total_minor(self) -> int:
        return self.subtotal_minor + self.shipping_minor + self.tax_minor + self.vat_minor


class ParcelStage(StrEnum):
    PENDING = "pending"
    OUT_OF_STOCK = "outstock"
    PACKAGED = "packaged"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELED = "canceled"


class Shipment(msgspec.Struct, kw_only=True):
    """One parcel; `items` maps an item's id to its pieces. `due` is when its next stage comes."""

    id: int
    items: dict[int, int]
    plant: str
    carrier: str
    service: str
    tracking_number: str
    created_at: float
    stage: ParcelStage = ParcelStage.PENDING
    shipped_at: float | None = None
    delivered_at: float | None = None
    due: float | None = None


class Order(msgspec.Struct, kw_only=True):
    """An order of the store.

    Args:
        costs: None while they are being calculated.
        due: when its next stage comes, for drafts being calculated and for pending orders.
        happenings: in order; what the ledger must hold of it.
        reason: why it failed or was cancelled.
    """

    id: int
    external_id: str | None
    status: Status
    shipping: str
    created_at: float
    updated_at: float
    recipient: Recipient
    items: list[Item]
    gift: Raw | None = None
    packing_slip: Raw | None = None
    retail_costs: Raw = {}
    costs: Costs | None = None
    due: float | None = None
    shipments: list[Shipment] = []
    happenings: list[Happening] = []
    reason: str | None = None

    @property
    def key(self) -> str:
        return str(self.id)

    @property
    def our_ref(self) -> str | None:
        return self.external_id

    @property
    def recipient_name(self) -> str | None:
        return self.recipient.name

    def pieces(self) -> dict[int, Piece]:
        return {
            item.id: Piece(item.ledger_sku, item.quantity, line_ref=item.external_id) for item in self.items
        }

    @property
    def editable(self) -> bool:
        return self.status in (Status.DRAFT, Status.FAILED)


class StoredFile(msgspec.Struct, kw_only=True):
    """An artwork file; the same address is the same file for ever. `status`: waiting, ok, failed."""

    id: int
    url: str
    created_at: float
    filename: str | None = None
    role: str = "default"
    visible: bool = True
    status: str = "waiting"
    hash: str | None = None
    mime_type: str | None = None
    size: int = 0
    width: int | None = None
    height: int | None = None
    dpi: int | None = None


class SyncVariant(msgspec.Struct, kw_only=True):
    id: int
    external_id: str
    sync_product_id: int
    variant_id: int
    name: str
    retail_price: str | None = None
    sku: str | None = None
    is_ignored: bool = False
    files: list[Raw] = []
    options: list[Any] = []


class SyncProduct(msgspec.Struct, kw_only=True):
    id: int
    external_id: str
    name: str
    thumbnail: str | None = None
    is_ignored: bool = False
    variants: list[SyncVariant] = []


class HookEvent(msgspec.Struct, kw_only=True):
    type: str
    url: str | None = None
    params: list[Any] = []


class Hooks(msgspec.Struct, kw_only=True):
    """A v2 webhook configuration; `secret_key` is hexadecimal, told once."""

    default_url: str | None
    expires_at: float | None
    events: list[HookEvent]
    public_key: str
    secret_key: str


class PlainHooks(msgspec.Struct, kw_only=True):
    """The v1 webhook configuration."""

    url: str
    types: list[str]
    params: Raw = {}


class Task(msgspec.Struct, kw_only=True):
    """An estimate or a mockup under way; `answer` is shown from `done_at` on."""

    key: str
    done_at: float
    pending: Raw
    answer: Raw


class OAuthGrant(msgspec.Struct, kw_only=True):
    access_token: str
    refresh_token: str
    access_until: float
    refresh_until: float
