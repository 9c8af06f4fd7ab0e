"""`GET /api/v1/events/stream`: events as server-sent events.

An event is a message without a name; `connected`, `ping` and `problem` are named, so that a reader of messages does not
meet them. Every message but the last has an id.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Meta

from printvision.api.edge import REQUEST_ID
from printvision.api.execution import sign_in_anew
from printvision.api.input import Given, read_input
from printvision.api.live.errors import ReaderTooSlow
from printvision.api.live.ids import ID_LENGTH
from printvision.api.live.opening import open_stream
from printvision.api.live.stream import Item, Stream
from printvision.api.problems import problem_of
from printvision.api.rest import EVENT_STREAM, caller_of, read_query
from printvision.platform.runtime import Platform

LAST_WORD_WITHIN_S: Final = 1.0
RETRY_MS: Final = 1_000
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
)


class WatchEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the query says.

    Args:
        kinds: `orders.held` for one kind, `orders` for all of a domain; repeated for more.
        after: the last id that was got, for those who cannot send the header Last-Event-ID.
    """

    kinds: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=50)] = []
    after: Annotated[str, Meta(max_length=ID_LENGTH)] | None = None


@get(EVENT_STREAM, name="events.stream", include_in_schema=False)
async def event_stream(request: Request[Any, Any, State], state: State) -> ASGIApp:
    """The caller's events, until the caller leaves."""
    platform: Platform = state.platform
    caller = caller_of(request)
    spending = caller.spending(platform)
    await spending.enter(1)
    who = await spending.go_on(sign_in_anew(platform, caller), 1)
    watch = read_input(WatchEvents, Given(texts=read_query(request.scope["query_string"])))
    after = request.headers.get("last-event-id") or watch.after
    stream = await open_stream(platform, who, kinds=watch.kinds, after=after)
    return _Sender(stream, platform, request.scope["state"][REQUEST_ID])


class _Sender:
    """Writes one stream to its connection."""

    def __init__(self, stream: Stream, platform: Platform, request_id: str) -> None:
        self._stream = stream
        self._platform = platform
        self._request_id = request_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        leaving = asyncio.create_task(_close_when_left(self._stream, receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
            error = await self._write(send)
            if not isinstance(error, ReaderTooSlow):  # who reads nothing would not read this either
                await self._end(send, error)
        finally:
            leaving.cancel()
            self._stream.close()

    async def _write(self, send: Send) -> Exception | None:
        """Write until the stream ends, whoever ends it; why, where there is a reason."""
        stream = self._stream
        loop = asyncio.get_running_loop()
        name = b"event: connected\nretry: %d\n" % RETRY_MS
        try:
            async with asyncio.timeout(None) as limit:
                # also out of a `send` that waits for a reader who does not read
                stream.on_end(lambda: limit.reschedule(loop.time()))
                async for item in stream:
                    await send(
                        {"type": "http.response.body", "body": _message(item, name), "more_body": True}
                    )
                    name = b"event: ping\n"
        except TimeoutError:
            return stream.ended
        except Exception as error:  # noqa: BLE001 -- the answer has begun: it is told on the stream itself
            return error
        finally:
            stream.on_end(None)
        return None

    async def _end(self, send: Send, error: Exception | None) -> None:
        last = b""
        if error is not None:
            problem = problem_of(
                error,
                public_url=self._platform.settings.server.public_url,
                request_id=self._request_id,
                max_body_bytes=self._platform.settings.server.max_body_bytes,
            )
            last = b"event: problem\ndata: %b\n\n" % problem.encode()
        with suppress(TimeoutError):  # who does not read is not waited for
            async with asyncio.timeout(LAST_WORD_WITHIN_S):
                await send({"type": "http.response.body", "body": last, "more_body": False})


def _message(item: Item, name: bytes) -> bytes:
    if item.data is None:
        return b"%bid: %b\ndata: {}\n\n" % (name, item.id.encode())
    return b"id: %b\ndata: %b\n\n" % (item.id.encode(), bytes(item.data))


async def _close_when_left(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
