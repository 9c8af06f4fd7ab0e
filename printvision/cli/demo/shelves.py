"""Setting up the demo's workspace as a vendor would: a provider, its catalogue, pictures, products, a shop."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from printvision.cli.demo.assortment import PRODUCTS
from printvision.cli.demo.pictures import Picture, make
from printvision.cli.demo.shop import DOMAIN
from printvision.cli.door import Door
from printvision.cli.errors import StillWaiting

LOOK_EVERY_S: Final = 0.1
STEP_WITHIN_S: Final = 60.0
TOKEN: Final = "simulator-token"  # noqa: S105 -- what the simulator lets in; it opens nothing else
BLUEPRINTS: Final = ("1", "3", "12", "19", "57", "71", "84", "88", "146", "206", "358")


@dataclass(frozen=True)
class Shelves:
    """Where the shop sends its orders, and the secret it signs them with."""

    shop_path: str
    shop_secret: str


async def stock(door: Door, *, provider_url: str, requests_a_minute: int) -> Shelves:
    """Set up everything an order needs.

    Raises:
        StillWaiting: the worker did not come to an end with something in a minute.
        PrintVisionError: what an operation refused.
    """
    connection, artworks = await asyncio.gather(
        _connect(door, provider_url, requests_a_minute),
        asyncio.gather(*(_upload(door, product.picture) for product in PRODUCTS)),
    )
    for product, artwork_id in zip(PRODUCTS, artworks, strict=True):
        await door.call("products.create", **product.members(connection, artwork_id))
    secret = secrets.token_hex(16)
    shop = await door.call(
        "shops.add",
        kind="shopify",
        name="Demo shop",
        domain=DOMAIN,
        secret=secret,
        orders_from="2020-01-01T00:00:00Z",
    )
    return Shelves(shop.webhook_path, secret)


async def _connect(door: Door, url: str, requests_a_minute: int) -> UUID:
    added = await door.call(
        "connections.add",
        provider="printful",
        name="Printful (simulated)",
        credentials={"token": TOKEN},
        live=True,
        base_url=url,
        requests_a_minute=requests_a_minute,
    )
    connection_id = str(added.id)
    sync = await door.call("connections.sync", connection_id=connection_id, blueprints=list(BLUEPRINTS))
    await _until(
        "the provider's catalogue",
        lambda: door.call("syncs.get", sync_id=str(sync.id)),
        lambda view: view.finished_at is not None,
    )
    await _until(
        "the connection's test",
        lambda: door.call("connections.get", connection_id=connection_id),
        lambda view: view.webhooks,
    )
    return added.id


async def _upload(door: Door, picture: Picture) -> UUID:
    content = await asyncio.to_thread(make, picture)
    return (await door.call("artworks.upload", data=content, filename=f"{picture.name}.png")).id


async def _until(what: str, look: Callable[[], Awaitable[Any]], done: Callable[[Any], bool]) -> None:
    began = time.monotonic()
    while not done(await look()):
        waited_s = time.monotonic() - began
        if waited_s > STEP_WITHIN_S:
            raise StillWaiting(f"Waiting for {what}", waited_s=round(waited_s, 1))
        await asyncio.sleep(LOOK_EVERY_S)
