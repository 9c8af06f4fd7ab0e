"""One call alone."""

from __future__ import annotations

import asyncio

import pytest
from httpx import AsyncClient

from printvision.accounts import Permission
from printvision.api import rest
from printvision.api.trpc.codes import trpc_code
from printvision.platform.features import Tier
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from tests.api.trpc.asking import JSON, THING, asked, data, refused
from tests.api.wire import Wire
from tests.factories.workspaces import MadeWorkspace, make_workspace

LOOK = {"thing_id": THING, "limit": 7}
SAY = {"thing_id": THING, "count": 3}


async def test_a_query_is_asked_with_its_input_in_the_address(client: AsyncClient):
    reply = await client.get(asked("echo.look", LOOK))

    assert data(reply) == {**LOOK, "after": None, "kind": [], "note": None}
    assert reply.headers["content-type"] == "application/json"
    assert reply.headers["vary"] == "trpc-accept, accept, origin, accept-encoding"
    assert reply.headers["cache-control"] == "no-store"


async def test_a_query_without_an_input_has_none_in_the_address(client: AsyncClient):
    assert data(await client.get("/trpc/echo.hello")) == {}
    assert data(await client.get("/trpc/echo.hello?input=")) == {}


async def test_a_mutation_is_told_in_the_body(client: AsyncClient):
    assert data(await client.post("/trpc/echo.say", json=SAY)) == {**SAY, "note": None, "lines": []}


async def test_a_mutation_without_an_input_has_an_empty_body(client: AsyncClient):
    reply = await client.post("/trpc/echo.rename_and_fail", headers=JSON)

    problem = refused(reply, 404, "NOT_FOUND", -32004, "not-found")
    assert (problem["kind"], problem["id"]) == ("thing", "1")
    assert reply.json()["error"]["data"]["path"] == "echo.rename_and_fail"
    assert "kept inside" not in reply.text


async def test_none_is_null(client: AsyncClient):
    reply = await client.post("/trpc/echo.forget", json={"thing_id": THING})

    assert (reply.status_code, reply.json()) == (200, {"result": {"data": None}})


async def test_a_query_of_sensitive_input_goes_by_post_alone(client: AsyncClient):
    by_post = await client.post("/trpc/echo.search", json=LOOK)
    by_get = await client.get(asked("echo.search", LOOK))

    assert data(by_post)["limit"] == 7
    refused(by_get, 405, "METHOD_NOT_SUPPORTED", -32005, "request/method-not-allowed")
    assert by_get.headers["allow"] == "POST"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "echo.look", "GET"),
        ("GET", "echo.say", "POST"),
        ("GET", "echo.forget", "POST"),
        ("PUT", "echo.look", "HEAD, GET, POST"),
        ("DELETE", "echo.forget", "HEAD, GET, POST"),
        ("OPTIONS", "echo.say", "HEAD, GET, POST"),
    ],
)
async def test_a_wrong_method_is_refused_and_the_right_one_named(
    client: AsyncClient, method: str, path: str, allowed: str
):
    reply = await client.request(method, f"/trpc/{path}", headers=JSON)

    refused(reply, 405, "METHOD_NOT_SUPPORTED", -32005, "request/method-not-allowed")
    assert reply.headers["allow"] == allowed


async def test_head_is_204(anybody: AsyncClient):
    assert (await anybody.head("/trpc/echo.look")).status_code == 204
    assert (await anybody.head("/trpc/nothing,of.it?batch=1")).status_code == 204


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
@pytest.mark.parametrize("body", [b'{"count": 3}', b""])
async def test_a_body_that_does_not_call_itself_json_is_refused(
    client: AsyncClient, media_type: str, body: bytes
):
    reply = await client.post("/trpc/echo.say", content=body, headers={"content-type": media_type})

    problem = refused(reply, 415, "UNSUPPORTED_MEDIA_TYPE", -32015, "request/unsupported-media-type")
    assert problem["accepted"] == ["application/json"]


async def test_the_media_type_may_name_its_charset(client: AsyncClient):
    reply = await client.post(
        "/trpc/echo.say", json=SAY, headers={"content-type": "Application/JSON; charset=utf-8"}
    )

    assert reply.status_code == 200


@pytest.mark.parametrize(
    "path",
    ["echo", "echo.nothing", "echo.look/", "echo.look/x", "echo.look,echo.look", "", "%ff", "..%2fhealthz"],
)
async def test_what_is_not_there_is_not_found(client: AsyncClient, path: str):
    refused(await client.get(f"/trpc/{path}"), 404, "NOT_FOUND", -32004, "request/no-such-address")


async def test_only_what_is_below_its_address_is_its_own(client: AsyncClient):
    for address in ("/trpcx/echo.hello", "/x/trpc/echo.hello", "/trpc"):
        assert (await client.get(address)).status_code == 404, address


async def test_a_raw_body_goes_by_rest_alone(client: AsyncClient):
    reply = await client.post("/trpc/echo.upload", json={"data": "eA=="})

    problem = refused(reply, 501, "NOT_IMPLEMENTED", -32603, "request/only-by-rest")
    assert (problem["method"], problem["address"]) == ("POST", "/api/v1/uploads")


# -- the input -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("input", "path", "message"),
    [
        ({"thing_id": THING, "limit": "7"}, "limit", "Expected `int`, got `str`"),
        ({"thing_id": THING, "limit": 0}, "limit", "Expected `int` >= 1"),
        ({"thing_id": THING, "kind": "a"}, "kind", "Expected `array`, got `str`"),
        ({"thing_id": THING, "x": 1}, "x", "Unknown"),
        ({}, "thing_id", "Required"),
        ("[]", "", "Expected `object`"),
        ("null", "", "Expected `object`"),
        ("5", "", "Expected `object`"),
    ],
)
async def test_the_input_is_read_strictly(client: AsyncClient, input: object, path: str, message: str):
    reply = await client.get(asked("echo.look", input))

    problem = refused(reply, 400, "BAD_REQUEST", -32600, "invalid-input")
    assert problem["errors"] == [{"path": path, "message": message}]


@pytest.mark.parametrize("text", ["{", "{'a': 1}", '{"a": NaN}', '{"a": 1} x', '{"a": "\\ud800"}'])
async def test_what_is_not_json_is_a_parse_error(client: AsyncClient, text: str):
    by_get = await client.get(asked("echo.look", text))
    by_post = await client.post("/trpc/echo.say", content=text, headers=JSON)

    for reply in (by_get, by_post):
        refused(reply, 400, "PARSE_ERROR", -32700, "request/malformed-json")


async def test_an_input_too_deep_is_refused(client: AsyncClient):
    for depth in (64, 200_000):
        deep = b'{"a": ' + b"[" * depth + b"]" * depth + b"}"
        reply = await client.post("/trpc/echo.say", content=deep, headers=JSON)

        problem = refused(reply, 400, "BAD_REQUEST", -32600, "request/too-deep")
        assert problem["max_depth"] == 64


async def test_an_address_that_cannot_be_read_is_one_error(client: AsyncClient):
    refused(await client.get("/trpc/echo.look?input=%ff"), 400, "BAD_REQUEST", -32600, "request/malformed")


async def test_a_body_too_large_is_refused_announced_or_not(wire: Wire, key: str, settings: Settings):
    announced = await wire.request("POST", "/trpc/echo.say", b"x" * 10_000_000, key=key)
    head = (
        f"POST /trpc/echo.say HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n"
        "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    grown = await wire.send(head.encode(), *[chunk] * 10)

    for answer in (announced, grown):
        error = answer.json["error"]
        assert (answer.status, error["code"], error["data"]["code"]) == (413, -32013, "PAYLOAD_TOO_LARGE")
        assert error["data"]["problem"]["max_bytes"] == settings.server.max_body_bytes


async def test_half_a_request_leaves_the_rest_unharmed(wire: Wire, key: str):
    head = (
        f"POST /trpc/echo.say HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n"
        "content-type: application/json\r\ncontent-length: 50\r\n\r\n"
    )
    _, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(head.encode() + b'{"count"')
    await writer.drain()
    writer.close()

    assert (await wire.request("GET", "/trpc/workspaces.get", key=key)).status == 200


# -- who may -------------------------------------------------------------------------------------------------


async def test_nobody_is_let_in_and_nothing_of_theirs_is_read(anybody: AsyncClient):
    reply = await anybody.post("/trpc/echo.say", content=b"{", headers=JSON)

    refused(reply, 401, "UNAUTHORIZED", -32001, "access/key-missing")
    assert reply.headers["www-authenticate"] == 'Bearer realm="PrintVision"'


async def test_what_is_public_needs_no_key(anybody: AsyncClient):
    assert data(await anybody.get("/trpc/echo.hello")) == {}


async def test_a_missing_permission_is_forbidden(anybody: AsyncClient, workspace: MadeWorkspace):
    anybody.headers["authorization"] = f"Bearer {(await workspace.key(Permission.ORDERS_CREATE)).reveal()}"

    problem = refused(
        await anybody.get(asked("echo.look", LOOK)), 403, "FORBIDDEN", -32003, "access/permission-missing"
    )
    assert problem["permission"] == Permission.ORDERS_READ


@pytest.fixture
async def small(anybody: AsyncClient, platform: Platform) -> AsyncClient:
    """Somebody of a workspace of the lowest tier."""
    workspace = await make_workspace(platform, tier=Tier.FREE)
    anybody.headers["authorization"] = f"Bearer {(await workspace.key()).reveal()}"
    return anybody


async def test_a_feature_of_a_higher_tier_is_to_be_paid_for(small: AsyncClient):
    reply = await small.get("/trpc/echo.forecast")

    assert (reply.status_code, reply.json()["error"]["code"]) == (402, -32002)
    assert reply.json()["error"]["data"]["code"] == "PAYMENT_REQUIRED"


# -- the answer ----------------------------------------------------------------------------------------------


async def test_integers_that_javascript_would_round_are_texts(client: AsyncClient):
    assert data(await client.get("/trpc/echo.count")) == {
        "safe": 9007199254740991,
        "large": "9007199254740992",
        "below": "-9007199254740992",
        "inner": {"sizes": [1, "9223372036854775807"]},
        "share": 0.1,
        "text": "9007199254740993",
    }


async def test_a_bug_tells_nothing_but_the_request_id(client: AsyncClient):
    reply = await client.get("/trpc/echo.break", headers={"x-request-id": "broken-here"})

    problem = refused(reply, 500, "INTERNAL_SERVER_ERROR", -32603, "internal")
    assert problem["request_id"] == reply.headers["x-request-id"] == "broken-here"
    assert "secret inner text" not in reply.text


async def test_a_busy_database_says_when_to_come_again(client: AsyncClient):
    reply = await client.get("/trpc/echo.lock")

    refused(reply, 503, "SERVICE_UNAVAILABLE", -32603, "database/busy")
    assert reply.headers["retry-after"] == "5"


async def test_a_call_past_its_time_is_stopped(client: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    loop = asyncio.get_running_loop()
    later = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda seconds, *call: later(min(seconds, 0.3), *call))

    reply = await client.get("/trpc/echo.wait")

    problem = refused(reply, 504, "GATEWAY_TIMEOUT", -32603, "request/took-too-long")
    assert problem["limit_s"] == rest.CALL_LIMIT_S


@pytest.mark.parametrize(
    ("status", "name", "number"),
    [
        (408, "TIMEOUT", -32008),
        (409, "CONFLICT", -32009),
        (410, "BAD_REQUEST", -32600),
        (412, "PRECONDITION_FAILED", -32012),
        (422, "UNPROCESSABLE_CONTENT", -32022),
        (428, "PRECONDITION_REQUIRED", -32028),
        (429, "TOO_MANY_REQUESTS", -32029),
        (499, "CLIENT_CLOSED_REQUEST", -32099),
        (502, "BAD_GATEWAY", -32603),
        (507, "INTERNAL_SERVER_ERROR", -32603),
    ],
)
def test_each_status_has_its_word_and_number(status: int, name: str, number: int):
    assert trpc_code(status, "any/code") == (name, number)
