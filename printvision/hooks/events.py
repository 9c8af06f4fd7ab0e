"""Facts about endpoints; the subject is the endpoint."""

from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class EndpointAdded(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "hooks.endpoint_added"


class EndpointDisabled(Event, frozen=True, kw_only=True):
    """Nothing more is sent to it until somebody makes it active again; `reason` is `failing` or `gone`."""

    kind: ClassVar[str] = "hooks.endpoint_disabled"
    reason: str
