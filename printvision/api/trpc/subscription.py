"""The one subscription, `events.stream`: live events as server-sent events, framed as the tRPC client reads them.

An event of ours is a message without a name, and its id makes the client deliver `{id, data}`. A `ping` has an id
too, so that a reader to whom nothing happened for long is resumed from where it stands. What fails is told on the
stream, since an EventSource shows no status; the client tries again after a failure of ours (5xx) and gives up after
any other. There is never a `return`: a connection that just ends is opened anew and goes on after its last id.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

import msgspec
from litestar.types import Send
from msgspec import Meta

from printvision.api.execution import Reader, sign_in_anew
from printvision.api.incoming import Incoming
from printvision.api.input import read_input
from printvision.api.live import Item, Stream, open_stream
from printvision.api.live.ids import ID_LENGTH
from printvision.api.live.writing import UNBUFFERED, end_answer, write_stream
from printvision.api.problems import Problem
from printvision.api.rest import caller_of, read_query
from printvision.api.trpc.envelopes import exact_json, shape_of
from printvision.api.trpc.requests import SUBSCRIPTION
from printvision.platform.runtime import Platform

HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    *UNBUFFERED,
    (b"vary", b"trpc-accept, accept"),
)
LEAST_PATIENCE_MS: Final = 5_000
HEARTBEATS_MISSED: Final = 3  # until the client opens its connection anew
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


class _Connection(msgspec.Struct, frozen=True):
    workspace: str | None = None


async def subscribe(
    request: Incoming,
    read: Reader,
    send: Send,
    explain: Callable[[BaseException], Problem],
) -> None:
    """Answer with events until the client leaves, its key or session ends, or this server stops."""
    platform = request.platform
    stream, refused = None, None
    try:
        stream = await _open(platform, request, read)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told on the stream
        refused = error

    def last_word(error: Exception) -> bytes:
        told = msgspec.json.encode(shape_of(explain(error), SUBSCRIPTION))
        return b"event: serialized-error\ndata: %b\n\n" % told

    try:
        # Only now that it is open: who hears `connected` misses nothing of what happens from then on, and it is known
        # whose pages may read it.
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        connected = _connected(platform.settings.live.heartbeat_s)
        await send({"type": "http.response.body", "body": connected, "more_body": True})
    except BaseException:
        if stream is not None:
            stream.close()
        raise
    if stream is not None:
        await write_stream(stream, request.receive, send, message=_message, last_word=last_word)
    elif refused is not None:
        await end_answer(send, last_word(refused))


async def _open(platform: Platform, request: Incoming, read: Reader) -> Stream:
    caller = caller_of(request, _workspace(request))
    spending = caller.spending(platform)
    await spending.enter(1)
    who = await spending.go_on(sign_in_anew(platform, caller), 1)
    watch = read_input(WatchEvents, await read())
    return await open_stream(platform, who, kinds=watch.kinds, after=_last_id(request) or watch.last_event_id)


def _workspace(request: Incoming) -> str | None:
    """What the client's `connectionParams` name: an EventSource sends no headers."""
    given = dict(read_query(request.scope["query_string"])).get("connectionParams", "{}")
    try:
        return msgspec.json.decode(given, type=_Connection).workspace
    except msgspec.MsgspecError:
        return None


def _last_id(request: Incoming) -> str | None:
    """An EventSource that connects again by itself sends the header; its address is still that of the first time."""
    query = dict(reversed(read_query(request.scope["query_string"])))
    given = [request.headers.text("last-event-id"), *map(query.get, _LAST_IDS)]
    return next((each for each in given if each), None)


def _connected(heartbeat_s: float) -> bytes:
    patience_ms = max(LEAST_PATIENCE_MS, int(HEARTBEATS_MISSED * heartbeat_s * 1_000))
    return b'event: connected\ndata: {"reconnectAfterInactivityMs":%d}\n\n' % patience_ms


def _message(item: Item) -> bytes:
    if item.data is None:
        return b"event: ping\nid: %b\ndata: {}\n\n" % item.id.encode()
    return b"id: %b\ndata: %b\n\n" % (item.id.encode(), exact_json(bytes(item.data)))
