"""What of syncs crosses the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.platform.paging import ListInput


class SyncKind(StrEnum):
    """What is read of each blueprint."""

    CATALOG = "catalog"  # the list, variants and print areas: everybody's
    PRICES = "prices"  # this account's
    STOCK = "stock"


class SyncState(StrEnum):
    QUEUED = "queued"  # waits for a worker, or for a provider that asked for a pause
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


LIVE = (SyncState.QUEUED, SyncState.RUNNING)


class SyncCounters(msgspec.Struct, frozen=True, kw_only=True):
    """How much was seen so far.

    Args:
        blueprints: read to the end.
        variants, prices, stock: rows the provider told.
        changed: those of all kinds that were new or different.
        gone: those that were there before and are not any more.
        skipped: blueprints passed over; the first are among the problems.
    """

    blueprints: int = 0
    variants: int = 0
    prices: int = 0
    stock: int = 0
    changed: int = 0
    gone: int = 0
    skipped: int = 0

    def plus(self, **more: int) -> SyncCounters:
        return msgspec.structs.replace(
            self, **{name: getattr(self, name) + count for name, count in more.items()}
        )


class SyncProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint that was passed over, and why."""

    blueprint: str
    code: str
    detail: str


class SyncView(msgspec.Struct, frozen=True, kw_only=True):
    """A sync of one connection.

    Args:
        blueprints: the provider's ids that were asked for; None means all.
        position, total: how many blueprints of how many; `total` is None until the list was taken.
        error: the code of what made it give up, where `state` is failed.
    """

    id: UUID
    connection_id: UUID
    kinds: tuple[SyncKind, ...]
    blueprints: tuple[str, ...] | None
    state: SyncState
    position: int
    total: int | None
    counters: SyncCounters
    problems: tuple[SyncProblem, ...]
    error: str | None
    error_detail: str | None
    requested_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


BlueprintExternalId = Annotated[str, Meta(min_length=1, max_length=200)]


class StartSync(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to read from a connection's provider."""

    connection_id: UUID
    kinds: Annotated[tuple[SyncKind, ...], Meta(min_length=1, max_length=3)] = tuple(SyncKind)
    blueprints: Annotated[tuple[BlueprintExternalId, ...], Meta(min_length=1, max_length=1_000)] | None = None
    """The provider's own ids; without them, everything it lists."""


class GetSync(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sync_id: UUID


class ListSyncs(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    connection_id: UUID | None = None


def sync_view(row: Any) -> SyncView:
    """The view of a `SyncRunRow`."""
    return SyncView(
        id=row.id,
        connection_id=row.connection_id,
        kinds=tuple(SyncKind(kind) for kind in row.kinds),
        blueprints=None if row.wanted is None else tuple(row.wanted),
        state=SyncState(row.state),
        position=row.position,
        total=row.total,
        counters=msgspec.convert(row.counters, SyncCounters),
        problems=msgspec.convert(row.problems, tuple[SyncProblem, ...]),
        error=row.error,
        error_detail=row.error_detail,
        requested_at=row.requested_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
