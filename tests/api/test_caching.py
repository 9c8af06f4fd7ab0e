"""Kept answers over the wires: after every check, of one's own workspace, dropped by what is written."""

from __future__ import annotations

import ast
from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from httpx import ASGITransport, AsyncClient

import printvision
from printvision.accounts import Permission
from printvision.api.caching import cache_control
from printvision.api.discovery import load_operations
from printvision.app import create_app
from printvision.catalog import find_variant, save_blueprints, save_prices
from printvision.exchange import Published, load_rates
from printvision.platform.operations import Cache
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.platform.telemetry import REGISTRY
from printvision.providers.sdk import Blueprint, Money, VariantPrice
from tests.api.conftest import opener, running
from tests.api.things import make_things
from tests.factories.workspaces import MadeWorkspace, make_workspace

OPERATIONS = load_operations()
NOT_KEPT = {
    "artworks": "whoever has uploaded wants to see it, and a look is one row",
    "connections": "its last call and its state change by themselves",
    "consents": "they end by themselves, and whoever gave one watches it",
    "devices": "one's own, and asked at the database each time",
    "entries": "they end by themselves, and are shown while they are open",
    "factors": "one's own, and asked at the database each time",
    "hooks": "deliveries change by the second",
    "invitations": "few, and read seldom",
    "keys": "their last use changes by the minute",
    "members": "few, and whoever changes one looks at once",
    "operators": "few who ask, and seldom",
    "orders": "an order changes by the second",
    "products": "being provisioned changes it by the second",
    "routes": "an order may be routed anew at any time",
    "rules": "one row, and whoever changes it looks at once",
    "session": "one's own, and asked at the database each time",
    "sessions": "one's own, and asked at the database each time",
    "shops": "few, and read seldom",
    "syncs": "how far it is changes by the second",
    "tasks": "whoever has begun one watches how far it is",
    "usage": "counted anew all the time, from rollups that make it cheap",
    "workspaces": "one row",
}
"""Why the reads of a domain have no cache; each other read names one."""

PRIVATE = b"private, max-age=0, must-revalidate"


# -- what they declare -----------------------------------------------------------------------------------------


def test_each_read_names_a_cache_or_is_of_a_domain_that_says_why_not():
    reads = [each for each in OPERATIONS.values() if not each.changes]
    silent = [each.key for each in reads if each.cache is None and each.key.split(".")[0] not in NOT_KEPT]

    assert silent == []
    assert set(NOT_KEPT) <= {each.key.split(".")[0] for each in reads if each.cache is None}


def test_each_tag_of_a_cache_is_touched_by_something():
    named = {tag for each in OPERATIONS.values() if each.cache for tag in each.cache.tags}
    dropped = {tag for each in OPERATIONS.values() for tag in each.drops}

    assert named - dropped - set(touched()) == set()
    assert (dropped | set(touched())) - named == set()


def touched() -> Iterator[str]:
    """What the product's own code touches: `touch(scope, "tag", …)`."""
    for file in Path(printvision.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "touch":
                yield from (each.value for each in node.args if isinstance(each, ast.Constant))


@pytest.mark.parametrize(
    ("caches", "told"),
    [
        ([], None),
        ([None], None),
        ([Cache("public", 300, ("a",))], b"public, max-age=300"),
        ([Cache("public", 300, ("a",)), Cache("public", 60, ("b",))], b"public, max-age=60"),
        ([Cache("private", 60, ("a",))], PRIVATE),
        ([Cache("public", 300, ("a",)), Cache("private", 60, ("a",))], PRIVATE),
        ([Cache("public", 300, ("a",)), None], None),
    ],
)
def test_of_several_answers_the_least_is_told(caches: list[Cache | None], told: bytes | None):
    assert cache_control(caches, guarded=False) == told


def test_what_not_everybody_may_ask_for_is_kept_by_the_caller_alone():
    assert cache_control([Cache("public", 300, ("a",))], guarded=True) == b"private, max-age=300"


# -- what they do ----------------------------------------------------------------------------------------------


@pytest.fixture
async def shop(
    settings: Settings, platform: Platform, workspace: MadeWorkspace
) -> AsyncGenerator[AsyncClient]:
    """The whole product, by somebody who may do everything in `workspace`."""
    app = create_app(settings, opener=opener(platform))
    headers = {"authorization": f"Bearer {(await workspace.key()).reveal()}"}
    transport = ASGITransport(app)
    async with running(app), AsyncClient(transport=transport, base_url="http://x", headers=headers) as client:
        yield client


@pytest.fixture
async def things(workspace: MadeWorkspace) -> dict[str, UUID]:
    return await make_things(workspace)


@pytest.fixture
async def blank_id(platform: Platform, things: dict[str, UUID]) -> UUID:
    async with system_scope(platform, "test") as scope:
        variant = await find_variant(scope, "printful", "4011")
    assert variant is not None
    return variant.blueprint_id


def hits(operation: str = "catalog.blueprints.get") -> float:
    labels = {"operation": operation, "outcome": "hit"}
    return REGISTRY.get_sample_value("printvision_cache_looks_total", labels) or 0


async def look(client: AsyncClient, blank_id: UUID) -> httpx.Response:
    return await client.get(f"/api/v1/catalog/blueprints/{blank_id}")


def prices_in(reply: httpx.Response) -> list[int]:
    return [each["price"]["amount_minor"] for each in reply.json()["variants"][0]["prices"]]


async def save_price(workspace: MadeWorkspace, things: dict[str, UUID], blank_id: UUID, minor: int) -> None:
    async with workspace.scope() as scope:
        price = VariantPrice(variant_external_id="4011", technique="dtg", price=Money(minor, "USD"))
        await save_prices(scope, things["connection_id"], blank_id, [price])


async def test_a_second_look_is_the_kept_answer_byte_for_byte(shop: AsyncClient, blank_id: UUID):
    before = hits()

    first, second = await look(shop, blank_id), await look(shop, blank_id)

    assert hits() - before == 1
    assert (first.status_code, second.content, second.headers["etag"]) == (
        200,
        first.content,
        first.headers["etag"],
    )
    assert second.headers["cache-control"].encode() == PRIVATE
    unchanged = await shop.get(
        f"/api/v1/catalog/blueprints/{blank_id}", headers={"if-none-match": first.headers["etag"]}
    )
    assert (unchanged.status_code, unchanged.headers["cache-control"].encode()) == (304, PRIVATE)


async def test_a_new_price_is_seen_at_once(
    shop: AsyncClient, workspace: MadeWorkspace, things: dict[str, UUID], blank_id: UUID
):
    seen: list[list[int]] = []
    for minor in (900, 950):
        await save_price(workspace, things, blank_id, minor)
        seen += [prices_in(await look(shop, blank_id)) for _ in range(2)]

    assert seen == [[900], [900], [950], [950]]


async def test_a_changed_blank_is_seen_at_once(platform: Platform, shop: AsyncClient, blank_id: UUID):
    titles: list[str] = []
    for title in ("Tee", "Better tee"):
        async with system_scope(platform, "test") as scope:
            await save_blueprints(scope, "printful", [Blueprint(external_id="71", title=title)])
        titles += [
            (await look(shop, blank_id)).json()["blueprint"]["title"],
            (await shop.get("/api/v1/catalog/blueprints")).json()["items"][0]["title"],
        ]

    assert titles == ["Tee", "Tee", "Better tee", "Better tee"]


async def test_what_is_kept_for_one_workspace_is_not_given_to_another(
    platform: Platform, shop: AsyncClient, workspace: MadeWorkspace, things: dict[str, UUID], blank_id: UUID
):
    await save_price(workspace, things, blank_id, 900)
    assert prices_in(await look(shop, blank_id)) == [900]

    shop.headers["authorization"] = f"Bearer {(await (await make_workspace(platform)).key()).reveal()}"

    assert prices_in(await look(shop, blank_id)) == []


async def test_who_may_not_ask_is_refused_though_the_answer_is_kept(
    shop: AsyncClient, workspace: MadeWorkspace, blank_id: UUID
):
    await look(shop, blank_id)
    before = hits()

    shop.headers["authorization"] = f"Bearer {(await workspace.key(Permission.ORDERS_READ)).reveal()}"
    refused = await look(shop, blank_id)

    assert (refused.status_code, refused.headers["cache-control"]) == (403, "no-store")
    assert hits() == before


async def test_each_question_has_its_own_answer(shop: AsyncClient, blank_id: UUID):
    found = [
        len((await shop.get("/api/v1/catalog/blueprints", params={"q": q})).json()["items"])
        for q in ("Tee", "Mug", "Tee", "Mug")
    ]

    assert found == [1, 0, 1, 0]


async def test_what_is_not_there_is_not_kept(shop: AsyncClient, blank_id: UUID):
    missing = UUID(int=blank_id.int ^ 1)
    replies = [await look(shop, missing) for _ in range(2)]

    assert [(each.status_code, each.headers["cache-control"]) for each in replies] == [(404, "no-store")] * 2


async def test_rates_that_are_loaded_are_seen_at_once_by_everybody(platform: Platform, shop: AsyncClient):
    today = datetime.now(UTC).date()
    seen: list[str] = []
    for rate in ("1.10", "1.20"):
        async with system_scope(platform, "test") as scope:
            await load_rates(scope, published(today, rate))
        reply = await shop.get("/api/v1/exchange-rates")
        seen.append(str(reply.json()["per_euro"]["USD"]))
        assert reply.headers["cache-control"] == "private, max-age=300"

    assert [Decimal(each) for each in seen] == [Decimal("1.10"), Decimal("1.20")]


def published(day: date, rate: str) -> Published:
    return Published(rates={day: {"USD": Decimal(rate)}}, passed_over=())


@pytest.mark.parametrize(
    ("paths", "input", "told"),
    [
        ("rates.get", None, "private, max-age=300"),
        ("catalog.blueprints.list", None, PRIVATE.decode()),
        ("orders.list", None, "no-store"),
        ("rates.get,catalog.blueprints.list", "{}", PRIVATE.decode()),
        ("rates.get,orders.list", "{}", "no-store"),
        ("rates.get,no.such.call", "{}", "no-store"),
    ],
)
async def test_over_trpc_it_is_told_of_all_calls_together(
    shop: AsyncClient, platform: Platform, paths: str, input: str | None, told: str
):
    query: dict[str, Any] = {"batch": "1", "input": input} if input else {}

    reply = await shop.get(f"/trpc/{paths}", params=query)

    assert reply.headers.get_list("cache-control") == [told]
