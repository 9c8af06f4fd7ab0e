from __future__ import annotations

from typing import ClassVar

from printvision.platform.events import Event


class WorkspaceUpdated(Event, frozen=True, kw_only=True):
    """Its settings changed; `changed` names the fields."""

    kind: ClassVar[str] = "workspaces.updated"
    changed: list[str]
