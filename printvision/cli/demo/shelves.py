"""Setting up the demo's workspace as a vendor would: providers, their catalogues, pictures, products, a shop."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from printvision.cli.demo.assortment import BLUEPRINTS, PRODUCTS
from printvision.cli.demo.pictures import Picture, make
from printvision.cli.demo.shop import DOMAIN
from printvision.cli.demo.surroundings import PROVIDERS, REQUESTS_A_MINUTE
from printvision.cli.door import Door
from printvision.cli.errors import StillWaiting
from printvision.platform.scope import workspace_scope

LOOK_EVERY_S: Final = 0.1
STEP_WITHIN_S: Final = 60.0
TOKEN: Final = "simulator-token"  # noqa: S105 -- what the simulators let in; it opens nothing else

_PROVISIONS: Final = text("SELECT state, count(*) AS products FROM provisions GROUP BY 1")


@dataclass(frozen=True)
class Shelves:
    """Where the shop sends its orders, and the secret it signs them with."""

    shop_path: str
    shop_secret: str


async def stock(door: Door, simulators: Mapping[str, str], *, say: Callable[[str], None]) -> Shelves:
    """Set up everything an order needs.

    Args:
        simulators: the address of each provider's.

    Raises:
        StillWaiting: the worker did not come to an end with something in a minute.
        PrintVisionError: what an operation refused.
    """
    connected, artworks = await asyncio.gather(
        asyncio.gather(*(_connect(door, provider, url, say) for provider, url in simulators.items())),
        asyncio.gather(*(_upload(door, product.picture) for product in PRODUCTS)),
    )
    connections = dict(zip(simulators, connected, strict=True))
    for product, artwork_id in zip(PRODUCTS, artworks, strict=True):
        await door.call("products.create", **product.members(connections, artwork_id))
    await _provisioned(door, say)
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


async def _connect(door: Door, provider: str, url: str, say: Callable[[str], None]) -> UUID:
    name = PROVIDERS[provider]
    added = await door.call(
        "connections.add",
        provider=provider,
        name=f"{name} (simulated)",
        credentials={"token": TOKEN},
        live=True,
        base_url=url,
        requests_a_minute=REQUESTS_A_MINUTE,
    )
    connection_id = str(added.id)
    sync = await door.call(
        "connections.sync", connection_id=connection_id, blueprints=list(BLUEPRINTS[provider])
    )
    await _until(
        f"{name}'s catalogue",
        lambda: door.call("syncs.get", sync_id=str(sync.id)),
        lambda view: view.finished_at is not None,
    )
    tested = await _until(
        f"the test of {name}'s connection",
        lambda: door.call("connections.get", connection_id=connection_id),
        lambda view: view.webhooks,
    )
    for warning in tested.last_test["warnings"]:
        say(f"{name}: {warning}")
    return added.id


async def _provisioned(door: Door, say: Callable[[str], None]) -> None:
    """Wait until providers that print only their own products have one of every offer."""
    wanted = sum("printify" in article.variants for product in PRODUCTS for article in product.articles)
    say(f"Making {wanted} products at {PROVIDERS['printify']} …")
    await _until(
        f"{wanted} products at {PROVIDERS['printify']}",
        lambda: _count_provisions(door),
        lambda states: states["ready"] >= wanted,
    )


async def _count_provisions(door: Door) -> Counter[str]:
    async with workspace_scope(door.platform, door.workspace_id, door.principal) as scope:
        return Counter({row.state: row.products for row in await scope.session.execute(_PROVISIONS)})


async def _upload(door: Door, picture: Picture) -> UUID:
    content = await asyncio.to_thread(make, picture)
    return (await door.call("artworks.upload", data=content, filename=f"{picture.name}.png")).id


async def _until(what: str, look: Callable[[], Awaitable[Any]], done: Callable[[Any], bool]) -> Any:
    began = time.monotonic()
    while not done(seen := await look()):
        waited_s = time.monotonic() - began
        if waited_s > STEP_WITHIN_S:
            raise StillWaiting(f"Waiting for {what}", waited_s=round(waited_s, 1))
        await asyncio.sleep(LOOK_EVERY_S)
    return seen
