"""Orders of our own door."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.channels.api_orders import OrderInput, from_api_order
from printvision.channels.types import ChannelLine, ChannelOrder, FinancialState
from printvision.platform.address import Recipient
from printvision.platform.errors import RuleBroken
from printvision.platform.money import Money, UnknownCurrency


def body(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "external_id": "A-1",
        "recipient": {
            "name": "Ada Byron",
            "line1": "12 St James's Square",
            "city": "London",
            "postal_code": "SW1Y 4JH",
            "country": "GB",
        },
        "lines": [{"sku": "SHIRT-M", "quantity": 2}],
    }
    return {**base, **changes}


def read(payload: dict[str, Any]) -> OrderInput:
    return msgspec.json.decode(msgspec.json.encode(payload), type=OrderInput)


def test_it_translates_an_order_that_counts_as_paid():
    translated = from_api_order(read(body()))

    assert msgspec.structs.replace(translated, raw={}) == ChannelOrder(
        external_id="A-1",
        number="A-1",
        placed_at=None,
        updated_at=None,
        currency=None,
        test=False,
        financial=FinancialState.PAID,
        financial_word=None,
        cancelled_at=None,
        recipient=Recipient(
            name="Ada Byron",
            line1="12 St James's Square",
            city="London",
            postal_code="SW1Y 4JH",
            country="GB",
        ),
        email=None,
        lines=(
            ChannelLine(external_id="1", sku="SHIRT-M", title="SHIRT-M", quantity=2, fulfillable_quantity=2),
        ),
    )


def test_it_makes_the_same_order_of_the_same_body():
    first, second = (msgspec.json.encode(from_api_order(read(body()))) for _ in range(2))

    assert first == second


def test_it_reads_prices_in_the_currency_beside_them():
    lines = [{"sku": "A", "quantity": 1, "unit_price": "1200"}, {"sku": "B", "quantity": 1}]

    translated = from_api_order(read(body(currency="JPY", lines=lines)))

    assert [line.unit_price for line in translated.lines] == [Money(1200, "JPY"), None]
    assert [line.external_id for line in translated.lines] == ["1", "2"]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"lines": [{"sku": "A", "quantity": 1, "unit_price": "12"}]}, "lines[0].unit_price"),
        (
            {"currency": "JPY", "lines": [{"sku": "A", "quantity": 1, "unit_price": "12.5"}]},
            "lines[0].unit_price",
        ),
        ({"external_id": "A\x00"}, "external_id"),
    ],
)
def test_it_names_the_place_it_cannot_read(changes: dict[str, Any], path: str):
    with pytest.raises(RuleBroken) as refused:
        from_api_order(read(body(**changes)))
    assert [error["path"] for error in refused.value.errors] == [path]


def test_it_refuses_an_unknown_currency():
    with pytest.raises(UnknownCurrency):
        from_api_order(read(body(currency="XXX")))


@pytest.mark.parametrize(
    "changes",
    [
        {"external_id": ""},
        {"external_id": "x" * 201},
        {"external_id": 7},
        {"lines": []},
        {"lines": [{"sku": "A", "quantity": 1}] * 101},
        {"lines": [{"sku": "A", "quantity": 0}]},
        {"lines": [{"sku": "A", "quantity": -1}]},
        {"lines": [{"sku": "A", "quantity": 100_001}]},
        {"lines": [{"sku": "A", "quantity": 1.5}]},
        {"lines": [{"sku": "A", "quantity": True}]},
        {"lines": [{"sku": "", "quantity": 1}]},
        {"lines": [{"quantity": 1}]},
        {"lines": [{"sku": "A", "quantity": 1, "properties": {"a": 1}}]},
        {"recipient": {}},
        {"recipient": None},
        {"quantty": 1},
    ],
)
def test_it_has_a_schema_that_refuses(changes: dict[str, Any]):
    with pytest.raises(msgspec.ValidationError):
        read(body(**changes))


@given(st.text(min_size=1, max_size=200), st.text(max_size=300), st.text(max_size=200))
def test_it_translates_or_refuses_any_text(external_id: str, name: str, value: str):
    payload = body(external_id=external_id, lines=[{"sku": "A", "quantity": 1, "properties": {value: value}}])
    payload["recipient"]["name"] = name
    order = msgspec.convert(payload, OrderInput)

    try:
        translated = from_api_order(order)
    except RuleBroken:
        return
    assert (translated.external_id, translated.lines[0].properties) == (external_id, {value: value})
