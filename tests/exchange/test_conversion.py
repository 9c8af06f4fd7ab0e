"""Exact arithmetic with the rates of one day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.exchange import Exchange, RateMissing
from printvision.platform.money import Money

DAY = date(2026, 11, 23)
RATES = {"EUR": Decimal(1), "USD": Decimal("1.0500"), "JPY": Decimal("162.50"), "GBP": Decimal("0.84000")}


@pytest.fixture
def exchange() -> Exchange:
    return Exchange(day=DAY, per_euro=RATES)


def test_a_cross_rate_goes_by_way_of_the_euro_and_is_exact(exchange: Exchange):
    assert exchange.cross("EUR", "USD") == Fraction(105, 100)
    assert exchange.cross("USD", "JPY") == Fraction(16250, 105)
    assert exchange.cross("USD", "USD") == 1


def test_minor_units_have_their_own_rate(exchange: Exchange):
    assert exchange.cross_minor("EUR", "JPY") == Fraction(16250, 10_000)
    assert exchange.cross_minor("JPY", "EUR") == Fraction(10_000, 16250)


def test_money_is_converted_exactly_and_rounded_only_for_people(exchange: Exchange):
    price = Money.parse("9.99", "USD")

    assert exchange.convert(price, "GBP") == Fraction(999 * 84, 105)
    assert exchange.rounded(price, "GBP") == Money.parse("7.99", "GBP")
    assert exchange.rounded(Money.parse("1", "JPY"), "EUR") == Money.parse("0.01", "EUR")


def test_a_currency_without_a_rate_is_refused_by_name(exchange: Exchange):
    with pytest.raises(RateMissing) as refused:
        exchange.convert(Money.parse("1", "CHF"), "EUR")

    assert refused.value.fields == {"currency": "CHF", "day": DAY}
    assert not exchange.knows("CHF")


def test_money_stays_as_it_is_in_its_own_currency_without_any_rate(exchange: Exchange):
    assert exchange.convert(Money.parse("12.34", "CHF"), "CHF") == 1234


@pytest.mark.parametrize(("on", "age"), [("2026-11-23", 0), ("2026-11-30", 7), ("2026-11-20", 0)])
def test_its_age_is_told_in_days(exchange: Exchange, on: str, age: int):
    assert exchange.age_days(date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    "rates",
    [
        {},
        {"EUR": Decimal(2)},
        RATES | {"USD": Decimal(0)},
        RATES | {"USD": Decimal(-1)},
        RATES | {"USD": Decimal("NaN")},
        RATES | {"USD": Decimal("Infinity")},
    ],
)
def test_what_cannot_be_rates_is_never_made(rates: dict[str, Decimal]):
    with pytest.raises(ValueError, match="not rates per euro"):
        Exchange(day=DAY, per_euro=rates)


def test_it_is_the_same_after_it_was_stored_in_a_record(exchange: Exchange):
    assert msgspec.json.decode(msgspec.json.encode(exchange), type=Exchange) == exchange


rate = st.integers(1, 10**12).map(lambda number: Decimal(number).scaleb(-6))
some_rates = st.dictionaries(st.sampled_from(["USD", "JPY", "GBP", "KWD", "CLF"]), rate, min_size=2).map(
    lambda rates: Exchange(day=DAY, per_euro={"EUR": Decimal(1)} | rates)
)


@given(some_rates, st.data())
def test_cross_rates_agree_with_one_another_whatever_the_way(exchange: Exchange, data: st.DataObject):
    one, two, three = (data.draw(st.sampled_from(sorted(exchange.per_euro))) for _ in range(3))

    assert exchange.cross(one, two) * exchange.cross(two, three) == exchange.cross(one, three)
    assert exchange.cross_minor(one, two) * exchange.cross_minor(two, three) == exchange.cross_minor(
        one, three
    )
    assert exchange.cross(one, two) * exchange.cross(two, one) == 1


@given(some_rates, st.data(), st.integers(0, 10**12), st.integers(0, 10**12))
def test_a_sum_is_worth_what_its_parts_are_worth(exchange: Exchange, data: st.DataObject, a: int, b: int):
    source, target = (data.draw(st.sampled_from(sorted(exchange.per_euro))) for _ in range(2))

    parts = [exchange.convert(Money(amount, source), target) for amount in (a, b)]

    assert sum(parts) == exchange.convert(Money(a + b, source), target)
