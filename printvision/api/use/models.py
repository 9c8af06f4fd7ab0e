"""The use of the API, rolled up."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Float, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from printvision.api.use.times import BUCKETS
from printvision.platform.db import Model, UtcTime


class ApiUseRow(Model):
    """The calls that somebody made of an operation in an hour, with one outcome.

    `caller` is a key's id, or what else acts, such as `operator:ana`. `took` counts the calls by how long they took
    (`use.times`).
    """

    __tablename__ = "api_use"
    __table_args__ = (
        CheckConstraint("calls > 0", name="calls_positive"),
        CheckConstraint(f"cardinality(took) = {BUCKETS}", name="took_whole"),
        Index("ix_api_use_hour", "hour"),
    )
    __system__: ClassVar[str] = (
        "a process writes down the calls of all workspaces; the sweeper forgets old ones"
    )

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    hour: Mapped[datetime] = mapped_column(UtcTime, primary_key=True)
    caller: Mapped[str] = mapped_column(Text, primary_key=True)
    operation: Mapped[str] = mapped_column(Text, primary_key=True)
    status: Mapped[int] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(BigInteger)
    total_ms: Mapped[float] = mapped_column(Float)
    took: Mapped[list[int]] = mapped_column(ARRAY(BigInteger))
