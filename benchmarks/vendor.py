"""A vendor with one provider, one product and a shop: what an order needs, set up as a vendor would."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID, uuid4

import msgspec
import pyvips

from benchmarks.client import post
from printvision.cli.door import Door

TOKEN: Final = "simulator-token"  # noqa: S105 -- what the simulator lets in; it opens nothing else
SHOP_SECRET: Final = "shpss_benchmark"  # noqa: S105 -- signs nothing but our own load
BLUEPRINT: Final = "71"
VARIANTS: Final = {"TEE-M": "4012", "TEE-L": "4018"}
READY_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Vendor:
    """Where orders and webhooks go, and with what."""

    api_key: str
    shop_path: str
    connection_id: UUID

    def order(self) -> bytes:
        """A fresh order at our own door: two lines, to Berlin."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.api_key}"}
        return post("/api/v1/orders", msgspec.json.encode(order_body()), headers)

    def webhook(self) -> bytes:
        """A fresh order as Shopify tells of it, signed."""
        return shopify_webhook(self.shop_path)


def order_body() -> dict[str, Any]:
    """What `POST /api/v1/orders` takes."""
    return {
        "external_id": uuid4().hex,
        "recipient": {
            "name": "Erika Mustermann",
            "line1": "Unter den Linden 1",
            "city": "Berlin",
            "postal_code": "10117",
            "country": "DE",
        },
        "lines": [{"sku": sku, "quantity": 1} for sku in VARIANTS],
    }


async def set_up(door: Door, *, api_key: str, provider_url: str) -> Vendor:
    """Everything an order needs; a worker has to run.

    Raises:
        TimeoutError: the worker did not come to an end with something.
        PrintVisionError: what an operation refused.
    """
    added = await door.call(
        "connections.add",
        provider="printful",
        name="Printful (simulated)",
        credentials={"token": TOKEN},
        live=True,
        base_url=provider_url,
        requests_a_minute=100_000,
    )
    connection_id = str(added.id)
    sync = await door.call("connections.sync", connection_id=connection_id, blueprints=[BLUEPRINT])
    await _until(lambda: door.call("syncs.get", sync_id=str(sync.id)), lambda view: view.finished_at)
    await _until(
        lambda: door.call("connections.get", connection_id=connection_id), lambda view: view.webhooks
    )
    artwork = await door.call("artworks.upload", data=_picture(), filename="tee.png")
    await door.call("products.create", **_product(connection_id, str(artwork.id)))
    shop = await door.call(
        "shops.add", kind="shopify", name="Shop", secret=SHOP_SECRET, orders_from="2020-01-01T00:00:00Z"
    )
    return Vendor(api_key, shop.webhook_path, added.id)


def _product(connection_id: str, artwork_id: str) -> dict[str, Any]:
    offer = {
        "connection_id": connection_id,
        "technique": "dtg",
        "placements": [{"placement": "front", "artwork_id": artwork_id}],
    }
    return {
        "title": "Tee",
        "variants": [
            {"sku": sku, "title": sku, "offers": [offer | {"variant": variant}]}
            for sku, variant in VARIANTS.items()
        ],
    }


def _picture() -> bytes:
    """12 × 16 inches at 150 dpi."""
    image = cast("Any", pyvips).Image.black(1_800, 2_400, bands=3)
    return image.copy(xres=150 / 25.4, yres=150 / 25.4).pngsave_buffer()


async def _until(look: Callable[[], Awaitable[Any]], done: Callable[[Any], object]) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while not done(await look()):
        if time.monotonic() > until:
            raise TimeoutError("the worker does not come to an end")
        await asyncio.sleep(0.1)


def shopify_webhook(path: str) -> bytes:
    """A whole request in the published shape of Shopify's `orders/create`, some 2 kB."""
    body = msgspec.json.encode(_shopify_order(uuid4().int % 10**12))
    signature = b64encode(hmac.new(SHOP_SECRET.encode(), body, hashlib.sha256).digest()).decode()
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": "orders/create",
        "x-shopify-hmac-sha256": signature,
        "x-shopify-webhook-id": str(uuid4()),
        "x-shopify-triggered-at": "2026-03-02T15:00:00Z",
        "x-shopify-api-version": "2026-01",
    }
    return post(path, body, headers)


def _shopify_order(number: int) -> dict[str, Any]:
    address = {
        "name": "Erika Mustermann",
        "address1": "Unter den Linden 1",
        "city": "Berlin",
        "zip": "10117",
        "country_code": "DE",
        "phone": None,
    }
    money = {"amount": "24.00", "currency_code": "USD"}
    return {
        "id": number,
        "admin_graphql_api_id": f"gid://shopify/Order/{number}",
        "name": f"#{number}",
        "created_at": "2026-03-02T15:00:00Z",
        "updated_at": "2026-03-02T15:00:00Z",
        "currency": "USD",
        "financial_status": "paid",
        "total_price": "48.00",
        "total_price_set": {"shop_money": money, "presentment_money": money},
        "line_items": [
            {
                "id": number + place,
                "sku": sku,
                "name": sku,
                "title": sku,
                "quantity": 1,
                "current_quantity": 1,
                "fulfillable_quantity": 1,
                "requires_shipping": True,
                "gift_card": False,
                "properties": [],
                "price": "24.00",
                "price_set": {"shop_money": money, "presentment_money": money},
                "tax_lines": [],
                "discount_allocations": [],
            }
            for place, sku in enumerate(VARIANTS, start=1)
        ],
        "shipping_address": address,
        "billing_address": address,
        "customer": {"id": number, "email": "erika@example.com", "state": "disabled", "tags": ""},
        "shipping_lines": [{"id": 1, "title": "Standard", "code": "Standard", "price": "4.95"}],
        "fulfillments": [],
        "refunds": [],
        "note": None,
    }
