"""Orders are narrowed and sorted as people of the trade ask for them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from printvision.platform.scope import system_scope
from tests.path.conftest import Product, order

PATH = "/api/v1/orders"


@pytest.fixture
async def placed(product: Product) -> list[dict[str, Any]]:
    """Three orders: the second held, the third another country's; placed in another order than received."""
    made = [
        (await product.client.post(PATH, json=order(external_id=f"L-{number}"))).json() for number in range(3)
    ]
    reason = {"reason": "asking the buyer"}
    await product.client.post(f"{PATH}/{made[1]['id']}/hold", json=reason)
    async with system_scope(product.platform, "test") as scope:
        for each, day in zip(made, ("2026-01-02", "2026-01-01", "2026-01-03"), strict=True):
            await scope.session.execute(
                text("UPDATE orders SET placed_at = CAST(:day AS timestamptz) WHERE id = :id"),
                {"day": day, "id": each["id"]},
            )
        await scope.session.execute(
            text("UPDATE orders SET country = 'DE', number = '#1007' WHERE id = :id"), {"id": made[2]["id"]}
        )
    return made


async def listed(product: Product, **asked: Any) -> list[str]:
    reply = await product.client.get(PATH, params=asked)
    assert reply.status_code == 200, reply.text
    return [each["external_id"] for each in reply.json()["items"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["L-2", "L-1", "L-0"]),
        ({"sort": "received_at"}, ["L-0", "L-1", "L-2"]),
        ({"sort": "placed_at"}, ["L-1", "L-0", "L-2"]),
        ({"sort": "-placed_at"}, ["L-2", "L-0", "L-1"]),
        ({"held": "true"}, ["L-1"]),
        ({"held": "false"}, ["L-2", "L-0"]),
        ({"hold_reason": "person"}, ["L-1"]),
        ({"hold_reason": "address"}, []),
        ({"country": "DE"}, ["L-2"]),
        ({"number": "#1007"}, ["L-2"]),
        ({"external_id": "L-0"}, ["L-0"]),
        ({"stage": "received", "country": "US"}, ["L-1", "L-0"]),
        ({"received_since": "2000-01-01T00:00:00Z"}, ["L-2", "L-1", "L-0"]),
        ({"received_before": "2000-01-01T00:00:00Z"}, []),
    ],
)
async def test_a_list_is_narrowed_and_sorted(
    product: Product, placed: list[dict[str, Any]], asked: dict[str, Any], found: list[str]
):
    assert await listed(product, **asked) == found


async def test_a_list_is_of_one_shop_and_of_one_connection(product: Product, placed: list[dict[str, Any]]):
    assert len(await listed(product, shop_id=placed[0]["shop_id"])) == 3
    assert await listed(product, shop_id=str(product.shop_id)) == []
    assert await listed(product, connection_id=str(product.connection_id)) == []


@pytest.mark.parametrize("sort", ["-received_at", "received_at", "-placed_at", "placed_at"])
async def test_pages_in_every_order_tell_each_once(product: Product, placed: list[dict[str, Any]], sort: str):
    whole = await listed(product, sort=sort)
    found: list[str] = []
    page: dict[str, Any] = {"sort": sort, "limit": 1}
    while True:
        body = (await product.client.get(PATH, params=page)).json()
        found += [each["external_id"] for each in body["items"]]
        if body["next_cursor"] is None:
            break
        page["cursor"] = body["next_cursor"]

    assert found == whole


async def test_a_cursor_goes_with_what_was_asked(product: Product, placed: list[dict[str, Any]]):
    first = (await product.client.get(PATH, params={"limit": 1, "held": "false"})).json()

    for path, asked in (
        (PATH, {}),
        (PATH, {"held": "true"}),
        (PATH, {"held": "false", "sort": "placed_at"}),
        ("/api/v1/artworks", {}),
    ):
        reply = await product.client.get(path, params=asked | {"cursor": first["next_cursor"]})
        assert (reply.status_code, reply.json()["code"]) == (422, "list/other-cursor")
    following = await product.client.get(PATH, params={"held": "false", "cursor": first["next_cursor"]})
    assert [each["external_id"] for each in following.json()["items"]] == ["L-0"]


@pytest.mark.parametrize("asked", [{"received_since": "0.5"}, {"received_since": "2026-01-01T00:00:00"}])
async def test_a_moment_is_a_time_with_its_zone(product: Product, asked: dict[str, str]):
    assert (await product.client.get(PATH, params=asked)).status_code == 400
