"""Whose budget a call is taken from."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar
from sqlalchemy import text

from printvision.accounts import KeyId, revoke_key
from printvision.accounts.keys import make_key
from printvision.api import execution, signing_in
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.api.browsing import OUR_PAGE, signed_in
from tests.api.limits import limited
from tests.factories.workspaces import MadeWorkspace, make_workspace

WORKSPACE = "/api/v1/workspace"


@asynccontextmanager
async def calling(app: Litestar, address: str = "192.0.2.1") -> AsyncGenerator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app, client=(address, 1)), base_url="http://x") as client:
        yield client


async def ask(client: AsyncClient, key: Secret, **headers: str) -> Response:
    return await client.get(WORKSPACE, headers={"authorization": f"Bearer {key.reveal()}", **headers})


async def buckets(platform: Platform) -> dict[str, int]:
    """How many rows there are of each kind."""
    counted = "SELECT split_part(bucket, ':', 1), count(*) FROM call_budgets GROUP BY 1"
    async with system_scope(platform, "test") as scope:
        return {row[0]: row[1] for row in await scope.session.execute(text(counted))}


async def test_a_call_is_taken_from_its_key_and_its_workspace(
    app: Litestar, platform: Platform, workspace: MadeWorkspace
):
    limited(platform, key=5, workspace=8)
    first, second = await workspace.key(), await workspace.key()

    async with calling(app) as client:
        replies = [await ask(client, key) for key in (first, first, second)]

    assert [reply.headers["ratelimit"] for reply in replies] == [
        '"key";r=4;t=12, "workspace";r=7;t=8',
        '"key";r=3;t=24, "workspace";r=6;t=15',
        '"key";r=4;t=12, "workspace";r=5;t=23',
    ]
    assert {reply.headers["ratelimit-policy"] for reply in replies} == {
        '"key";q=5;w=60, "workspace";q=8;w=60'
    }


async def test_the_keys_of_a_workspace_have_one_budget_together(
    app: Litestar, platform: Platform, workspace: MadeWorkspace
):
    limited(platform, key=5, workspace=3)
    keys = [await workspace.key() for _ in range(3)]

    async with calling(app) as client:
        replies = [await ask(client, key) for key in (*keys, keys[0])]

    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert (replies[3].json()["policy"], replies[3].headers["retry-after"]) == ("workspace", "20")
    assert replies[3].headers["ratelimit"] == '"key";r=3;t=24, "workspace";r=0;t=20'


async def test_another_workspace_is_not_held_up(app: Litestar, platform: Platform, workspace: MadeWorkspace):
    limited(platform, workspace=1)
    other = await make_workspace(platform)

    async with calling(app) as client:
        replies = [await ask(client, await each.key()) for each in (workspace, workspace, other)]

    assert [reply.status_code for reply in replies] == [200, 429, 200]


async def test_made_up_keys_are_taken_from_their_address_and_leave_nothing_behind(
    app: Litestar, platform: Platform
):
    limited(platform, address=20)
    async with calling(app) as client, calling(app, "192.0.2.2") as other:
        replies = [await ask(client, make_key().text) for _ in range(21)]
        elsewhere = await ask(other, make_key().text)

    assert [reply.status_code for reply in replies] == [401] * 20 + [429]
    assert replies[20].json()["policy"] == "address"
    assert elsewhere.status_code == 401
    assert await buckets(platform) == {"address": 2}


async def test_a_spent_address_asks_the_database_for_nobodys_key(
    app: Litestar, platform: Platform, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
):
    limited(platform, address=1)
    known = await workspace.key()
    looked_up = 0
    real = execution.authenticate

    async def counted(*given: object) -> object:
        nonlocal looked_up
        looked_up += 1
        return await real(*given)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(execution, "authenticate", counted)
    async with calling(app) as client:
        assert (await ask(client, known)).status_code == 200
        made_up = [await ask(client, make_key().text) for _ in range(3)]

        assert [reply.status_code for reply in made_up] == [429] * 3
        assert looked_up == 1
        assert (await ask(client, known)).status_code == 200  # a key that is known is not its address's


async def test_a_key_that_was_revoked_is_its_addresss_again(
    app: Litestar, platform: Platform, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(signing_in, "FRESH_FOR_S", 0.0)
    limited(platform, address=2)
    view, key = await workspace.made_key()
    async with calling(app) as client:
        assert (await ask(client, key)).status_code == 200  # the address's first
        async with workspace.scope() as scope:
            await revoke_key(scope, KeyId(view.id))

        assert [(await ask(client, key)).status_code for _ in range(3)] == [401, 401, 429]


async def test_addresses_behind_proxies_are_told_apart_where_these_are_trusted(
    app: Litestar, platform: Platform
):
    limited(platform, address=1)
    proxied = [{"x-forwarded-for": address} for address in ("198.51.100.1", "198.51.100.2", "198.51.100.1")]

    async with calling(app, "10.0.0.1") as client:
        spoofed = [await client.get("/api/v1/hello", headers=headers) for headers in proxied]
        app.state.trusted_proxies = limited(
            platform, address=1, trusted_proxies="10.0.0.0/8"
        ).proxy_networks()
        told = [await client.get("/api/v1/hello", headers=headers) for headers in proxied]

    assert [reply.status_code for reply in spoofed] == [200, 429, 429]
    assert [reply.status_code for reply in told] == [200, 200, 429]


async def test_another_sites_page_spends_nothing_of_a_session(
    app: Litestar, platform: Platform, workspace: MadeWorkspace
):
    limited(platform, key=3, address=20)
    async with calling(app) as client:
        cookie = await signed_in(client, workspace)
        ours = {**OUR_PAGE, "cookie": cookie}
        assert (await client.get(WORKSPACE, headers=ours)).headers["ratelimit"].startswith('"key";r=2;')
        theirs = [
            await client.get(path, headers={"sec-fetch-site": "same-site", "cookie": cookie})
            for path in (WORKSPACE, "/trpc/workspaces.get", "/api/v1/session", "/api/v1/events/stream")
        ]
        after = await client.get(WORKSPACE, headers=ours)

    assert [reply.status_code for reply in theirs[:3]] == [403] * 3
    assert all(reply.headers.get("ratelimit", '"address"').startswith('"address"') for reply in theirs)
    assert after.headers["ratelimit"].startswith('"key";r=1;')


async def test_a_batch_of_trpc_is_taken_from_both_for_each_call(
    app: Litestar, platform: Platform, workspace: MadeWorkspace
):
    limited(platform, key=10, workspace=9)
    key = await workspace.key()
    async with calling(app) as client:
        client.headers["authorization"] = f"Bearer {key.reveal()}"
        reply = await client.get("/trpc/workspaces.get,workspaces.get,workspaces.get?batch=1")
        last = await client.get("/trpc/workspaces.get")

    assert reply.status_code == 200
    assert last.headers["ratelimit"] == '"key";r=6;t=24, "workspace";r=5;t=27'
