"""What the wires keep."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime


class UsedKeyRow(Model):
    """An idempotency key that somebody used, committed with what their call changed.

    Both digests are keyed, so they tell nothing of what they are of: `key_digest` of the key as it was used, and
    `input_digest` of what came with it. `answer` (sealed) is the body that was sent; None where there was none.
    `task_id` is the task that the call began, where it was to be made by one.
    """

    __tablename__ = "used_keys"
    __table_args__ = (
        CheckConstraint("octet_length(key_digest) = 32", name="key_digest_whole"),
        CheckConstraint("octet_length(input_digest) = 32", name="input_digest_whole"),
        Index("ix_used_keys_used_at", "used_at"),
    )
    __system__: ClassVar[str] = "the sweeper forgets those of yesterday"

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    operation: Mapped[str] = mapped_column(Text, primary_key=True)
    key_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    input_digest: Mapped[bytes] = mapped_column(LargeBinary)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    task_id: Mapped[UUID | None]
    used_at: Mapped[datetime] = mapped_column(UtcTime)
