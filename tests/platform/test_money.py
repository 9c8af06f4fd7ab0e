"""Money: exact, bounded, and by ISO 4217 alone."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.platform.money import (
    EXPONENTS,
    MAX_MINOR,
    CurrencyMismatch,
    Money,
    UnknownCurrency,
    UnreadableAmount,
    exponent,
)
from tests.shared import shared

amounts = st.integers(-MAX_MINOR, MAX_MINOR)
currencies = st.sampled_from(sorted(EXPONENTS))


def iso4217() -> dict[str, Any]:
    return json.loads(shared("vectors/addresses-money/iso4217.json").read_text(encoding="utf-8"))


def test_it_knows_the_exponent_of_every_active_currency():
    published = {
        row["code"]: row["minor_unit"] for row in iso4217()["active"] if row["minor_unit"] is not None
    }

    assert published == EXPONENTS


def test_it_refuses_the_codes_that_have_no_minor_unit():
    without = [row["code"] for row in iso4217()["active"] if row["minor_unit"] is None]

    assert len(without) == 13
    for code in without:
        with pytest.raises(UnknownCurrency) as refused:
            Money.parse("1", code)
        assert refused.value.currency == code


def test_it_keeps_to_iso_where_cldr_shows_fewer_digits():
    rows = iso4217()["cldr_differs"]

    assert {row["code"]: exponent(row["code"]) for row in rows} == {
        row["code"]: row["iso_minor_unit"] for row in rows
    }


@pytest.mark.parametrize("code", ["", "eur", "EU", "EURO", "ZZZ", "XXX", "E\u0000R", "ЕUR"])
def test_it_refuses_what_is_not_a_currency(code: str):
    with pytest.raises(UnknownCurrency):
        Money(1, code)


@pytest.mark.parametrize(
    ("text", "currency", "minor", "shown"),
    [
        ("12.50", "EUR", 1250, "12.50"),
        ("12.5", "EUR", 1250, "12.50"),
        ("12.500", "EUR", 1250, "12.50"),
        ("-0.01", "USD", -1, "-0.01"),
        (".5", "USD", 50, "0.50"),
        ("5.", "USD", 500, "5.00"),
        ("+7", "USD", 700, "7.00"),
        ("1200", "JPY", 1200, "1200"),
        ("1200.00", "JPY", 1200, "1200"),
        ("1.250", "KWD", 1250, "1.250"),
        ("1.2345", "CLF", 12345, "1.2345"),
        (3, "EUR", 300, "3.00"),
        (Decimal("1E+2"), "EUR", 10000, "100.00"),
        ("90071992547409.91", "EUR", MAX_MINOR, "90071992547409.91"),
    ],
)
def test_it_reads_an_amount_exactly(text: str | int | Decimal, currency: str, minor: int, shown: str):
    money = Money.parse(text, currency)

    assert (money.amount_minor, money.text(), str(money)) == (minor, shown, f"{shown} {currency}")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("12.505", "EUR"),
        ("0.5", "JPY"),
        ("1.2345", "KWD"),
        ("", "EUR"),
        (" 1", "EUR"),
        ("1\n", "EUR"),
        ("1,50", "EUR"),
        ("1_000", "EUR"),
        ("1e5", "EUR"),
        ("1e999999", "EUR"),
        ("-", "EUR"),
        (".", "EUR"),
        ("NaN", "EUR"),
        ("-Infinity", "EUR"),
        ("١٢", "EUR"),
        ("0x10", "EUR"),
        ("90071992547409.92", "EUR"),
        pytest.param("9" * 100_000, "EUR", id="long text"),
        pytest.param(10**5000, "EUR", id="huge whole number"),
        (Decimal("NaN"), "EUR"),
        (Decimal("sNaN"), "EUR"),
        (Decimal("Infinity"), "EUR"),
        (Decimal("1E+999999"), "EUR"),
        pytest.param(Decimal("1." + "1" * 200), "EUR", id="many digits"),
    ],
)
def test_it_refuses_what_is_not_an_amount_in_the_currency(text: str | int | Decimal, currency: str):
    with pytest.raises(UnreadableAmount) as refused:
        Money.parse(text, currency)

    assert refused.value.status == 400
    assert len(refused.value.amount) <= 40


@pytest.mark.parametrize("value", [12.5, 12.0, True, None, [], (0, (1,), 0), b"1"])
def test_it_takes_no_float_nor_anything_else(value: Any):
    with pytest.raises(UnreadableAmount):
        Money.parse(value, "EUR")
    with pytest.raises(UnreadableAmount):
        Money.rounded(value, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("0.125", "EUR", 12),
        ("0.135", "EUR", 14),
        ("-0.125", "EUR", -12),
        ("2.5", "JPY", 2),
        ("1.0005", "KWD", 1000),
        (Decimal("1E-999999"), "EUR", 0),
    ],
)
def test_it_rounds_halves_to_the_even_neighbour(text: str | Decimal, currency: str, minor: int):
    assert Money.rounded(text, currency) == Money(minor, currency)


@given(amounts, currencies)
def test_it_comes_back_from_its_own_text(minor: int, currency: str):
    money = Money(minor, currency)

    again = Money.parse(money.text(), currency)

    assert again == money
    assert type(again.amount_minor) is int
    assert Money.parse(money.decimal(), currency) == money
    assert Money.rounded(money.text(), currency) == money


@given(amounts, currencies)
def test_it_writes_the_decimals_of_its_currency(minor: int, currency: str):
    _, point, decimals = Money(minor, currency).text().partition(".")

    assert (len(decimals), bool(point)) == (exponent(currency), exponent(currency) > 0)


@given(st.text(max_size=30), currencies)
def test_it_reads_or_refuses_any_text(text: str, currency: str):
    try:
        money = Money.parse(text, currency)
    except UnreadableAmount:
        return
    assert Money.parse(money.text(), currency) == money


@given(amounts, amounts, currencies)
def test_it_adds_as_the_whole_numbers_do(left: int, right: int, currency: str):
    total = Money(left, currency) + Money(right, currency)

    assert total.amount_minor == left + right
    assert total - Money(right, currency) == Money(left, currency)


@given(amounts, amounts, currencies)
def test_it_orders_as_the_whole_numbers_do(left: int, right: int, currency: str):
    a, b = Money(left, currency), Money(right, currency)

    assert (a < b, a <= b, a > b, a >= b) == (left < right, left <= right, left > right, left >= right)


def test_it_multiplies_by_whole_numbers_only():
    assert Money(250, "EUR") * 3 == Money(750, "EUR")
    half: Any = 0.5
    with pytest.raises(TypeError):
        Money(250, "EUR") * half


def test_it_puts_no_two_currencies_together():
    euro, yen = Money(1, "EUR"), Money(1, "JPY")

    for mix in (lambda: euro + yen, lambda: euro - yen, lambda: euro < yen, lambda: euro >= yen):
        with pytest.raises(CurrencyMismatch):
            mix()
    assert euro != yen
