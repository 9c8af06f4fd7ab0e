"""A workspace with something of everything, so that calls have things to be about."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from httpx import AsyncClient
from sqlalchemy import text

from printvision.accounts import OperatorRole, Role
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.scope import system_scope
from tests.api.browsing import post_token
from tests.factories.people import link_for, make_member, make_person
from tests.factories.workspaces import MadeWorkspace
from tests.path.conftest import Product, order

ORDERS = 48
PRINTED = 8


async def stock(product: Product) -> dict[str, Any]:
    """A key, cookies of two people's sessions, ids by the name of the path's parameter, by operation bodies that
    succeed; `{n}` is another each time."""
    client = product.client
    placed = [
        (await client.post("/api/v1/orders", json=order(external_id=f"F-{number}"))).json()["id"]
        for number in range(ORDERS)
    ]
    async with system_scope(product.platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE orders SET stage = 'shipped' WHERE id = ANY(:ids)"), {"ids": placed[:PRINTED]}
        )
    workspace = (await client.get("/api/v1/workspace")).json()
    own = MadeWorkspace(product.platform, WorkspaceId(UUID(workspace["id"])))
    hook = (await client.post("/api/v1/hooks", json=_hook("a"))).json()
    sync = (await client.post(f"/api/v1/connections/{product.connection_id}/sync", json={})).json()
    work = {"operation": "orders.release", "items": [{"order_id": each} for each in placed[:3]]}
    tasks = [(await client.post("/api/v1/tasks", json=work)).json()["id"] for _ in range(3)]
    artworks = [each["id"] for each in (await client.get("/api/v1/artworks")).json()["items"]]
    products = [each["id"] for each in (await client.get("/api/v1/products")).json()["items"]]
    blueprints = [each["id"] for each in (await client.get("/api/v1/catalog/blueprints")).json()["items"]]
    offers = (await client.get(f"/api/v1/products/{products[0]}")).json()["variants"][0]["offers"]
    return {
        "key": product.key,
        "workspace": workspace["id"],
        "cookie": await _cookie(
            product, await make_person(product.platform, operator_role=OperatorRole.OPERATOR)
        ),
        "other_cookie": await _cookie(product, await make_person(product.platform)),
        "owner_cookie": await _cookie(product, await make_member(own)),
        "ids": {
            "order_id": placed,
            "connection_id": [str(product.connection_id)],
            "shop_id": [str(product.shop_id)],
            "endpoint_id": [hook["endpoint"]["id"]],
            "sync_id": [sync["id"]],
            "task_id": tasks,
            "artwork_id": artworks,
            "product_id": products,
            "blueprint_id": blueprints,
            "offer_id": [each["id"] for each in offers],
            "person_id": [str(await make_member(own, Role.VIEWER)) for _ in range(12)],
            "invitation_id": [(await _invite(product, number))["id"] for number in range(8)],
            "workspace_id": [workspace["id"]],
        },
        "bodies": {
            "orders.create": [order(external_id="N-{n}")],
            "orders.edit_address": [{"recipient": order()["recipient"]}],
            "hooks.create": [_hook("b{n}")],
            "products.create": [_product(product, artworks[0])],
            "connections.add": [
                {
                    "provider": "printful",
                    "name": "Two {n}",
                    "credentials": {"token": "never-{n}"},
                    "base_url": "http://127.0.0.1:9",
                }
            ],
            "tasks.start": [
                {"operation": "orders.release", "items": [{"order_id": each}]} for each in placed
            ],
            "orders.reprint": [{"reason": "The parcel was lost"}],
            "connections.authorize": [{"provider": "printful"}],
            "shops.authorize": [{"domain": "tees-{n}.myshopify.com", "name": "Tees {n}"}],
            "shops.add": [{"kind": "shopify", "name": "Shop {n}", "secret": "shpss_{n}"}],
        },
    }


def _hook(name: str) -> dict[str, Any]:
    return {"url": f"http://127.0.0.1:9/{name}", "name": "Books"}


def _product(product: Product, artwork_id: str) -> dict[str, Any]:
    placement = {"placement": "front", "artwork_id": artwork_id}
    offer = {
        "connection_id": str(product.connection_id),
        "variant": "4012",
        "technique": "dtg",
        "placements": [placement],
    }
    return {"title": "Shirt {n}", "variants": [{"sku": "S-{n}", "title": "M", "offers": [offer]}]}


async def _invite(product: Product, number: int) -> dict[str, Any]:
    wanted = {"email": f"guest-{number}@print.example", "role": "viewer"}
    return (await product.client.post("/api/v1/invitations", json=wanted)).json()["invitation"]


async def _cookie(product: Product, person_id: PersonId) -> str:
    token = await link_for(product.platform, person_id)
    async with AsyncClient(base_url=product.client.base_url) as browser:
        return (await post_token(browser, token)).headers["set-cookie"].partition(";")[0]
