"""Members: what they may do to each other, how others become some, and that a workspace keeps an owner."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar

from printvision.accounts import Role, account_operations, member_operations, operations
from printvision.accounts.permissions import Permission
from printvision.accounts.roles import PERMISSIONS
from printvision.api.application import make_application
from printvision.mail.writing import read_outbox
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.operations import Operation
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from tests.api.browsing import OUR_PAGE, at, post_token
from tests.api.conftest import opener, running
from tests.factories.people import link_for, make_member, make_person, owner_of
from tests.factories.workspaces import MadeWorkspace, make_workspace

MEMBERS, INVITATIONS, SESSION = "/api/v1/members", "/api/v1/invitations", "/api/v1/session"
VERBS: list[Any] = [
    each
    for module in (operations, account_operations, member_operations)
    for each in vars(module).values()
    if isinstance(each, Operation)
]


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    app = make_application(settings, VERBS, opener=opener(platform))
    async with running(app):
        yield app


@pytest.fixture
async def client(app: Litestar) -> AsyncGenerator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://printvision.test") as client:
        yield client


class Somebody:
    """A member with a browser."""

    def __init__(self, client: AsyncClient, workspace: MadeWorkspace, id: PersonId, cookie: str) -> None:
        self.client, self.workspace, self.id, self.cookie = client, workspace, id, cookie

    async def __call__(self, method: str, path: str, **more: Any) -> Response:
        headers = at(self.workspace, self.cookie)
        return await self.client.request(method, f"/api/v1/{path}", headers=headers, **more)


async def somebody(client: AsyncClient, workspace: MadeWorkspace, person_id: PersonId) -> Somebody:
    reply = await post_token(client, await link_for(workspace.platform, person_id))
    client.cookies.clear()
    return Somebody(client, workspace, person_id, reply.headers["set-cookie"].partition(";")[0])


async def member(client: AsyncClient, workspace: MadeWorkspace, role: Role) -> Somebody:
    return await somebody(client, workspace, await make_member(workspace, role))


async def roles(workspace: MadeWorkspace) -> dict[PersonId, str]:
    async with system_scope(workspace.platform, "test") as scope:
        statement = "SELECT person_id, role FROM members WHERE workspace_id = %(id)s"
        return {PersonId(row[0]): row[1] for row in await run(scope.session, statement, {"id": workspace.id})}


async def told(workspace: MadeWorkspace) -> list[tuple[str, Any]]:
    """Kinds of events, and whom they are about."""
    async with workspace.scope() as scope:
        rows = await run(scope.session, "SELECT kind, subject_id FROM events ORDER BY seq")
    return [(kind, subject_id) for kind, subject_id in rows]


async def last_token(platform: Platform) -> str:
    async with system_scope(platform, "test") as scope:
        text = (await read_outbox(scope, 1))[0].text
    found = re.search(r"#([A-Za-z0-9_-]{43})\n", text)
    assert found is not None
    return found[1]


# -- among each other --------------------------------------------------------------------------------------------------


async def test_members_are_listed_by_name(client: AsyncClient, workspace: MadeWorkspace):
    owner = await member(client, workspace, Role.OWNER)
    viewer = await make_member(workspace, Role.VIEWER)
    await make_member(await make_workspace(workspace.platform))

    listed = (await owner("GET", "members")).json()["items"]

    assert {(each["person_id"], each["role"]) for each in listed} == {
        (str(owner.id), "owner"),
        (str(viewer), "viewer"),
    }
    assert {each["name"] for each in listed} == {"Ada"}


@pytest.mark.parametrize(
    ("by", "of", "to", "status"),
    [
        (Role.OWNER, Role.VIEWER, Role.ADMIN, 204),
        (Role.OWNER, Role.VIEWER, Role.OWNER, 204),
        (Role.OWNER, Role.OWNER, Role.VIEWER, 204),
        (Role.ADMIN, Role.VIEWER, Role.ADMIN, 204),
        (Role.ADMIN, Role.VIEWER, Role.OWNER, 403),
        (Role.ADMIN, Role.OWNER, Role.VIEWER, 403),
        (Role.FULFILMENT, Role.VIEWER, Role.VIEWER, 403),
        (Role.VIEWER, Role.VIEWER, Role.ADMIN, 403),
    ],
)
async def test_nobody_gives_more_than_they_have_and_an_owner_is_an_owners_matter(
    client: AsyncClient, workspace: MadeWorkspace, by: Role, of: Role, to: Role, status: int
):
    await make_member(workspace, Role.OWNER)
    who, whom = await member(client, workspace, by), await make_member(workspace, of)

    reply = await who("PUT", f"members/{whom}/role", json={"role": to})

    assert reply.status_code == status
    assert (await roles(workspace))[whom] == (to if status == 204 else of)
    assert await told(workspace) == ([("accounts.member_role_changed", whom)] if status == 204 else [])


async def test_the_last_owner_stays_one(client: AsyncClient, workspace: MadeWorkspace):
    owner = await member(client, workspace, Role.OWNER)

    lowered = await owner("PUT", f"members/{owner.id}/role", json={"role": "viewer"})
    removed = await owner("DELETE", f"members/{owner.id}")
    left = await owner("POST", "members/leave")

    assert {(reply.status_code, reply.json()["code"]) for reply in (lowered, removed, left)} == {
        (409, "accounts/sole-owner")
    }
    assert await roles(workspace) == {owner.id: "owner"}


async def test_of_two_owners_who_remove_each_other_one_stays(client: AsyncClient, workspace: MadeWorkspace):
    one, two = await member(client, workspace, Role.OWNER), await member(client, workspace, Role.OWNER)

    replies = await asyncio.gather(one("DELETE", f"members/{two.id}"), two("DELETE", f"members/{one.id}"))

    assert list((await roles(workspace)).values()) == ["owner"]
    assert sorted(reply.status_code for reply in replies)[0] == 204


async def test_of_two_owners_who_leave_at_once_one_is_told_that_they_are_the_last(
    client: AsyncClient, workspace: MadeWorkspace
):
    one, two = await member(client, workspace, Role.OWNER), await member(client, workspace, Role.OWNER)

    replies = await asyncio.gather(one("POST", "members/leave"), two("POST", "members/leave"))

    assert sorted(reply.status_code for reply in replies) == [204, 409]
    assert list((await roles(workspace)).values()) == ["owner"]


async def test_whoever_is_removed_is_outside_at_once(client: AsyncClient, workspace: MadeWorkspace):
    owner, viewer = await member(client, workspace, Role.OWNER), await member(client, workspace, Role.VIEWER)
    assert (await viewer("GET", "members")).status_code == 403

    assert (await owner("DELETE", f"members/{viewer.id}")).status_code == 204

    assert (await viewer("GET", "members")).status_code == 404
    assert await told(workspace) == [("accounts.member_removed", viewer.id)]


async def test_an_owner_hands_the_workspace_on(client: AsyncClient, workspace: MadeWorkspace):
    owner, admin = await member(client, workspace, Role.OWNER), await member(client, workspace, Role.ADMIN)

    assert (await admin("POST", f"members/{admin.id}/transfer")).status_code == 403
    assert (await owner("POST", f"members/{admin.id}/transfer")).status_code == 204

    assert await roles(workspace) == {owner.id: "admin", admin.id: "owner"}
    assert (await owner("POST", f"members/{owner.id}/transfer")).status_code == 403


async def test_what_is_done_to_members_needs_a_fresh_proof(client: AsyncClient, workspace: MadeWorkspace):
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        owner, viewer = await member(client, workspace, Role.OWNER), await make_member(workspace, Role.VIEWER)
        traveller.shift(timedelta(minutes=10, seconds=1))
        replies = [
            await owner("PUT", f"members/{viewer}/role", json={"role": "admin"}),
            await owner("DELETE", f"members/{viewer}"),
            await owner("POST", f"members/{viewer}/transfer"),
            await owner("POST", "invitations", json={"email": "new@print.example", "role": "viewer"}),
        ]

    assert {reply.json()["code"] for reply in replies} == {"access/prove-again"}
    assert await roles(workspace) == {owner.id: "owner", viewer: "viewer"}


async def test_a_member_of_another_workspace_is_not_there(client: AsyncClient, workspace: MadeWorkspace):
    owner = await member(client, workspace, Role.OWNER)
    other = await make_workspace(workspace.platform)
    theirs = await make_member(other, Role.VIEWER)

    replies = [
        await owner("PUT", f"members/{theirs}/role", json={"role": "admin"}),
        await owner("DELETE", f"members/{theirs}"),
        await owner("POST", f"members/{theirs}/transfer"),
    ]

    assert {reply.status_code for reply in replies} == {404}
    assert await roles(other) == {theirs: "viewer"}


def test_each_role_may_what_a_lesser_one_may_and_only_owners_own():
    assert PERMISSIONS[Role.VIEWER] < PERMISSIONS[Role.FULFILMENT] < PERMISSIONS[Role.ADMIN]
    assert PERMISSIONS[Role.VIEWER] < PERMISSIONS[Role.DESIGNER] < PERMISSIONS[Role.ADMIN]
    assert PERMISSIONS[Role.VIEWER] < PERMISSIONS[Role.ANALYST] < PERMISSIONS[Role.ADMIN]
    assert PERMISSIONS[Role.OWNER] - PERMISSIONS[Role.ADMIN] == {Permission.WORKSPACE_OWN}


# -- invitations -------------------------------------------------------------------------------------------------------


async def test_somebody_new_makes_an_account_by_their_invitation(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    owner = await member(client, workspace, Role.OWNER)

    sent = await owner("POST", "invitations", json={"email": "New@Print.example", "role": "designer"})

    assert sent.status_code == 201
    assert (sent.json()["invitation"]["email"], sent.json()["invitation"]["role"]) == (
        "new@print.example",
        "designer",
    )
    token = await last_token(platform)
    assert sent.json()["address"] == f"http://127.0.0.1:8000/invitation#{token}"
    account = {"token": token, "purpose": "invite", "name": "New", "password": "quillback-row-odalys-77"}
    made = await client.post("/api/v1/account", json=account, headers=OUR_PAGE)
    assert made.status_code == 201
    [there] = (await client.get(SESSION, headers=OUR_PAGE)).json()["workspaces"]
    assert (there["id"], there["role"]) == (str(workspace.id), "designer")
    assert [kind for kind, _ in await told(workspace)] == ["accounts.member_invited", "accounts.member_added"]
    assert (await owner("GET", "invitations")).json()["items"] == []


async def test_somebody_with_an_account_takes_it_signed_in_once(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    owner, guest = await member(client, workspace, Role.OWNER), await make_person(platform)
    async with system_scope(platform, "test") as scope:
        [(email,)] = await run(scope.session, "SELECT email FROM people WHERE id = %(id)s", {"id": guest})
    await owner("POST", "invitations", json={"email": email, "role": "viewer"})
    token = await last_token(platform)
    they = await somebody(client, workspace, guest)
    other = await somebody(client, workspace, await make_person(platform))

    foreign = await other("POST", "account/invitations", json={"token": token})
    taken = await they("POST", "account/invitations", json={"token": token})
    again = await they("POST", "account/invitations", json={"token": token})

    assert (foreign.status_code, foreign.json()["code"]) == (403, "members/invitation-of-another")
    assert (taken.status_code, taken.json()["role"]) == (200, "viewer")
    assert (again.status_code, again.json()["code"]) == (403, "access/bad-link")
    assert (await roles(workspace))[guest] == "viewer"


async def test_an_invitation_is_listed_sent_anew_and_taken_back(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    owner = await member(client, workspace, Role.OWNER)
    wanted = {"email": "new@print.example", "role": "viewer"}
    await owner("POST", "invitations", json=wanted)
    first = await last_token(platform)
    await owner("POST", "invitations", json={**wanted, "role": "analyst"})
    second = await last_token(platform)
    [listed] = (await owner("GET", "invitations")).json()["items"]

    assert listed["role"] == "analyst"
    assert (await owner("DELETE", f"invitations/{listed['id']}")).status_code == 204
    assert (await owner("DELETE", f"invitations/{listed['id']}")).status_code == 404
    account = {"purpose": "invite", "name": "New", "password": "quillback-row-odalys-77"}
    for token in (first, second):
        made = await client.post("/api/v1/account", json={**account, "token": token}, headers=OUR_PAGE)
        assert made.status_code == 403


async def test_a_member_is_not_invited_again_and_nobody_invites_above_themselves(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    admin = await member(client, workspace, Role.ADMIN)
    async with system_scope(platform, "test") as scope:
        [(email,)] = await run(scope.session, "SELECT email FROM people WHERE id = %(id)s", {"id": admin.id})

    known = await admin("POST", "invitations", json={"email": email, "role": "viewer"})
    above = await admin("POST", "invitations", json={"email": "new@print.example", "role": "owner"})

    assert (known.status_code, known.json()["code"]) == (409, "members/already")
    assert (above.status_code, above.json()["code"]) == (403, "access/permission-missing")
    async with system_scope(platform, "test") as scope:
        assert await read_outbox(scope) == []


async def test_an_invitation_of_another_workspace_is_not_there(client: AsyncClient, workspace: MadeWorkspace):
    owner = await member(client, workspace, Role.OWNER)
    other = await make_workspace(workspace.platform)
    them = await somebody(client, other, await owner_of(other))
    sent = await owner("POST", "invitations", json={"email": "new@print.example", "role": "viewer"})

    assert (await them("GET", "invitations")).json()["items"] == []
    assert (await them("DELETE", f"invitations/{sent.json()['invitation']['id']}")).status_code == 404
    assert (
        await them("POST", "invitations", json={"email": "new@print.example", "role": "viewer"})
    ).status_code == 201
    assert len((await owner("GET", "invitations")).json()["items"]) == 1


async def test_a_workspaces_login_sees_no_tokens_and_no_links_but_its_invitations(
    client: AsyncClient, workspace: MadeWorkspace
):
    await link_for(workspace.platform, await owner_of(workspace))

    async with workspace.scope() as scope:
        assert await run(scope.session, "SELECT id FROM links") == []
    for forbidden in (
        "SELECT token_hash FROM links",
        "SELECT body FROM letters",
        "SELECT password_hash FROM people",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with workspace.scope() as scope:
                await run(scope.session, forbidden)
