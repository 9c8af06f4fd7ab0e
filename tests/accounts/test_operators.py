"""Those who run the installation: what they do about people and workspaces, and that one of them is always left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar

from printvision.accounts import OperatorRole, Role
from printvision.accounts import account_operations as account
from printvision.accounts import operations as sessions
from printvision.accounts import operator_operations as of_people
from printvision.api.application import make_application
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import PersonId
from printvision.platform.operations import Operation
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.workspaces import operator_operations as of_workspaces
from tests.api.browsing import OUR_PAGE, post_token
from tests.api.conftest import opener, running
from tests.factories.people import link_for, make_member, make_person
from tests.factories.workspaces import MadeWorkspace, make_workspace

PEOPLE, WORKSPACES = "/api/v1/operators/people", "/api/v1/operators/workspaces"
VERBS: list[Any] = [
    each
    for module in (sessions, account, of_people, of_workspaces)
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
    """A person with a browser."""

    def __init__(self, client: AsyncClient, id: PersonId, cookie: str) -> None:
        self.client, self.id, self.cookie = client, id, cookie

    async def __call__(self, method: str, path: str, **more: Any) -> Response:
        return await self.client.request(method, path, headers={**OUR_PAGE, "cookie": self.cookie}, **more)


async def somebody(client: AsyncClient, platform: Platform, person_id: PersonId) -> Somebody:
    reply = await post_token(client, await link_for(platform, person_id))
    client.cookies.clear()
    return Somebody(client, person_id, reply.headers["set-cookie"].partition(";")[0])


async def operator(
    client: AsyncClient, platform: Platform, role: OperatorRole = OperatorRole.OPERATOR
) -> Somebody:
    return await somebody(client, platform, await make_person(platform, operator_role=role))


async def people(platform: Platform) -> dict[PersonId, tuple[str | None, bool]]:
    """Which kind of operator each is, and whether they may sign in."""
    async with system_scope(platform, "test") as scope:
        rows = await run(scope.session, "SELECT id, operator_role, disabled_at IS NULL FROM people")
        return {PersonId(row[0]): (row[1], row[2]) for row in rows}


async def test_operators_see_who_there_is_and_every_workspace(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    support = await operator(client, platform, OperatorRole.SUPPORT)
    member, other = await make_member(workspace), await make_workspace(platform)

    everybody = (await support("GET", PEOPLE)).json()["items"]
    first = (await support("GET", PEOPLE, params={"limit": 1})).json()
    second = (await support("GET", PEOPLE, params={"limit": 1, "cursor": first["next_cursor"]})).json()
    operators = (await support("GET", PEOPLE, params={"operators": True})).json()["items"]
    workspaces = (await support("GET", WORKSPACES)).json()["items"]

    assert [each["id"] for each in everybody] == [str(member), str(support.id)]
    assert [each["id"] for each in first["items"] + second["items"]] == [str(member), str(support.id)]
    assert [(each["id"], each["operator_role"]) for each in operators] == [(str(support.id), "support")]
    assert "password_hash" not in everybody[0]
    assert [each["id"] for each in workspaces] == [str(other.id), str(workspace.id)]


@pytest.mark.parametrize("who", [None, "support"])
async def test_others_are_refused_and_nothing_changes(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform, who: str | None
):
    if who is None:
        caller = await somebody(client, platform, await make_member(workspace, Role.OWNER))
    else:
        caller = await operator(client, platform, OperatorRole(who))
    target = await make_person(platform)
    before = await people(platform)

    replies = [
        await caller("PUT", f"{PEOPLE}/{caller.id}/role", json={"role": "operator"}),
        await caller("POST", f"{PEOPLE}/{target}/disable"),
        await caller("POST", f"{PEOPLE}/{target}/enable"),
    ]
    if who is None:
        replies += [await caller("GET", PEOPLE), await caller("GET", WORKSPACES)]

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {
        (403, "access/permission-missing")
    }
    assert await people(platform) == before


async def test_a_password_alone_opens_nothing_of_operators(client: AsyncClient, platform: Platform):
    caller = await operator(client, platform)
    async with system_scope(platform, "test") as scope:
        await run(scope.session, """UPDATE sessions SET proofs = '["password"]'""")

    reply = await caller("GET", PEOPLE)

    assert (reply.status_code, reply.json()["code"]) == (403, "access/permission-missing")


async def test_somebody_is_made_an_operator_and_none_again(client: AsyncClient, platform: Platform):
    caller, they = (
        await operator(client, platform),
        await somebody(client, platform, await make_person(platform)),
    )
    assert (await they("GET", PEOPLE)).status_code == 403

    made = await caller("PUT", f"{PEOPLE}/{they.id}/role", json={"role": "support"})
    assert (made.status_code, made.json()["operator_role"]) == (200, "support")
    fresh = await somebody(client, platform, they.id)
    assert (await fresh("GET", PEOPLE)).status_code == 200

    assert (await caller("PUT", f"{PEOPLE}/{they.id}/role", json={"role": None})).status_code == 200
    assert (await people(platform))[they.id] == (None, True)


async def test_whoever_is_disabled_is_signed_out_and_their_links_do_nothing(
    client: AsyncClient, platform: Platform
):
    caller, they = (
        await operator(client, platform),
        await somebody(client, platform, await make_person(platform)),
    )
    link = await link_for(platform, they.id)

    done = await caller("POST", f"{PEOPLE}/{they.id}/disable")

    assert (done.status_code, done.json()["disabled_at"] is None) == (200, False)
    assert (await they("GET", "/api/v1/session")).status_code == 401
    assert (await post_token(client, link)).status_code == 403
    again = await caller("POST", f"{PEOPLE}/{they.id}/disable")
    assert again.json()["disabled_at"] == done.json()["disabled_at"]
    assert (await caller("POST", f"{PEOPLE}/{they.id}/enable")).json()["disabled_at"] is None
    assert (await they("GET", "/api/v1/session")).status_code == 401
    back = await somebody(client, platform, they.id)
    assert (await back("GET", "/api/v1/session")).status_code == 200


async def test_the_last_operator_stays_one(client: AsyncClient, platform: Platform):
    caller = await operator(client, platform)
    await operator(client, platform, OperatorRole.SUPPORT)
    lost = await make_person(platform, operator_role=OperatorRole.OPERATOR)
    assert (await caller("POST", f"{PEOPLE}/{lost}/disable")).status_code == 200

    replies = [
        await caller("PUT", f"{PEOPLE}/{caller.id}/role", json={"role": None}),
        await caller("PUT", f"{PEOPLE}/{caller.id}/role", json={"role": "support"}),
        await caller("POST", f"{PEOPLE}/{caller.id}/disable"),
        await caller("DELETE", "/api/v1/account"),
    ]

    assert {(reply.status_code, reply.json()["code"]) for reply in replies} == {
        (409, "accounts/sole-operator")
    }
    assert (await people(platform))[caller.id] == ("operator", True)


async def test_of_two_operators_who_lower_each_other_one_stays(client: AsyncClient, platform: Platform):
    one, two = await operator(client, platform), await operator(client, platform)

    replies = await asyncio.gather(
        one("PUT", f"{PEOPLE}/{two.id}/role", json={"role": None}),
        two("POST", f"{PEOPLE}/{one.id}/disable"),
    )

    left = [who for who in (await people(platform)).values() if who == ("operator", True)]
    assert len(left) == 1
    assert [reply.status_code for reply in replies].count(200) == 1


async def test_what_is_done_to_people_needs_a_fresh_proof(client: AsyncClient, platform: Platform):
    with time_machine.travel(clock.now(), tick=False) as traveller:
        caller, target = await operator(client, platform), await make_person(platform)
        traveller.shift(timedelta(minutes=10, seconds=1))
        replies = [
            await caller("PUT", f"{PEOPLE}/{target}/role", json={"role": "operator"}),
            await caller("POST", f"{PEOPLE}/{target}/disable"),
            await caller("POST", f"{PEOPLE}/{target}/enable"),
        ]

    assert {reply.json()["code"] for reply in replies} == {"access/prove-again"}
    assert (await people(platform))[target] == (None, True)


async def test_nobody_is_not_found(client: AsyncClient, platform: Platform):
    caller = await operator(client, platform)
    nobody = "0198f000-0000-7000-8000-000000000001"

    replies = [
        await caller("PUT", f"{PEOPLE}/{nobody}/role", json={"role": "operator"}),
        await caller("POST", f"{PEOPLE}/{nobody}/disable"),
        await caller("POST", f"{PEOPLE}/{nobody}/enable"),
    ]

    assert {reply.status_code for reply in replies} == {404}
