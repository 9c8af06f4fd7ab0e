"""The pure side of exchange rates: the rates of one day, and exact arithmetic with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

import msgspec

from printvision.exchange.errors import RateMissing
from printvision.platform.money import Money, exponent

BASE: Final = "EUR"


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """The reference rates of one day. Rates between two currencies go by way of the euro and are exact.

    Args:
        day: whose rates these are; perhaps some days before the day that was asked for.
        per_euro: how many units of a currency one euro buys, each more than 0; EUR itself is 1.
    """

    day: date
    per_euro: Mapping[str, Decimal]

    def __post_init__(self) -> None:
        wrong = [code for code, rate in self.per_euro.items() if not (rate.is_finite() and rate > 0)]
        if wrong or self.per_euro.get(BASE) != 1:
            raise ValueError(f"not rates per euro: {', '.join(wrong) or BASE}")

    def knows(self, currency: str) -> bool:
        return currency in self.per_euro

    def cross(self, source: str, target: str) -> Fraction:
        """How many units of `target` one unit of `source` is worth: whole euros, yen, dollars, not cents.

        A currency is worth itself, known or not.

        Raises:
            RateMissing
        """
        if source == target:
            return Fraction(1)
        return Fraction(self._rate(target)) / Fraction(self._rate(source))

    def cross_minor(self, source: str, target: str) -> Fraction:
        """How many minor units of `target` one minor unit of `source` is worth: yen for a cent.

        Raises:
            RateMissing, UnknownCurrency
        """
        return self.cross(source, target) * Fraction(10) ** (exponent(target) - exponent(source))

    def convert(self, money: Money, target: str) -> Fraction:
        """The exact worth of `money` in minor units of `target`, not rounded.

        Raises:
            RateMissing, UnknownCurrency
        """
        return money.amount_minor * self.cross_minor(money.currency, target)

    def rounded(self, money: Money, target: str) -> Money:
        """The worth of `money` in `target` for people to read; halves go to the even neighbour.

        Raises:
            RateMissing, UnknownCurrency
        """
        return Money(round(self.convert(money, target)), target)

    def age_days(self, on: date) -> int:
        """How many days old the rates are on that day; 0 where they are of the day itself or later."""
        return max(0, (on - self.day).days)

    def _rate(self, currency: str) -> Decimal:
        try:
            return self.per_euro[currency]
        except KeyError:
            raise RateMissing(currency=currency, day=self.day) from None
