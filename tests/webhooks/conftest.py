"""A shop and a connection whose webhooks come in, without anything that would be printed."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text

from printvision.channels import AddShop, ShopKind, add_shop
from printvision.channels.shopify import sign
from printvision.orders.models import OrderRow
from printvision.platform.events import EventRow
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.providers.schemas import AddConnection
from printvision.providers.service import add_connection, store_webhook_secret
from printvision.webhooks.models import MessageRow
from printvision.webhooks.receiving import receive_from_provider, receive_from_shopify
from printvision.webhooks.storing import Receipt
from tests.factories.workspaces import MadeWorkspace

SHOP_SECRET = "shpss_for_tests"
PRINTFUL_SECRET = "5e" * 32
PLACED = datetime(2026, 3, 2, 15, tzinfo=UTC)


def order(number: int = 1, **changes: Any) -> bytes:
    """An order in Shopify's published shape, of one line that no product of ours matches."""
    whole: dict[str, Any] = {
        "id": 4500 + number,
        "name": f"#{number}",
        "created_at": PLACED.isoformat(),
        "updated_at": PLACED.isoformat(),
        "currency": "USD",
        "total_price": "24.00",
        "financial_status": "paid",
        "line_items": [{"id": number, "sku": "NO-SUCH", "name": "Tee", "quantity": 1, "price": "24.00"}],
    }
    return json.dumps(whole | changes).encode()


def printful_event(order_id: int = 901, **changes: Any) -> bytes:
    """An event in Printful's published shape of version 2."""
    whole: dict[str, Any] = {
        "type": "shipment_sent",
        "occurred_at": "2026-03-05T10:00:00Z",
        "retries": 0,
        "store_id": 10,
        "data": {
            "order": {"id": order_id, "external_id": "a" * 32},
            "shipment": {"id": 7, "status": "shipped"},
        },
    }
    return json.dumps(whole | changes).encode()


def shopify_headers(
    body: bytes, *, secret: str = SHOP_SECRET, webhook_id: str | None = None, topic: str = "orders/create"
) -> dict[str, str]:
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-SHA256": sign(body, secret),
        "X-Shopify-Webhook-Id": webhook_id or str(uuid4()),
        "X-Shopify-Triggered-At": PLACED.isoformat(),
        "X-Shopify-API-Version": "2026-01",
    }


def printful_headers(body: bytes, *, secret: str = PRINTFUL_SECRET) -> dict[str, str]:
    return {"X-PF-Webhook-Signature": hmac.new(bytes.fromhex(secret), body, hashlib.sha256).hexdigest()}


@dataclass(frozen=True)
class Doors:
    """Where a test delivers, and where it looks."""

    workspace: MadeWorkspace
    shop_id: UUID
    connection_id: UUID

    @property
    def platform(self) -> Platform:
        return self.workspace.platform

    async def from_shopify(self, body: bytes, **headers: Any) -> Receipt:
        return await receive_from_shopify(self.platform, self.shop_id, body, shopify_headers(body, **headers))

    async def from_printful(self, body: bytes) -> Receipt:
        return await receive_from_provider(
            self.platform, "printful", self.connection_id, body, printful_headers(body)
        )

    async def messages(self) -> list[MessageRow]:
        async with system_scope(self.platform, "test") as scope:
            rows = await scope.session.execute(select(MessageRow).order_by(MessageRow.id))
            return list(rows.scalars())

    async def message(self, receipt: Receipt) -> MessageRow:
        return next(row for row in await self.messages() if row.id == receipt.message_id)

    async def orders(self) -> list[OrderRow]:
        async with self.workspace.scope() as scope:
            return list((await scope.session.execute(select(OrderRow).order_by(OrderRow.id))).scalars())

    async def events(self) -> list[str]:
        async with self.workspace.scope() as scope:
            return list((await scope.session.execute(select(EventRow.kind).order_by(EventRow.seq))).scalars())

    async def change(self, statement: str, **values: Any) -> None:
        async with system_scope(self.platform, "test") as scope:
            await scope.session.execute(text(statement), values)


@pytest.fixture
async def doors(workspace: MadeWorkspace) -> Doors:
    wanted = AddShop(
        kind=ShopKind.SHOPIFY,
        name="Shop",
        secret=Secret(SHOP_SECRET),
        orders_from=datetime(2000, 1, 1, tzinfo=UTC),
    )
    account = AddConnection(provider="printful", name="Print house", credentials={"token": "not-a-real-one"})
    async with workspace.scope() as scope:
        shop = await add_shop(scope, wanted)
        connection = await add_connection(scope, account)
        await store_webhook_secret(scope, connection.id, PRINTFUL_SECRET)
    return Doors(workspace, shop.id, connection.id)
