"""A rate that is far from its neighbours is a slip until somebody says otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

import msgspec

FURTHEST: Final = timedelta(
    days=365
)  # beyond it a rate has no neighbour: the ECB left out ISK for nine years
MOST: Final = Decimal("1.5")

Key = tuple[date, str]


class Jump(msgspec.Struct, frozen=True, kw_only=True):
    """Two rates of a currency, next to one another and too far apart."""

    currency: str
    day: date
    per_euro: Decimal
    next_day: date
    next_per_euro: Decimal

    def __str__(self) -> str:
        return f"{self.currency}: {self.per_euro} on {self.day}, {self.next_per_euro} on {self.next_day}"


def find_jumps(rates: Mapping[Key, Decimal], fresh: Collection[Key]) -> Iterator[Jump]:
    """Where a fresh rate is more than half as high again as the nearest one of its currency, or that one as it.

    Args:
        rates: by day and currency, the fresh ones with those around them.
        fresh: which of them are looked at; two that stand already are not told again.
    """
    days: dict[str, list[date]] = defaultdict(list)
    for day, currency in rates:
        days[currency].append(day)
    for currency in sorted(days):
        for day, following in _neighbours(days[currency]):
            one, other = rates[day, currency], rates[following, currency]
            looked_at = (day, currency) in fresh or (following, currency) in fresh
            if looked_at and max(one, other) > MOST * min(one, other):
                yield Jump(currency=currency, day=day, per_euro=one, next_day=following, next_per_euro=other)


def _neighbours(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    return ((day, following) for day, following in pairwise(sorted(days)) if following - day <= FURTHEST)
