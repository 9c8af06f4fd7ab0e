"""The way a vendor goes over the wire: a picture in, a product made of it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import pytest
from httpx import ASGITransport, AsyncClient

from printvision.accounts import Permission
from printvision.api.application import make_application
from printvision.artwork import operations as artwork
from printvision.platform.operations import registry
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.products import operations as products
from tests.api.conftest import opener, running
from tests.artwork.pictures import png
from tests.factories.products import make_shirt
from tests.factories.workspaces import MadeWorkspace
from tests.products.making import Bench

OPERATIONS = (
    artwork.upload,
    artwork.get,
    artwork.list_all,
    products.create,
    products.get,
    products.list_all,
    products.provision_again,
)


@pytest.fixture
async def client(
    settings: Settings, platform: Platform, workspace: MadeWorkspace
) -> AsyncGenerator[AsyncClient]:
    """Somebody with a key that may do everything in `workspace`."""
    app = make_application(settings, OPERATIONS, opener=opener(platform))
    address = "http://printvision.test/api/v1"
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=address) as client:
        client.headers["authorization"] = f"Bearer {(await workspace.key()).reveal()}"
        yield client


def shirt(connection_id: UUID, artwork_id: str, **said: Any) -> dict[str, Any]:
    offer = {
        "connection_id": str(connection_id),
        "variant": "4011",
        "technique": "dtg",
        "placements": [{"placement": "front", "artwork_id": artwork_id}],
    }
    return {"title": "Shirt", "variants": [{"sku": "SHIRT-M", "title": "M", "offers": [offer | said]}]}


async def upload(client: AsyncClient, data: bytes, filename: str = "logo.png") -> str:
    answer = await client.post("/artworks", content=data, params={"filename": filename})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def test_a_picture_becomes_a_product(platform: Platform, client: AsyncClient, connection_id: UUID):
    await make_shirt(platform)
    artwork_id = await upload(client, png(180, 240))

    added = await client.post("/products", json=shirt(connection_id, artwork_id))
    shown = await client.get(f"/products/{added.json()['id']}")
    listed = await client.get("/products", params={"sku": "SHIRT-M", "limit": "5"})
    picture = await client.get(f"/artworks/{artwork_id}")

    assert added.status_code == 201
    assert shown.json() == added.json()
    assert [item["id"] for item in listed.json()["items"]] == [added.json()["id"]]
    assert (picture.json()["width_px"], picture.json()["filename"]) == (180, "logo.png")


async def test_a_picture_too_small_is_told_with_what_is_needed(
    platform: Platform, client: AsyncClient, connection_id: UUID
):
    await make_shirt(platform)
    artwork_id = await upload(client, png(1, 1))

    refused = await client.post("/products", json=shirt(connection_id, artwork_id))

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (422, "artwork/too-small")
    assert (problem["needed_width_px"], problem["needed_height_px"]) == (180, 180)
    assert (await client.get("/products")).json()["items"] == []


async def test_what_is_no_picture_is_told_as_what_it_is(client: AsyncClient):
    refused = await client.post("/artworks", content=b"%PDF-1.7")

    assert (refused.status_code, refused.json()["code"]) == (415, "artwork/unsupported-type")
    assert refused.json()["found"] == "PDF"
    assert (await client.get("/artworks")).json()["items"] == []


async def test_a_taken_sku_is_told_by_name(platform: Platform, client: AsyncClient, connection_id: UUID):
    await make_shirt(platform)
    wanted = shirt(connection_id, await upload(client, png(180, 240)))
    await client.post("/products", json=wanted)

    refused = await client.post("/products", json=wanted)

    assert (refused.status_code, refused.json()["code"]) == (409, "products/sku-taken")
    assert refused.json()["skus"] == ["SHIRT-M"]


async def test_a_product_that_cannot_be_made_is_told_where(
    platform: Platform, client: AsyncClient, connection_id: UUID
):
    await make_shirt(platform)
    wanted = shirt(connection_id, await upload(client, png(180, 240)), variant="1")

    refused = await client.post("/products", json=wanted)

    assert (refused.status_code, refused.json()["code"]) == (422, "products/offer-impossible")
    assert [error["path"] for error in refused.json()["errors"]] == ["variants[0].offers[0].variant"]


async def test_a_products_state_at_its_provider_is_shown_and_tried_again(client: AsyncClient, bench: Bench):
    added = await client.post("/products", json=shirt(bench.connection_id, str(bench.artwork_id)))
    (offer,) = added.json()["variants"][0]["offers"]

    again = await client.post(f"/offers/{offer['id']}/provision")
    unknown = await client.post(f"/offers/{bench.artwork_id}/provision")

    assert (offer["ready"], offer["product_external_id"]) == (False, None)
    assert {name: offer["provision"][name] for name in ("state", "attempts", "last_error")} == {
        "state": "wanted",
        "attempts": 0,
        "last_error": None,
    }
    assert (again.status_code, again.json()["provision"]["state"]) == (202, "wanted")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")


async def test_a_provider_that_wants_no_product_is_told_as_such(
    platform: Platform, client: AsyncClient, connection_id: UUID
):
    await make_shirt(platform)
    added = await client.post("/products", json=shirt(connection_id, await upload(client, png(180, 240))))
    (offer,) = added.json()["variants"][0]["offers"]

    refused = await client.post(f"/offers/{offer['id']}/provision")

    assert (offer["ready"], offer["provision"]) == (True, None)
    assert (refused.status_code, refused.json()["code"]) == (409, "products/no-product-wanted")
    assert refused.json()["provider"] == "printful"


@pytest.mark.parametrize("name", ["", "   ", "two\nlines", "nul\x00", "x" * 101])
async def test_a_property_without_a_sound_name_is_refused(
    client: AsyncClient, connection_id: UUID, name: str
):
    wanted = shirt(connection_id, str(connection_id))
    wanted["variants"][0]["known_properties"] = [name]

    refused = await client.post("/products", json=wanted)

    # NUL is nothing that a schema tells of
    assert refused.status_code == (422 if "\0" in name else 400)
    assert "known_properties" in refused.text


def test_each_call_needs_the_permission_its_verb_asks_for():
    needed = {
        key: made.permission
        for key, made in registry().items()
        if key.split(".")[0] in ("artworks", "products")
    }

    assert needed == {
        "artworks.upload": Permission.ARTWORK_UPLOAD,
        "artworks.get": Permission.ARTWORK_READ,
        "artworks.list": Permission.ARTWORK_READ,
        "products.create": Permission.PRODUCTS_MANAGE,
        "products.get": Permission.PRODUCTS_READ,
        "products.list": Permission.PRODUCTS_READ,
        "products.provision_again": Permission.PRODUCTS_MANAGE,
    }
