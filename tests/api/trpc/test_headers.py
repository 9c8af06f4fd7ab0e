"""What a request's headers say of its call, and what it costs to ask wrongly."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx import AsyncClient
from msgspec import structs

from printvision.platform.runtime import Platform
from tests.api.trpc.asking import JSON, data, refused
from tests.api.trpc.real import RealClient

KEY = {"idempotency-key": "one-of-a-kind"}
ADD = "/trpc/echo.add"


async def minutes(client: AsyncClient) -> int:
    return data(await client.get("/trpc/workspaces.get"))["send_window_minutes"]


async def post(client: AsyncClient, address: str, input: Any, **headers: str) -> Any:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post(address, json=input, headers=JSON | names)


async def test_a_mutation_with_a_key_is_made_once(client: AsyncClient):
    before = await minutes(client)

    first = await post(client, ADD, {"minutes": 2}, idempotency_key="k-1")
    second = await post(client, ADD, {"minutes": 2}, idempotency_key="k-1")

    assert data(second) == data(first)
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert await minutes(client) == before + 2


async def test_a_batch_of_one_is_one_call(client: AsyncClient):
    before = await minutes(client)

    for _ in range(2):
        reply = await post(client, f"{ADD}?batch=1", {"0": {"minutes": 2}}, idempotency_key="k-1")
        assert reply.json()[0]["result"]["data"]["send_window_minutes"] == before + 2

    assert await minutes(client) == before + 2


async def test_what_answers_nothing_answers_null_again(client: AsyncClient):
    replies = [
        await post(client, "/trpc/echo.add_more", {"minutes": 1}, idempotency_key="k-1") for _ in range(2)
    ]

    assert [data(each) for each in replies] == [None, None]
    assert replies[1].headers["idempotent-replayed"] == "true"


async def test_a_key_with_another_input_is_refused(client: AsyncClient):
    await post(client, ADD, {"minutes": 2}, idempotency_key="k-1")
    before = await minutes(client)

    reply = await post(client, ADD, {"minutes": 3}, idempotency_key="k-1")

    refused(reply, 422, "UNPROCESSABLE_CONTENT", -32022, "idempotency/key-already-used")
    assert await minutes(client) == before


async def test_what_is_no_key_is_refused(client: AsyncClient):
    before = await minutes(client)

    reply = await post(client, ADD, {"minutes": 2}, idempotency_key="not a key")

    assert reply.json()["error"]["data"]["problem"]["code"] == "idempotency/bad-key"
    assert await minutes(client) == before


async def test_a_version_that_is_no_longer_is_refused(client: AsyncClient):
    current = (await client.get("/api/v1/workspace")).headers["etag"]
    changed = await post(client, "/trpc/workspaces.update", {"name": "Second"}, if_match=current)
    assert data(changed)["name"] == "Second"

    reply = await post(client, "/trpc/workspaces.update", {"name": "Third"}, if_match=current)

    refused(reply, 412, "PRECONDITION_FAILED", -32012, "request/changed-since")
    assert data(await client.get("/trpc/workspaces.get"))["name"] == "Second"


@pytest.mark.parametrize(
    ("header", "name"), [("idempotency_key", "Idempotency-Key"), ("if_match", "If-Match")]
)
async def test_of_several_mutations_it_cannot_be_said(client: AsyncClient, header: str, name: str):
    before = await minutes(client)

    inputs = {"0": {"minutes": 1}, "1": {"minutes": 1}}
    reply = await post(client, "/trpc/echo.add,echo.add?batch=1", inputs, **{header: '"x"'})

    problem = refused(reply, 400, "BAD_REQUEST", -32600, "request/header-of-one-call")
    assert problem["header"] == name
    assert await minutes(client) == before


async def test_of_queries_it_says_nothing_as_under_rest(client: AsyncClient):
    reply = await client.get("/trpc/echo.hello,echo.hello?batch=1&input=%7B%7D", headers=KEY)

    assert reply.status_code == 200


async def test_the_real_client_sends_a_key_with_a_call(real_client: RealClient):
    headers = {"authorization": f"Bearer {real_client.key}", **KEY}
    added = [
        (
            await real_client.call(
                "httpLink", ("mutation", "echo.add", {"minutes": 1}), options={"headers": headers}
            )
        ).calls[0]["data"]
        for _ in range(2)
    ]

    assert added[0] == added[1]


def allow(platform: Platform, a_minute: int) -> None:
    server = structs.replace(
        platform.settings.server, requests_a_minute=a_minute, address_requests_a_minute=a_minute
    )
    platform.settings = structs.replace(platform.settings, server=server)


# -- what it costs ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/trpc/no.such.call", "{}"),
        ("/trpc/", "{}"),
        ("/trpc/echo.look", "{}"),  # a query by POST
        ("/trpc/echo.add?batch=1", "{"),
        ("/trpc/" + ",".join(["echo.add"] * 51) + "?batch=1", "{}"),
        ("/trpc/echo.add,echo.look?batch=1", "{}"),
    ],
)
async def test_to_ask_wrongly_costs_as_much_as_a_call(
    client: AsyncClient, platform: Platform, address: str, body: str
):
    allow(platform, 10)  # few enough that none comes back meanwhile, also on a slow machine

    def left(reply: Any) -> int:
        return int(re.findall(r'"key";r=(\d+)', reply.headers["ratelimit"])[0])

    before = left(await client.get("/trpc/workspaces.get"))

    reply = await client.post(address, content=body, headers=JSON)

    assert reply.status_code >= 400
    assert before - left(reply) == 1


async def test_who_asks_wrongly_too_often_is_told_to_wait(client: AsyncClient, platform: Platform):
    allow(platform, 2)

    replies = [await client.post("/trpc/", content="{}", headers=JSON) for _ in range(3)]

    assert [each.status_code for each in replies] == [404, 404, 429]
    refused(replies[2], 429, "TOO_MANY_REQUESTS", -32029, "access/too-many-requests")
