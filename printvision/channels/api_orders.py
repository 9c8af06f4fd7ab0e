"""Our own door: what a vendor's software sends to `POST /api/v1/orders`, and its translation.

Whoever uses this door decides for themselves that an order is to be printed, so it counts as paid and as no
test. The translation has no clock in it: the same body sent again is the same order, byte for byte.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Annotated

import msgspec
from msgspec import Meta

from printvision.channels.payloads import money, read_object, unreadable
from printvision.channels.types import (
    MAX_QUANTITY,
    ChannelLine,
    ChannelOrder,
    FinancialState,
    UnreadableOrder,
)
from printvision.platform.address import Recipient
from printvision.platform.errors import RuleBroken
from printvision.platform.money import exponent

_Id = Annotated[str, Meta(min_length=1, max_length=200)]
_Text = Annotated[str, Meta(max_length=300)]
_Properties = Annotated[
    dict[Annotated[str, Meta(max_length=200)], Annotated[str, Meta(max_length=2000)]], Meta(max_length=50)
]


class RecipientInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the parcel goes. Which parts are needed depends on the country (two letters of ISO 3166-1)."""

    name: _Text
    line1: _Text
    country: _Text
    city: _Text = ""
    postal_code: _Text = ""
    line2: _Text | None = None
    region: _Text | None = None
    company: _Text | None = None
    email: _Text | None = None
    phone: _Text | None = None


class LineInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many pieces of one of your product variants.

    Args:
        properties: what the buyer wrote on the line, such as a name to engrave.
        unit_price: what the buyer paid for one piece, as a decimal text in the order's currency.
    """

    sku: _Id
    quantity: Annotated[int, Meta(ge=1, le=MAX_QUANTITY)]
    properties: _Properties = {}
    unit_price: _Text | None = None


class OrderInput(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An order to print and send.

    Args:
        external_id: your own id of the order; sent again it means the same order.
        shop: which of your shops it belongs to; left out, the workspace's own.
        currency: three letters of ISO 4217, needed where a line tells its price.
        shipping_method: the service the buyer chose, in your shop's words; the routing rules say what it means.
    """

    external_id: _Id
    recipient: RecipientInput
    lines: Annotated[tuple[LineInput, ...], Meta(min_length=1, max_length=100)]
    shop: _Text | None = None
    currency: _Text | None = None
    shipping_method: _Text | None = None


def from_api_order(order: OrderInput) -> ChannelOrder:
    """Translate an order of our own door; its lines are numbered from 1, in the order they came.

    Raises:
        RuleBroken: a text holds what no database stores, or a price is no amount in the currency.
        UnknownCurrency: `currency` does not exist.
    """
    with _rules():
        return _translate(order)


@contextmanager
def _rules() -> Generator[None]:
    """What a shop's body would be called unreadable for is here a rule that a well-formed order breaks."""
    try:
        yield
    except UnreadableOrder as error:
        faults = [fault | {"path": fault["path"].removeprefix("$.")} for fault in error.errors]
        raise RuleBroken(errors=faults) from None


def _translate(order: OrderInput) -> ChannelOrder:
    raw = read_object(msgspec.to_builtins(order))
    if order.currency is not None:
        exponent(order.currency)
    return ChannelOrder(
        external_id=order.external_id,
        number=order.external_id,
        placed_at=None,
        updated_at=None,
        currency=order.currency,
        test=False,
        financial=FinancialState.PAID,
        financial_word=None,
        cancelled_at=None,
        recipient=_recipient(order.recipient),
        email=order.recipient.email or None,
        shipping_method=(order.shipping_method or "").strip() or None,
        lines=tuple(
            _to_line(line, number, order.currency) for number, line in enumerate(order.lines, start=1)
        ),
        raw=raw,
    )


def to_recipient(given: RecipientInput) -> Recipient:
    """
    Raises:
        RuleBroken: a text holds what no database stores.
    """
    with _rules():
        read_object(msgspec.to_builtins(given))
    return _recipient(given)


def _recipient(given: RecipientInput) -> Recipient:
    return msgspec.convert(given, Recipient, from_attributes=True)


def _to_line(line: LineInput, number: int, currency: str | None) -> ChannelLine:
    path = f"$.lines[{number - 1}].unit_price"
    if line.unit_price is not None and currency is None:
        raise unreadable(path, "Expected a currency beside a price")
    return ChannelLine(
        external_id=str(number),
        sku=line.sku.strip() or None,
        title=line.sku,
        quantity=line.quantity,
        fulfillable_quantity=line.quantity,
        properties=dict(line.properties),
        unit_price=money(line.unit_price, currency, path),
    )
