"""Of two who change one thing, both having seen the same of it, one is told that it has changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg
import pytest
from psycopg import sql

from printvision.platform.db import libpq_url
from tests.database import DatabaseUrls
from tests.path.conftest import Product, order
from tests.waiting import until

WAITING = """
SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE NOT l.granted AND a.datname = current_database()
"""


Both = Callable[[str, str, str, list[dict[str, Any]], str], Awaitable[list[int]]]


@pytest.fixture
async def both(product: Product, database_urls: DatabaseUrls) -> Both:
    """Makes two calls with one tag meet: each has begun, and neither may write to the table before both wait.

    A lock that shuts out writers and lets readers in stands for the moment: whoever compares without keeping the other
    out has compared by then, and both go ahead.
    """

    async def meet(table: str, method: str, path: str, bodies: list[dict[str, Any]], tag: str) -> list[int]:
        url = libpq_url(database_urls.owner)
        async with (
            await psycopg.AsyncConnection.connect(url, autocommit=True) as looking,
            await psycopg.AsyncConnection.connect(url) as holding,
        ):
            await holding.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(sql.Identifier(table)))
            calls = [
                asyncio.create_task(
                    product.client.request(method, path, json=body, headers={"if-match": tag})
                )
                for body in bodies
            ]

            async def both_wait() -> bool:
                found = await (await looking.execute(WAITING)).fetchone()
                return found == (len(bodies),)

            await until(both_wait)
            await holding.rollback()
            replies = await asyncio.gather(*calls)
        assert all(
            each.json()["code"] == "request/changed-since" for each in replies if each.status_code == 412
        )
        return sorted(each.status_code for each in replies)

    return meet


@pytest.mark.parametrize(
    ("verb", "method", "bodies"),
    [
        ("hold", "POST", [{"reason": "a"}, {"reason": "b"}]),
        ("cancel", "POST", [{"reason": "a"}, {"reason": "b"}]),
        ("mark-shipped", "POST", [{"carrier": "a"}, {"carrier": "b"}]),
        (
            "address",
            "PUT",
            [{"recipient": order()["recipient"] | {"line1": line}} for line in ("1 A St", "2 B St")],
        ),
    ],
)
async def test_of_an_order(
    product: Product, both: Both, verb: str, method: str, bodies: list[dict[str, Any]]
):
    placed = (await product.client.post("/api/v1/orders", json=order())).json()
    path = f"/api/v1/orders/{placed['id']}"
    tag = (await product.client.get(path)).headers["etag"]

    assert await both("orders", method, f"{path}/{verb}", bodies, tag) == [200, 412]
    assert (await product.client.get(path)).headers["etag"] != tag


async def test_of_a_shop(product: Product, both: Both):
    path = f"/api/v1/shops/{product.shop_id}"
    tag = (await product.client.get(path)).headers["etag"]

    assert await both("shops", "PATCH", path, [{"name": "One"}, {"name": "Two"}], tag) == [200, 412]
    assert (await product.client.get(path)).json()["name"] in {"One", "Two"}


async def test_of_the_routing_rules(product: Product, both: Both):
    path = "/api/v1/routing/rules"
    tag = (await product.client.get(path)).headers["etag"]

    assert await both("routing_rules", "PATCH", path, [{"max_days": 5}, {"max_days": 6}], tag) == [200, 412]
    history = (await product.client.get(f"{path}/history")).json()["items"]
    assert len(history) == 1


async def test_a_verb_on_what_has_changed_does_nothing(product: Product):
    placed = (await product.client.post("/api/v1/orders", json=order())).json()
    path = f"/api/v1/orders/{placed['id']}"
    seen = (await product.client.get(path)).headers["etag"]
    await product.client.post(f"{path}/hold", json={"reason": "asking the buyer"})
    held = await product.client.get(path)

    refused = await product.client.post(f"{path}/release", headers={"if-match": seen})

    assert refused.status_code == 412
    assert (await product.client.get(path)).content == held.content
    released = await product.client.post(f"{path}/release", headers={"if-match": held.headers["etag"]})
    assert released.status_code == 200
