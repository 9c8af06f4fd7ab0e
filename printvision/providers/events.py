from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class ConnectionAdded(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "providers.connection_added"
    provider: str


class ConnectionPaused(Event, frozen=True, kw_only=True):
    """Its credential was refused; nothing is sent to it until it is tested with success."""

    kind: ClassVar[str] = "providers.connection_paused"


class ConnectionResumed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "providers.connection_resumed"


class ConnectionSwitched(Event, frozen=True, kw_only=True):
    """Its live switch was turned."""

    kind: ClassVar[str] = "providers.connection_switched"
    live: bool
