"""A call with a key is made once, however often it is sent."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response
from sqlalchemy import text

from printvision.api.idempotency import (
    MAX_KEY,
    USED_KEYS,
    BadIdempotencyKey,
    read_key,
)
from printvision.platform import clock
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.api import echo
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.shared import shared

KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
ADD = "/api/v1/echo/add"


def vectors(name: str) -> Any:
    return json.loads(shared(f"vectors/api-conventions/{name}.json").read_text())


def rule(status: int) -> dict[str, Any]:
    [found] = [each for each in vectors("idempotency_key")["rules"] if each.get("status") == status]
    return found


async def add(client: AsyncClient, key: str | None = KEY, path: str = ADD, **input: Any) -> Response:
    headers = {} if key is None else {"idempotency-key": key}
    return await client.post(path, json={"minutes": 1, **input}, headers=headers)


async def added(workspace: MadeWorkspace) -> int:
    async with workspace.scope() as scope:
        return (await scope.session.execute(text("SELECT send_window_minutes FROM workspaces"))).scalar_one()


async def age(platform: Platform, by: timedelta) -> None:
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(text("UPDATE used_keys SET used_at = :at"), {"at": clock.now() - by})


# -- once ----------------------------------------------------------------------------------------------------


async def test_the_same_again_answers_the_same_and_changes_nothing_more(
    client: AsyncClient, workspace: MadeWorkspace
):
    first = await add(client)
    again = await client.post(
        ADD,
        content=b' { "minutes" : 1 } ',
        headers={"idempotency-key": KEY, "content-type": "application/json"},
    )

    assert (first.status_code, first.json()["send_window_minutes"]) == (201, 1)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["content-type"] == "application/json"
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert await added(workspace) == 1


async def test_nothing_to_say_is_said_again(client: AsyncClient, workspace: MadeWorkspace):
    replies = [await add(client, path="/api/v1/echo/add-more") for _ in range(2)]

    assert [(each.status_code, each.content) for each in replies] == [(204, b""), (204, b"")]
    assert replies[1].headers["idempotent-replayed"] == "true"
    assert await added(workspace) == 1


async def test_without_a_key_each_call_is_one(client: AsyncClient, workspace: MadeWorkspace):
    for _ in range(2):
        assert (await add(client, None)).status_code == 201

    assert await added(workspace) == 2


async def test_an_upload_is_told_apart_by_its_bytes(client: AsyncClient):
    async def upload(data: bytes) -> Response:
        headers = {"content-type": "image/png", "idempotency-key": KEY}
        return await client.post("/api/v1/uploads", content=data, headers=headers)

    replies = [await upload(data) for data in (b"a", b"a", b"b")]

    assert [each.status_code for each in replies] == [201, 201, 422]


@pytest.mark.parametrize("changes", [{"minutes": 2}, {"wait": True}])
async def test_another_input_is_refused_and_changes_nothing(
    client: AsyncClient, workspace: MadeWorkspace, changes: dict[str, Any]
):
    await add(client)

    reply = await add(client, **changes)

    assert (reply.status_code, reply.json()["title"]) == (422, rule(422)["title"])
    assert reply.json()["code"] == "idempotency/key-already-used"
    assert await added(workspace) == 1


async def test_while_the_first_is_under_way_the_second_is_told_so(
    client: AsyncClient, workspace: MadeWorkspace
):
    first = asyncio.create_task(add(client, wait=True))
    await echo.WAITING.wait()

    second = await add(client, wait=True)
    echo.GO_ON.set()

    assert (second.status_code, second.json()["title"]) == (409, rule(409)["title"])
    assert second.json()["code"] == "idempotency/in-flight"
    assert second.headers["retry-after"] == "1"
    assert (await first).status_code == 201
    assert (await add(client, wait=True)).content == (await first).content
    assert await added(workspace) == 1


async def test_what_failed_has_used_no_key(client: AsyncClient, workspace: MadeWorkspace):
    failed = await add(client, fail=True)
    then = await add(client)

    assert [failed.status_code, then.status_code] == [404, 201]
    assert "idempotent-replayed" not in then.headers
    assert await added(workspace) == 1


async def test_who_is_cut_off_leaves_no_lock_behind(client: AsyncClient, workspace: MadeWorkspace):
    first = asyncio.create_task(add(client, wait=True))
    await echo.WAITING.wait()
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    echo.GO_ON.set()

    assert (await add(client, wait=True)).status_code == 201
    assert await added(workspace) == 1


# -- whose ---------------------------------------------------------------------------------------------------


async def test_another_call_of_the_same_key_is_another(client: AsyncClient, workspace: MadeWorkspace):
    await add(client)

    assert (await add(client, path="/api/v1/echo/add-more")).status_code == 204
    assert await added(workspace) == 2


async def test_another_workspace_of_the_same_key_is_another(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    first = await add(client)
    other = await make_workspace(platform)
    client.headers["authorization"] = f"Bearer {(await other.key()).reveal()}"

    second = await add(client)

    assert second.status_code == 201
    assert second.json()["call_id"] != first.json()["call_id"]
    assert [await added(workspace), await added(other)] == [1, 1]


async def test_who_lost_the_permission_gets_nothing_again(client: AsyncClient, workspace: MadeWorkspace):
    await add(client)
    client.headers["authorization"] = f"Bearer {(await workspace.key('orders:order:read')).reveal()}"

    assert (await add(client)).status_code == 403


async def test_what_is_kept_can_be_read_by_nobody(client: AsyncClient, platform: Platform):
    reply = await add(client)

    async with system_scope(platform, "test") as scope:
        [row] = (await scope.session.execute(text("SELECT * FROM used_keys"))).all()
    kept = b"|".join(each for each in row if isinstance(each, bytes))
    assert row.operation == "echo.add"
    assert KEY.strip('"').encode() not in kept
    assert reply.json()["call_id"].encode() not in kept


# -- for how long --------------------------------------------------------------------------------------------


async def test_a_key_lasts_a_day_and_then_is_a_new_one(
    client: AsyncClient, workspace: MadeWorkspace, platform: Platform
):
    await add(client)
    await age(platform, timedelta(hours=23, minutes=59))
    assert (await add(client)).headers["idempotent-replayed"] == "true"

    await age(platform, timedelta(hours=24, seconds=1))
    second = await add(client, minutes=2)

    assert (second.status_code, second.json()["send_window_minutes"]) == (201, 3)
    assert (await add(client, minutes=2)).content == second.content
    assert await added(workspace) == 3


async def test_the_sweeper_forgets_the_keys_of_yesterday_alone(client: AsyncClient, platform: Platform):
    await add(client, '"old"')
    await age(platform, timedelta(hours=24, seconds=1))
    await add(client, '"new"')

    assert [await forget(platform, USED_KEYS) for _ in range(2)] == [1, 0]
    assert (await add(client, '"new"')).headers["idempotent-replayed"] == "true"


async def test_the_sweeper_goes_on_until_all_are_forgotten(workspace: MadeWorkspace, platform: Platform):
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(
            text(
                "INSERT INTO used_keys SELECT :workspace, 'echo.add', sha256(n::text::bytea), sha256('x'), NULL, :at"
                " FROM generate_series(1, :many) n"
            ),
            {"workspace": workspace.id, "at": clock.now() - timedelta(days=2), "many": USED_KEYS.most + 1},
        )

    assert await forget(platform, USED_KEYS) == USED_KEYS.most + 1


# -- how it is written ---------------------------------------------------------------------------------------


def test_a_key_is_read_as_a_string_of_a_structured_field():
    for vector in vectors("structured_fields/string"):
        text = "" if vector.get("must_fail") else vector["expected"][0]
        ours = (
            len(vector["raw"]) == 1 and 1 <= len(text) <= MAX_KEY
        )  # it is sent once, and is neither empty nor long
        expected = text if ours else None
        assert read_or_refuse(vector["raw"]) == expected, vector["name"]


def read_or_refuse(lines: list[str]) -> str | None:
    try:
        return read_key(lines)
    except BadIdempotencyKey:
        return None


def test_a_key_may_come_without_its_quotes():
    for key in vectors("idempotency_key")["valid"]:
        assert read_key([key]) == read_key([key.strip('"')]) == key.strip('"')


def test_no_key_is_none():
    assert read_key([]) is None


@pytest.mark.parametrize(
    "lines", [[""], ['""'], ["a b"], ["é"], ['"a', '"b"'], [KEY, KEY], ["x" * 256], ['"' + "x" * 256 + '"']]
)
def test_what_is_no_key_is_refused(lines: list[str]):
    with pytest.raises(BadIdempotencyKey):
        read_key(lines)


async def test_a_bad_key_is_refused_and_changes_nothing(client: AsyncClient, workspace: MadeWorkspace):
    reply = await add(client, '""')

    assert (reply.status_code, reply.json()["code"]) == (400, "idempotency/bad-key")
    assert await added(workspace) == 0


async def test_a_read_takes_no_notice_of_a_key(client: AsyncClient):
    headers = {"idempotency-key": str(uuid4())}
    replies = [await client.get("/api/v1/workspace", headers=headers) for _ in range(2)]

    assert [each.status_code for each in replies] == [200, 200]
    assert "idempotent-replayed" not in replies[1].headers
