"""Operators in a workspace: by its consent or by breaking the glass, seen by everybody there, over when it is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar

from printvision.accounts import OperatorRole, Permission, Role, get_person
from printvision.accounts.roles import GUESTS_MAY, LOOKERS_MAY
from printvision.api.discovery import load_operations
from printvision.app import create_app
from printvision.mail.writing import read_outbox
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from tests.api.browsing import OUR_PAGE, at, post_token
from tests.api.conftest import opener, running
from tests.factories.people import link_for, make_member, make_person
from tests.factories.workspaces import MadeWorkspace, make_workspace

WHY = "An order hangs, see your letter"


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    app = create_app(settings, opener=opener(platform))
    async with running(app):
        yield app


@pytest.fixture
async def client(app: Litestar) -> AsyncGenerator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app), base_url="http://printvision.test") as client:
        yield client


class Somebody:
    """A person with a browser, in a workspace or out of all."""

    def __init__(self, client: AsyncClient, workspace: MadeWorkspace, id: PersonId, cookie: str) -> None:
        self.client, self.workspace, self.id, self.cookie = client, workspace, id, cookie

    async def __call__(self, method: str, path: str, **more: Any) -> Response:
        headers = at(self.workspace, self.cookie)
        return await self.client.request(method, f"/api/v1/{path}", headers=headers, **more)

    async def enter(self, **more: Any) -> Response:
        path = f"operators/workspaces/{self.workspace.id}/enter"
        return await self("POST", path, json={"reason": WHY, **more})


async def somebody(client: AsyncClient, workspace: MadeWorkspace, person_id: PersonId) -> Somebody:
    reply = await post_token(client, await link_for(workspace.platform, person_id))
    client.cookies.clear()
    return Somebody(client, workspace, person_id, reply.headers["set-cookie"].partition(";")[0])


@pytest.fixture
async def owner(client: AsyncClient, workspace: MadeWorkspace) -> Somebody:
    return await somebody(client, workspace, await make_member(workspace, Role.OWNER))


@pytest.fixture
async def operator(client: AsyncClient, workspace: MadeWorkspace) -> Somebody:
    person_id = await make_person(workspace.platform, name="Olga", operator_role=OperatorRole.SUPPORT)
    return await somebody(client, workspace, person_id)


async def told(workspace: MadeWorkspace) -> list[str]:
    async with workspace.scope() as scope:
        return [row[0] for row in await run(scope.session, "SELECT kind FROM events ORDER BY seq")]


async def letters(platform: Platform) -> list[tuple[str, str]]:
    async with system_scope(platform, "test") as scope:
        return [(letter.recipient, letter.text) for letter in await read_outbox(scope)]


async def change(platform: Platform, statement: Any, **values: object) -> None:
    async with system_scope(platform, "test") as scope:
        await run(scope.session, statement, values)


async def test_without_consent_an_operator_is_outside(
    owner: Somebody, operator: Somebody, workspace: MadeWorkspace
):
    assert (await operator("GET", "orders")).status_code == 404

    refused = await operator.enter()

    assert (refused.status_code, refused.json()["code"]) == (403, "operators/no-consent")
    assert (await operator("GET", "orders")).status_code == 404
    assert (await operator("GET", "operators/entries")).json()["items"] == []
    assert await told(workspace) == []


async def test_by_consent_an_operator_helps_and_everybody_there_sees_it(
    client: AsyncClient, owner: Somebody, operator: Somebody, workspace: MadeWorkspace, platform: Platform
):
    viewer = await somebody(client, workspace, await make_member(workspace, Role.VIEWER))
    assert (await owner("POST", "consents", json={"hours": 2})).status_code == 201

    entered = await operator.enter(minutes=30)

    assert entered.status_code == 201
    assert (await operator("GET", "orders")).status_code == 200
    [seen] = (await viewer("GET", "entries", params={"open": True})).json()["items"]
    assert seen == entered.json()
    assert (seen["name"], seen["reason"], seen["person_id"]) == ("Olga", WHY, str(operator.id))
    assert (await operator("GET", "operators/entries")).json()["items"] == [seen]
    [there] = (await operator("GET", "session")).json()["workspaces"]
    assert (there["id"], there["entered_until"]) == (str(workspace.id), seen["ends_at"])
    assert await told(workspace) == ["accounts.consent_given", "accounts.entry_begun"]
    assert await letters(platform) == []
    for closed in ("members", "keys", "consents", "invitations"):
        assert (await operator("GET", closed)).status_code == 403
    assert (await operator("PATCH", "workspace", json={"name": "Mine"})).status_code == 403


async def test_whoever_breaks_the_glass_only_looks_and_the_owners_are_told_at_once(
    owner: Somebody, operator: Somebody, workspace: MadeWorkspace, platform: Platform
):
    entered = await operator.enter(break_glass=True)

    assert (entered.status_code, entered.json()["consent_id"]) == (201, None)
    async with system_scope(platform, "test") as scope:
        address = (await get_person(scope, owner.id)).email
    [(recipient, text)] = await letters(platform)
    assert recipient == address
    assert WHY in text
    assert "Olga" in text
    assert (await operator("GET", "orders")).status_code == 200
    assert (await operator("POST", "tasks", json={})).status_code == 403
    assert await told(workspace) == ["accounts.entry_begun"]


def test_what_opens_a_workspace_to_others_is_closed_to_operators():
    never = {
        Permission.WORKSPACE_OWN,
        Permission.WORKSPACE_MANAGE,
        Permission.CONNECTIONS_MANAGE,
        Permission.SHOPS_MANAGE,
        Permission.MEMBERS_READ,
        Permission.MEMBERS_MANAGE,
        Permission.ROLES_MANAGE,
        Permission.KEYS_READ,
        Permission.KEYS_MANAGE,
        Permission.HOOKS_READ,
        Permission.HOOKS_MANAGE,
        Permission.AUDIT_READ,
    }
    changing = {
        each.key for each in load_operations().values() if each.changes and each.permission in LOOKERS_MAY
    }

    assert not GUESTS_MAY & never
    assert LOOKERS_MAY < GUESTS_MAY
    # One is for members, who they are not; the other computes and writes nothing.
    assert changing == {"members.leave", "routes.replay"}


@pytest.mark.parametrize(
    "given", [{"minutes": 61}, {"minutes": 0}, {"reason": "short"}, {"reason": " " * 20}]
)
async def test_no_longer_than_an_hour_and_never_without_a_reason(
    owner: Somebody, operator: Somebody, workspace: MadeWorkspace, given: dict[str, object]
):
    assert (await operator.enter(break_glass=True, **given)).status_code in (400, 422)
    assert await told(workspace) == []


async def test_when_its_time_is_over_it_is_over(owner: Somebody, operator: Somebody):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        await operator.enter(break_glass=True, minutes=60)
        traveller.shift(timedelta(minutes=59))
        assert (await operator("GET", "orders")).status_code == 200
        traveller.shift(timedelta(minutes=1))
        assert (await operator("GET", "orders")).status_code == 404
        assert (await operator("GET", "session")).json()["workspaces"] == []
        assert (await owner("GET", "entries", params={"open": True})).json()["items"] == []
        assert len((await owner("GET", "entries")).json()["items"]) == 1


async def test_an_entry_ends_with_the_consent_at_the_latest(owner: Somebody, operator: Somebody):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        consent = (await owner("POST", "consents", json={"hours": 1})).json()
        traveller.shift(timedelta(minutes=5))
        entered = (await operator.enter(minutes=60)).json()

    assert entered["ends_at"] == consent["expires_at"]


async def test_whose_consent_is_taken_back_is_out_at_once(
    owner: Somebody, operator: Somebody, workspace: MadeWorkspace
):
    consent = (await owner("POST", "consents", json={"hours": 2})).json()
    await operator.enter()

    assert (await owner("DELETE", f"consents/{consent['id']}")).status_code == 204

    assert (await operator("GET", "orders")).status_code == 404
    assert (await operator.enter()).json()["code"] == "operators/no-consent"
    assert (await owner("DELETE", f"consents/{consent['id']}")).status_code == 404
    assert await told(workspace) == [
        "accounts.consent_given",
        "accounts.entry_begun",
        "accounts.consent_revoked",
        "accounts.entry_ended",
    ]


async def test_an_operator_leaves(owner: Somebody, operator: Somebody, workspace: MadeWorkspace):
    entry = (await operator.enter(break_glass=True)).json()

    assert (await operator("DELETE", f"operators/entries/{entry['id']}")).status_code == 204

    assert (await operator("GET", "orders")).status_code == 404
    assert (await operator("DELETE", f"operators/entries/{entry['id']}")).status_code == 404
    assert await told(workspace) == ["accounts.entry_begun", "accounts.entry_ended"]


@pytest.mark.parametrize(
    ("statement", "status"),
    [
        ("UPDATE people SET operator_role = NULL WHERE id = %(id)s", 404),
        ("UPDATE people SET disabled_at = now() WHERE id = %(id)s", 401),
        ("""UPDATE sessions SET proofs = '["password"]' WHERE person_id = %(id)s""", 403),
    ],
    ids=["no operator", "disabled", "one factor"],
)
async def test_it_is_an_operators_with_a_second_factor_whatever_the_workspace_asks(
    owner: Somebody,
    operator: Somebody,
    workspace: MadeWorkspace,
    platform: Platform,
    statement: str,
    status: int,
):
    await change(platform, "UPDATE workspaces SET second_factor = false")
    await operator.enter(break_glass=True)

    await change(platform, statement, id=operator.id)

    assert (await operator("GET", "orders")).status_code == status


async def test_members_enter_nowhere_and_operators_not_where_they_are_members(
    client: AsyncClient, owner: Somebody, operator: Somebody, workspace: MadeWorkspace, platform: Platform
):
    assert (await owner.enter(break_glass=True)).status_code == 403
    await change(platform, "UPDATE people SET operator_role = 'support' WHERE id = %(id)s", id=owner.id)
    known = await somebody(client, workspace, owner.id)

    reply = await known.enter(break_glass=True)

    assert (reply.status_code, reply.json()["code"]) == (409, "members/already")
    assert await told(workspace) == []


async def test_it_is_one_workspace_that_is_entered(operator: Somebody, workspace: MadeWorkspace):
    other = await make_workspace(workspace.platform)
    theirs = await make_member(other, Role.OWNER)
    await operator.enter(break_glass=True)
    elsewhere = Somebody(operator.client, other, operator.id, operator.cookie)
    they = await somebody(operator.client, other, theirs)

    assert (await elsewhere("GET", "orders")).status_code == 404
    assert (await they("GET", "entries")).json()["items"] == []
    nowhere = "operators/workspaces/0198f000-0000-7000-8000-000000000001/enter"
    reply = await operator("POST", nowhere, json={"reason": WHY, "break_glass": True})
    assert reply.status_code == 404


async def test_of_two_entries_at_once_one_is_open(owner: Somebody, operator: Somebody):
    replies = await asyncio.gather(operator.enter(break_glass=True), operator.enter(break_glass=True))

    assert [reply.status_code for reply in replies] == [201, 201]
    assert len((await owner("GET", "entries", params={"open": True})).json()["items"]) == 1
    assert len((await owner("GET", "entries")).json()["items"]) == 2


async def test_nobody_enters_by_a_consent_that_is_taken_back_meanwhile(owner: Somebody, operator: Somebody):
    for _ in range(5):
        consent = (await owner("POST", "consents", json={"hours": 1})).json()

        await asyncio.gather(operator.enter(), owner("DELETE", f"consents/{consent['id']}"))

        assert (await owner("GET", "entries", params={"open": True})).json()["items"] == []


async def test_what_opens_a_workspace_needs_a_fresh_proof(owner: Somebody, operator: Somebody):
    with time_machine.travel(clock.now() + timedelta(minutes=11), tick=False):
        replies = [
            await owner("POST", "consents", json={"hours": 1}),
            await operator.enter(break_glass=True),
        ]

    assert {reply.json()["code"] for reply in replies} == {"access/prove-again"}
    assert (await owner("GET", "consents")).json()["items"] == []


async def test_an_admin_and_a_key_let_nobody_in(client: AsyncClient, workspace: MadeWorkspace):
    admin = await somebody(client, workspace, await make_member(workspace, Role.ADMIN))
    key = {"authorization": f"Bearer {(await workspace.key()).reveal()}", **OUR_PAGE}

    by_admin = await admin("POST", "consents", json={"hours": 1})
    by_key = await client.post("/api/v1/consents", json={"hours": 1}, headers=key)

    assert (by_admin.status_code, by_key.status_code) == (403, 403)
