"""The unmodified `@trpc/client` finds every answer."""

from __future__ import annotations

import pytest

from tests.api import echo
from tests.api.trpc.asking import THING
from tests.api.trpc.calls import LARGE
from tests.api.trpc.real import RealClient

LINKS = ("httpLink", "httpBatchLink", "httpBatchStreamLink")
LOOK = ("query", "echo.look", {"thing_id": THING, "limit": 7})
LOOKED = {"thing_id": THING, "limit": 7, "after": None, "kind": [], "note": None}

each_link = pytest.mark.parametrize("link", LINKS)


@each_link
async def test_queries_are_answered(real_client: RealClient, link: str):
    settled = await real_client.call(link, LOOK, ("query", "echo.hello"), ("query", "echo.count"))

    looked, hello, counted = settled.calls
    assert looked["data"] == LOOKED
    assert hello["data"] == {}
    assert counted["data"]["large"] == str(LARGE.large)
    paths = sorted(each["path"] for each in settled.requests)
    batched = "/trpc/echo.look,echo.hello,echo.count"
    assert paths == (
        [f"/trpc/echo.{name}" for name in ("count", "hello", "look")] if link == "httpLink" else [batched]
    )
    assert {each["method"] for each in settled.requests} == {"GET"}
    assert {each["status"] for each in settled.requests} == {200}


@each_link
async def test_mutations_are_answered(real_client: RealClient, link: str):
    say = {"thing_id": THING, "count": 3, "lines": [{"sku": "A, B?&%"}]}

    settled = await real_client.call(
        link, ("mutation", "echo.say", say), ("mutation", "echo.forget", {"thing_id": THING})
    )

    said, forgotten = settled.calls
    assert said["data"] == {**say, "note": None, "lines": [{"sku": "A, B?&%", "quantity": 1}]}
    assert forgotten["data"] is None
    assert {each["method"] for each in settled.requests} == {"POST"}


@each_link
async def test_failures_arrive_typed(real_client: RealClient, link: str):
    settled = await real_client.call(
        link,
        ("mutation", "echo.rename_and_fail"),
        ("mutation", "echo.say", {"thing_id": THING}),
        ("mutation", "echo.nothing"),
        ("mutation", "echo.forget", {"thing_id": THING}),
    )

    failed, wrong, unknown, good = settled.calls
    assert "data" in good
    assert (failed["error"]["code"], failed["error"]["data"]["code"]) == (-32004, "NOT_FOUND")
    assert failed["error"]["data"]["httpStatus"] == 404
    assert failed["error"]["data"]["path"] == "echo.rename_and_fail"
    assert failed["error"]["data"]["problem"]["code"] == "not-found"
    assert failed["error"]["data"]["problem"]["kind"] == "thing"
    assert wrong["error"]["data"]["problem"]["errors"] == [{"path": "count", "message": "Required"}]
    assert wrong["error"]["message"] == "The request does not fit what this call takes"
    assert unknown["error"]["data"]["problem"]["code"] == "request/no-such-address"


@each_link
async def test_a_stranger_is_told_so(real_client: RealClient, link: str):
    stranger = RealClient(real_client.folder, real_client.wire, "pv_wrong")

    settled = await stranger.call(link, LOOK, ("query", "echo.hello"))

    assert settled.calls[0]["error"]["data"]["code"] == "UNAUTHORIZED"
    assert settled.calls[1]["data"] == {}


@each_link
async def test_sensitive_input_goes_by_post(real_client: RealClient, link: str):
    settled = await real_client.call(
        link, ("query", "echo.search", LOOK[2]), options={"methodOverride": "POST"}
    )

    assert settled.calls[0]["data"] == LOOKED
    assert [(each["method"], each["input"]) for each in settled.requests] == [("POST", False)]


@each_link
async def test_fifty_at_once_are_answered(real_client: RealClient, link: str):
    settled = await real_client.call(link, *[("query", "echo.hello")] * 50)

    assert [each.get("data") for each in settled.calls] == [{}] * 50


@pytest.mark.parametrize("link", LINKS[1:])
async def test_what_fails_before_the_calls_fails_each_of_them(real_client: RealClient, link: str):
    settled = await real_client.call(link, *[("query", "echo.hello")] * 51)

    assert {each["error"]["data"]["problem"]["code"] for each in settled.calls} == {"request/too-many-calls"}
    assert len(settled.calls) == 51


async def test_a_stream_does_not_wait_for_its_slowest(real_client: RealClient):
    calls = (("query", "echo.wait"), ("query", "echo.nothing"), ("query", "echo.hello"))

    async with real_client.calling("httpBatchStreamLink", *calls) as running:
        first = {(await running.line())["index"], (await running.line())["index"]}
        echo.GO_ON.set()
        settled = await running.settle()

    assert first == {1, 2}
    assert settled.order == [0]
    assert settled.calls[0]["data"] == {}
    assert len(settled.requests) == 1


async def test_tanstack_query_asks_keeps_drops_and_pages(real_client: RealClient):
    found = await real_client.by_queries(look=LOOK[2], pages=2)

    assert found["looked"] == found["again"] == LOOKED
    assert (found["kept"], found["dropped"]) == (True, True)
    assert isinstance(found["added"]["send_window_minutes"], int)
    assert found["failed"]["problem"]["code"] == "invalid-input"
    assert [[each["letter"] for each in page["items"]] for page in found["letters"]] == [
        ["a", "b"],
        ["c", "d"],
    ]
