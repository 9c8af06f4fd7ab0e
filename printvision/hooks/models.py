"""Where events are sent, and what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class EndpointState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # by a person
    DISABLED = "disabled"  # by us, after days of failures or because it said that it is gone


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class EndpointRow(Model):
    """An address that a workspace wants its events sent to.

    `kinds` empty: every kind. `failures` counts calls that failed in a row, the first of them at `failing_since`, the
    last of them for `last_failure`; until `rest_until` it is left alone. `full_at` is when its budget of calls
    is whole again.
    """

    __tablename__ = "hook_endpoints"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'disabled')", name="state_known"),
        CheckConstraint("(state = 'disabled') = (state_detail IS NOT NULL)", name="detail_when_disabled"),
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        CheckConstraint("calls_a_minute > 0", name="calls_a_minute_positive"),
        Index(None, "workspace_id", "id"),
    )
    __system__: ClassVar[str] = (
        "the worker fans events out to all workspaces' endpoints and claims deliveries"
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    kinds: Mapped[list[str]]
    state: Mapped[str] = mapped_column(Text, default=EndpointState.ACTIVE)
    state_detail: Mapped[str | None] = mapped_column(Text)
    secrets: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    calls_a_minute: Mapped[int] = mapped_column(Integer)
    full_at: Mapped[datetime] = mapped_column(UtcTime)
    served_at: Mapped[datetime] = mapped_column(UtcTime)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    failing_since: Mapped[datetime | None] = mapped_column(UtcTime)
    last_failure: Mapped[str | None] = mapped_column(Text)
    rest_until: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class DeliveryRow(Model):
    """One event for one endpoint; its id is the `webhook-id` of every try. `body` is what is sent, byte for byte.

    Whoever calls holds it until `leased_until`, and puts `next_try_at` there too, so that it is due again if nothing is
    heard of the call. `tries` rises with each claim.
    """

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "event_seq"),
        CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="state_known"),
        CheckConstraint("(done_at IS NULL) = (state = 'waiting')", name="done_when_over"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index(
            "ix_hook_deliveries_due",
            "endpoint_id",
            "next_try_at",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_hook_deliveries_leased",
            "endpoint_id",
            "leased_until",
            postgresql_where=text("leased_until IS NOT NULL"),
        ),
        Index(None, "endpoint_id", "id"),
    )
    __system__: ClassVar[str] = "written by the fan-out and claimed by the worker, for all workspaces"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("hook_endpoints.id", ondelete="CASCADE"))
    event_seq: Mapped[int | None] = mapped_column(BigInteger)  # None: a test
    kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[UUID]
    body: Mapped[str] = mapped_column(Text)
    happened_at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(Text, default=DeliveryState.WAITING)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcTime)
    tried_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_status: Mapped[int | None] = mapped_column(Integer)
    last_answer: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
