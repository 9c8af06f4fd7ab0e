"""The rates of the last few days asked for, kept in this process for a short while.

Rates are loaded once a day by a command in a process of its own, and events belong to workspaces, so nothing tells
the others: what is kept here simply ends after `LIFE`. A day without any rates is not kept, so that the first load is
seen at once.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import date, datetime, timedelta
from typing import Final

from printvision.exchange.conversion import Exchange
from printvision.platform import clock
from printvision.platform.runtime import Platform

LIFE: Final = timedelta(seconds=60)
MOST: Final = 64


class KeptRates:
    """What one process keeps, by the day that was asked for."""

    def __init__(self) -> None:
        self._kept: OrderedDict[date, tuple[datetime, Exchange]] = OrderedDict()

    def find(self, on: date) -> Exchange | None:
        since, exchange = self._kept.get(on, (None, None))
        return exchange if since is not None and clock.now() - since < LIFE else None

    def keep(self, on: date, exchange: Exchange) -> None:
        self._kept[on] = (clock.now(), exchange)
        self._kept.move_to_end(on)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def forget(self) -> None:
        self._kept.clear()


def kept_rates(platform: Platform) -> KeptRates:
    """The process's own."""
    kept = platform.extras.setdefault(KeptRates, KeptRates())
    assert isinstance(kept, KeptRates)
    return kept
