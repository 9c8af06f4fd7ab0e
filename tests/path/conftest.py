"""The whole product behind a real port, with a workspace that can sell one shirt."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from printvision.app import create_app
from printvision.catalog import save_prices
from printvision.channels import AddShop, ShopKind, add_shop
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.products import create_product
from printvision.providers.schemas import AddConnection
from printvision.providers.sdk import Money, VariantPrice
from printvision.providers.service import add_connection
from tests.api.conftest import opener, running
from tests.api.wire import Wire, serving
from tests.factories.products import make_artwork, make_shirt, shirt_offer, shirt_product
from tests.factories.workspaces import MadeWorkspace

SHOP_SECRET = "shpss_for_tests"


@dataclass(frozen=True)
class Product:
    """The running product: a client with a key, a Shopify shop, a connection that is never called here."""

    platform: Platform
    client: httpx.AsyncClient
    wire: Wire
    key: str
    shop_id: UUID
    connection_id: UUID

    async def counts(self) -> dict[str, int]:
        """How many orders, lines, runs, messages, products and pictures there are."""
        counted = {}
        async with system_scope(self.platform, "test") as scope:
            for table in ("orders", "messages", "dbos.workflow_status"):
                counted[table] = (
                    await scope.session.execute(text(f"SELECT count(*) FROM {table}"))
                ).scalar_one()
        for thing in ("artworks", "products"):
            counted[thing] = len((await self.client.get(f"/api/v1/{thing}")).json()["items"])
        return counted


def order(**changes: Any) -> dict[str, Any]:
    """An order of one shirt, as our own door takes it."""
    recipient = {
        "name": "Ana Lima",
        "line1": "19749 Dearborn St",
        "city": "Chatsworth",
        "region": "CA",
        "postal_code": "91311",
        "country": "US",
    }
    whole = {"external_id": "A-1", "recipient": recipient, "lines": [{"sku": "SHIRT-M", "quantity": 1}]}
    return whole | changes


@pytest.fixture
async def product(
    settings: Settings, platform: Platform, workspace: MadeWorkspace
) -> AsyncGenerator[Product]:
    blank_id = await make_shirt(platform)
    picture = await make_artwork(workspace)
    async with workspace.scope() as scope:
        connection = await add_connection(
            scope,
            AddConnection(
                provider="printful",
                name="Printful",
                credentials={"token": "never-called"},
                base_url="http://127.0.0.1:9",
            ),
        )
        price = VariantPrice(variant_external_id="4011", technique="dtg", price=Money(900, "USD"))
        await save_prices(scope, connection.id, blank_id, [price])
        await create_product(scope, shirt_product(shirt_offer(connection.id, picture.id)))
        shop = await add_shop(
            scope, AddShop(kind=ShopKind.SHOPIFY, name="Shop", secret=Secret(SHOP_SECRET), orders_from=None)
        )
    app = create_app(settings, opener=opener(platform))
    key = (await workspace.key()).reveal()
    async with (
        running(app),
        serving(app, settings) as wire,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{wire.port}", headers={"authorization": f"Bearer {key}"}, timeout=30
        ) as client,
    ):
        yield Product(platform, client, wire, key, shop.id, connection.id)
