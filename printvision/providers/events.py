from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class ConnectionAdded(Event):
    kind: ClassVar[str] = "providers.connection_added"
    provider: str


class ConnectionPaused(Event):
    """Its credential was refused; nothing is sent to it until it is tested with success."""

    kind: ClassVar[str] = "providers.connection_paused"


class ConnectionResumed(Event):
    kind: ClassVar[str] = "providers.connection_resumed"


class ConnectionSwitched(Event):
    """Its live switch was turned."""

    kind: ClassVar[str] = "providers.connection_switched"
    live: bool
