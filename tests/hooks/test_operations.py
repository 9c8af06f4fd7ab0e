"""Endpoints by the door that everybody comes in by."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from httpx import ASGITransport, AsyncClient

from printvision.accounts import Permission
from printvision.api.application import make_application
from printvision.api.discovery import load_operations
from printvision.api.execution import execute_as
from printvision.hooks import operations
from printvision.hooks.delivering import forget_old
from printvision.hooks.replaying import replay
from printvision.hooks.schemas import Replay
from printvision.hooks.service import MOST_ENDPOINTS
from printvision.platform.errors import PrintVisionError
from printvision.platform.scope import Actor, Principal, system_scope
from printvision.platform.settings import Settings
from tests.api.conftest import opener, running
from tests.factories.workspaces import OWNER, MadeWorkspace, make_workspace
from tests.hooks.conftest import Desk, Receiver, working
from tests.shared import shared
from tests.waiting import until

load_operations()


async def ask(workspace: MadeWorkspace, operation: str, who: Principal = OWNER, **members: Any) -> Any:
    answer = await execute_as(workspace.platform, who, workspace.id, operation, members)
    return msgspec.to_builtins(answer)


@contextmanager
def refused(code: str) -> Generator[None]:
    with pytest.raises(PrintVisionError) as caught:
        yield
    assert caught.value.code == code


async def create(workspace: MadeWorkspace, receiver: Receiver, **members: Any) -> Any:
    return await ask(workspace, "hooks.create", name="Mine", url=receiver.url, **members)


# -- endpoints -----------------------------------------------------------------------------------------------


async def test_an_endpoint_is_made_shown_changed_and_deleted(workspace: MadeWorkspace, receiver: Receiver):
    made = await create(workspace, receiver, kinds=["orders.held", "orders.held"])
    endpoint_id = made["endpoint"]["id"]

    shown = await ask(workspace, "hooks.get", endpoint_id=endpoint_id)
    listed = await ask(workspace, "hooks.list")
    changed = await ask(workspace, "hooks.update", endpoint_id=endpoint_id, kinds=[], paused=True)
    await ask(workspace, "hooks.delete", endpoint_id=endpoint_id)

    assert made["secret"].startswith("whsec_")
    assert shown == made["endpoint"]
    assert (shown["kinds"], shown["state"], shown["url"]) == (["orders.held"], "active", receiver.url)
    assert listed["items"] == [shown]
    assert changed == shown | {"kinds": [], "state": "paused"}
    assert (await ask(workspace, "hooks.list"))["items"] == []


async def test_a_secret_lies_sealed(desk: Desk, receiver: Receiver):
    made = await create(desk.workspace, receiver)

    row = await desk.endpoint(made["endpoint"]["id"])

    assert made["secret"].removeprefix("whsec_").encode() not in row.secrets


async def test_a_kind_that_there_is_not_is_refused(workspace: MadeWorkspace, receiver: Receiver):
    with refused("hooks/unknown-kinds"):
        await create(workspace, receiver, kinds=["orders.held", "orders.vanished"])
    assert (await ask(workspace, "hooks.list"))["items"] == []


async def test_there_are_only_so_many(workspace: MadeWorkspace, receiver: Receiver):
    for _ in range(MOST_ENDPOINTS):
        await create(workspace, receiver)

    with refused("hooks/too-many-endpoints"):
        await create(workspace, receiver)


async def test_another_workspace_finds_nothing(workspace: MadeWorkspace, receiver: Receiver):
    made = await create(workspace, receiver)
    stranger = await make_workspace(workspace.platform)
    mine = {"endpoint_id": made["endpoint"]["id"]}

    for operation in ("get", "update", "delete", "rotate_secret", "test", "log"):
        with refused("not-found"):
            await ask(stranger, f"hooks.{operation}", **mine)
    with refused("not-found"):
        await ask(stranger, "hooks.replay", since="2026-01-01T00:00:00Z", **mine)

    assert await ask(workspace, "hooks.get", **mine) == made["endpoint"]


async def test_who_may_only_read_changes_nothing(workspace: MadeWorkspace, receiver: Receiver):
    reader = Principal(Actor.KEY, "test", frozenset({Permission.HOOKS_READ}))
    made = await create(workspace, receiver)
    mine = {"endpoint_id": made["endpoint"]["id"]}

    for operation in ("update", "delete", "rotate_secret", "test", "replay"):
        with refused("access/permission-missing"):
            await ask(workspace, f"hooks.{operation}", reader, **mine)

    assert await ask(workspace, "hooks.get", reader, **mine) == made["endpoint"]


async def test_every_kind_is_listed_with_its_schema(workspace: MadeWorkspace):
    items = (await ask(workspace, "hooks.kinds"))["items"]

    held = next(item for item in items if item["kind"] == "orders.held")
    assert held["schema"]["properties"]["type"] == {"const": "orders.held"}


async def test_a_change_by_an_old_version_is_refused(
    workspace: MadeWorkspace, receiver: Receiver, settings: Settings
):
    path = f"/api/v1/hooks/{(await create(workspace, receiver))['endpoint']['id']}"
    app = make_application(settings, [operations.get, operations.update], opener=opener(workspace.platform))
    headers = {"authorization": f"Bearer {(await workspace.key()).reveal()}"}

    async with (
        running(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://x", headers=headers) as client,
    ):
        seen = {"if-match": (await client.get(path)).headers["etag"]}
        first = await client.patch(path, headers=seen, json={"name": "Yours"})
        second = await client.patch(path, headers=seen, json={"name": "Theirs"})
        name = (await client.get(path)).json()["name"]

    assert (first.status_code, second.status_code, name) == (200, 412, "Yours")


# -- addresses -----------------------------------------------------------------------------------------------


class TestPublicOnly:
    @pytest.fixture
    def settings(self, ordinary_settings: Settings) -> Settings:
        return ordinary_settings

    async def test_every_published_trap_is_refused_and_every_ordinary_address_taken(
        self, workspace: MadeWorkspace
    ):
        rows = json.loads(shared("vectors/bad-input/ssrf_urls.json").read_text())["rows"]
        ordinary = [row["url"] for row in rows if row["expect"] == "accept"]
        for url in (row["url"] for row in rows if row["expect"] != "accept"):
            with refused("outbound/address-refused"):
                await ask(workspace, "hooks.create", name="Mine", url=url)
        assert (await ask(workspace, "hooks.list"))["items"] == []

        for url in ordinary:
            await ask(workspace, "hooks.create", name="Mine", url=url)
        listed = (await ask(workspace, "hooks.list"))["items"]
        assert sorted(each["url"] for each in listed) == sorted(ordinary)
        assert (len(rows), len(ordinary)) == (27, 2)

    async def test_no_name_is_looked_up_while_a_transaction_may_be_open(
        self, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
    ):
        """An operation never waits for somebody's name server: by then its transaction would be open."""
        asked = [stand_in(monkeypatch, "8.8.8.8"), stand_in_on_loop(monkeypatch)]
        made = await ask(workspace, "hooks.create", name="Mine", url=PUBLIC)
        mine = {"endpoint_id": made["endpoint"]["id"]}
        changed = await ask(workspace, "hooks.update", url=f"{PUBLIC}/2", **mine)

        assert (made["endpoint"]["url"], changed["url"]) == (PUBLIC, f"{PUBLIC}/2")
        assert asked == [[], []]

    async def test_a_change_to_a_trap_changes_nothing(self, workspace: MadeWorkspace):
        made = (await ask(workspace, "hooks.create", name="Mine", url=PUBLIC))["endpoint"]

        with refused("outbound/address-refused"):
            await ask(
                workspace, "hooks.update", endpoint_id=made["id"], url="https://10.0.0.7/", name="Yours"
            )

        assert await ask(workspace, "hooks.get", endpoint_id=made["id"]) == made

    @pytest.mark.parametrize(
        ("addresses", "error"),
        [
            (("10.0.0.7",), "Its name leads into a private network"),
            (("169.254.169.254",), "Its name leads into a private network"),
            (("8.8.8.8", "127.0.0.1"), "Its name leads into a private network"),
            ((), "Its name leads nowhere"),
        ],
    )
    async def test_where_a_name_leads_is_looked_at_before_the_call_and_told(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, addresses: tuple[str, ...], error: str
    ):
        asked = stand_in(monkeypatch, *addresses)
        made = await ask(desk.workspace, "hooks.create", name="Mine", url=PUBLIC, kinds=["orders.held"])
        mine = {"endpoint_id": made["endpoint"]["id"]}
        await ask(desk.workspace, "hooks.test", **mine)

        async with working(desk.platform):
            await desk.tried(1)

        [told] = (await ask(desk.workspace, "hooks.log", **mine))["items"]
        shown = await ask(desk.workspace, "hooks.get", **mine)
        assert (told["state"], told["last_status"], told["last_error"]) == ("waiting", None, error)
        assert (shown["state"], shown["failing_since"] is None) == ("active", False)
        assert asked == ["hooks.example.com"]


PUBLIC = "https://hooks.example.com/in"


def stand_in(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Answers in place of DNS for one name; returns how often it was asked for."""
    asked: list[str] = []
    known = socket.getaddrinfo

    def look_up(host: Any, port: Any, *others: Any, **named: Any) -> list[Any]:
        if host != "hooks.example.com":
            return known(host, port, *others, **named)
        asked.append(host)
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


def stand_in_on_loop(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hangs in place of the loop's own look-up for one name; returns how often it was asked for."""
    asked: list[str] = []
    loop = asyncio.get_running_loop()
    known = loop.getaddrinfo

    async def look_up(host: Any, *others: Any, **named: Any) -> list[Any]:
        if host != "hooks.example.com":
            return await known(host, *others, **named)
        asked.append(host)
        return await asyncio.Event().wait()  # pyright: ignore[reportReturnType] - it never does

    monkeypatch.setattr(loop, "getaddrinfo", look_up)
    return asked


# -- secrets -------------------------------------------------------------------------------------------------


async def test_after_a_rotation_both_secrets_sign(desk: Desk, receiver: Receiver):
    made = await create(desk.workspace, receiver)
    mine = {"endpoint_id": made["endpoint"]["id"]}
    fresh = await ask(desk.workspace, "hooks.rotate_secret", **mine)
    await ask(desk.workspace, "hooks.test", **mine)

    async with working(desk.platform):
        await until(lambda: logged(desk, mine, "delivered"))

    assert fresh["secret"] != made["secret"]
    assert {len(got.headers["webhook-signature"].split(" ")) for got in receiver.received} == {2}

    await ask(desk.workspace, "hooks.rotate_secret", overlap_hours=0, **mine)
    await ask(desk.workspace, "hooks.test", **mine)
    before = len(receiver.received)
    async with working(desk.platform):
        await until(lambda: _more(receiver, before))
    assert len(receiver.received[-1].headers["webhook-signature"].split(" ")) == 1


async def _more(receiver: Receiver, than: int) -> bool:
    return len(receiver.received) > than


# -- log, test, replay ---------------------------------------------------------------------------------------


async def logged(desk: Desk, mine: dict[str, Any], state: str) -> list[Any]:
    return (await ask(desk.workspace, "hooks.log", state=state, **mine))["items"]


async def test_a_test_is_sent_whatever_the_endpoint_is_for(desk: Desk, receiver: Receiver):
    made = await create(desk.workspace, receiver, kinds=["orders.held"])
    mine = {"endpoint_id": made["endpoint"]["id"]}
    asked = await ask(desk.workspace, "hooks.test", **mine)

    async with working(desk.platform):
        [done] = await until(lambda: logged(desk, mine, "delivered"))

    [got] = receiver.received
    body = msgspec.json.decode(got.body)
    assert (asked["kind"], asked["state"], asked["tries"]) == ("hooks.test", "waiting", 0)
    assert (done["message_id"], done["last_status"], done["tries"]) == (got.id, 200, 1)
    assert body["type"] == "hooks.test"
    assert body["data"] == {"workspace_id": str(desk.workspace.id), "subject_id": mine["endpoint_id"]}


async def test_nothing_is_tried_or_replayed_while_an_endpoint_is_not_active(desk: Desk, receiver: Receiver):
    mine = {"endpoint_id": (await create(desk.workspace, receiver))["endpoint"]["id"]}
    await ask(desk.workspace, "hooks.update", paused=True, **mine)

    with refused("hooks/endpoint-not-active"):
        await ask(desk.workspace, "hooks.test", **mine)
    with refused("hooks/endpoint-not-active"):
        await ask(desk.workspace, "hooks.replay", since="2026-01-01T00:00:00Z", **mine)


async def test_a_disabled_endpoint_starts_anew_when_it_is_made_active(desk: Desk, receiver: Receiver):
    mine = {"endpoint_id": (await create(desk.workspace, receiver))["endpoint"]["id"]}
    await desk.change(
        "UPDATE hook_endpoints SET state = 'disabled', state_detail = 'why', failures = 9,"
        " failing_since = now() - interval '9 days', rest_until = now() + interval '1 hour'"
    )

    back = await ask(desk.workspace, "hooks.update", paused=False, **mine)

    assert (back["state"], back["state_detail"], back["failing_since"], back["rest_until"]) == (
        "active",
        None,
        None,
        None,
    )


async def delivered(desk: Desk, receiver: Receiver, *numbers: int) -> dict[str, Any]:
    """An endpoint that was sent these, and what it is asked for by."""
    made = await desk.add(receiver.url)
    await desk.tell(*numbers)
    mine = {"endpoint_id": str(made.endpoint.id)}

    async def all_done() -> bool:
        return len(await logged(desk, mine, "delivered")) == len(numbers)

    async with working(desk.platform):
        await until(all_done)
    return mine


async def test_one_delivery_is_sent_again_under_its_id(desk: Desk, receiver: Receiver):
    mine = await delivered(desk, receiver, 1, 2)
    wanted = next(row for row in await desk.deliveries() if '"number":2' in row.body)

    answer = await ask(desk.workspace, "hooks.replay", delivery_id=str(wanted.id), **mine)
    async with working(desk.platform):
        await until(lambda: _more(receiver, 2))

    assert (answer["count"], answer["more"]) == (1, False)
    assert receiver.numbers[2:] == [2]
    assert receiver.received[2].id == f"msg_{wanted.id.hex}"


async def test_all_since_a_moment_are_sent_again_or_those_that_failed(desk: Desk, receiver: Receiver):
    mine = await delivered(desk, receiver, 1, 2, 3)
    await desk.change("UPDATE hook_deliveries SET state = 'failed' WHERE body LIKE :body", body="%:3}}")
    since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
    later = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()

    none = await ask(desk.workspace, "hooks.replay", since=later, **mine)
    failed = await ask(desk.workspace, "hooks.replay", since=since, failed_only=True, **mine)
    every = await ask(desk.workspace, "hooks.replay", since=since, **mine)
    async with working(desk.platform):
        await until(lambda: _more(receiver, 5))

    assert (none["count"], failed["count"], every["count"]) == (0, 1, 3)
    assert sorted(receiver.numbers) == [1, 1, 2, 2, 3, 3]


async def test_a_replay_takes_so_many_at_once_and_says_where_to_go_on(desk: Desk, receiver: Receiver):
    mine = await delivered(desk, receiver, 1, 2, 3)
    await desk.change(
        "UPDATE hook_deliveries SET happened_at = happened_at + make_interval(secs => event_seq)"
    )
    wanted = Replay(
        endpoint_id=(await desk.deliveries())[0].endpoint_id, since=datetime(2026, 1, 1, tzinfo=UTC)
    )

    async with desk.workspace.scope() as scope:
        answer = await replay(scope, wanted, at_once=2)

    oldest = sorted(row.happened_at for row in await desk.deliveries())
    assert (answer.count, answer.more, answer.last_happened_at) == (2, True, oldest[1])
    assert len(await logged(desk, mine, "waiting")) == 2


async def test_what_is_asked_to_be_replayed_has_to_be_clear(desk: Desk, receiver: Receiver):
    mine = await delivered(desk, receiver, 1)

    for members in ({}, {"since": "2026-01-01T00:00:00Z", "delivery_id": str(uuid4())}):
        with refused("rule-broken"):
            await ask(desk.workspace, "hooks.replay", **members, **mine)
    with refused("not-found"):
        await ask(desk.workspace, "hooks.replay", delivery_id=str(uuid4()), **mine)


async def test_what_was_kept_long_enough_is_forgotten(desk: Desk, receiver: Receiver):
    mine = await delivered(desk, receiver, 1, 2)
    old = (await desk.deliveries())[0]
    past = int((datetime.now(UTC) - timedelta(days=31)).timestamp() * 1000)
    await desk.change(
        "UPDATE hook_deliveries SET id = :new WHERE id = :old",
        old=old.id,
        new=f"{past:012x}" + old.id.hex[12:],
    )

    async with system_scope(desk.platform, "test") as scope:
        await forget_old(scope)

    assert [row.body for row in await desk.deliveries()] != []
    assert len(await logged(desk, mine, "delivered")) == 1
