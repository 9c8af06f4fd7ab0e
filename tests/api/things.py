"""One of each thing of a workspace, made through the product's own calls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from printvision.accounts import Role
from printvision.api.execution import execute_as
from printvision.catalog import save_blueprints, save_variants
from printvision.platform.scope import system_scope
from printvision.providers.sdk import Blueprint, BlueprintVariant, PrintArea
from tests.artwork.pictures import png
from tests.factories.people import make_member
from tests.factories.workspaces import OWNER, MadeWorkspace

# Not a workspace's: what providers can make is the same for everyone.
SHARED = ("blueprint_id",)
MARK = "of-the-first-workspace"
AREA = PrintArea(placement="front", technique="dtg", width_px=150, height_px=150, dpi=150)


async def make_things(workspace: MadeWorkspace) -> dict[str, UUID]:
    """The ids of one of each thing, by what the paths call them; every one has `MARK` in it where it can."""

    async def call(operation: str, /, **input: Any) -> Any:
        return await execute_as(workspace.platform, OWNER, workspace.id, operation, input)

    await _make_catalogue(workspace)
    connection = await call("connections.add", provider="printful", name=MARK, credentials={"token": MARK})
    sync = await call("connections.sync", connection_id=str(connection.id))
    shop = await call("shops.add", kind="shopify", name=MARK, domain=f"{MARK}.myshopify.com", secret=MARK)
    artwork = await call("artworks.upload", data=png(150, 150), filename=f"{MARK}.png")
    product = await call("products.create", title=MARK, variants=[_variant(connection.id, artwork.id)])
    order = await call(
        "orders.create",
        external_id=MARK,
        recipient={
            "name": MARK,
            "line1": "1 Main St",
            "city": "Salem",
            "region": "OR",
            "postal_code": "97301",
        }
        | {"country": "US"},
        lines=[{"sku": MARK, "quantity": 1}],
    )
    # a number, so that no name is looked up; nobody calls it
    endpoint = await call("hooks.create", name=MARK, url=f"https://1.1.1.1/{MARK}")
    sent = await call("invitations.create", email=f"{MARK}@print.example", role="viewer")
    person_id = await make_member(workspace, Role.VIEWER)
    key = await call("keys.create", name=MARK)
    task = await call("tasks.start", operation="orders.release", items=[{"order_id": MARK}])
    return {
        "artwork_id": artwork.id,
        "connection_id": connection.id,
        "endpoint_id": endpoint.endpoint.id,
        "invitation_id": sent.invitation.id,
        "key_id": key.key.id,
        "offer_id": product.variants[0].offers[0].id,
        "order_id": order.id,
        "person_id": person_id,
        "product_id": product.id,
        "shop_id": shop.id,
        "sync_id": sync.id,
        "task_id": task.id,
    }


async def _make_catalogue(workspace: MadeWorkspace) -> None:
    async with system_scope(workspace.platform, "test") as scope:
        await save_blueprints(scope, "printful", [Blueprint(external_id="71", title="Tee")])
        shirts = [BlueprintVariant(external_id="4011", name="White / S")]
        await save_variants(scope, "printful", "71", shirts, [AREA])


def _variant(connection_id: UUID, artwork_id: UUID) -> dict[str, Any]:
    placements = [{"placement": "front", "artwork_id": str(artwork_id)}]
    offer = {
        "connection_id": str(connection_id),
        "variant": "4011",
        "technique": "dtg",
        "placements": placements,
    }
    return {"sku": MARK, "title": MARK, "offers": [offer]}
