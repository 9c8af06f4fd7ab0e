"""Live events: each change told to whoever watches, in order, without a gap, once.

`open_stream` gives one reader's stream, whatever the wire; `event_stream` is the one over server-sent events.
"""

from printvision.api.live.hub import Hub, hub_of
from printvision.api.live.opening import open_stream
from printvision.api.live.sse import event_stream
from printvision.api.live.stream import Item, Stream

__all__ = ["Hub", "Item", "Stream", "event_stream", "hub_of", "open_stream"]
