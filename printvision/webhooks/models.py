"""What shops and providers sent, stored before it was answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class Source(StrEnum):
    SHOP = "shop"
    PROVIDER = "provider"


class MessageRow(Model):
    """One delivery. `dedupe_key` is equal for two deliveries of the same message, which are stored once."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("source_id", "dedupe_key"),
        CheckConstraint("source IN ('shop', 'provider')", name="source"),
        Index("ix_messages_waiting", "next_try_at", "id", postgresql_where=text("done_at IS NULL")),
        Index(None, "workspace_id", "id"),
    )
    __system__: ClassVar[str] = "stored before a workspace acts, and drained by the worker"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID]
    topic: Mapped[str] = mapped_column(Text)
    dedupe_key: Mapped[str] = mapped_column(Text)
    signed: Mapped[bool]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)  # sealed
    received_at: Mapped[datetime] = mapped_column(UtcTime)
    deliveries: Mapped[int] = mapped_column(Integer, default=1)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    next_try_at: Mapped[datetime] = mapped_column(UtcTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcTime)
    outcome: Mapped[str | None] = mapped_column(Text)
    error: Mapped[str | None] = mapped_column(Text)
