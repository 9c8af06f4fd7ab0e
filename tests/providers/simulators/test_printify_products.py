"""The simulated Printify's products: what they cost where, what is refused, how they are published."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar, Response, get

from printvision.cli.ports import free_port
from printvision.providers.simulators.printify.blanks import BLUEPRINTS, PRINT_PROVIDERS
from printvision.providers.simulators.serving import serve_app
from tests.providers.simulators.printify import SHOP, Printify, product, quick, running
from tests.providers.simulators.running import serving, until
from tests.providers.simulators.test_printify_published import png


async def test_a_blank_costs_what_its_print_provider_asks(printify: Printify) -> None:
    costs = [(await printify.make(print_provider_id=number))["variants"][0]["cost"] for number in (1, 5, 9)]

    assert costs == [1198, 1099, 1165]


async def test_a_second_place_costs_more(printify: Printify) -> None:
    image = {"id": await printify.upload(), "x": 0.5, "y": 0.5, "scale": 1, "angle": 0}
    areas = [
        {
            "variant_ids": [17887],
            "placeholders": [{"position": name, "images": [image]} for name in ("front", "back")],
        }
    ]

    assert (await printify.make(print_areas=areas))["variants"][0]["cost"] == 1099 + 450


async def test_a_product_is_found_again_by_its_sku(printify: Printify) -> None:
    made = await printify.make()

    listed = (await printify.client.get(f"{SHOP}/products.json?limit=50")).json()["data"]

    assert [row["id"] for row in listed if row["variants"][0]["sku"] == "TEE-HARBOUR-S"] == [made["id"]]


def image(**changes: Any) -> dict[str, Any]:
    return {"id": "5d15ca551163cde90d7b2203", "x": 0.5, "y": 0.5, "scale": 1, "angle": 0} | changes


def area(position: str = "front", variants: tuple[int, ...] = (17887,), **changes: Any) -> dict[str, Any]:
    return {
        "variant_ids": list(variants),
        "placeholders": [{"position": position, "images": [image(**changes)]}],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"blueprint_id": 1},
        {"print_provider_id": 2},
        {"variants": [{"id": 1, "price": 100}]},
        {"variants": []},
        {"print_areas": [area(variants=())]},
        {"print_areas": [area(), area()]},
        {"print_areas": [area(position="sleeve")]},
        {"print_areas": [area(id="nothing")]},
        {"print_areas": [area(angle=12.5)]},
        {"print_areas": [area(scale=0)]},
    ],
)
async def test_what_cannot_be_made_is_refused(wrong: dict[str, Any], printify: Printify) -> None:
    before = (await printify.health())["products"]

    answer = await printify.client.post(
        f"{SHOP}/products.json", json=product("5d15ca551163cde90d7b2203") | wrong
    )

    assert answer.status_code == 400, answer.text
    assert (await printify.health())["products"] == before


async def test_a_product_that_is_being_published_is_locked_until_the_shop_says_how_it_went(
    printify: Printify,
) -> None:
    path = f"{SHOP}/products/{(await printify.make())['id']}"
    await printify.client.post(f"{path}/publish.json", json={"title": True})
    locked = await printify.client.put(f"{path}.json", json={"title": "Other"})
    kept = await printify.client.delete(f"{path}.json")
    await printify.client.post(
        f"{path}/publishing_succeeded.json",
        json={"external": {"id": "7", "handle": "https://shop.example.com/7"}},
    )
    changed = await printify.client.put(f"{path}.json", json={"title": "Other"})
    gone = await printify.client.delete(f"{path}.json")

    assert (locked.status_code, kept.status_code) == (400, 400)
    assert locked.json()["errors"]["reason"] == "Product is disabled for editing"
    assert (changed.json()["title"], changed.json()["external"]["id"]) == ("Other", "7")
    assert (gone.status_code, (await printify.client.get(f"{path}.json")).status_code) == (200, 404)


async def test_a_change_of_variants_names_all_of_them(printify: Printify) -> None:
    both = [{"id": number, "price": 2400} for number in (17887, 17888)]
    made = await printify.make(variants=both, print_areas=[area(variants=(17887, 17888))])
    path = f"{SHOP}/products/{made['id']}.json"

    one = await printify.client.put(path, json={"variants": both[:1]})
    dearer = await printify.client.put(path, json={"variants": [row | {"price": 2600} for row in both]})

    assert one.status_code == 400
    assert [row["price"] for row in dearer.json()["variants"]] == [2600, 2600]


async def test_what_is_out_of_stock_is_listed_only_where_it_is_asked_for(printify: Printify) -> None:
    path = "/v1/catalog/blueprints/9/print_providers/5/variants.json"

    async def ids(query: str = "") -> set[int]:
        return {row["id"] for row in (await printify.client.get(path + query)).json()["variants"]}

    assert await ids("?show-out-of-stock=1") - await ids() == {17907}


async def test_every_blank_is_made_by_two_and_every_place_fits_its_size(printify: Printify) -> None:
    for blueprint in BLUEPRINTS:
        assert sum(blueprint.id in provider.blueprints for provider in PRINT_PROVIDERS) >= 2
    path = "/v1/catalog/blueprints/9/print_providers/5/variants.json"
    variants = (await printify.client.get(path)).json()["variants"]
    fronts = {row["options"]["size"]: row["placeholders"][0] for row in variants}

    assert [(fronts[size]["width"], fronts[size]["height"]) for size in ("S", "XL")] == [
        (1566, 2088),
        (1800, 2400),
    ]


async def test_pictures_are_fetched_and_measured_where_that_is_wanted(tmp_path: Path) -> None:
    @get("/art.png")
    async def art() -> Response[bytes]:
        return Response(png(640, 480), media_type="image/png")

    @get("/text.png")
    async def text() -> Response[bytes]:
        return Response(b"no picture", media_type="image/png")

    port = free_port()
    app = Litestar([art, text], openapi_config=None, logging_config=None)
    async with (
        serving(serve_app(app, "127.0.0.1", port)),
        running(quick(tmp_path, fetch_files=True)) as printify,
    ):

        async def add(name: str) -> httpx.Response | None:
            sent = {"file_name": name, "url": f"http://127.0.0.1:{port}/{name}"}
            return await printify.client.post("/v1/uploads/images.json", json=sent)

        async def fetched() -> httpx.Response | None:
            answer = await add("art.png")
            return answer if answer and answer.status_code == 200 else None

        good = (await until(fetched)).json()
        missing, unreadable = await add("gone.png"), await add("text.png")

    assert (good["width"], good["height"], good["mime_type"]) == (640, 480, "image/png")
    assert good["size"] == len(png(640, 480))
    assert missing is not None
    assert unreadable is not None
    assert (missing.json()["code"], unreadable.json()["code"]) == (10300, 8201)


@pytest.mark.parametrize(
    "sent",
    [
        {"file_name": "a.png"},
        {"file_name": "a.png", "url": "ftp://art.example.com/a.png"},
        {"file_name": "a.png", "contents": "no base64!"},
        {"file_name": "a.png", "contents": b64encode(b"no picture").decode()},
    ],
)
async def test_what_is_no_picture_is_refused(sent: dict[str, str], printify: Printify) -> None:
    answer = await printify.client.post("/v1/uploads/images.json", json=sent)

    assert answer.status_code == 400
