"""Amounts of several currencies as whole numbers of one: exact, and the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from printvision.orders.routing.problem import Problem
from printvision.platform.money import Money, exponent

UNITS = 1_000_000  # in one minor unit of the currency that is compared in
EURO = "EUR"


class Amounts:
    """Turns amounts into units: millionths of a minor unit of one currency.

    Each amount that somebody told is converted once, halves to the even neighbour; everything after is adding. Amounts
    told in one currency alone are compared in it, with no rate and no rounding.
    """

    def __init__(self, problem: Problem) -> None:
        told = set(_currencies(problem))
        self._problem = problem
        self.currency = _compared_in(problem, told)
        self._ratios: dict[str, Fraction | None] = {}

    def units(self, amount: Money) -> int | None:
        """None where there is no fresh rate of its currency."""
        if amount.currency == self.currency:
            return amount.amount_minor * UNITS
        if amount.currency not in self._ratios:
            self._ratios[amount.currency] = self._ratio(amount.currency)
        ratio = self._ratios[amount.currency]
        return None if ratio is None else _scaled(amount.amount_minor, ratio)

    def money(self, units: int) -> Money:
        """Halves of a minor unit to the even neighbour."""
        return Money(round(Fraction(units, UNITS)) if units % UNITS else units // UNITS, self.currency)

    def converted(self, amount: Money) -> Money | None:
        """The amount in the currency that is compared in; None where there is no fresh rate."""
        units = self.units(amount)
        return None if units is None else self.money(units)

    def _ratio(self, currency: str) -> Fraction | None:
        own, wanted = _per_euro(self._problem, currency), _per_euro(self._problem, self.currency)
        if own is None or wanted is None:
            return None
        return wanted / own * Fraction(10) ** (exponent(self.currency) - exponent(currency)) * UNITS


def _scaled(amount: int, ratio: Fraction) -> int:
    """The whole number nearest to their product, the even one of two."""
    whole, rest = divmod(amount * ratio.numerator, ratio.denominator)
    return whole + (2 * rest + (whole & 1) > ratio.denominator)


def _compared_in(problem: Problem, told: set[str]) -> str:
    if len(told) == 1:
        return next(iter(told))
    wanted = problem.currency
    return wanted if wanted is not None and _per_euro(problem, wanted) is not None else EURO


def _per_euro(problem: Problem, currency: str) -> Fraction | None:
    """What one euro is in it, None where that is not known or too old."""
    if currency == EURO:
        return Fraction(1)
    rate = problem.rates.get(currency)
    if rate is None or rate.per_euro <= 0:
        return None
    age = problem.at.date() - rate.day
    return None if age.days > problem.rules.rates_max_age_days else Fraction(rate.per_euro)


def _currencies(problem: Problem) -> Iterator[str]:
    for source in problem.sources:
        for offer in source.offers:
            if offer.price is not None:
                yield offer.price.currency
        for method in source.methods:
            if method.extra is not None:
                yield method.extra.currency
            for carriage in method.carriage:
                yield carriage.first.currency
                yield carriage.additional.currency
