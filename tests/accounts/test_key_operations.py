"""API keys by the API itself: made, looked at, rotated, revoked; and where they may be used from."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar
from sqlalchemy import text

from printvision.accounts import Permission, key_operations
from printvision.accounts.permissions import OF_KEYS
from printvision.api.application import make_application
from printvision.api.signing_in import Known
from printvision.platform import clock
from printvision.platform.features import Tier
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.workspaces import operations as workspaces
from tests.api.browsing import at, signed_in
from tests.api.conftest import SESSIONS, opener, running
from tests.factories.workspaces import MadeWorkspace, make_workspace

KEYS, WORKSPACE = "/api/v1/keys", "/api/v1/workspace"
VERBS = [
    key_operations.list_keys,
    key_operations.get_key,
    key_operations.create_key,
    key_operations.rotate_key,
    key_operations.revoke_key,
]


@pytest.fixture
async def app(settings: Settings, platform: Platform):
    app = make_application(settings, [*VERBS, *SESSIONS, workspaces.get], opener=opener(platform))
    async with running(app):
        yield app


@pytest.fixture
async def client(app: Litestar, workspace: MadeWorkspace):
    async with AsyncClient(transport=ASGITransport(app), base_url="http://printvision.test") as client:
        client.headers["authorization"] = f"Bearer {(await workspace.key()).reveal()}"
        yield client


def code(reply: Response) -> str:
    return reply.json()["code"]


async def used(client: AsyncClient, secret: str) -> int:
    reply = await client.get(WORKSPACE, headers={"authorization": f"Bearer {secret}"})
    return reply.status_code


async def test_a_key_is_made_shown_once_and_listed(client: AsyncClient):
    made = await client.post(KEYS, json={"name": "Packing", "permissions": ["workspaces:workspace:read"]})

    assert made.status_code == 201
    secret, key = made.json()["secret"], made.json()["key"]
    assert secret.startswith(f"pv_{key['prefix']}_")
    assert await used(client, secret) == 200
    listed = (await client.get(KEYS)).json()["items"]
    shown = (await client.get(f"{KEYS}/{key['id']}")).json()
    assert [each["name"] for each in listed] == ["Packing", "Test key"]
    assert listed[0] == shown
    assert shown | {"last_used_at": None} == key
    assert shown["last_used_at"] is not None
    assert secret not in f"{listed}{shown}"


async def test_a_key_gives_no_more_than_its_maker_may(client: AsyncClient, workspace: MadeWorkspace):
    few = {Permission.KEYS_MANAGE, Permission.KEYS_READ, Permission.WORKSPACE_READ}
    poor = {"authorization": f"Bearer {(await workspace.key(*few)).reveal()}"}

    more = await client.post(KEYS, json={"name": "More", "permissions": ["orders:order:read"]}, headers=poor)
    all_of_it = await client.post(KEYS, json={"name": "All"}, headers=poor)
    as_much = await client.post(KEYS, json={"name": "Same", "permissions": sorted(few)}, headers=poor)

    assert [(reply.status_code, code(reply)) for reply in (more, all_of_it)] == [
        (403, "access/permission-missing")
    ] * 2
    assert as_much.status_code == 201
    assert {each["name"] for each in (await client.get(KEYS)).json()["items"]} == {"Same", "Test key"}


@pytest.mark.parametrize("mine", ["self:account:read", "operators:installation:manage"])
async def test_no_key_is_a_person_or_an_operator(client: AsyncClient, mine: str):
    made = await client.post(KEYS, json={"name": "Me", "permissions": [mine]})

    assert (made.status_code, code(made)) == (403, "access/permission-missing")
    assert not any(each.startswith(("self:", "operators:")) for each in OF_KEYS)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"name": ""}, 400),
        ({"name": "x" * 101}, 400),
        ({"permissions": ["orders:order:fly"]}, 400),
        ({"networks": ["example.com"]}, 422),
        ({"networks": ["203.0.113.1/24"]}, 422),
        ({"networks": ["203.0.113.0/24"] * 21}, 400),
        ({"expires_at": "2001-01-01T00:00:00Z"}, 422),
        ({"workspace_id": "0198f000-0000-7000-8000-000000000001"}, 400),
    ],
)
async def test_what_is_out_of_bounds_makes_no_key(
    client: AsyncClient, change: dict[str, object], status: int
):
    made = await client.post(KEYS, json={"name": "Packing", **change})

    assert made.status_code == status
    assert len((await client.get(KEYS)).json()["items"]) == 1


async def test_a_rotated_key_works_on_for_a_while(client: AsyncClient, platform: Platform):
    begun = clock.now()
    with time_machine.travel(begun, tick=False) as traveller:
        old = (await client.post(KEYS, json={"name": "Packing", "networks": ["127.0.0.0/8"]})).json()
        address = f"{KEYS}/{old['key']['id']}/rotate"
        traveller.shift(60)
        new = await client.post(address, json={"overlap_hours": 2})

        assert new.status_code == 201
        same = ("name", "permissions", "networks", "expires_at")
        assert [new.json()["key"][each] for each in same] == [old["key"][each] for each in same]
        assert [await used(client, each["secret"]) for each in (old, new.json())] == [200, 200]
        again = await client.post(address, json={})
        assert (again.status_code, code(again)) == (409, "accounts/key-is-over")

        traveller.shift(timedelta(hours=2))
        del platform.extras[Known]  # which goes by a clock of its own, for a second
        assert [await used(client, each["secret"]) for each in (old, new.json())] == [401, 200]
    assert len((await client.get(KEYS)).json()["items"]) == 3


async def test_a_rotated_key_lives_no_longer_than_it_would_have(client: AsyncClient):
    soon = (clock.now() + timedelta(hours=1)).isoformat()
    old = (await client.post(KEYS, json={"name": "Short", "expires_at": soon})).json()["key"]

    new = (await client.post(f"{KEYS}/{old['id']}/rotate", json={"overlap_hours": 48})).json()["key"]

    assert new["expires_at"] == old["expires_at"]
    assert (await client.get(f"{KEYS}/{old['id']}")).json()["expires_at"] == old["expires_at"]


async def test_a_revoked_key_opens_nothing_and_stays_in_the_list(client: AsyncClient):
    made = (await client.post(KEYS, json={"name": "Packing"})).json()

    replies = [await client.post(f"{KEYS}/{made['key']['id']}/revoke") for _ in range(2)]

    assert [reply.status_code for reply in replies] == [204, 204]
    assert await used(client, made["secret"]) == 401
    assert (await client.get(f"{KEYS}/{made['key']['id']}")).json()["revoked_at"] is not None


@pytest.mark.parametrize(
    ("networks", "status"),
    [
        (["127.0.0.0/8"], 200),
        (["203.0.113.0/24", "127.0.0.1/32"], 200),
        (["203.0.113.0/24"], 403),
        (["::1/128"], 403),
        (["::/0"], 403),
    ],
)
async def test_a_key_is_used_from_its_networks_alone(client: AsyncClient, networks: list[str], status: int):
    secret = (await client.post(KEYS, json={"name": "Here", "networks": networks})).json()["secret"]

    for _ in range(2):  # once by the database, once from memory
        reply = await client.get(WORKSPACE, headers={"authorization": f"Bearer {secret}"})
        assert reply.status_code == status
        assert status == 200 or code(reply) == "access/wrong-network"


async def test_keys_are_not_in_the_cheaper_tiers_and_can_still_be_revoked(
    client: AsyncClient, platform: Platform
):
    poor = await make_workspace(platform, tier=Tier.CREATOR)
    view, secret = await poor.made_key()
    headers = {"authorization": f"Bearer {secret.reveal()}"}

    made = await client.post(KEYS, json={"name": "Packing"}, headers=headers)
    listed = await client.get(KEYS, headers=headers)
    revoked = await client.post(f"{KEYS}/{view.id}/revoke", headers=headers)

    assert (made.status_code, code(made)) == (402, "entitlements/not-in-tier")
    assert (listed.status_code, revoked.status_code) == (200, 204)


async def test_a_person_proves_again_who_they_are_before_they_make_a_key(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    begun = clock.now()
    del client.headers["authorization"]
    with time_machine.travel(begun, tick=False) as traveller:
        headers = at(workspace, await signed_in(client, workspace))
        traveller.shift(timedelta(minutes=10))
        early = await client.post(KEYS, json={"name": "In time"}, headers=headers)
        traveller.shift(1)
        late = await client.post(KEYS, json={"name": "Late"}, headers=headers)

    assert early.status_code == 201
    assert (late.status_code, code(late), late.json()["within_s"]) == (403, "access/prove-again", 600)
    async with workspace.scope() as scope:
        names = (await scope.session.scalars(text("SELECT name FROM api_keys ORDER BY name"))).all()
    assert names == ["In time", "Test key"]
