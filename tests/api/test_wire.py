"""What a stranger may throw at the port."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest

from printvision.platform.settings import Settings
from tests.api import echo
from tests.api.wire import Answer, Wire
from tests.factories.workspaces import MadeWorkspace
from tests.shared import shared

SAY = "/api/v1/echo/019a0000-0000-7000-8000-000000000001"


@pytest.fixture
async def key(workspace: MadeWorkspace) -> str:
    return (await workspace.key()).reveal()


def problem(answer: Answer, status: int, code: str) -> None:
    assert (answer.status, answer.json["code"]) == (status, code), answer
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["type"].endswith(f"/problems/{code}")
    assert answer.json["request_id"] == answer.headers["x-request-id"]


async def test_a_good_request_is_answered(wire: Wire, key: str):
    answer = await wire.request("POST", SAY, b'{"count": 3}', key=key)

    assert (answer.status, answer.json["count"]) == (200, 3)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "request/malformed-json"),
        (b"{'count': 1}", 400, "request/malformed-json"),
        (b'{"count": 1} {"count": 2}', 400, "request/malformed-json"),
        (b'{"count": NaN}', 400, "request/malformed-json"),
        (b'{"count": Infinity}', 400, "request/malformed-json"),
        (b'{"count": 01}', 400, "request/malformed-json"),
        (b'{"note": "\xff", "count": 1}', 400, "request/malformed-json"),
        (b'{"note": "\\ud800", "count": 1}', 400, "request/malformed-json"),
        (b'\xef\xbb\xbf{"count": 1}', 400, "request/malformed-json"),
        ('{"count": 1}'.encode("utf-16"), 400, "request/malformed-json"),
        (b'{"count": ' + b"[" * 65 + b"]" * 65 + b"}", 400, "request/too-deep"),
        (b"[" * 200_000, 400, "request/too-deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, 400, "request/too-deep"),
        (b'{"count": 1e400}', 400, "invalid-input"),
        (b'{"count": ' + b"9" * 400 + b"}", 400, "invalid-input"),
        (b'{"count": ' + b"9" * 100_000 + b"}", 400, "invalid-input"),
        (b'{"count": -1}', 400, "invalid-input"),
        (b'{"count": 1, "__proto__": {}}', 400, "invalid-input"),
        (b'{"count": 1, "note": "a\\u0000b"}', 422, "rule-broken"),
    ],
)
async def test_bad_json_is_a_problem(wire: Wire, key: str, body: bytes, status: int, code: str):
    problem(await wire.request("POST", SAY, body, key=key), status, code)


async def test_depth_within_the_bound_is_judged_by_the_input(wire: Wire, key: str):
    body = b'{"count": ' + b"[" * 63 + b"]" * 63 + b"}"

    problem(await wire.request("POST", SAY, body, key=key), 400, "invalid-input")


async def test_of_two_members_of_one_name_the_last_counts(wire: Wire, key: str):
    answer = await wire.request("POST", SAY, b'{"count": 1, "count": 2}', key=key)

    assert (answer.status, answer.json["count"]) == (200, 2)


async def test_every_published_json_text_is_answered_and_none_breaks_it(wire: Wire, key: str):
    cases = json.loads(shared("vectors/bad-input/json_parsing.json").read_text())
    for case in cases:
        answer = await wire.request("POST", SAY, base64.b64decode(case["base64"]), key=key)
        code = answer.json["code"]
        holds_nul = "escaped_null" in case["name"] or code == "rule-broken"
        assert answer.status == (422 if holds_nul else 400), case["name"]
        if case["expect"] == "reject" and case["base64"]:
            assert code in ("request/malformed-json", "request/too-deep"), case["name"]
        if case["expect"] == "accept":
            assert code == ("rule-broken" if holds_nul else "invalid-input"), case["name"]


async def test_a_body_announced_too_large_is_refused_unread(wire: Wire, key: str, settings: Settings):
    body = b'{"note": "' + b"x" * 10_000_000 + b'"}'

    answer = await wire.request("POST", SAY, body, key=key)

    problem(answer, 413, "request/too-large")
    assert answer.json["max_bytes"] == settings.server.max_body_bytes


async def test_a_body_that_grows_too_large_is_refused_on_the_way(wire: Wire, key: str):
    head = (
        f"POST {SAY} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"

    problem(await wire.send(head.encode(), *[chunk] * 10), 413, "request/too-large")


async def test_a_large_body_from_nobody_is_refused_for_the_missing_key(wire: Wire):
    problem(await wire.request("POST", SAY, b"x" * 1_000_000), 401, "access/key-missing")


async def test_an_upload_may_be_larger_than_other_bodies(wire: Wire, key: str):
    answer = await wire.request(
        "POST", "/api/v1/uploads", b"x" * 6_000_000, key=key, content_type="image/png"
    )

    assert (answer.status, answer.json["size"]) == (201, 6_000_000)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "request/no-such-address"),
        ("GET", "/api/v1/nowhere", 404, "request/no-such-address"),
        ("GET", "/api/v1/workspace/..%2f..%2fetc", 404, "request/no-such-address"),
        ("POST", "/api/v1/workspace", 405, "request/method-not-allowed"),
        ("TRACE", "/api/v1/workspace", 405, "request/method-not-allowed"),
        ("GET", "/api/v1/echo/%ff", 400, "invalid-input"),
        ("GET", "/api/v1/echo/%00", 422, "rule-broken"),
        ("GET", SAY + "?note=%00", 422, "rule-broken"),
        ("GET", SAY + "?%ff=1", 400, "request/malformed"),
        ("GET", "/files/artwork/..%2f..%2fkeyring.json", 403, "files/link-refused"),
    ],
)
async def test_a_wrong_address_is_a_problem(
    wire: Wire, key: str, method: str, path: str, status: int, code: str
):
    problem(await wire.request(method, path, key=key), status, code)


async def test_a_wrong_method_names_the_right_ones(wire: Wire):
    answer = await wire.request("DELETE", "/api/v1/workspace")

    assert sorted(answer.headers["allow"].replace(" ", "").split(",")) == ["GET", "HEAD", "OPTIONS", "PATCH"]


async def test_half_a_request_leaves_the_rest_unharmed(wire: Wire, key: str):
    head = f"POST {SAY} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ncontent-length: 50\r\n\r\n"
    _, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(head.encode() + b'{"count"')
    await writer.drain()
    writer.close()

    assert (await wire.request("POST", SAY, b'{"count": 3}', key=key)).status == 200


async def test_no_header_tells_which_version_serves(wire: Wire):
    answer = await wire.request("GET", "/healthz")

    assert answer.headers["server"] == "granian"
    assert "x-powered-by" not in answer.headers


async def test_it_stops_soon_and_finishes_what_is_under_way(wire: Wire, key: str):
    first = await wire.request("GET", "/api/v1/workspace", key=key)
    under_way = asyncio.create_task(wire.request("GET", "/api/v1/echo/wait", key=key))
    await echo.WAITING.wait()

    wire.stop.set()
    echo.GO_ON.set()
    async with asyncio.timeout(6):
        await wire.served

    assert first.status == 200
    assert (await under_way).status == 200
