"""Several calls in one request."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
from httpx import AsyncClient
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from printvision.api.execution import Caller
from printvision.api.input import Given
from printvision.api.problems import problem_of
from printvision.api.trpc.calls import MAX_AT_ONCE, Runner
from printvision.api.trpc.envelopes import Envelope
from printvision.api.trpc.requests import Call
from printvision.platform.runtime import Platform
from printvision.platform.visits import Visit
from tests.api import echo
from tests.api.trpc.asking import JSON, THING, asked, refused, told
from tests.waiting import until

LOOK = {"thing_id": THING}


async def test_answers_come_in_the_order_of_the_calls(client: AsyncClient):
    reply = await client.get(
        asked("echo.look,echo.hello,echo.look", {"0": LOOK, "2": {**LOOK, "limit": 2}}, batch=True)
    )

    assert reply.status_code == 200
    found = [each["result"]["data"] for each in reply.json()]
    assert [each.get("limit") for each in found] == [50, None, 2]


async def test_commas_may_come_encoded(client: AsyncClient):
    reply = await client.get("/trpc/echo.hello%2Cecho.hello?batch=1")

    assert reply.json() == [{"result": {"data": {}}}] * 2


async def test_a_batch_of_one_is_a_list_of_one(client: AsyncClient):
    assert (await client.get("/trpc/echo.hello?batch=1")).json() == [{"result": {"data": {}}}]


async def test_mutations_have_their_inputs_in_the_body(client: AsyncClient):
    inputs = {"0": {"thing_id": THING, "count": 1}, "1": {"thing_id": THING, "count": 2}}

    reply = await client.post("/trpc/echo.say,echo.say?batch=1", json=inputs)

    assert [each["result"]["data"]["count"] for each in reply.json()] == [1, 2]


async def test_different_outcomes_are_207(client: AsyncClient):
    reply = await client.get(asked("echo.look,echo.nothing,echo.look", {"0": LOOK}, batch=True))

    assert reply.status_code == 207
    good, unknown, wrong = reply.json()
    assert good["result"]["data"]["thing_id"] == THING
    told(unknown, 404, "NOT_FOUND", -32004, "request/no-such-address")
    told(wrong, 400, "BAD_REQUEST", -32600, "invalid-input")
    assert [each["error"]["data"]["path"] for each in (unknown, wrong)] == ["echo.nothing", "echo.look"]
    assert reply.headers["vary"] == "trpc-accept, accept, origin, accept-encoding"


async def test_one_outcome_is_its_status_with_its_headers(anybody: AsyncClient):
    reply = await anybody.get("/trpc/workspaces.get,echo.look?batch=1")

    assert reply.status_code == 401
    assert reply.headers["www-authenticate"] == 'Bearer realm="PrintVision"'
    for each in reply.json():
        told(each, 401, "UNAUTHORIZED", -32001, "access/key-missing")


async def test_each_call_is_its_own_transaction(client: AsyncClient):
    reply = await client.post(
        "/trpc/echo.rename_and_fail,workspaces.update,echo.rename_and_fail?batch=1",
        json={"1": {"name": "Kept"}},
    )

    assert [("result" in each) for each in reply.json()] == [False, True, False]
    after = await client.get("/trpc/workspaces.get")
    assert after.json()["result"]["data"]["name"] == "Kept"


async def test_each_call_is_taken_from_the_budget(client: AsyncClient):
    alone = await client.get("/trpc/echo.dear")
    together = await client.get("/trpc/echo.dear,echo.nothing,echo.look?batch=1")

    left = [int(re.findall(r'"key";r=(\d+)', reply.headers["ratelimit"])[0]) for reply in (alone, together)]
    assert left[0] - left[1] == 7  # also for the one that is not there


# -- what fails before the calls -----------------------------------------------------------------------------


async def test_fifty_calls_are_taken_and_one_more_is_not(client: AsyncClient):
    fifty = await client.get(f"/trpc/{','.join(['echo.hello'] * 50)}?batch=1")
    more = await client.get(f"/trpc/{','.join(['echo.hello'] * 51)}?batch=1")

    assert fifty.json() == [{"result": {"data": {}}}] * 50
    problem = refused(more, 400, "BAD_REQUEST", -32600, "request/too-many-calls")
    assert problem["max_calls"] == 50
    assert "path" not in more.json()["error"]["data"]


async def test_queries_and_mutations_do_not_mix(client: AsyncClient):
    reply = await client.post("/trpc/echo.look,echo.say?batch=1", json={})

    refused(reply, 400, "BAD_REQUEST", -32600, "request/mixed-kinds")


@pytest.mark.parametrize("headers", [{}, {"trpc-accept": "application/jsonl"}])
@pytest.mark.parametrize(
    ("text", "name", "number", "code"),
    [
        (b"{", "PARSE_ERROR", -32700, "request/malformed-json"),
        (b'{"0": {"a": nul}}', "PARSE_ERROR", -32700, "request/malformed-json"),
        (b"[]", "BAD_REQUEST", -32600, "invalid-input"),
        (b"null", "BAD_REQUEST", -32600, "invalid-input"),
        (b'{"0": ' + b"[" * 200_000, "BAD_REQUEST", -32600, "request/too-deep"),
    ],
)
async def test_a_batch_that_cannot_be_read_is_one_error(
    client: AsyncClient, headers: dict[str, str], text: bytes, name: str, number: int, code: str
):
    reply = await client.post("/trpc/echo.say,echo.say?batch=1", content=text, headers={**JSON, **headers})

    refused(reply, 400, name, number, code)


async def test_a_wrong_method_is_told_to_each_call(client: AsyncClient):
    reply = await client.post("/trpc/echo.look,echo.look?batch=1", json={})

    assert reply.status_code == 405
    for each in reply.json():
        told(each, 405, "METHOD_NOT_SUPPORTED", -32005, "request/method-not-allowed")


# -- side by side --------------------------------------------------------------------------------------------


async def test_eight_calls_run_at_a_time(platform: Platform):
    go_on = asyncio.Event()
    running, most = 0, 0

    async def read() -> Given:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await go_on.wait()
        running -= 1
        return Given()

    async def tell(index: int, envelope: Envelope) -> None:
        answers[index] = envelope

    async def all_places_are_taken() -> bool:
        return running == MAX_AT_ONCE

    answers: dict[int, Envelope] = {}
    runner = Runner(
        platform,
        Caller(None, Visit("127.0.0.1")),
        "GET",
        lambda error: problem_of(error, public_url="", request_id="", max_body_bytes=1),
        lambda budget: None,
    )
    under_way = asyncio.create_task(runner.run_all([Call("echo.hello", echo.hello, read)] * 20, tell))
    await until(all_places_are_taken)
    go_on.set()
    await under_way

    assert most == MAX_AT_ONCE == 8
    assert [answers[index].status for index in range(20)] == [200] * 20


# -- as alone ------------------------------------------------------------------------------------------------

_inputs = st.one_of(
    st.none(),
    st.sampled_from(
        [
            LOOK,
            {"thing_id": THING, "count": 3},
            {"thing_id": THING, "limit": 0, "kind": [1, "a"]},
            {"thing_id": "x"},
            {},
            [],
            json.loads("[" * 63 + "]" * 63),
            {"a": json.loads("[" * 63 + "]" * 63)},
            {"a": json.loads("[" * 64 + "]" * 64)},
        ]
    ),
    st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=3) | st.booleans(), max_size=3),
)
_queries = st.sampled_from(
    ["echo.look", "echo.hello", "echo.break", "echo.count", "workspaces.get", "echo.nothing"]
)
_mutations = st.sampled_from(["echo.say", "echo.forget", "echo.rename_and_fail", "echo.upload", "no.such"])
_batches = st.one_of(
    *(st.lists(st.tuples(paths, _inputs), min_size=1, max_size=5) for paths in (_queries, _mutations))
)


@given(_batches)
@bounded(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_a_batch_answers_as_its_calls_alone_would(client: AsyncClient, batch: list[tuple[str, Any]]):
    for method in ("GET", "POST"):
        alone = [await _ask(client, method, path, each) for path, each in batch]
        inputs = {str(index): each for index, (_, each) in enumerate(batch) if each is not None}

        together = await _ask(client, method, ",".join(path for path, _ in batch), inputs, batch=True)

        statuses = {reply.status_code for reply in alone}
        assert together.json() == [reply.json() for reply in alone]
        assert together.status_code == (statuses.pop() if len(statuses) == 1 else 207)


async def _ask(client: AsyncClient, method: str, paths: str, input: Any, *, batch: bool = False) -> Any:
    headers = {"x-request-id": "always-the-same"}
    if method == "GET":
        return await client.get(asked(paths, input, batch=batch), headers=headers)
    body = b"" if input is None else json.dumps(input).encode()
    return await client.post(asked(paths, batch=batch), content=body, headers={**headers, **JSON})
