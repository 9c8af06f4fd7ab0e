"""The neutral model of an order in a shop, to which every channel translates.

`raw` fields keep the shop's own words, so that nothing it says is lost. Times are aware UTC. The structs say
what the shop said; whether anything is printed is decided elsewhere.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from printvision.platform.address import Recipient
from printvision.platform.errors import PrintVisionError
from printvision.platform.money import Money

Raw = dict[str, Any]

MAX_LINES = 1000
MAX_QUANTITY = 100_000


class FinancialState(StrEnum):
    """How far an order is paid."""

    PENDING = "pending"
    AUTHORIZED = "authorized"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    VOIDED = "voided"
    EXPIRED = "expired"
    UNKNOWN = "unknown"  # the shop said nothing, or a word we do not understand: `financial_word` has it


class ChannelLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a shop's order.

    Args:
        external_id: the shop's id of the line, unique within the order.
        variant_external_id: the shop's id of what was bought, where it has one.
        quantity: pieces first ordered; the fields below only ever lower it.
        current_quantity: pieces left after edits and refunds; None where the shop does not say.
        fulfillable_quantity: pieces left to send; None where the shop does not say.
        refunded_quantity: pieces given back money for, as far as the shop lists them.
        fulfilled_quantity: pieces already sent or being sent, as far as the shop lists them.
        properties: what the buyer or an app wrote on the line, by name.
        unit_price: before discounts, in the order's currency.
    """

    external_id: str
    sku: str | None
    title: str
    quantity: int
    variant_external_id: str | None = None
    current_quantity: int | None = None
    fulfillable_quantity: int | None = None
    refunded_quantity: int = 0
    fulfilled_quantity: int = 0
    requires_shipping: bool = True
    gift_card: bool = False
    properties: dict[str, str] = {}
    unit_price: Money | None = None
    raw: Raw = {}

    @property
    def personalisation(self) -> dict[str, str]:
        """What a buyer wrote. By the shops' custom names that begin with `_` are an app's private notes."""
        return {name: value for name, value in self.properties.items() if value and not name.startswith("_")}


class ChannelOrder(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the shop tells it at one moment.

    Args:
        external_id: the shop's id of the order; with workspace and shop it is the order's key.
        number: what people call it, such as `#1001`.
        placed_at: when the buyer ordered; the earlier time where the shop tells two (an order imported into
            the shop keeps its old date). None where it does not say: then it counts from when it came in.
        updated_at: the age of this copy; a copy older than the stored one says nothing new.
        financial_word: what the shop itself called the state of payment.
        recipient: None where the shop knows no shipping address.
        total: what the buyer pays in all, with shipping and tax, before refunds.
    """

    external_id: str
    number: str
    placed_at: datetime | None
    updated_at: datetime | None
    currency: str | None
    test: bool
    financial: FinancialState
    financial_word: str | None
    cancelled_at: datetime | None
    recipient: Recipient | None
    email: str | None
    lines: tuple[ChannelLine, ...]
    shipping_method: str | None = None
    total: Money | None = None
    raw: Raw = {}


class UnreadableOrder(PrintVisionError):
    """A shop's body is not an order; `errors` lists `{"path", "message"}`, a path as `$.line_items[0].id`."""

    status = 400
    code = "channels/unreadable-order"
    title = "That is not an order as this shop writes them"
    action = "Send the order as the shop's API publishes it; the listed fields are what we could not read."
    errors: list[dict[str, str]]
