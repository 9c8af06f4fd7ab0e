"""Facts about syncs; the subject is the sync."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from printvision.platform.events import Event


class SyncRequested(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sync.requested"
    connection_id: UUID


class CatalogSynced(Event, frozen=True, kw_only=True):
    """A sync read everything it was asked for, except `skipped` blueprints."""

    kind: ClassVar[str] = "sync.catalog_synced"
    connection_id: UUID
    blueprints: int
    changed: int
    gone: int
    skipped: int


class SyncFailed(Event, frozen=True, kw_only=True):
    """A sync gave up; `code` is that of the error."""

    kind: ClassVar[str] = "sync.failed"
    connection_id: UUID
    code: str


class SyncCancelled(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sync.cancelled"
    connection_id: UUID
