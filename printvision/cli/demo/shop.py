"""The demo's Shopify shop: its order payloads in the published shape, signed as Shopify signs.

Source of the shape: https://shopify.dev/docs/api/admin-rest (orders) and /docs/apps/build/webhooks, read 2026-03.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from printvision.channels.shopify import sign
from printvision.cli.demo.orders import GIFT_CARD, DemoLine, DemoOrder, Fate
from printvision.platform import clock
from printvision.platform.address import Recipient

DOMAIN: Final = "printvision-demo.myshopify.com"
API_VERSION: Final = "2026-01"
CURRENCY: Final = "USD"
SHIPPING_MINOR: Final = 495

FINANCIAL: Final = {
    Fate.UNPAID: "pending",
    Fate.PAID_LATER: "pending",
    Fate.VOIDED: "voided",
    Fate.REFUNDED: "refunded",
}


@dataclass(frozen=True)
class Delivery:
    """One webhook call, the same on every retry."""

    body: bytes
    headers: dict[str, str]


def deliveries(order: DemoOrder, secret: str) -> list[Delivery]:
    """What the shop tells of an order, in the order it happens."""
    told = [_delivery("orders/create", order, secret, paid=order.fate not in FINANCIAL)]
    if order.fate is Fate.PAID_LATER:
        told.append(_delivery("orders/paid", order, secret, paid=True))
    return told


def _delivery(topic: str, order: DemoOrder, secret: str, *, paid: bool) -> Delivery:
    at = clock.now()
    body = msgspec.json.encode(payload(order, at, paid=paid))
    event_id = uuid5(NAMESPACE_URL, f"{DOMAIN}/{topic}/{order.external_id}")
    return Delivery(
        body,
        {
            "content-type": "application/json",
            "x-shopify-topic": topic,
            "x-shopify-hmac-sha256": sign(body, secret),
            "x-shopify-shop-domain": DOMAIN,
            "x-shopify-api-version": API_VERSION,
            "x-shopify-webhook-id": str(uuid5(event_id, "webhook")),
            "x-shopify-event-id": str(event_id),
            "x-shopify-triggered-at": at.isoformat(),
        },
    )


def payload(order: DemoOrder, at: datetime, *, paid: bool) -> dict[str, Any]:
    """The order as `orders/*` webhooks carry it."""
    fate = order.fate
    total_minor = sum(line.article.price_minor * line.quantity for line in order.lines) + SHIPPING_MINOR
    order_id = int(order.external_id)
    moment = at.isoformat()
    cancelled = moment if fate is Fate.CANCELLED else None
    return {
        "id": order_id,
        "admin_graphql_api_id": f"gid://shopify/Order/{order_id}",
        "name": f"#{1000 + order.number}",
        "number": order.number,
        "order_number": 1000 + order.number,
        "created_at": moment,
        "processed_at": moment,
        "updated_at": moment,
        "cancelled_at": cancelled,
        "cancel_reason": "customer" if cancelled else None,
        "closed_at": None,
        "confirmed": True,
        "test": fate is Fate.TEST,
        "currency": CURRENCY,
        "presentment_currency": CURRENCY,
        "financial_status": "paid" if paid else FINANCIAL[fate],
        "fulfillment_status": "fulfilled" if fate is Fate.SENT_ALREADY else None,
        "email": order.recipient.email,
        "contact_email": order.recipient.email,
        "phone": order.recipient.phone,
        "total_price": _amount(total_minor),
        "total_price_set": _both(total_minor),
        "subtotal_price": _amount(total_minor - SHIPPING_MINOR),
        "total_tax": "0.00",
        "taxes_included": False,
        "payment_gateway_names": ["bogus"],
        "source_name": "web",
        "tags": "",
        "note": None,
        "note_attributes": [],
        "line_items": [
            _line(order_id, number, line, fate) for number, line in enumerate(order.lines, start=1)
        ],
        "shipping_lines": [_shipping(order_id)],
        "shipping_address": _address(order.recipient),
        "billing_address": _address(order.recipient),
        "customer": {"id": order_id + 1, "email": order.recipient.email, "state": "disabled", "tags": ""},
        "fulfillments": [],
        "refunds": [_refund(order_id, order, moment)] if fate is Fate.REFUNDED else [],
        "discount_codes": [],
        "tax_lines": [],
    }


def _line(order_id: int, number: int, line: DemoLine, fate: Fate) -> dict[str, Any]:
    sent = fate is Fate.SENT_ALREADY
    gift_card = line.article is GIFT_CARD
    left = 0 if sent or fate in (Fate.REFUNDED, Fate.CANCELLED) else line.quantity
    return {
        "id": _line_id(order_id, number),
        "variant_id": 40_000_000_000 + sum(line.article.sku.encode()),
        "product_id": 7_000_000_000 + sum(line.title.encode()),
        "sku": line.article.sku,
        "title": line.title,
        "name": line.title,
        "vendor": "PrintVision demo",
        "quantity": line.quantity,
        "current_quantity": 0 if fate is Fate.REFUNDED else line.quantity,
        "fulfillable_quantity": left,
        "fulfillment_status": "fulfilled" if sent else None,
        "fulfillment_service": "manual",
        "requires_shipping": fate is not Fate.NO_SHIPPING and not gift_card,
        "gift_card": gift_card,
        "taxable": True,
        "product_exists": True,
        "properties": [],
        "price": _amount(line.article.price_minor),
        "price_set": _both(line.article.price_minor),
        "total_discount": "0.00",
        "tax_lines": [],
        "discount_allocations": [],
    }


def _line_id(order_id: int, number: int) -> int:
    return order_id + 1_000_000_000_000 * number


def _shipping(order_id: int) -> dict[str, Any]:
    return {
        "id": order_id + 2,
        "title": "Standard",
        "code": "Standard",
        "source": "shopify",
        "price": _amount(SHIPPING_MINOR),
        "price_set": _both(SHIPPING_MINOR),
        "tax_lines": [],
    }


def _address(to: Recipient) -> dict[str, Any]:
    first, _, last = to.name.partition(" ")
    return {
        "name": to.name,
        "first_name": first,
        "last_name": last,
        "company": to.company,
        "address1": to.line1,
        "address2": to.line2,
        "city": to.city,
        "zip": to.postal_code,
        "province": None,
        "province_code": to.region,
        "country_code": to.country,
        "phone": to.phone,
    }


def _refund(order_id: int, order: DemoOrder, moment: str) -> dict[str, Any]:
    lines = [
        {"id": order_id + number, "line_item_id": _line_id(order_id, number), "quantity": line.quantity}
        for number, line in enumerate(order.lines, start=1)
    ]
    return {"id": order_id + 3, "created_at": moment, "order_id": order_id, "refund_line_items": lines}


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02d}"


def _both(minor: int) -> dict[str, Any]:
    money = {"amount": _amount(minor), "currency_code": CURRENCY}
    return {"shop_money": money, "presentment_money": money}
