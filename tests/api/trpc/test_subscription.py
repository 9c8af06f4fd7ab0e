"""Live events as the tRPC client reads them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import msgspec
import pytest
from httpx import AsyncClient

from printvision.accounts import revoke_key
from printvision.platform.runtime import Platform
from printvision.platform.settings import LiveSettings, Settings
from tests.api.live.telling import numbers, tell
from tests.api.trpc.asking import JSON, Stream, asked, refused, streaming, told
from tests.api.trpc.real import RealClient
from tests.api.wire import Wire
from tests.factories.workspaces import MadeWorkspace, make_workspace

HELD = {"kinds": ["orders.held"]}
WATCH = asked("events.stream", HELD)


class Message(NamedTuple):
    event: str
    id: str
    data: Any


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Heartbeats come often, so that tests need not wait for them."""
    return msgspec.structs.replace(settings, live=LiveSettings(heartbeat_s=0.5))


class Watching:
    """An open subscription."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    async def message(self) -> Message | None:
        """The next; None where the stream has ended."""
        text = (await self.stream.chunk()).decode()
        if not text:
            return None
        fields = dict(line.split(": ", 1) for line in text.removesuffix("\n\n").split("\n"))
        return Message(fields.get("event", ""), fields.get("id", ""), json.loads(fields["data"]))

    async def until(self, event: str) -> Message:
        """The next of that name, past heartbeats."""
        while message := await self.message():
            if message.event == event:
                return message
            assert message.event == "ping"
        raise AssertionError(f"ended before {event!r}")

    async def events(self, count: int) -> list[Message]:
        return [await self.until("") for _ in range(count)]


@asynccontextmanager
async def watching(wire: Wire, key: str, address: str = WATCH, **headers: str) -> AsyncGenerator[Watching]:
    async with streaming(wire, address, key, **headers) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"] == "text/event-stream"
        assert stream.headers["cache-control"] == "no-cache, no-transform"
        assert stream.headers["x-accel-buffering"] == "no"
        watching = Watching(stream)
        connected = await watching.message()
        assert connected == Message("connected", "", {"reconnectAfterInactivityMs": 5000})
        yield watching


async def test_events_come_without_a_name_and_with_an_id(wire: Wire, key: str, workspace: MadeWorkspace):
    async with watching(wire, key) as stream:
        began = await stream.until("ping")
        await tell(workspace, 1, 2)
        events = await stream.events(2)

    assert began.id
    assert numbers([each.data for each in events]) == [1, 2]
    assert [each.data["kind"] for each in events] == ["orders.held"] * 2
    assert len({began.id, *(each.id for each in events)}) == 3


async def test_silence_is_broken_by_pings(wire: Wire, key: str):
    async with watching(wire, key) as stream:
        assert [(await stream.until("ping")).event for _ in range(3)] == ["ping"] * 3


@pytest.mark.parametrize("how", ["header", "lastEventId", "Last-Event-Id", "input", "ping"])
async def test_it_is_resumed_after_the_last_id(wire: Wire, key: str, workspace: MadeWorkspace, how: str):
    async with watching(wire, key) as stream:
        began = await stream.until("ping")
        await tell(workspace, 1, 2, 3)
        first = (await stream.events(1))[0]
    last = began.id if how == "ping" else first.id
    old = {"lastEventId": began.id}  # of the address, which an EventSource does not change
    addresses = {
        "header": asked("events.stream", {**HELD, **old}),
        "input": asked("events.stream", {**HELD, "lastEventId": last}),
    }
    address = addresses.get(how, f"{WATCH}&{how}={last}")

    headers = {"last_event_id": last} if how in ("header", "ping") else {}
    async with watching(wire, key, WATCH if how == "ping" else address, **headers) as stream:
        rest = await stream.events(3 if how == "ping" else 2)

    assert numbers([each.data for each in rest]) == ([1, 2, 3] if how == "ping" else [2, 3])


async def test_what_is_refused_is_told_on_the_stream(wire: Wire, key: str, platform: Platform):
    other = (await (await make_workspace(platform)).key()).reveal()
    async with watching(wire, other) as stream:
        foreign = (await stream.until("ping")).id
    cases = (
        ("pv_wrong", WATCH, 401, "UNAUTHORIZED", -32001, None),
        (key, asked("events.stream", {"kinds": "a"}), 400, "BAD_REQUEST", -32600, "invalid-input"),
        (key, asked("events.stream", "{"), 400, "PARSE_ERROR", -32700, "request/malformed-json"),
        (key, f"{WATCH}&lastEventId={foreign}", 422, "UNPROCESSABLE_CONTENT", -32022, "events/unknown-id"),
    )
    for presented, address, status, name, number, code in cases:
        async with watching(wire, presented, address) as stream:
            error = await stream.until("serialized-error")
            end = await stream.message()

        problem = told(
            {"error": error.data}, status, name, number, code or error.data["data"]["problem"]["code"]
        )
        assert problem["request_id"]
        assert error.data["data"]["path"] == "events.stream"
        assert end is None


async def test_it_ends_with_its_key(wire: Wire, workspace: MadeWorkspace):
    view, secret = await workspace.made_key()
    async with watching(wire, secret.reveal()) as stream:
        await stream.until("ping")
        async with workspace.scope() as scope:
            await revoke_key(scope, view.id)
        error = await stream.until("serialized-error")

    assert error.data["data"]["code"] == "UNAUTHORIZED"


async def test_it_is_asked_by_get_and_alone(client: AsyncClient):
    posted = await client.post("/trpc/events.stream", headers=JSON)
    batched = await client.get("/trpc/events.stream?batch=1")

    refused(posted, 405, "METHOD_NOT_SUPPORTED", -32005, "request/method-not-allowed")
    assert posted.headers["allow"] == "GET"
    assert batched.status_code == 400
    told(batched.json()[0], 400, "BAD_REQUEST", -32600, "request/subscription-in-batch")


# -- the real client -----------------------------------------------------------------------------------------


async def test_the_real_client_goes_on_after_a_cut(real_client: RealClient, workspace: MadeWorkspace):
    async with Cut(real_client.wire.port) as cut, real_client.subscribing(cut.port, HELD, 6) as running:
        assert (await running.line())["started"]
        await tell(workspace, 1, 2, 3)
        first = [await running.line() for _ in range(3)]
        cut.all()
        await tell(workspace, 4, 5)
        rest = [await running.line() for _ in range(2)]
        await tell(workspace, 6)
        last = await running.line()

    got = [line["data"] for line in [*first, *rest, last]]
    assert numbers([each["data"] for each in got]) == [1, 2, 3, 4, 5, 6]
    assert len({each["id"] for each in got}) == 6
    assert cut.connections >= 2


async def test_the_real_client_gives_up_what_is_refused(real_client: RealClient):
    stranger = RealClient(real_client.folder, real_client.wire, "pv_wrong")

    async with stranger.subscribing(real_client.wire.port, HELD, 1) as running:
        lines = [await running.line(), await running.line()]

    assert lines[0]["started"]
    assert lines[1]["error"]["data"]["problem"]["status"] == 401


class Cut:
    """A way to the server that can be cut."""

    def __init__(self, to: int) -> None:
        self._to = to
        self._writers: list[asyncio.StreamWriter] = []
        self.connections = 0

    async def __aenter__(self) -> Cut:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.all()

    def all(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._to)
        self._writers += [writer, back]
        await asyncio.gather(_pipe(reader, back), _pipe(there, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65_536):
            writer.write(part)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
