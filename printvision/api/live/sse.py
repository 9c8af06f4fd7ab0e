"""`GET /api/v1/events/stream`: events as server-sent events.

An event is a message without a name; `connected`, `ping` and `problem` are named, so that a reader of messages does not
meet them. Every message but the last has an id.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get
from litestar.datastructures import State
from litestar.types import ASGIApp, Receive, Scope, Send
from msgspec import Meta

from printvision.api.execution import sign_in_anew
from printvision.api.incoming import incoming_of
from printvision.api.input import Given, read_input
from printvision.api.live.ids import ID_LENGTH
from printvision.api.live.opening import open_stream
from printvision.api.live.stream import Item, Stream
from printvision.api.live.writing import UNBUFFERED, write_stream
from printvision.api.problems import problem_of
from printvision.api.rest import EVENT_STREAM, caller_of, read_query
from printvision.platform.runtime import Platform

RETRY_MS: Final = 1_000
HEADERS: Final = ((b"content-type", b"text/event-stream; charset=utf-8"), *UNBUFFERED)


class WatchEvents(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the query says.

    Args:
        kinds: `orders.held` for one kind, `orders` for all of a domain; repeated for more.
        after: the last id that was got, for those who cannot send the header Last-Event-ID.
        workspace: a person's, by its slug or id, for those who cannot send the header PrintVision-Workspace.
    """

    kinds: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=50)] = []
    workspace: Annotated[str, Meta(max_length=63)] | None = None
    after: Annotated[str, Meta(max_length=ID_LENGTH)] | None = None


@get(EVENT_STREAM, name="events.stream", include_in_schema=False)
async def event_stream(request: Request[Any, Any, State], state: State) -> ASGIApp:
    """The caller's events, until the caller leaves."""
    platform: Platform = state.platform
    query = read_query(request.scope["query_string"])
    incoming = incoming_of(request)
    caller = caller_of(incoming, dict(query).get("workspace"))
    spending = caller.spending(platform)
    await spending.enter(1)
    who = await spending.go_on(sign_in_anew(platform, caller), 1)
    watch = read_input(WatchEvents, Given(texts=query))
    after = request.headers.get("last-event-id") or watch.after
    stream = await open_stream(platform, who, kinds=watch.kinds, after=after)
    return _Sender(stream, platform, incoming.request_id)


class _Sender:
    """Writes one stream to its connection."""

    def __init__(self, stream: Stream, platform: Platform, request_id: str) -> None:
        self._stream = stream
        self._platform = platform
        self._request_id = request_id
        self._name = b"event: connected\nretry: %d\n" % RETRY_MS  # of the next heartbeat

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        except BaseException:
            self._stream.close()
            raise
        await write_stream(self._stream, receive, send, message=self._message, last_word=self._last_word)

    def _message(self, item: Item) -> bytes:
        if item.data is not None:
            return b"id: %b\ndata: %b\n\n" % (item.id.encode(), bytes(item.data))
        name, self._name = self._name, b"event: ping\n"
        return b"%bid: %b\ndata: {}\n\n" % (name, item.id.encode())

    def _last_word(self, error: Exception) -> bytes:
        problem = problem_of(
            error,
            public_url=self._platform.settings.server.public_url,
            request_id=self._request_id,
            max_body_bytes=self._platform.settings.server.max_body_bytes,
        )
        return b"event: problem\ndata: %b\n\n" % problem.encode()
