"""Rates as they were published, gathered one by one with every bound kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from printvision.exchange.conversion import BASE
from printvision.exchange.errors import UnreadableRates
from printvision.platform.money import EXPONENTS

FIRST_DAY: Final = date(1999, 1, 4)  # the first day with reference rates for the euro
MOST_DAYS: Final = 20_000  # some 75 years of working days
MOST_CURRENCIES: Final = 200
MOST_RATES: Final = 500_000  # their whole history has some 220,000

_CURRENCY = re.compile(r"[A-Z]{3}")
_RATE = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONG_DAY = re.compile(r"([0-9]{1,2}) ([A-Z][a-z]{2,8}) ([0-9]{4})")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

Rates = Mapping[date, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Published:
    """What a file says.

    Args:
        rates: by day and currency; how many units of it one euro buys.
        passed_over: currencies that are no longer any, such as CYP; the history is full of them.
    """

    rates: Rates
    passed_over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: line and column, from 1."""

    line: int
    column: int

    def refuse(self, why: str) -> UnreadableRates:
        return UnreadableRates(why, line=self.line, column=self.column)


@dataclass
class Gatherer:
    """Takes days and rates as the texts they are.

    Args:
        latest: the last day there can be rates of; a later one is a slip of the pen that would count for years.
    """

    latest: date
    rates: dict[date, dict[str, Decimal]] = field(default_factory=dict[date, dict[str, Decimal]])
    _currencies: set[str] = field(default_factory=set[str])
    _count: int = 0

    def begin_day(self, text: str, place: Place) -> date:
        """
        Raises:
            UnreadableRates: it is no day, given twice, out of bounds, or one too many.
        """
        day = _day(text)
        if day is None:
            raise place.refuse(f"Expected a day such as 2026-11-23, not {text[:40]!r}")
        if not FIRST_DAY <= day <= self.latest:
            raise place.refuse(f"{day} is not between {FIRST_DAY} and {self.latest}")
        if day in self.rates:
            raise place.refuse(f"{day} is given twice")
        if len(self.rates) == MOST_DAYS:
            raise place.refuse(f"More than {MOST_DAYS:,} days")
        self.rates[day] = {}
        return day

    def meet_currency(self, text: str, place: Place) -> str:
        """
        Raises:
            UnreadableRates: it is no currency, the euro itself, or one too many.
        """
        if not _CURRENCY.fullmatch(text):
            raise place.refuse(f"Expected a currency such as USD, not {text[:40]!r}")
        if text == BASE:
            raise place.refuse("EUR is what all rates are told in")
        self._currencies.add(text)
        if len(self._currencies) > MOST_CURRENCIES:
            raise place.refuse(f"More than {MOST_CURRENCIES} currencies")
        return text

    def add(self, day: date, currency: str, text: str, place: Place) -> None:
        """
        Raises:
            UnreadableRates: it is no rate above 0, the day has one for the currency, or it is one too many.
        """
        rate = Decimal(text) if _RATE.fullmatch(text) else Decimal(0)
        if rate == 0:
            raise place.refuse(f"Expected a rate such as 1.0543, not {text[:40]!r}")
        if currency in self.rates[day]:
            raise place.refuse(f"{currency} is given twice on {day}")
        self._count += 1
        if self._count > MOST_RATES:
            raise place.refuse(f"More than {MOST_RATES:,} rates")
        self.rates[day][currency] = rate

    def published(self) -> Published:
        """
        Raises:
            UnreadableRates: there is not one rate of a currency we know.
        """
        known = {
            day: {currency: rate for currency, rate in rates.items() if currency in EXPONENTS}
            for day, rates in self.rates.items()
        }
        kept = {day: rates for day, rates in known.items() if rates}
        if not kept:
            raise UnreadableRates("There is not one rate in it")
        return Published(kept, tuple(sorted(self._currencies - EXPONENTS.keys())))


def _day(text: str) -> date | None:
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
        if (told := _LONG_DAY.fullmatch(text)) and told[2] in _MONTHS:
            return date(int(told[3]), _MONTHS.index(told[2]) + 1, int(told[1]))
    except ValueError:  # the 30th of February
        pass
    return None
