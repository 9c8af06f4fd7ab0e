"""The ECB's files, and what only looks like them."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.exchange import MOST_BYTES, UnreadableRates, read_rates
from printvision.exchange.published import FIRST_DAY, MOST_CURRENCIES, MOST_DAYS
from tests.exchange.ecb import DAILY_CSV, DAILY_XML, DAY, HISTORY_CSV, RATES, history, history_xml


def refused(data: bytes) -> tuple[str | None, object, object]:
    """What it says of a file, with line and column."""
    with pytest.raises(UnreadableRates) as caught:
        read_rates(data, today=DAY)
    return caught.value.detail, caught.value.fields.get("line"), caught.value.fields.get("column")


@pytest.mark.parametrize("data", [DAILY_CSV, DAILY_XML], ids=["csv", "xml"])
def test_the_daily_file_has_one_day(data: bytes):
    assert read_rates(data, today=DAY).rates == {DAY: RATES}


def test_the_history_has_many_days_and_gaps():
    published = read_rates(HISTORY_CSV, today=DAY)

    assert published.rates == {
        DAY: RATES,
        date(2026, 11, 20): {"USD": Decimal("1.0551"), "GBP": Decimal("0.8325")},
        date(1999, 1, 4): {"USD": Decimal("1.1789"), "JPY": Decimal("133.73"), "GBP": Decimal("0.7111")},
    }


def test_currencies_of_the_past_are_passed_over_by_name():
    assert read_rates(HISTORY_CSV, today=DAY).passed_over == ("CYP",)


@pytest.mark.parametrize(
    "data",
    [b"\xef\xbb\xbf" + DAILY_CSV, DAILY_CSV.replace(b"\n", b"\r\n"), DAILY_CSV.replace(b", \n", b"\n")],
    ids=["byte order mark", "line ends of Windows", "no comma at the end"],
)
def test_a_file_that_went_through_other_hands_is_read_all_the_same(data: bytes):
    assert read_rates(data, today=DAY).rates == {DAY: RATES}


rates = st.integers(1, 10**9).map(lambda number: Decimal(number).scaleb(-4))
rates_of_a_day = st.dictionaries(st.sampled_from(["USD", "JPY", "GBP"]), rates, min_size=1)
some = st.dictionaries(st.dates(FIRST_DAY, DAY), rates_of_a_day, min_size=1, max_size=5)


@given(some)
def test_csv_and_xml_say_the_same(rates: dict[date, dict[str, Decimal]]):
    assert read_rates(history(rates), today=DAY).rates == rates
    assert read_rates(history_xml(rates), today=DAY).rates == rates


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_anything_else_is_refused_and_nothing_else_happens(data: bytes):
    refused(data)


HEAD = b"Date,USD,JPY\n"
XML_HEAD = b'<Cube xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">\n'


@pytest.mark.parametrize(
    ("data", "why", "line", "column"),
    [
        (b"", "Expected the word Date, then currencies", 1, 1),
        (b"Day,USD\n", "Expected the word Date, then currencies", 1, 1),
        (b"Date,USD,usd\n", "Expected a currency such as USD, not 'usd'", 1, 10),
        (b"Date,USD,USD\n", "USD is named twice", 1, 10),
        (b"Date,EUR\n", "EUR is what all rates are told in", 1, 6),
        (b"Date,USD\n2026-11-23,N/A\n", "There is not one rate in it", None, None),
        (HEAD + b"2026-11-23,1.05\n", "Expected 3 values, not 2", 2, 12),
        (HEAD + b"2026-11-23,1.05,160,7\n", "Expected 3 values, not 4", 2, 21),
        (HEAD + b"2026-02-30,1.05,160\n", "Expected a day such as 2026-11-23, not '2026-02-30'", 2, 1),
        (HEAD + b"23 Novembre 2026,1.05,160\n", "Expected a day such as 2026-11-23, not '23 Novembre 2026'", 2, 1),
        (HEAD + b"2026-11-25,1.05,160\n", "2026-11-25 is not between 1999-01-04 and 2026-11-24", 2, 1),
        (HEAD + b"1998-12-31,1.05,160\n", "1998-12-31 is not between 1999-01-04 and 2026-11-24", 2, 1),
        (HEAD + b"2026-11-23,1,1\n\n2026-11-23,1,1\n", "2026-11-23 is given twice", 4, 1),
        (HEAD + b"2026-11-23,1.05, -160\n", "Expected a rate such as 1.0543, not '-160'", 2, 18),
        (HEAD + b"2026-11-23,1e5,160\n", "Expected a rate such as 1.0543, not '1e5'", 2, 12),
        (HEAD + b"2026-11-23,0.000,160\n", "Expected a rate such as 1.0543, not '0.000'", 2, 12),
        (HEAD + b'2026-11-23,"1,05",160\n', "Expected 3 values, not 4", 2, 19),
        (HEAD + "2026-11-23,١,160\n".encode(), "Expected a rate such as 1.0543, not '١'", 2, 12),
        (HEAD + b"2026-11-23,NaN,160\n", "Expected a rate such as 1.0543, not 'NaN'", 2, 12),
        (HEAD + b"2026-11-23,1" + b"0" * 12 + b",160\n", "Expected a rate such as 1.0543, not '1000000000000'", 2, 12),
        (HEAD + b"2026-11-23,1,\xff\n", "This is neither CSV nor XML", 2, 14),
        (b"PK\x03\x04" + b"\0" * 30, "It is a ZIP archive: load what is in it", None, None),
    ],
)  # fmt: skip
def test_a_fault_of_a_csv_file_is_told_with_its_place(
    data: bytes, why: str, line: int | None, column: int | None
):
    assert refused(data) == (why, line, column)


@pytest.mark.parametrize(
    ("data", "why", "line", "column"),
    [
        (XML_HEAD, "No element found", 2, 1),
        (XML_HEAD + b"</cube>", "Mismatched tag", 2, 3),
        (XML_HEAD + b"</Cube>", "There is not one rate in it", None, None),
        (XML_HEAD + b' <Cube time="today"/></Cube>', "Expected a day such as 2026-11-23, not 'today'", 2, 2),
        (
            XML_HEAD + b'<Cube currency="USD" rate="1"/></Cube>',
            "Expected a Cube with a time, and within it Cubes with currency and rate",
            2,
            1,
        ),
        (
            XML_HEAD + b'<Cube time="2026-11-23"><Cube time="2026-11-20"/></Cube></Cube>',
            "Expected a Cube with a time, and within it Cubes with currency and rate",
            2,
            25,
        ),
        (
            XML_HEAD
            + b'<Cube time="2026-11-23">\n<Cube currency="USD" rate="1"/><Cube currency="USD" rate="1"/>',
            "USD is given twice on 2026-11-23",
            3,
            32,
        ),
        (b"<Cube/>", "There is not one rate in it", None, None),
        (b"<a>" * 9, "More than 8 elements within one another", 1, 25),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "It says an encoding that is not known", 1, 31),
    ],
)
def test_a_fault_of_an_xml_file_is_told_with_its_place(
    data: bytes, why: str, line: int | None, column: int | None
):
    assert refused(data) == (why, line, column)


@pytest.mark.parametrize(
    "declared",
    [
        b'<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">',
        b'<!ENTITY c SYSTEM "file:///etc/passwd">',
        b'<!ENTITY % c SYSTEM "http://127.0.0.1/dtd">%c;',
    ],
    ids=["grows", "reads a file", "asks a server"],
)
def test_entities_are_refused_before_they_are_read(declared: bytes):
    data = b'<?xml version="1.0"?>\n<!DOCTYPE a [' + declared + b"]><a>&c;</a>"

    why, line, _ = refused(data)

    assert (why, line) == ("A DOCTYPE is not read", 2)


def test_the_bounds_are_kept():
    codes = [f"{a}{b}A" for a in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for b in "ABCDEFGHIJ"]
    every_day = [(FIRST_DAY + timedelta(days=1) * number).isoformat() for number in range(MOST_DAYS + 1)]
    too_many_days = "Date,USD\n" + "".join(f"{day},1.05\n" for day in every_day)

    assert refused(b" " * (MOST_BYTES + 1)) == (f"It has more than {MOST_BYTES:,} bytes", None, None)
    assert refused(",".join(["Date", *codes]).encode()) == (
        f"More than {MOST_CURRENCIES} currencies",
        1,
        6 + 4 * MOST_CURRENCIES,
    )
    with pytest.raises(UnreadableRates, match="More than 20,000 days") as caught:
        read_rates(too_many_days.encode(), today=date(2100, 1, 1))
    assert caught.value.fields["line"] == MOST_DAYS + 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"Date" + b"," * 3_000_000, "The line is too long"),
        (b"<Cube" + b' a="1"' * 500_000 + b"/>", "This is too long for one tag"),
        (b"<!--" + b" " * 3_000_000, "This is too long for one tag"),
    ],
    ids=["a line", "a tag", "a comment"],
)
def test_what_has_no_end_does_not_fill_the_memory(data: bytes, why: str):
    tracemalloc.start()
    try:
        told, *_ = refused(data)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert told == why
    assert peak < 2 * len(data) + 1_000_000
