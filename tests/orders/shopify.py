"""Orders as Shopify sends them, and their way through the door."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from printvision.channels.shopify import sign
from printvision.webhooks import Inbox
from printvision.webhooks.models import MessageRow
from printvision.webhooks.receiving import receive_from_shopify
from tests.orders.vendor import SHOP_SECRET, Vendor

PLACED = datetime(2026, 3, 2, 15, tzinfo=UTC)
ADDRESS = {
    "name": "Odalys Wexford",
    "address1": "77 Quillback Row",
    "city": "Austin",
    "zip": "73301",
    "province_code": "TX",
    "country_code": "US",
    "phone": "+1 512 555 0148",
}


def line(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One tee, wanted and not yet sent."""
    pieces = changes.get("quantity", 1)
    base: dict[str, Any] = {
        "id": 9007199254740993000 + number,
        "sku": "TEE-M",
        "name": "Tee - M",
        "quantity": pieces,
        "current_quantity": pieces,
        "fulfillable_quantity": pieces,
        "requires_shipping": True,
        "gift_card": False,
        "properties": [],
        "price": "24.00",
    }
    return base | changes


def order(*lines: dict[str, Any], age: int = 0, **changes: Any) -> dict[str, Any]:
    """A paid order; `age` is the copy's: a greater one is newer."""
    base: dict[str, Any] = {
        "id": 4501,
        "name": "#1001",
        "email": "odalys@wexford.example",
        "created_at": PLACED.isoformat(),
        "updated_at": (PLACED + timedelta(seconds=age)).isoformat(),
        "cancelled_at": None,
        "test": False,
        "currency": "USD",
        "total_price": "24.00",
        "financial_status": "paid",
        "shipping_address": ADDRESS,
        "line_items": list(lines) or [line()],
        "tags": "",
        "note": None,
    }
    return base | changes


def cancelled(*lines: dict[str, Any], age: int = 0, **changes: Any) -> dict[str, Any]:
    """The order as it is told once it was cancelled in the shop; nothing was refunded."""
    return order(*lines, age=age, cancelled_at=(PLACED + timedelta(seconds=age)).isoformat(), **changes)


async def deliver(
    vendor: Vendor,
    shop_id: UUID,
    body: dict[str, Any],
    *,
    topic: str = "orders/updated",
    webhook_id: str | None = None,
) -> str | None:
    """One call of the shop, stored and taken in; what became of it."""
    sent = json.dumps(body).encode()
    headers = {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-SHA256": sign(sent, SHOP_SECRET),
        "X-Shopify-Webhook-Id": webhook_id or str(uuid4()),
    }
    receipt = await receive_from_shopify(vendor.platform, shop_id, sent, headers)
    await Inbox(vendor.platform).drain()
    return (await message(vendor, receipt.message_id)).outcome


async def message(vendor: Vendor, message_id: UUID) -> MessageRow:
    async with vendor.workspace.scope() as scope:
        return (
            await scope.session.execute(select(MessageRow).where(MessageRow.id == message_id))
        ).scalar_one()
