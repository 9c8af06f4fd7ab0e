"""Tasks, and what they are to do."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime

MAX_ITEMS: Final = 10_000


class TaskState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


class TaskRow(Model):
    """Calls of one operation, made one after the other. `done` and `failed` of its `total` items have been.

    Args:
        actor, principal_id, permissions: who began it, and as whom each call is made, if they still may.
        reason: of a cancelled one: `asked`, or the code of the problem that stopped it.
        run_id: the durable run that carries it now; a run that is not named here stops.
        failures: runs in a row that were lost without an item made.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'cancelled')", name="state_known"),
        CheckConstraint("(ended_at IS NULL) = (state IN ('queued', 'running'))", name="ended_when_over"),
        CheckConstraint("(reason IS NOT NULL) = (state = 'cancelled')", name="reason_when_cancelled"),
        CheckConstraint(f"total BETWEEN 1 AND {MAX_ITEMS}", name="total_bounded"),
        CheckConstraint("done >= 0 AND failed >= 0 AND done + failed <= total", name="counts_within_total"),
        CheckConstraint("state <> 'done' OR done + failed = total", name="done_when_all_are"),
        Index(None, "workspace_id", "id"),
        Index("ix_tasks_open", "workspace_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_tasks_ended_at", "ended_at"),
    )
    __system__: ClassVar[str] = "the sweeper looks for tasks whose durable run is lost, and forgets old ones"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    operation: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    principal_id: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str] | None]
    state: Mapped[str] = mapped_column(Text, default=TaskState.QUEUED)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, default=0)
    failed: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[str] = mapped_column(Text)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)


class TaskItemRow(Model):
    """One call of a task; it is made as long as it has no `status`, which commits with what the call changed.

    Args:
        input: what the call is given, sealed; forgotten once it is made.
        status: what REST answers the call with.
        answer: its body, sealed: the output or the problem document. None where there is none.
    """

    __tablename__ = "task_items"
    __table_args__ = (
        CheckConstraint("index >= 0", name="index_not_negative"),
        CheckConstraint("(input IS NULL) = (status IS NOT NULL)", name="input_until_made"),
        CheckConstraint("answer IS NULL OR status IS NOT NULL", name="answer_once_made"),
    )
    __system__: ClassVar[str] = "the sweeper forgets those of old tasks"

    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    input: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[int | None] = mapped_column(Integer)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
