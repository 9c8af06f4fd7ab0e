"""Every operation × everybody: who is let in as far as the check of the input, and who is turned away before.

Each call has a member that no input has. Whoever may make it is told so (400) and has changed nothing; whoever may not
is turned away before anything of the call is read.
"""

from __future__ import annotations

from typing import Any

from httpx import AsyncClient, Response

from printvision.accounts import OperatorRole, Permission, Role
from printvision.accounts.permissions import OF_KEYS, OF_PERSONS
from printvision.accounts.roles import OPERATORS_MAY, PERMISSIONS
from printvision.api.discovery import load_operations
from printvision.platform.ids import PersonId
from printvision.platform.operations import Operation
from printvision.platform.runtime import Platform
from tests.api.browsing import OUR_PAGE, at, post_token
from tests.api.test_registry import Stored
from tests.api.things import make_things
from tests.factories.people import link_for, make_member, make_person
from tests.factories.workspaces import MadeWorkspace, make_workspace

Each = Operation[Any, Any]
OPERATIONS = sorted(load_operations().values(), key=lambda each: each.key)
OF_WORKSPACES = [each for each in OPERATIONS if each.of_workspace]
OF_PEOPLE = [each for each in OPERATIONS if not each.of_workspace and not each.public]
PUBLIC = [each for each in OPERATIONS if each.public]
ROLES = [role for role in Role if role is not Role.CUSTOM]
LET_IN = (400, "invalid-input")
SOME_ID = "019a0000-0000-7000-8000-000000000001"


async def probe(
    client: AsyncClient, each: Each, things: dict[str, Any], headers: dict[str, str]
) -> tuple[int, str]:
    """What the call with a member too many is answered."""
    path = each.rest.path.format(**{name: things.get(name, SOME_ID) for name in each.rest.parameters})
    address, too_many = f"/api/v1{path}", {"no_input_has_this": "x"}
    if each.rest.takes_json:
        reply = await client.request(each.rest.method, address, json=too_many, headers=headers)
    else:
        reply = await client.request(each.rest.method, address, params=too_many, headers=headers)
    return outcome(reply)


def outcome(reply: Response) -> tuple[int, str]:
    return reply.status_code, reply.json().get("code", "") if reply.content else ""


async def session_of(client: AsyncClient, platform: Platform, person_id: PersonId) -> str:
    reply = await post_token(client, await link_for(platform, person_id))
    client.cookies.clear()
    assert reply.status_code == 200, reply.text
    return reply.headers["set-cookie"].partition(";")[0]


async def test_each_role_may_what_it_says_and_nothing_else(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, stored: Stored
):
    things = await make_things(workspace)
    cookies = {role: await session_of(client, platform, await make_member(workspace, role)) for role in ROLES}
    before = stored.state()

    wrong = [
        (each.key, role.value, told)
        for role in ROLES
        for each in OF_WORKSPACES
        for told in [await probe(client, each, things, at(workspace, cookies[role]))]
        if told != (LET_IN if each.permission in PERMISSIONS[role] else (403, "access/permission-missing"))
    ]

    assert wrong == []
    assert stored.state() == before


async def test_to_members_of_another_workspace_it_is_not_there(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, stored: Stored
):
    things = await make_things(workspace)
    elsewhere = await make_workspace(platform)
    cookie = await session_of(client, platform, await make_member(elsewhere, Role.OWNER))
    before = stored.state()

    told = {each.key: await probe(client, each, things, at(workspace, cookie)) for each in OF_WORKSPACES}

    assert {key: each for key, each in told.items() if each != (404, "not-found")} == {}
    assert stored.state() == before


async def test_nobody_is_let_in_anywhere(client: AsyncClient, workspace: MadeWorkspace, stored: Stored):
    things = await make_things(workspace)
    before = stored.state()

    for each in [*OF_WORKSPACES, *OF_PEOPLE]:
        assert await probe(client, each, things, OUR_PAGE) == (401, "access/key-missing"), each.key
        made_up = {"authorization": "Bearer pv_made_up"}
        assert await probe(client, each, things, made_up) == (401, "access/bad-key"), each.key

    assert stored.state() == before


async def test_a_key_needs_the_very_permission(client: AsyncClient, workspace: MadeWorkspace, stored: Stored):
    things = await make_things(workspace)
    needed = sorted({each.permission for each in OF_WORKSPACES if each.permission in OF_KEYS})
    with_it = {one: (await workspace.key(Permission(one))).reveal() for one in needed}
    without = {
        one: (await workspace.key(*(other for other in OF_KEYS if other != one))).reveal() for one in needed
    }
    whole = (await workspace.key()).reveal()
    before = stored.state()

    wrong = []
    for each in OF_WORKSPACES:
        permission = str(each.permission)
        tries = [(whole, permission in OF_KEYS)]
        if permission in with_it:
            tries += [(with_it[permission], True), (without[permission], False)]
        for key, may in tries:
            told = await probe(client, each, things, {"authorization": f"Bearer {key}"})
            if told != (LET_IN if may else (403, "access/permission-missing")):
                wrong.append((each.key, may, told))

    assert wrong == []
    assert stored.state() == before


async def test_what_is_a_persons_own_is_asked_by_a_person(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, stored: Stored
):
    key = {"authorization": f"Bearer {(await workspace.key()).reveal()}"}
    plain = await session_of(client, platform, await make_person(platform))
    of_role = {
        role: await session_of(client, platform, await make_person(platform, operator_role=role))
        for role in OperatorRole
    }
    before = stored.state()

    for each in OF_PEOPLE:
        assert await probe(client, each, {}, key) == (403, "access/permission-missing"), each.key
        for cookie, may in [
            (plain, OF_PERSONS),
            *((of_role[role], OF_PERSONS | OPERATORS_MAY[role]) for role in OperatorRole),
        ]:
            told = await probe(client, each, {}, {**OUR_PAGE, "cookie": cookie})
            expected = LET_IN if each.permission in may else (403, "access/permission-missing")
            assert told == expected, (each.key, told)

    assert stored.state() == before


async def test_signing_in_and_its_kin_are_for_our_own_pages(client: AsyncClient, stored: Stored):
    before = stored.state()

    for each in PUBLIC:
        if each.changes:
            assert await probe(client, each, {}, {}) == (403, "access/cross-site"), each.key

    assert stored.state() == before
