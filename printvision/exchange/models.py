"""The table of exchange rates: nobody's, loaded by the operator, read by all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import CheckConstraint, Date, Numeric, Text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model


class ExchangeRateRow(Model):
    """How many units of `currency` one euro bought on `day`. EUR itself is not stored."""

    __tablename__ = "exchange_rates"
    __system__: ClassVar[str] = "the operator loads the rates for all workspaces"
    __table_args__ = (
        CheckConstraint("currency ~ '^[A-Z]{3}$' AND currency <> 'EUR'", name="currency_iso"),
        # Says no to NaN and infinity too, which PostgreSQL takes for larger than any number.
        CheckConstraint("per_euro > 0 AND per_euro < 1000000000000", name="per_euro_sound"),
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    per_euro: Mapped[Decimal] = mapped_column(Numeric)
