"""What of exchange rates crosses the wire."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from printvision.exchange.conversion import Exchange


class GetRates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Without a day, today's."""

    day: date | None = None


class RatesView(msgspec.Struct, frozen=True, kw_only=True):
    """The rates that count on a day.

    Args:
        asked: the day they count on.
        day: whose rates they are, the latest with any up to `asked`; None where none are loaded that far back.
        age_days: from `day` to `asked`.
        per_euro: how many units of each currency one euro buys.
    """

    asked: date
    day: date | None
    age_days: int | None
    per_euro: Mapping[str, Decimal]

    @classmethod
    def of(cls, exchange: Exchange | None, asked: date) -> RatesView:
        if exchange is None:
            return cls(asked=asked, day=None, age_days=None, per_euro={})
        return cls(
            asked=asked, day=exchange.day, age_days=exchange.age_days(asked), per_euro=exchange.per_euro
        )
