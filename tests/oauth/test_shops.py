"""A shop of Shopify is connected by signing in there, sends its orders at a door of its own, and nobody else does."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest
from httpx import AsyncClient, Response

from printvision.channels import granting
from printvision.channels.granting import ENDED, UNREACHABLE, subscribe_shop, tell_address
from printvision.channels.service import get_shop_row, secret_at
from printvision.channels.shopify import ORDER_TOPICS, sign
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.platform.workflows import Run
from tests.api.browsing import at, signed_in
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.oauth.granting import APP_SECRET, Person, browsing, knowing, rows
from tests.oauth.shopify import SHOP, Shopify, shopify, signed

BEGIN, FINISH = "/api/v1/shops/authorize", "/api/v1/shops/authorize/finish"


@pytest.fixture
async def shop() -> AsyncGenerator[Shopify]:
    async with shopify() as shop:
        yield shop


@pytest.fixture
def registered(platform: Platform, settings: Settings, shop: Shopify) -> Platform:
    platform.settings = knowing(settings, shop.address)
    return platform


@pytest.fixture
async def browser(registered: Platform) -> AsyncGenerator[AsyncClient]:
    async with browsing(registered) as client:
        yield client


async def begin(person: Person, domain: str = SHOP) -> Response:
    asked = {"domain": domain, "name": "Tees"}
    return await person.browser.post(BEGIN, json=asked, headers=at(person.workspace, person.cookie))


async def state_of(person: Person) -> str:
    return parse_qs(urlsplit(str((await begin(person)).json()["address"])).query)["state"][0]


async def finish(person: Person, query: Mapping[str, str]) -> Response:
    given = {"query": dict(query)}
    return await person.browser.post(FINISH, json=given, headers=at(person.workspace, person.cookie))


async def connect(person: Person, shop: Shopify) -> UUID:
    reply = await finish(person, shop.allow(await state_of(person)))
    assert reply.status_code == 200, reply.text
    shop_id = UUID(reply.json()["id"])
    run = Run(person.workspace.platform, "by-hand", person.workspace.id, shop_id, subscribe_shop.name)
    assert await tell_address(run)
    return shop_id


async def test_a_shop_that_allows_us_in_sends_its_orders_to_a_door_of_its_own(
    owner: Person, shop: Shopify, registered: Platform
):
    address = urlsplit(str((await begin(owner)).json()["address"]))
    asked = parse_qs(address.query)
    shop_id = await connect(owner, shop)

    assert (address.path, asked["scope"], asked["redirect_uri"]) == (
        "/admin/oauth/authorize",
        ["read_orders"],
        ["http://127.0.0.1:8000/oauth/shopify"],
    )
    assert {hook["topic"] for hook in shop.webhooks} == set(ORDER_TOPICS)
    (door,) = {hook["address"] for hook in shop.webhooks}
    assert urlsplit(door).path == f"/webhooks/shopify/{shop_id}"
    async with owner.workspace.scope() as scope:
        row = await get_shop_row(scope, shop_id)
    assert (row.domain, row.oauth, row.trouble) == (SHOP, True, None)
    assert b"shpat" not in (row.token or b"")


async def test_what_another_shop_of_the_same_app_was_sent_does_not_open_the_door(
    owner: Person, shop: Shopify, registered: Platform
):
    """The app's secret signs for every shop, and only the body is signed."""
    mine = await connect(owner, shop)
    door = urlsplit(shop.webhooks[0]["address"])
    elsewhere = await make_workspace(registered)
    stranger = Person(owner.browser, elsewhere, await signed_in(owner.browser, elsewhere))
    shop.webhooks.clear()
    await connect(stranger, shop)
    theirs = urlsplit(shop.webhooks[0]["address"])
    body = b'{"id": 1}'
    headers = {
        "x-shopify-topic": "orders/create",
        "x-shopify-webhook-id": str(uuid4()),
        "x-shopify-hmac-sha256": sign(body, APP_SECRET),
    }

    async def knock(query: str) -> int:
        path = f"/webhooks/shopify/{mine}?{query}"
        return (await owner.browser.post(path, content=body, headers=headers)).status_code

    assert [await knock(each) for each in ("", "key=", "key=%ff", theirs.query)] == [401] * 4
    assert await rows(registered, "messages") == 0
    assert await knock(door.query) == 200


async def test_the_same_shop_again_is_granted_anew(owner: Person, shop: Shopify, registered: Platform):
    assert await connect(owner, shop) == await connect(owner, shop)
    assert await rows(registered, "shops") == 1
    assert len(shop.webhooks) == len(ORDER_TOPICS)


def run_of(workspace: MadeWorkspace, shop_id: UUID) -> Run:
    return Run(workspace.platform, "by-hand", workspace.id, shop_id, subscribe_shop.name)


@pytest.mark.parametrize(
    ("failing", "trouble", "left"), [(1, None, 0), (3, None, 0), (4, UNREACHABLE, 0), (9, UNREACHABLE, 5)]
)
async def test_a_shop_that_is_away_for_a_moment_is_asked_again(
    owner: Person,
    shop: Shopify,
    workspace: MadeWorkspace,
    monkeypatch: pytest.MonkeyPatch,
    failing: int,
    trouble: str | None,
    left: int,
):
    monkeypatch.setattr(granting, "PAUSES_S", (0.0, 0.0, 0.0))
    shop_id = await connect(owner, shop)
    shop.webhooks.clear()
    shop.failing = failing

    assert await tell_address(run_of(workspace, shop_id)) is (trouble is None)

    async with workspace.scope() as scope:
        row = await get_shop_row(scope, shop_id)
    assert (row.trouble, row.token is None) == (trouble, False)
    assert (len(shop.webhooks), shop.failing) == (0 if trouble else len(ORDER_TOPICS), left)


async def test_access_granted_anew_is_not_ended_by_an_answer_about_the_old(
    owner: Person, shop: Shopify, workspace: MadeWorkspace
):
    shop_id = await connect(owner, shop)

    async def granted_anew() -> None:
        shop.meanwhile, shop.uninstalled = None, True
        assert (await finish(owner, shop.allow(await state_of(owner)))).status_code == 200

    shop.meanwhile = granted_anew
    assert not await tell_address(run_of(workspace, shop_id))

    async with workspace.scope() as scope:
        row = await get_shop_row(scope, shop_id)
    assert (row.token is None, row.trouble) == (False, None)


async def test_granted_anew_a_shop_keeps_the_secret_that_it_was_entered_with(
    owner: Person, shop: Shopify, workspace: MadeWorkspace
):
    """Its hooks made by hand still sign with that one."""
    shop_id = await connect(owner, shop)
    async with workspace.scope() as scope:
        before = scope.platform.keyring.seal(b"by hand", secret_at(workspace.id, shop_id))
        (await get_shop_row(scope, shop_id)).old_secret = before

    await connect(owner, shop)

    async with workspace.scope() as scope:
        assert (await get_shop_row(scope, shop_id)).old_secret == before


async def test_a_shop_that_removed_the_app_is_told_of(owner: Person, shop: Shopify, workspace: MadeWorkspace):
    shop_id = await connect(owner, shop)
    shop.uninstalled = True

    assert not await tell_address(
        Run(workspace.platform, "by-hand", workspace.id, shop_id, subscribe_shop.name)
    )

    async with workspace.scope() as scope:
        row = await get_shop_row(scope, shop_id)
    assert (row.token, row.trouble) == (None, ENDED)


@pytest.mark.parametrize(
    "domain",
    [
        "evil.example",
        "tees.myshopify.com.evil.example",
        "evil.example/tees.myshopify.com",
        "tees.myshopify.com@evil.example",
        "-.myshopify.com",
        "TEES.myshopify.com",
        "tees.myshopify.com\n",
        "tees.myshopify.com#",
    ],
)
async def test_nothing_but_a_shops_own_name_is_gone_to(owner: Person, registered: Platform, domain: str):
    assert (await begin(owner, domain)).status_code in (400, 422)
    assert await rows(registered, "oauth_attempts") == 0


async def test_what_shopify_did_not_sign_connects_nothing(owner: Person, shop: Shopify, registered: Platform):
    answer = shop.allow(await state_of(owner))
    plain: dict[str, Any] = {name: value for name, value in answer.items() if name != "hmac"}
    forged = [
        plain,
        answer | {"hmac": ""},
        answer | {"hmac": "é"},
        answer | {"code": "another"},
        answer | {"shop": "evil.myshopify.com"},
        signed(plain, "another-secret"),
        signed(plain | {"shop": "evil.example"}),
    ]

    codes = {(await finish(owner, each)).json()["code"] for each in forged}

    assert codes <= {"oauth/refused", "oauth/not-set-up"}
    assert shop.traded == []
    assert await rows(registered, "shops") == 0
    assert (await finish(owner, answer)).status_code == 200  # it was used up by none of these


async def test_another_shops_signed_answer_is_not_taken_for_this_ones(
    owner: Person, shop: Shopify, registered: Platform
):
    answer = shop.allow(await state_of(owner), shop="other.myshopify.com")

    reply = await finish(owner, answer)

    assert (reply.status_code, reply.json()["code"]) == (403, "oauth/refused")
    assert (shop.traded, await rows(registered, "shops")) == ([], 0)


async def test_a_shops_answer_counts_once_and_in_its_session(owner: Person, shop: Shopify):
    another = Person(owner.browser, owner.workspace, await signed_in(owner.browser, owner.workspace))
    stolen = shop.allow(await state_of(owner))
    answer = shop.allow(await state_of(owner))

    assert (await finish(another, stolen)).json()["code"] == "oauth/refused"
    assert (await finish(owner, answer)).status_code == 200
    assert (await finish(owner, answer)).json()["code"] == "oauth/refused"
    assert len(shop.traded) == 1
