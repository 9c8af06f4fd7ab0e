"""Amounts of several currencies as whole numbers of one: exact, and the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from printvision.orders.routing.problem import Problem, Source
from printvision.platform.money import Money, exponent

UNITS = 1_000_000  # in one minor unit of the currency that is compared in
EURO = "EUR"


class Amounts:
    """Turns amounts into units: millionths of a minor unit of one currency.

    Each amount that somebody told is converted once, halves to the even neighbour; everything after is adding. Amounts
    told in one currency alone are compared in it, with no rate and no rounding.
    """

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self.currency = _compared_in(problem)
        self._ratios: dict[str, tuple[int, int] | None] = {self.currency: (UNITS, 1)}

    def units(self, amount: Money) -> int | None:
        """None where there is no fresh rate of its currency."""
        currency = amount.currency
        ratio = self._ratios[currency] if currency in self._ratios else self._learn(currency)
        if ratio is None:
            return None
        times, through = ratio
        return _nearest(amount.amount_minor * times, through)

    def money(self, units: int) -> Money:
        """Halves of a minor unit to the even neighbour."""
        return Money(_nearest(units, UNITS), self.currency)

    def converted(self, amount: Money) -> Money | None:
        """The amount in the currency that is compared in; None where there is no fresh rate."""
        units = self.units(amount)
        return None if units is None else self.money(units)

    def _learn(self, currency: str) -> tuple[int, int] | None:
        """How many units one minor unit of the currency is, as a fraction."""
        own, wanted = _per_euro(self._problem, currency), _per_euro(self._problem, self.currency)
        self._ratios[currency] = None
        if own is not None and wanted is not None:
            places = exponent(self.currency) - exponent(currency)
            ratio = wanted / own * Fraction(10) ** places * UNITS
            self._ratios[currency] = ratio.numerator, ratio.denominator
        return self._ratios[currency]


def _nearest(number: int, through: int) -> int:
    """Their quotient as the nearest whole number, the even one of two."""
    whole, rest = divmod(number, through)
    return whole + (2 * rest + (whole & 1) > through)


def _compared_in(problem: Problem) -> str:
    """The currency that everything is compared in.

    Currencies with a fresh rate can be compared with one another, one without only with itself. Of these sets the one
    counts in which most sources tell all their amounts, of equals the one with the order's own currency. Within a set
    of several it is the order's where it is one of those with a rate, else the euro.
    """
    by_source = [set(_currencies(source)) for source in problem.sources]
    told = set[str]().union(*by_source)
    if len(told) == 1:
        return next(iter(told))
    rated = frozenset(currency for currency in told if _per_euro(problem, currency) is not None)
    sets = sorted([rated, *(frozenset({currency}) for currency in told - rated)], key=sorted)
    best = max(
        sets, key=lambda each: (sum(own <= each for own in by_source if own), problem.currency in each)
    )
    if len(best) == 1:
        return next(iter(best))
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


def _currencies(source: Source) -> Iterator[str]:
    for offer in source.offers:
        if offer.price is not None:
            yield offer.price.currency
    for method in source.methods:
        if method.extra is not None:
            yield method.extra.currency
        for carriage in method.carriage:
            yield carriage.first.currency
            yield carriage.additional.currency
