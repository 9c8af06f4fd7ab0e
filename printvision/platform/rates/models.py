"""What the processes share of the budgets."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime


class CallBudgetRow(Model):
    """One bucket: when it is full again, and what the last that asked was granted.

    Unlogged: it changes often, its loss lets a minute's calls through once more and nothing else, and so it costs no
    write-ahead log. After a crash of the server, or on a standby that took over, every bucket is full. A bucket that is
    full needs no row: the sweeper deletes it. There is no index on the time: each grant would have to change it too.
    """

    __tablename__ = "call_budgets"
    __table_args__ = (
        CheckConstraint("granted >= 0", name="granted_not_negative"),
        {"prefixes": ["UNLOGGED"]},
    )
    __system__: ClassVar[str] = "a call's budget is asked for before it is known whose call it is"

    bucket: Mapped[str] = mapped_column(Text, primary_key=True)
    full_at: Mapped[datetime] = mapped_column(UtcTime)
    granted: Mapped[int]
