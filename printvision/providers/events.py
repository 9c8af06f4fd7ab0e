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


class ConnectionSignedOut(Event, frozen=True, kw_only=True):
    """The provider ended what it had granted; nothing is sent to it until somebody signs in there again."""

    kind: ClassVar[str] = "providers.connection_signed_out"


class ConnectionGranted(Event, frozen=True, kw_only=True):
    """Somebody signed in at the provider and allowed us in, anew where it was there already."""

    kind: ClassVar[str] = "providers.connection_granted"
    provider: str
