"""Shopify: signatures, webhook headers and the translation of their orders into ours.

Their docs: https://shopify.dev/docs/api/admin-rest (orders) and /docs/apps/build/webhooks, read 2026-03.

Ids go beyond 2^53, so they stay whole numbers until they become texts. Money is a decimal text in the shop's
currency. A line tells several quantities: ordered (`quantity`), left after edits and refunds
(`current_quantity`), left to send (`fulfillable_quantity`), and those listed under `refunds` and
`fulfillments`; older API versions lack some of them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import msgspec

from printvision.channels.payloads import Time, blank_to_none, convert, money, read_object, unreadable, utc
from printvision.channels.shopify_wire import ShopifyAddress, ShopifyLine, ShopifyOrder
from printvision.channels.types import ChannelLine, ChannelOrder, FinancialState, Raw
from printvision.platform.address import Recipient
from printvision.platform.money import UnknownCurrency, exponent

ORDER_TOPICS = frozenset(
    {
        "orders/create",
        "orders/paid",
        "orders/updated",
        "orders/cancelled",
        "orders/fulfilled",
        "orders/partially_fulfilled",
        "orders/edited",
    }
)
"""Topics whose body is an order; every other topic is known of and not used."""

_SHOP_DOMAIN = re.compile(r"[a-z0-9][a-z0-9-]{0,62}\.myshopify\.com")
_FAILED_FULFILMENTS = frozenset({"cancelled", "error", "failure"})
_MAX_HEADER = 255


def is_shop_domain(domain: str) -> bool:
    """Whether it is a shop's own name at Shopify, and no other address."""
    return _SHOP_DOMAIN.fullmatch(domain) is not None


def door_key(secret: str, shop_id: UUID) -> str:
    """What must stand in the address of a granted shop's door: made of the app's secret, which no shop knows."""
    return hmac.new(secret.encode(), f"door {shop_id}".encode(), hashlib.sha256).hexdigest()


def may_knock(key: str, shop_id: UUID, secrets: Sequence[str]) -> bool:
    """Whether a call's address has the key of this shop's door."""
    given = key.encode("utf-8", "replace")
    matches = [hmac.compare_digest(door_key(secret, shop_id).encode(), given) for secret in secrets if secret]
    return any(matches)


def sign(body: bytes, secret: str) -> str:
    """The value of `X-Shopify-Hmac-SHA256`: base64 of HMAC-SHA256 over the raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def verify(body: bytes, signature: str | None, secrets: Sequence[str]) -> bool:
    """Whether one of the secrets signed these bytes.

    For up to an hour after a rotation they may still sign with the old secret, so both are given. An empty
    secret signs nothing: anyone could.
    """
    given = (signature or "").encode("utf-8", "replace")
    matches = [hmac.compare_digest(sign(body, secret).encode(), given) for secret in secrets if secret]
    return any(matches)


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """What the headers of one webhook call say; whatever is missing or unreadable is None.

    Args:
        webhook_id: the same on every retry of this delivery: the key to drop doubles by.
        event_id: shared by all deliveries of one event.
        triggered_at: when it happened; deliveries arrive in any order.
    """

    topic: str | None
    shop_domain: str | None
    webhook_id: str | None
    event_id: str | None
    triggered_at: datetime | None
    api_version: str | None
    signature: str | None


def read_headers(headers: Mapping[str, str]) -> Delivery:
    """Read their headers, whatever the case of their names. Only the body is signed, so these are claims."""
    sent = {name.lower(): value.strip() for name, value in headers.items()}

    def text(name: str) -> str | None:
        value = sent.get(f"x-shopify-{name}", "")
        return value if 0 < len(value) <= _MAX_HEADER and value.isascii() and value.isprintable() else None

    domain = (text("shop-domain") or "").lower()
    return Delivery(
        topic=text("topic"),
        shop_domain=domain if _SHOP_DOMAIN.fullmatch(domain) else None,
        webhook_id=text("webhook-id"),
        event_id=text("event-id"),
        triggered_at=_header_time(text("triggered-at")),
        api_version=text("api-version"),
        signature=text("hmac-sha256"),
    )


def _header_time(text: str | None) -> datetime | None:
    try:
        return msgspec.convert(text, Time).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError):
        return None


def from_shopify_delivery(topic: str | None, body: bytes) -> ChannelOrder | None:
    """The order a webhook brings; None where its topic, or this body of it, brings none.

    Raises:
        UnreadableOrder: the topic promises an order and the body is none.
    """
    if topic not in ORDER_TOPICS:
        return None
    payload = read_object(body)
    # Their orders/edited lists only what changed; orders/updated follows with the whole order.
    if topic == "orders/edited" and "order_edit" in payload:
        return None
    return from_shopify_order(payload)


def from_shopify_orders(payload: bytes | Raw) -> tuple[ChannelOrder, ...]:
    """The orders of one page, `{"orders": […]}`."""
    page = read_object(payload).get("orders")
    if not isinstance(page, list):
        raise unreadable("$.orders", "Expected an array of orders")
    return tuple(from_shopify_order(order) for order in cast("list[Raw]", page))


def from_shopify_order(payload: bytes | Raw) -> ChannelOrder:
    """Translate one order, bare as webhooks send it or wrapped as `{"order": …}`.

    Raises:
        UnreadableOrder: not JSON, a field is missing or odd, an amount or a currency does not exist, or a
            text holds what no database stores.
    """
    raw = read_object(payload)
    if "id" not in raw and isinstance(raw.get("order"), dict):
        raw = cast("Raw", raw["order"])
    return _to_order(convert(raw, ShopifyOrder), raw)


def _to_order(order: ShopifyOrder, raw: Raw) -> ChannelOrder:
    currency = _currency(order)
    email = blank_to_none(order.email) or blank_to_none(order.contact_email)
    created_at = utc(order.created_at, "$.created_at")
    processed_at = utc(order.processed_at, "$.processed_at")
    return ChannelOrder(
        external_id=str(order.id),
        number=blank_to_none(order.name) or str(order.id),
        placed_at=min(filter(None, (created_at, processed_at)), default=None),
        updated_at=utc(order.updated_at, "$.updated_at"),
        currency=currency,
        test=order.test is True,
        financial=_financial_state(order.financial_status),
        financial_word=order.financial_status,
        cancelled_at=utc(order.cancelled_at, "$.cancelled_at"),
        recipient=_to_recipient(order.shipping_address, email=email, phone=order.phone),
        email=email,
        lines=_to_lines(order, raw["line_items"], currency),
        shipping_method=_shipping_method(order),
        total=money(order.total_price, currency, "$.total_price"),
        raw=raw,
    )


def _to_lines(order: ShopifyOrder, raw_lines: list[Raw], currency: str | None) -> tuple[ChannelLine, ...]:
    _refuse_doubles(order.line_items)
    refunded, fulfilled = _refunded(order), _fulfilled(order)
    all_sent = order.fulfillment_status == "fulfilled"
    return tuple(
        ChannelLine(
            external_id=str(line.id),
            variant_external_id=None if line.variant_id is None else str(line.variant_id),
            sku=blank_to_none(line.sku),
            title=line.name or line.title or "",
            quantity=line.quantity,
            current_quantity=line.current_quantity,
            fulfillable_quantity=line.fulfillable_quantity,
            refunded_quantity=refunded[str(line.id)],
            fulfilled_quantity=line.quantity if all_sent else fulfilled[str(line.id)],
            requires_shipping=line.requires_shipping is not False,
            gift_card=line.gift_card is True,
            properties=_properties(line),
            unit_price=money(line.price, currency, f"$.line_items[{index}].price"),
            raw=raw_lines[index],
        )
        for index, line in enumerate(order.line_items)
    )


def _refuse_doubles(lines: list[ShopifyLine]) -> None:
    line_id, times = next(iter(Counter(str(line.id) for line in lines).most_common(1)), ("", 0))
    if times > 1:
        raise unreadable("$.line_items", f"Two lines have the id {line_id}")


def _refunded(order: ShopifyOrder) -> Counter[str]:
    counts: Counter[str] = Counter()
    for refund in order.refunds or ():
        for line in refund.refund_line_items or ():
            counts[str(line.line_item_id)] += line.quantity
    return counts


def _fulfilled(order: ShopifyOrder) -> Counter[str]:
    counts: Counter[str] = Counter()
    for fulfilment in order.fulfillments or ():
        if (fulfilment.status or "").lower() in _FAILED_FULFILMENTS:
            continue
        for line in fulfilment.line_items or ():
            counts[str(line.id)] += line.quantity
    return counts


def _to_recipient(
    address: ShopifyAddress | None, *, email: str | None, phone: str | None
) -> Recipient | None:
    if address is None:
        return None
    parts = (address.first_name, address.last_name)
    country = (address.country_code or "").strip().upper()
    region = blank_to_none(address.province_code) or blank_to_none(address.province)
    return Recipient(
        name=blank_to_none(address.name) or " ".join(part.strip() for part in parts if part),
        company=blank_to_none(address.company),
        line1=(address.address1 or "").strip(),
        line2=blank_to_none(address.address2),
        city=(address.city or "").strip(),
        region=region.removeprefix(f"{country}-") if region else None,  # they write Tokyo as JP-13
        postal_code=(address.zip or "").strip(),
        country=country,
        email=email,
        phone=blank_to_none(address.phone) or blank_to_none(phone),
    )


def _properties(line: ShopifyLine) -> dict[str, str]:
    if line.properties is None:
        return {}
    if isinstance(line.properties, dict):
        pairs = list(line.properties.items())
    else:
        pairs = [(entry.name or "", entry.value) for entry in line.properties]
    return {name: _as_text(value) for name, value in pairs}


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _financial_state(word: str | None) -> FinancialState:
    try:
        return FinancialState((word or "").strip().lower())
    except ValueError:
        return FinancialState.UNKNOWN


def _shipping_method(order: ShopifyOrder) -> str | None:
    first = next(iter(order.shipping_lines or ()), None)
    return None if first is None else blank_to_none(first.code) or blank_to_none(first.title)


def _currency(order: ShopifyOrder) -> str | None:
    """The shop's currency, which orders asked for by single fields tell only beside their amounts."""
    sets = (order.total_price_set, *(line.price_set for line in order.line_items))
    beside = (each.shop_money.currency_code for each in sets if each and each.shop_money)
    code = order.currency or next((code for code in beside if code), None)
    if code is not None:
        try:
            exponent(code)
        except UnknownCurrency:
            raise unreadable("$.currency", "Expected a currency of ISO 4217") from None
    return code
