"""A session is a person's: each call names a workspace, and what they may do there is asked each time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from httpx import AsyncClient, Response
from sqlalchemy import text

from printvision.accounts import OperatorRole, Permission, Role, add_member
from printvision.platform import clock
from printvision.platform.ids import PersonId, new_id
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.api.browsing import OUR_PAGE, at, post_token, signed_in
from tests.api.live.watching import watching
from tests.api.wire import Wire
from tests.factories.people import link_for, make_member, make_person, owner_of
from tests.factories.workspaces import MadeWorkspace, make_workspace

WORKSPACE, SESSIONS = "/api/v1/workspace", "/api/v1/account/sessions"


def code(reply: Response) -> str:
    return reply.json()["code"]


async def cookie_of(client: AsyncClient, platform: Platform, person_id: PersonId) -> str:
    reply = await post_token(client, await link_for(platform, person_id))
    client.cookies.clear()
    return reply.headers["set-cookie"].partition(";")[0]


async def change(platform: Platform, statement: str, **values: object) -> None:
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(text(statement), values)


async def test_each_call_is_about_the_workspace_that_it_names(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    person = await owner_of(workspace)
    other = await make_workspace(platform)
    async with system_scope(platform, "test") as scope:
        await add_member(scope, other.id, person, Role.VIEWER)
        slug = await scope.session.scalar(
            text("SELECT slug FROM workspaces WHERE id = :id"), {"id": other.id}
        )
    cookie = await cookie_of(anybody, platform, person)

    by_id = await anybody.get(WORKSPACE, headers=at(workspace, cookie))
    by_slug = await anybody.get(WORKSPACE, headers={**at(workspace, cookie), "printvision-workspace": slug})

    assert (by_id.json()["id"], by_slug.json()["id"]) == (str(workspace.id), str(other.id))


async def test_a_call_that_names_none_is_told_so(anybody: AsyncClient, workspace: MadeWorkspace):
    cookie = await signed_in(anybody, workspace)

    reply = await anybody.get(WORKSPACE, headers={**OUR_PAGE, "cookie": cookie})

    assert (reply.status_code, code(reply)) == (400, "access/workspace-missing")


@pytest.mark.parametrize(
    "named", ["nowhere", "0198f000-0000-7000-8000-000000000001", "x" * 5_000, "' OR true"]
)
async def test_a_workspace_of_others_is_not_there(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform, named: str
):
    cookie = await signed_in(anybody, workspace)
    other = await make_workspace(platform)

    replies = [
        await anybody.patch(WORKSPACE, json={"name": "Taken"}, headers={**at(other, cookie), **more})
        for more in ({}, {"printvision-workspace": named})
    ]

    assert [(reply.status_code, code(reply)) for reply in replies] == [(404, "not-found")] * 2
    async with other.scope() as scope:
        assert await scope.session.scalar(text("SELECT name FROM workspaces")) == "Test workspace"


async def test_a_key_opens_its_own_whatever_is_named(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    other = await make_workspace(platform)

    reply = await client.get(WORKSPACE, headers={"printvision-workspace": str(other.id)})

    assert reply.json()["id"] == str(workspace.id)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.OWNER, 200), (Role.ADMIN, 200), (Role.VIEWER, 403), (Role.DESIGNER, 403)]
)
async def test_a_role_says_what_they_may(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform, role: Role, status: int
):
    cookie = await cookie_of(anybody, platform, await make_member(workspace, role))

    read = await anybody.get(WORKSPACE, headers=at(workspace, cookie))
    written = await anybody.patch(WORKSPACE, json={"name": "Ours"}, headers=at(workspace, cookie))

    assert (read.status_code, written.status_code) == (200, status)


LEFT = "DELETE FROM members WHERE person_id = :person"
LOWERED = "UPDATE members SET role = 'viewer' WHERE person_id = :person"
DISABLED = "UPDATE people SET disabled_at = now() WHERE id = :person"


@pytest.mark.parametrize(
    ("statement", "status"),
    [(LEFT, 404), (LOWERED, 403), (DISABLED, 401)],
    ids=["left", "lowered", "disabled"],
)
async def test_what_changes_counts_from_the_next_call(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform, statement: str, status: int
):
    person = await make_member(workspace, Role.ADMIN)
    headers = at(workspace, await cookie_of(anybody, platform, person))
    assert (await anybody.patch(WORKSPACE, json={"name": "Ours"}, headers=headers)).status_code == 200

    await change(platform, statement, person=person)

    assert (await anybody.patch(WORKSPACE, json={"name": "Mine"}, headers=headers)).status_code == status


@pytest.mark.parametrize(
    ("statement", "told"),
    [(LEFT, "access/signed-out"), (LOWERED, "access/changed"), (DISABLED, "access/signed-out")],
    ids=["left", "lowered", "disabled"],
)
async def test_a_stream_ends_when_its_reader_may_something_else(
    wire: Wire, anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform, statement: str, told: str
):
    person = await make_member(workspace, Role.ADMIN)
    cookie = await cookie_of(anybody, platform, person)
    stays = await signed_in(anybody, workspace)
    here = f"?workspace={workspace.id}"
    async with (
        watching(wire, cookie=cookie, query=here) as watcher,
        watching(wire, cookie=stays, query=here) as other,
    ):
        await change(platform, statement, person=person)
        problem = await watcher.named("problem")
        await watcher.ended()

        assert problem.data["code"] == told
        assert not other.reader.at_eof()


@pytest.mark.parametrize(
    ("role", "proofs", "asked", "status"),
    [
        (Role.OWNER, ["password"], True, 403),
        (Role.OWNER, ["openid"], True, 403),
        (Role.OWNER, ["password", "totp"], True, 200),
        (Role.OWNER, ["passkey"], True, 200),
        (Role.OWNER, ["password"], False, 200),
        (Role.VIEWER, ["password"], True, 200),
    ],
)
async def test_a_workspace_asks_its_members_for_a_second_factor(
    anybody: AsyncClient,
    workspace: MadeWorkspace,
    platform: Platform,
    role: Role,
    proofs: list[str],
    asked: bool,
    status: int,
):
    cookie = await cookie_of(anybody, platform, await make_member(workspace, role))
    words = "".join(f'"{proof}",' for proof in proofs).rstrip(",")
    await change(platform, f"UPDATE sessions SET proofs = '[{words}]'")
    await change(platform, "UPDATE workspaces SET second_factor = :asked", asked=asked)

    reply = await anybody.get(WORKSPACE, headers=at(workspace, cookie))

    assert reply.status_code == status
    assert status == 200 or code(reply) == "access/second-factor-needed"


async def test_one_lists_where_one_is_signed_in_and_ends_what_one_will(
    anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    person, stranger = await owner_of(workspace), await make_member(workspace)
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        first = await cookie_of(anybody, platform, person)
        traveller.move_to(begun + timedelta(minutes=2))
        second = await cookie_of(anybody, platform, person)
        theirs = await cookie_of(anybody, platform, stranger)

        mine = {**OUR_PAGE, "cookie": second}
        listed = (await anybody.get(SESSIONS, headers=mine)).json()["items"]
        assert [(each["current"], each["proofs"]) for each in listed] == [(True, ["link"]), (False, ["link"])]

        foreign = await anybody.delete(
            f"{SESSIONS}/{listed[1]['id']}", headers={**OUR_PAGE, "cookie": theirs}
        )
        assert foreign.status_code == 404
        assert (await anybody.get(SESSIONS, headers={**OUR_PAGE, "cookie": first})).status_code == 200
        ended = await anybody.delete(f"{SESSIONS}/{listed[1]['id']}", headers=mine)
        assert ended.status_code == 204
        assert (await anybody.get(SESSIONS, headers={**OUR_PAGE, "cookie": first})).status_code == 401

        third = await cookie_of(anybody, platform, person)
        assert (await anybody.delete(SESSIONS, headers=mine)).status_code == 204
    replies = [
        await anybody.get(SESSIONS, headers={**OUR_PAGE, "cookie": each}) for each in (second, third, theirs)
    ]
    assert [reply.status_code for reply in replies] == [200, 401, 200]


ENTERED = """
INSERT INTO entries (id, workspace_id, person_id, name, reason, permissions, begun_at, ends_at)
VALUES (:id, :workspace, :person, 'Olga', 'An order hangs', CAST(:may AS jsonb), now(), now() + interval '5 minutes')
"""


async def test_a_stream_of_an_operator_ends_with_their_entry(
    wire: Wire, anybody: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    person = await make_person(platform, operator_role=OperatorRole.SUPPORT)
    cookie = await cookie_of(anybody, platform, person)
    may = json.dumps([Permission.ORDERS_READ])
    await change(platform, ENTERED, id=new_id(), workspace=workspace.id, person=person, may=may)
    async with watching(wire, cookie=cookie, query=f"?workspace={workspace.id}") as watcher:
        await change(platform, "UPDATE entries SET ended_at = now()")
        problem = await watcher.named("problem")
        await watcher.ended()
    assert problem.data["code"] == "access/signed-out"
