"""One row a sync: what was asked for, how far it is, what it found."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class SyncRunRow(Model):
    """A sync of one connection. `plan[position:]` is left to read, so a killed run goes on where it was.

    Args:
        kinds: what is read of each blueprint, some of `SyncKind`.
        wanted: the provider's blueprint ids that were asked for; None means all it lists.
        plan: the blueprint ids this sync reads, in order, `total` of them; None until the list was taken. It may
            be long, so a row comes without it: `queries` reads one id at a time.
        counters: see `SyncCounters`.
        problems: blueprints that were passed over, `{"blueprint", "code", "detail"}`, the first few.
        failures: tries in a row that ended without a blueprint read.
        run_id: the durable run that owns the sync now; a run that is not named here stops.
    """

    __tablename__ = "sync_runs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
        CheckConstraint(
            "(finished_at IS NULL) = (state IN ('queued', 'running'))", name="finished_when_it_ended"
        ),
        CheckConstraint("(error IS NOT NULL) = (state = 'failed')", name="error_when_failed"),
        CheckConstraint("position BETWEEN 0 AND coalesce(total, 0)", name="position_within_plan"),
        CheckConstraint("(plan IS NULL) = (total IS NULL)", name="total_of_plan"),
        Index(
            "uq_sync_runs_one_live_a_connection",
            "connection_id",
            unique=True,
            postgresql_where=text("state IN ('queued', 'running')"),
        ),
        Index(None, "workspace_id", "id"),
    )
    __system__: ClassVar[str] = "the sweeper looks for syncs whose durable run is lost"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    kinds: Mapped[list[str]]
    wanted: Mapped[list[str] | None]
    state: Mapped[str] = mapped_column(Text)
    plan: Mapped[list[str] | None] = mapped_column(deferred=True, deferred_raiseload=True)
    total: Mapped[int | None] = mapped_column(Integer)
    position: Mapped[int] = mapped_column(Integer, default=0)
    counters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(Text)
    error_detail: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(Text)
    requested_at: Mapped[datetime] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
