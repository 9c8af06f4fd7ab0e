"""There and back through HTTP: somebody allows us in at a provider, and the connection works from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from httpx import AsyncClient
from sqlalchemy import text

from printvision.accounts import Role
from printvision.platform.db import run
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.providers import open_adapter
from printvision.providers.schemas import AddConnection
from printvision.providers.service import add_connection
from printvision.providers.simulators.granting import TokenEvent
from tests.api.browsing import at, post_token, signed_in
from tests.factories.people import link_for, make_member
from tests.factories.workspaces import MadeWorkspace
from tests.oauth.granting import CALLBACK, Person, Provider, granting_printify, knowing, rows


async def test_who_allows_us_in_has_a_connection_that_works(
    owner: Person, provider: Provider, registered: Platform
):
    address = await owner.begun(name="Our shop", live=True)
    reply = await owner.finish(await provider.allow(address))

    made = reply.json()
    assert reply.status_code == 200, reply.text
    assert (made["provider"], made["name"], made["live"]) == ("printful", "Our shop", True)
    assert (made["oauth"], made["active"], made["signed_out"]) == (True, True, False)
    async with open_adapter(registered, owner.workspace.id, UUID(made["id"])) as adapter:
        assert (await adapter.account()).name == "Simulated store"
    assert await rows(registered, "oauth_attempts") == 0


async def test_what_was_kept_of_the_workspaces_connections_is_asked_anew(
    owner: Person, provider: Provider, registered: Platform
):
    back = await provider.allow(await owner.begun())
    assert await kept_versions(registered) == []

    assert (await owner.finish(back)).status_code == 200

    assert await kept_versions(registered) == [(owner.workspace.id, "connections")]


async def kept_versions(platform: Platform) -> list[tuple[Any, ...]]:
    async with system_scope(platform, "test") as scope:
        return await run(scope.session, "SELECT workspace_id, tag FROM cache_versions", {})


async def test_the_provider_is_asked_in_its_own_words(owner: Person, provider: Provider):
    address = await owner.begun()

    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(f"{provider.address}/oauth/authorize?")
    assert asked.pop("state")[0]
    assert asked == {"response_type": ["code"], "client_id": ["simulator-app"], "redirect_url": [CALLBACK]}


async def test_neither_state_nor_tokens_nor_verifier_are_stored_in_the_clear(
    owner: Person, provider: Provider, registered: Platform
):
    address = await owner.begun()
    async with system_scope(registered, "test") as scope:
        attempt = await scope.session.scalar(text("SELECT row_to_json(a)::text FROM oauth_attempts a"))
    back = await provider.allow(address)
    await owner.finish(back)
    async with system_scope(registered, "test") as scope:
        connection = await scope.session.scalar(text("SELECT row_to_json(c)::text FROM connections c"))

    assert back["state"] not in str(attempt)
    assert "access" not in str(connection)
    assert "refresh" not in str(connection)


async def test_a_connection_by_token_is_granted_anew_and_stays_the_same_one(
    owner: Person, provider: Provider, registered: Platform
):
    async with owner.workspace.scope() as scope:
        wanted = AddConnection(
            provider="printful",
            name="Old",
            credentials={"token": "revoked-long-ago"},
            base_url=provider.address,
        )
        before = await add_connection(scope, wanted)

    reply = await owner.finish(await provider.allow(await owner.begun(connection_id=str(before.id))))

    assert (reply.json()["id"], reply.json()["oauth"]) == (str(before.id), True)
    assert await rows(registered, "connections") == 1
    async with open_adapter(registered, owner.workspace.id, before.id) as adapter:
        assert (await adapter.account()).external_id == "10"


async def test_what_an_adapter_is_given_in_a_tokens_place_is_secret_and_stays(
    owner: Person, provider: Provider, registered: Platform
):
    """Secrets of webhooks are made of it."""

    async def given() -> str:
        async with open_adapter(registered, owner.workspace.id, UUID(made["id"])) as adapter:
            return adapter.settings.token.reveal()

    made = (await owner.finish(await provider.allow(await owner.begun(settings={"store_id": "10"})))).json()
    first = await given()
    await owner.finish(await provider.allow(await owner.begun(connection_id=made["id"])))

    assert len(first) == 43
    assert await given() == first


async def test_who_says_no_there_connects_nothing(owner: Person, provider: Provider, registered: Platform):
    back = await provider.allow(await owner.begun(), decline="true")

    reply = await owner.finish(back)

    assert (reply.status_code, reply.json()["code"]) == (403, "oauth/denied")
    assert await rows(registered, "connections") == 0


async def test_a_role_that_was_taken_meanwhile_connects_nothing(
    owner: Person, provider: Provider, registered: Platform
):
    person_id = await make_member(owner.workspace, Role.ADMIN)
    reply = await post_token(owner.browser, await link_for(registered, person_id))
    owner.browser.cookies.clear()
    admin = Person(owner.browser, owner.workspace, reply.headers["set-cookie"].partition(";")[0])
    back = await provider.allow(await admin.begun())
    async with system_scope(registered, "test") as scope:
        await scope.session.execute(
            text("UPDATE members SET role = 'viewer' WHERE person_id = :id"), {"id": person_id}
        )

    reply = await admin.finish(back)

    assert (reply.status_code, reply.json()["code"]) == (403, "access/permission-missing")
    assert await rows(registered, "connections") == 0
    assert await provider.tokens(TokenEvent.ISSUED) == []


async def test_signing_out_ends_what_was_begun(owner: Person, provider: Provider, registered: Platform):
    back = await provider.allow(await owner.begun())

    ended = await owner.browser.delete("/api/v1/session", headers=at(owner.workspace, owner.cookie))
    again = Person(owner.browser, owner.workspace, await signed_in(owner.browser, owner.workspace))

    assert ended.status_code == 204
    assert await rows(registered, "oauth_attempts") == 0
    assert (await again.finish(back)).json()["code"] == "oauth/refused"


async def test_nothing_is_begun_where_nobody_is_registered(
    owner: Person, registered: Platform, settings: Settings
):
    registered.settings = settings

    reply = await owner.begin()

    assert (reply.status_code, reply.json()["code"]) == (422, "oauth/not-set-up")


async def test_a_key_begins_nothing(owner: Person, registered: Platform):
    key = (await owner.workspace.key()).reveal()
    headers = {"authorization": f"Bearer {key}"}

    reply = await owner.browser.post(
        "/api/v1/connections/authorize", json={"provider": "printful"}, headers=headers
    )

    assert (reply.status_code, reply.json()["code"]) == (403, "oauth/browser-needed")
    assert await rows(registered, "oauth_attempts") == 0


async def test_printify_is_connected_and_renewed_in_its_own_words(
    registered: Platform, settings: Settings, browser: AsyncClient, workspace: MadeWorkspace, tmp_path: Path
):
    async with granting_printify(tmp_path / "printify", oauth_access_s=30.0) as provider:
        registered.settings = knowing(settings, provider.address)
        owner = Person(browser, workspace, await signed_in(browser, workspace))
        begun = await owner.begun(provider="printify", settings={"shop_id": "5432"})

        made = await owner.finish(await provider.allow(begun), provider="printify")

        assert made.status_code == 200, made.text
        async with open_adapter(registered, workspace.id, UUID(made.json()["id"])) as adapter:
            assert (await adapter.account()).external_id == "5432"
        assert len(await provider.tokens(TokenEvent.USED)) == 1
        declined = await provider.allow(await owner.begun(provider="printify"), decline="true")
        assert (await owner.finish(declined, provider="printify")).json()["code"] == "oauth/denied"
