"""Live events: each change told to whoever watches, in order, without a gap, once.

`open_stream` gives one reader's stream, whatever the wire; `event_stream` is the one over server-sent events.
"""

from printvision.api.live.errors import EventIdTooOld, StreamsEnding, TooManyStreams, UnknownEventId
from printvision.api.live.hub import Hub, hub_of
from printvision.api.live.opening import LIVE_EVENTS, open_stream
from printvision.api.live.sse import WatchEvents, event_stream
from printvision.api.live.stream import Item, Stream
from printvision.api.rest import EVENT_STREAM
from printvision.platform.errors import RuleBroken

STREAM_ERRORS = (RuleBroken, UnknownEventId, EventIdTooOld, TooManyStreams, StreamsEnding)
"""What opening a stream may be refused with, beside what any call may."""

__all__ = [
    "EVENT_STREAM",
    "LIVE_EVENTS",
    "STREAM_ERRORS",
    "Hub",
    "Item",
    "Stream",
    "WatchEvents",
    "event_stream",
    "hub_of",
    "open_stream",
]
