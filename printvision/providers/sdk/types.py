"""The neutral model every adapter translates to and from.

`raw` fields keep the provider's own words, so that nothing they say is lost. Times are aware UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from printvision.platform.address import Recipient
from printvision.platform.money import Money

Raw = dict[str, Any]


class PrintFile(msgspec.Struct, frozen=True, kw_only=True):
    """One picture on one place of the product; `url` must answer the provider without our credentials."""

    placement: str
    technique: str
    url: str


class PrintItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line for the provider; `line_ref` is ours, unique in the order, at most 32 of `[A-Za-z0-9_-]`.

    Args:
        product_external_id: what `Provisioner.make_product` made of the offer, at a provider that wants it; else None.
    """

    line_ref: str
    variant_external_id: str
    quantity: int
    files: tuple[PrintFile, ...]
    product_external_id: str | None = None
    name: str | None = None
    retail_price: Money | None = None


class PrintOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider is asked to make; `ref` is the submission's 32 hex digits, the same on every retry."""

    ref: str
    recipient: Recipient
    items: tuple[PrintItem, ...]
    shipping_method: str


class Progress(StrEnum):
    """How far a provider is with an order; declared in order, and an order never goes back."""

    DRAFT = "draft"
    ACCEPTED = "accepted"
    PRINTING = "printing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"

    @property
    def rank(self) -> int:
        return list(Progress).index(self)


class Ending(StrEnum):
    """A side road on which an order can end without being printed."""

    CANCELLED = "cancelled"
    FAILED = "failed"


class ParcelState(StrEnum):
    """A parcel's way; declared in order except the returns, which end it."""

    PENDING = "pending"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    RETURNED = "returned"
    CANCELLED = "cancelled"


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One shipment as the provider tells it; `lines` maps `line_ref` to quantity (empty: they do not say)."""

    external_id: str
    state: ParcelState
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    is_reshipment: bool = False
    lines: dict[str, int] = {}
    raw: Raw = {}


class OrderSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the provider sees it at one moment.

    Args:
        progress: the furthest point their words prove.
        ending: set when they say it will not be printed (cancelled) or cannot go on as it is (failed).
        hold: their reason when it waits for a person.
        unpaid: it waits because they could not charge the account.
        cost: what they charge in all, once `cost_ready`; an order may not be committed before.
        unknown_words: status words we did not understand; they change nothing and raise an issue.
        as_of: when the order last changed, by the provider's own clock; None where they do not say.
        read_at: when we asked, by our clock; set by whoever asked, not by adapters.
    """

    provider_order_id: str
    ref: str | None
    progress: Progress
    status_word: str
    ending: Ending | None = None
    ending_detail: str | None = None
    hold: str | None = None
    unpaid: bool = False
    cost: Money | None = None
    cost_ready: bool = True
    parcels: tuple[Parcel, ...] = ()
    unknown_words: tuple[str, ...] = ()
    raw: Raw = {}
    as_of: datetime | None = None
    read_at: datetime | None = None


class ShippingRate(msgspec.Struct, frozen=True, kw_only=True):
    """What carrying a basket costs by one method, and how many days it takes."""

    method: str
    name: str
    price: Money
    min_days: int | None = None
    max_days: int | None = None
    departs_from: tuple[str, ...] = ()
    raw: Raw = {}


class QuoteItem(msgspec.Struct, frozen=True, kw_only=True):
    """`product_external_id`: as in `PrintItem`."""

    variant_external_id: str
    quantity: int
    product_external_id: str | None = None


class Tariff(msgspec.Struct, frozen=True, kw_only=True):
    """What carrying pieces of one blueprint to one country costs by one method.

    Pieces with the same `ships_with` share parcels: of all of them the dearest `first` is charged once, and
    `additional` for every other piece.

    Args:
        variants: the provider's ids it holds for; empty means every variant of the blueprint.
        min_days, max_days: from order to door, where they say.
    """

    method: str
    name: str
    ships_with: str
    first: Money
    additional: Money
    variants: tuple[str, ...] = ()
    min_days: int | None = None
    max_days: int | None = None


class ProductSpec(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider needs to make a product of an offer before it can be ordered.

    Args:
        sku: ours, unique for each offer and each set of pictures: a product that carries it is the one wanted.
    """

    sku: str
    title: str
    blueprint_external_id: str
    variant_external_id: str
    files: tuple[PrintFile, ...]


class Provisioned(msgspec.Struct, frozen=True, kw_only=True):
    """A product at the provider; `price` is what one piece costs this account, where the product tells it."""

    external_id: str
    price: VariantPrice | None = None


class PrintArea(msgspec.Struct, frozen=True, kw_only=True):
    """Where a picture may go, in pixels at `dpi`."""

    placement: str
    technique: str
    width_px: int
    height_px: int
    dpi: int


class Blueprint(msgspec.Struct, frozen=True, kw_only=True):
    """A blank product of the provider."""

    external_id: str
    title: str
    brand: str | None = None
    model: str | None = None
    kind: str | None = None
    image_url: str | None = None
    techniques: tuple[str, ...] = ()
    placements: tuple[str, ...] = ()
    discontinued: bool = False
    raw: Raw = {}


class BlueprintVariant(msgspec.Struct, frozen=True, kw_only=True):
    external_id: str
    name: str
    size: str | None = None
    color: str | None = None
    color_code: str | None = None
    image_url: str | None = None
    raw: Raw = {}


class VariantPrice(msgspec.Struct, frozen=True, kw_only=True):
    """What one piece costs this account with the first placement of `technique` printed."""

    variant_external_id: str
    technique: str
    price: Money
    raw: Raw = {}


class StockState(StrEnum):
    IN_STOCK = "in_stock"
    ON_DEMAND = "on_demand"
    OUT_OF_STOCK = "out_of_stock"
    DISCONTINUED = "discontinued"
    UNKNOWN = "unknown"


class VariantStock(msgspec.Struct, frozen=True, kw_only=True):
    variant_external_id: str
    region: str
    technique: str
    state: StockState


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose credential this is, as told by the provider's cheapest call.

    Args:
        warnings: sentences for the vendor about settings of the account that could print or lose an order.
    """

    external_id: str
    name: str
    scopes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class WebhookRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider gave when it was told our address; `secret` verifies its calls (shown once)."""

    secret: str | None
    raw: Raw = {}

    def __repr__(self) -> str:
        return f"WebhookRegistration(secret={'None' if self.secret is None else '***'})"


class ProviderEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing a provider's webhook says. It is a hint to read the order again, never the truth itself.

    Args:
        dedupe_key: equal for two deliveries of the same event.
        kind: the provider's own event name.
        known: whether we use this kind at all.
    """

    dedupe_key: str
    kind: str
    known: bool
    occurred_at: datetime | None = None
    provider_order_id: str | None = None
    ref: str | None = None


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider can do. What it cannot is a False here, not a method that raises.

    Args:
        drafts_stay: an order that is prepared and never committed is never printed. Where False, a draft is made
            only at the moment it may be committed, and one that is left over is cancelled.
    """

    drafts_stay: bool = True
    two_step: bool = True  # prepare, then commit
    cancel_draft: bool = True
    cancel_accepted: bool = True
    find_by_ref: bool = True
    webhooks: bool = True
    signed_webhooks: bool = True
    live_shipping: bool = True
    stock: bool = True


class AddressLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider's address fields hold, in characters, and what it cannot do without.

    An address beyond them is refused, never cut.

    Args:
        longest: by field of `Recipient`.
        required: fields of `Recipient` it wants for every order.
    """

    longest: dict[str, int] = {}
    required: tuple[str, ...] = ()


class Rate(msgspec.Struct, frozen=True):
    """A token bucket: `requests` at once, refilled evenly over `per`."""

    requests: int
    per: timedelta
