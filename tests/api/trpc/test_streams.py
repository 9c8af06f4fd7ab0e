"""A batch whose answers come one by one."""

from __future__ import annotations

import asyncio
import json

from httpx import AsyncClient

from tests.api import echo
from tests.api.trpc import calls
from tests.api.trpc.asking import asked, streaming, told
from tests.api.wire import PATIENCE_S, Wire

ENDLESS = asked("echo.hang,echo.hello", batch=True)


async def test_answers_come_as_they_are_ready(wire: Wire, key: str):
    address = asked("echo.wait,echo.hello,echo.nothing", {"0": {}}, batch=True)

    async with streaming(wire, address, key) as stream:
        head = await stream.line()
        first = sorted([await stream.line(), await stream.line()], key=lambda each: each[0])
        echo.GO_ON.set()
        last = await stream.line()
        end = await stream.chunk()

    assert (stream.status, stream.headers["content-type"]) == (200, "application/json")
    assert stream.headers["vary"] == "trpc-accept, accept, origin"
    assert stream.headers["cache-control"] == "no-store"
    assert head == {"0": [[0], [None, 0, 0]], "1": [[0], [None, 0, 1]], "2": [[0], [None, 0, 2]]}
    assert first[0] == [1, 0, [[{"result": {"data": {}}}]]]
    assert first[1][:2] == [2, 0]
    told(first[1][2][0][0], 404, "NOT_FOUND", -32004, "request/no-such-address")
    assert last == [0, 0, [[{"result": {"data": {}}}]]]
    assert end == b""


async def test_what_fails_before_the_calls_is_one_error_and_no_stream(wire: Wire, key: str):
    answer = await wire.request(
        "GET", asked("echo.look,echo.say", batch=True), key=key, trpc_accept="application/jsonl"
    )

    assert answer.status == 400
    told(answer.json, 400, "BAD_REQUEST", -32600, "request/mixed-kinds")


async def test_a_refused_call_is_told_in_its_place(client: AsyncClient):
    client.headers.pop("authorization")
    reply = await client.get(
        asked("workspaces.get", batch=True), headers={"trpc-accept": "application/jsonl"}
    )

    lines = [json.loads(line) for line in reply.text.splitlines()]
    assert reply.status_code == 200
    assert lines[0] == {"0": [[0], [None, 0, 0]]}
    told(lines[1][2][0][0], 401, "UNAUTHORIZED", -32001, "access/key-missing")
    assert len(lines) == 2


async def test_a_call_alone_is_not_streamed(client: AsyncClient):
    reply = await client.get("/trpc/echo.hello", headers={"trpc-accept": "application/jsonl"})

    assert reply.json() == {"result": {"data": {}}}


async def test_whoever_leaves_stops_their_calls(wire: Wire, key: str):
    async with streaming(wire, ENDLESS, key) as stream:
        await stream.line()
        answered = await stream.line()
        await calls.HANGING.wait()
        assert answered[0] == 1
        assert not calls.LEFT.is_set()

    async with asyncio.timeout(PATIENCE_S):
        await calls.LEFT.wait()
    assert (await wire.request("GET", "/trpc/workspaces.get", key=key)).status == 200
