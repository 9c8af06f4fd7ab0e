"""The one subscription, `events.stream`: live events as server-sent events, framed as the tRPC client reads them.

An event of ours is a message without a name, and its id makes the client deliver `{id, data}`. A `ping` has an id
too, so that a reader to whom nothing happened for long is resumed from where it stands. What fails is told on the
stream, since an EventSource shows no status; the client tries again after a failure of ours (5xx) and gives up after
any other. There is never a `return`: a connection that just ends is opened anew and goes on after its last id.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Final

import msgspec
from litestar.types import Receive, Send
from msgspec import Meta

from printvision.api.execution import Reader, sign_in_anew
from printvision.api.input import read_input
from printvision.api.live import Item, Stream, open_stream
from printvision.api.live.errors import ReaderTooSlow
from printvision.api.live.ids import ID_LENGTH
from printvision.api.problems import Problem
from printvision.api.rest import caller_of, read_query
from printvision.api.trpc.envelopes import exact_json, shape_of
from printvision.api.trpc.requests import SUBSCRIPTION, AnyRequest
from printvision.platform.errors import PrintVisionError
from printvision.platform.runtime import Platform

HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
    (b"vary", b"trpc-accept, accept"),
)
LEAST_PATIENCE_MS: Final = 5_000
HEARTBEATS_MISSED: Final = 3  # until the client opens its connection anew
LAST_WORD_WITHIN_S: Final = 1.0
_LAST_IDS: Final = ("lastEventId", "Last-Event-Id")


class WatchEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is subscribed to.

    Args:
        kinds: `orders.held` for one kind, `orders` for all of a domain; none for everything that may be seen.
        last_event_id: the last that was got; the client sets it by itself.
    """

    kinds: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=50)] = []
    last_event_id: Annotated[str, Meta(max_length=ID_LENGTH)] | None = msgspec.field(
        name="lastEventId", default=None
    )


async def subscribe(
    request: AnyRequest,
    read: Reader,
    receive: Receive,
    send: Send,
    explain: Callable[[BaseException], Problem],
) -> None:
    """Answer with events until the client leaves, its key or session ends, or this server stops."""
    platform: Platform = request.app.state.platform
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await _send(send, _connected(platform.settings.live.heartbeat_s))
    try:
        stream = await _open(platform, request, read)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told on the stream
        await _end(send, error, explain)
        return
    leaving = asyncio.create_task(_end_when_left(stream, receive))
    try:
        error = await _write(stream, send)
        if not isinstance(error, ReaderTooSlow):  # who reads nothing would not read this either
            await _end(send, error, explain)
    finally:
        leaving.cancel()
        stream.close()


async def _open(platform: Platform, request: AnyRequest, read: Reader) -> Stream:
    caller = caller_of(request)
    spending = caller.spending(platform)
    await spending.enter(1)
    who = await spending.go_on(sign_in_anew(platform, caller), 1)
    watch = read_input(WatchEvents, await read())
    return await open_stream(platform, who, kinds=watch.kinds, after=_last_id(request) or watch.last_event_id)


def _last_id(request: AnyRequest) -> str | None:
    """An EventSource that connects again by itself sends the header; its address is still that of the first time."""
    query = dict(reversed(read_query(request.scope["query_string"])))
    given = [request.headers.get("last-event-id"), *map(query.get, _LAST_IDS)]
    return next((each for each in given if each), None)


async def _write(stream: Stream, send: Send) -> PrintVisionError | None:
    """Write until the stream ends, whoever ends it; why, where there is a reason."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as limit:
            # also out of a `send` that waits for a reader who does not read
            stream.on_end(lambda: limit.reschedule(loop.time()))
            async for item in stream:
                await _send(send, _message(item))
    except TimeoutError:
        return stream.ended
    except PrintVisionError as error:
        return error
    finally:
        stream.on_end(None)
    return None


def _connected(heartbeat_s: float) -> bytes:
    patience_ms = max(LEAST_PATIENCE_MS, int(HEARTBEATS_MISSED * heartbeat_s * 1_000))
    return b'event: connected\ndata: {"reconnectAfterInactivityMs":%d}\n\n' % patience_ms


def _message(item: Item) -> bytes:
    if item.data is None:
        return b"event: ping\nid: %b\ndata: {}\n\n" % item.id.encode()
    return b"id: %b\ndata: %b\n\n" % (item.id.encode(), exact_json(bytes(item.data)))


async def _end_when_left(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


async def _end(send: Send, error: BaseException | None, explain: Callable[[BaseException], Problem]) -> None:
    last = b""
    if error is not None:
        told = msgspec.json.encode(shape_of(explain(error), SUBSCRIPTION))
        last = b"event: serialized-error\ndata: %b\n\n" % told
    async with asyncio.timeout(LAST_WORD_WITHIN_S):
        await send({"type": "http.response.body", "body": last, "more_body": False})


async def _send(send: Send, message: bytes) -> None:
    await send({"type": "http.response.body", "body": message, "more_body": True})
