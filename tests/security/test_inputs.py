"""What callers say of themselves, of ids and of members that no input has does not become true."""

from __future__ import annotations

from httpx import AsyncClient
from sqlalchemy import text

from printvision.accounts import Permission, Role
from printvision.api.discovery import load_operations
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.api.browsing import OUR_PAGE, at, post_token, signed_in
from tests.api.test_registry import Stored, struct
from tests.api.things import MARK, SHARED, make_things
from tests.factories.people import link_for, make_member, owner_of
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.security.asking import OPERATIONS, ask, fields, least, outcome

# What would make its sender somebody else, or something more.
PRIVILEGED = {
    "id": "019a0000-0000-7000-8000-000000000001",
    "workspace_id": "019a0000-0000-7000-8000-000000000001",
    "person_id": "019a0000-0000-7000-8000-000000000001",
    "role": "owner",
    "operator_role": "owner",
    "permissions": ["orders:read"],
    "tier": "enterprise",
    "verified": True,
    "email_verified_at": "2026-01-01T00:00:00Z",
    "password_hash": "x",
    "proofs": ["totp"],
    "__proto__": {"role": "owner"},
}


async def test_members_that_an_input_does_not_have_are_refused_whoever_sends_them(
    client: AsyncClient, workspace: MadeWorkspace, stored: Stored
):
    things = await make_things(workspace)
    headers = at(workspace, await signed_in(client, workspace))
    before = stored.state()

    for each in OPERATIONS:
        if not each.rest.takes_json:
            continue
        assert struct(each).forbid_unknown_fields, each.key
        more = {name: value for name, value in PRIVILEGED.items() if name not in fields(each)}
        reply = await ask(client, each, things, {**least(each), **more}, headers)
        operators_alone = str(each.permission).startswith("operators:")
        told = (403, "access/permission-missing") if operators_alone else (400, "invalid-input")
        assert outcome(reply) == told, (each.key, reply.text)

    assert stored.state() == before


async def test_ids_of_another_workspace_are_not_there_for_its_own_owners_either(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, stored: Stored
):
    things = await make_things(workspace)
    elsewhere = await make_workspace(platform)
    person = await make_member(elsewhere, Role.OWNER)
    reply = await post_token(client, await link_for(platform, person))
    client.cookies.clear()
    headers = at(elsewhere, reply.headers["set-cookie"].partition(";")[0])
    before = stored.state()

    about_a_thing = [
        each for each in OPERATIONS if each.of_workspace and set(each.rest.parameters) - set(SHARED)
    ]
    assert len(about_a_thing) > 30
    for each in about_a_thing:
        reply = await ask(client, each, things, least(each), headers)
        assert outcome(reply) == (404, "not-found"), (each.key, reply.text)
        assert MARK not in reply.text, each.key

    assert stored.state() == before


async def test_what_belongs_to_another_person_is_not_there(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, stored: Stored
):
    victim = await owner_of(workspace)
    await post_token(client, await link_for(platform, victim))
    client.cookies.clear()
    cookie = (
        (await post_token(client, await link_for(platform, await make_member(workspace))))
        .headers["set-cookie"]
        .partition(";")[0]
    )
    client.cookies.clear()
    async with system_scope(platform, "test") as scope:
        found = text("SELECT id FROM sessions WHERE person_id = :person")
        theirs = await scope.session.scalar(found, {"person": victim})
    before = stored.state()

    own = [
        each
        for each in OPERATIONS
        if each.permission == Permission.ACCOUNT_MANAGE and each.rest.parameters and each.changes
    ]
    assert "sessions.end" in {each.key for each in own}
    for each in own:
        named = dict.fromkeys(each.rest.parameters, theirs)
        reply = await ask(client, each, named, least(each), {**OUR_PAGE, "cookie": cookie})
        assert reply.status_code == 404, (each.key, reply.text)

    assert stored.state() == before


async def test_signing_in_goes_in_no_batch(client: AsyncClient, workspace: MadeWorkspace, stored: Stored):
    headers = at(workspace, await signed_in(client, workspace))
    alone = [each.key for each in load_operations().values() if each.rest_only]
    assert "session.open" in alone
    before = stored.state()

    for key in alone:
        reply = await client.post(f"/trpc/{key}", json={}, headers=headers)
        assert reply.status_code == 404, key
    many = ",".join(["session.open"] * 50)
    batch = await client.post(f"/trpc/{many}?batch=1", json={"0": {"token": "x"}}, headers=headers)
    assert {each["error"]["data"]["httpStatus"] for each in batch.json()} == {404}
    mixed = await client.post(
        "/trpc/workspaces.update,session.close?batch=1",
        json={"0": {"no_such": 1}, "1": {}},
        headers=headers,
    )
    assert [each["error"]["data"]["httpStatus"] for each in mixed.json()] == [400, 404]

    assert stored.state() == before
