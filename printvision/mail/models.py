from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class LetterRow(Model):
    """A letter to be sent at `due_at`, or that was. `body` (sealed) is gone once it is sent or given up."""

    __tablename__ = "letters"
    __system__: ClassVar[str] = "mail is the installation's, not a workspace's"
    __table_args__ = (
        CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name="one_end"),
        CheckConstraint(
            "(body IS NULL) = (sent_at IS NOT NULL OR given_up_at IS NOT NULL)", name="body_while_open"
        ),
        Index("ix_letters_due", "due_at", postgresql_where=text("body IS NOT NULL")),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    last_failure: Mapped[str | None] = mapped_column(Text)
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)
    given_up_at: Mapped[datetime | None] = mapped_column(UtcTime)
