"""Shopify's orders as ours: exact, lenient where it does no harm, and never a crash."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.channels.shopify import from_shopify_delivery, from_shopify_order, from_shopify_orders
from printvision.channels.types import ChannelOrder, FinancialState, UnreadableOrder
from printvision.platform.address import Recipient
from printvision.platform.money import Money
from tests.shared import shared


def order(**changes: Any) -> dict[str, Any]:
    """An order in the published shape, with everything we read in it."""
    base: dict[str, Any] = {
        "id": 9007199254740993001,
        "name": "#1042",
        "email": "ada@example.com",
        "contact_email": None,
        "phone": "+44 20 7946 0000",
        "created_at": "2026-03-02T10:00:00-05:00",
        "processed_at": "2026-03-02T09:59:00-05:00",
        "updated_at": "2026-03-02T10:05:00-05:00",
        "cancelled_at": None,
        "test": False,
        "currency": "GBP",
        "total_price": "41.50",
        "total_price_set": {"shop_money": {"amount": "41.50", "currency_code": "GBP"}},
        "financial_status": "paid",
        "fulfillment_status": None,
        "shipping_address": {
            "name": "Ada Byron",
            "first_name": "Ada",
            "last_name": "Byron",
            "company": None,
            "address1": "12 St James's Square ",
            "address2": "",
            "city": "London",
            "zip": "SW1Y 4JH",
            "province": "England",
            "province_code": "ENG",
            "country_code": "GB",
            "phone": None,
        },
        "shipping_lines": [{"code": "STANDARD", "title": "Standard"}],
        "line_items": [line()],
        "refunds": [],
        "fulfillments": [],
    }
    return {**base, **changes}


def line(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "id": 9007199254740993002,
        "variant_id": 9007199254740993003,
        "title": "Shirt",
        "name": "Shirt - M",
        "sku": "SHIRT-M",
        "quantity": 2,
        "current_quantity": 2,
        "fulfillable_quantity": 2,
        "requires_shipping": True,
        "gift_card": False,
        "properties": [],
        "price": "18.25",
        "price_set": {"shop_money": {"amount": "18.25", "currency_code": "GBP"}},
    }
    return {**base, **changes}


def only_line(**changes: Any) -> Any:
    return from_shopify_order(order(line_items=[line(**changes)])).lines[0]


def test_it_translates_an_order():
    payload = order()

    translated = from_shopify_order(json.dumps(payload).encode())

    assert translated.lines[0].raw == payload["line_items"][0]
    assert translated.raw == payload
    assert msgspec.structs.replace(translated, lines=(), raw={}) == ChannelOrder(
        external_id="9007199254740993001",
        number="#1042",
        placed_at=datetime(2026, 3, 2, 14, 59, tzinfo=UTC),
        updated_at=datetime(2026, 3, 2, 15, 5, tzinfo=UTC),
        currency="GBP",
        test=False,
        financial=FinancialState.PAID,
        financial_word="paid",
        cancelled_at=None,
        recipient=Recipient(
            name="Ada Byron",
            line1="12 St James's Square",
            city="London",
            region="ENG",
            postal_code="SW1Y 4JH",
            country="GB",
            email="ada@example.com",
            phone="+44 20 7946 0000",
        ),
        email="ada@example.com",
        lines=(),
        shipping_method="STANDARD",
        total=Money(4150, "GBP"),
    )


def test_it_translates_a_line():
    translated = only_line(properties=[{"name": "Engraving", "value": "AB"}, {"name": "_app", "value": 7}])

    assert (translated.external_id, translated.variant_external_id) == (
        "9007199254740993002",
        "9007199254740993003",
    )
    assert (translated.sku, translated.title, translated.unit_price) == (
        "SHIRT-M",
        "Shirt - M",
        Money(1825, "GBP"),
    )
    assert (translated.quantity, translated.current_quantity, translated.fulfillable_quantity) == (2, 2, 2)
    assert (translated.requires_shipping, translated.gift_card) == (True, False)
    assert translated.properties == {"Engraving": "AB", "_app": "7"}
    assert translated.personalisation == {"Engraving": "AB"}


def test_it_counts_what_was_refunded_and_sent():
    payload = order(
        line_items=[line(id=1, quantity=5), line(id=2)],
        refunds=[
            {"refund_line_items": [{"line_item_id": 1, "quantity": 1}, {"line_item_id": 2, "quantity": 2}]},
            {"refund_line_items": [{"line_item_id": 1, "quantity": 1}]},
            {"refund_line_items": None},
        ],
        fulfillments=[
            {"status": "success", "line_items": [{"id": 1, "quantity": 2}]},
            {"status": "failure", "line_items": [{"id": 1, "quantity": 3}]},
            {"status": "cancelled", "line_items": [{"id": 2, "quantity": 2}]},
        ],
    )

    lines = from_shopify_order(payload).lines

    assert [(each.refunded_quantity, each.fulfilled_quantity) for each in lines] == [(2, 2), (2, 0)]


def test_it_takes_every_line_of_a_fulfilled_order_as_sent():
    assert from_shopify_order(order(fulfillment_status="fulfilled")).lines[0].fulfilled_quantity == 2


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("paid", FinancialState.PAID),
        (" Paid ", FinancialState.PAID),
        ("partially_refunded", FinancialState.PARTIALLY_REFUNDED),
        ("authorized", FinancialState.AUTHORIZED),
        ("paid_in_shells", FinancialState.UNKNOWN),
        ("", FinancialState.UNKNOWN),
        (None, FinancialState.UNKNOWN),
    ],
)
def test_it_keeps_the_shops_word_for_payment_and_guesses_nothing(word: str | None, state: FinancialState):
    translated = from_shopify_order(order(financial_status=word))

    assert (translated.financial, translated.financial_word) == (state, word)


def test_it_takes_the_earlier_date_of_an_imported_order():
    imported = order(created_at="2026-03-02T10:00:00Z", processed_at="2019-01-01T00:00:00Z")

    assert from_shopify_order(imported).placed_at == datetime(2019, 1, 1, tzinfo=UTC)
    assert from_shopify_order(order(processed_at=None)).placed_at == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert from_shopify_order(order(processed_at=None, created_at=None)).placed_at is None


def test_it_keeps_tokyo_as_13():
    address = {
        "name": "A",
        "address1": "1",
        "country_code": "jp",
        "province_code": "JP-13",
        "zip": "100-0001",
    }

    recipient = from_shopify_order(order(shipping_address=address)).recipient

    assert recipient is not None
    assert (recipient.country, recipient.region, recipient.city) == ("JP", "13", "")


def test_it_puts_a_name_together_where_only_its_parts_are_told():
    address = {"first_name": "Ada", "last_name": "Byron", "country_code": "GB", "province": "England"}

    recipient = from_shopify_order(order(shipping_address=address)).recipient

    assert recipient is not None
    assert (recipient.name, recipient.region) == ("Ada Byron", "England")


def test_it_finds_the_currency_beside_the_amounts():
    without = {name: value for name, value in order().items() if name != "currency"}

    assert from_shopify_order(without).currency == "GBP"
    del without["total_price_set"]
    assert from_shopify_order(without).total == Money(4150, "GBP")
    without["line_items"] = [line(price_set=None)]
    assert (from_shopify_order(without).currency, from_shopify_order(without).total) == (None, None)


@pytest.mark.parametrize(
    ("currency", "amount", "minor"), [("JPY", "1200", 1200), ("JPY", "1200.00", 1200), ("KWD", "1.250", 1250)]
)
def test_it_reads_money_by_the_exponent_of_its_currency(currency: str, amount: str, minor: int):
    payload = order(currency=currency, total_price=amount, line_items=[line(price=None)])

    assert from_shopify_order(payload).total == Money(minor, currency)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"", "$"),
        (b"{", "$"),
        (b"\xff\xfe", "$"),
        (b"[]", "$"),
        (b"null", "$"),
        (b"[" * 100_000, "$"),
        (b'{"id": NaN}', "$"),
        (b'{"id": ' + b"9" * 5000 + b"}", "$"),
        (b"{}", "$"),
    ],
)
def test_it_refuses_what_is_no_order_at_all(body: bytes, path: str):
    with pytest.raises(UnreadableOrder) as refused:
        from_shopify_order(body)

    assert refused.value.code == "channels/unreadable-order"
    assert [error["path"] for error in refused.value.errors] == [path]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": None}, "$.id"),
        ({"id": 0}, "$.id"),
        ({"id": 1.5}, "$.id"),
        ({"id": True}, "$.id"),
        ({"id": ""}, "$.id"),
        ({"line_items": None}, "$.line_items"),
        ({"line_items": {}}, "$.line_items"),
        ({"line_items": [line()] * 1001}, "$.line_items"),
        ({"line_items": [line(), line()]}, "$.line_items"),
        ({"line_items": [line(quantity=-1)]}, "$.line_items[0].quantity"),
        ({"line_items": [line(quantity="2")]}, "$.line_items[0].quantity"),
        ({"line_items": [line(quantity=2.5)]}, "$.line_items[0].quantity"),
        ({"line_items": [line(quantity=10**30)]}, "$.line_items[0].quantity"),
        ({"line_items": [line(id=1), line(price="9.999")]}, "$.line_items[1].price"),
        ({"line_items": [line(price="1e999999")]}, "$.line_items[0].price"),
        ({"currency": "ZZZ"}, "$.currency"),
        ({"currency": "XXX"}, "$.currency"),
        ({"total_price": "a lot"}, "$.total_price"),
        ({"total_price": 41.5}, "$.total_price"),
        ({"created_at": "yesterday"}, "$.created_at"),
        ({"created_at": "2026-03-02T10:00:00"}, "$.created_at"),
        ({"updated_at": "0001-01-01T00:00:00+10:00"}, "$.updated_at"),
        ({"test": "no"}, "$.test"),
        ({"financial_status": ["paid"]}, "$.financial_status"),
        ({"shipping_address": "London"}, "$.shipping_address"),
        ({"note": "a\x00b"}, "$.note"),
        ({"note": "\ud800"}, "$.note"),
        ({"note_attributes": [{"bad\x00name": 1}]}, "$.note_attributes[0]"),
        ({"note_attributes": [{"bad\x00name": "\x00"}]}, "$.note_attributes[0]"),
    ],
)
def test_it_names_the_place_it_cannot_read(changes: dict[str, Any], path: str):
    with pytest.raises(UnreadableOrder) as refused:
        from_shopify_order(order(**changes))

    assert refused.value.status == 400
    assert refused.value.errors[0]["path"] == path
    assert all(
        error["message"].startswith(("Expected", "Invalid", "Object", "Two"))
        for error in refused.value.errors
    )


def test_it_names_every_unstorable_text_up_to_a_bound():
    with pytest.raises(UnreadableOrder) as refused:
        from_shopify_order(order(tags=["\x00"] * 50))

    assert len(refused.value.errors) == 20


def test_it_refuses_what_is_nested_beyond_reason():
    deep: Any = []
    for _ in range(65):
        deep = [deep]

    with pytest.raises(UnreadableOrder, match="not an order") as refused:
        from_shopify_order(order(note=deep))
    assert refused.value.errors[0]["message"] == "Expected at most 64 levels"


@pytest.mark.parametrize(
    "topic", ["orders/create", "orders/paid", "orders/updated", "orders/cancelled", "orders/edited"]
)
def test_it_finds_an_order_under_the_topics_of_orders(topic: str):
    delivered = from_shopify_delivery(topic, json.dumps(order()).encode())

    assert delivered is not None
    assert delivered.external_id == "9007199254740993001"


@pytest.mark.parametrize(
    "topic", ["products/update", "app/uninstalled", "orders/delete", "shop/redact", "", None]
)
def test_it_leaves_other_topics_unread(topic: str | None):
    assert from_shopify_delivery(topic, b"not even JSON") is None


def test_it_waits_for_the_whole_order_after_an_edit():
    assert from_shopify_delivery("orders/edited", b'{"order_edit": {"order_id": 1}}') is None


def test_it_refuses_a_body_that_does_not_keep_its_topics_promise():
    with pytest.raises(UnreadableOrder):
        from_shopify_delivery("orders/create", b'{"order_edit": {"order_id": 1}}')


# The published samples


def sample(name: str) -> bytes:
    return shared(f"channels/shopify/{name}.json").read_bytes()


def test_it_translates_the_published_webhook():
    translated = from_shopify_order(sample("webhook_orders_create"))

    assert (translated.external_id, translated.number, translated.test) == (
        "820982911946154508",
        "#9999",
        True,
    )
    assert (translated.financial, translated.total) == (FinancialState.VOIDED, Money(40300, "USD"))
    assert translated.cancelled_at == datetime(2019, 6, 4, 17, 53, 6, tzinfo=UTC)
    assert [each.external_id for each in translated.lines] == ["866550311766439020", "141249953214522974"]
    assert translated.recipient == Recipient(
        name="Steve Shipper",
        company="Shipping Company",
        line1="123 Shipping Street",
        city="Shippington",
        region="KY",
        postal_code="40003",
        country="US",
        email="jon@doe.ca",
        phone="555-555-SHIP",
    )


def test_it_translates_the_published_list_of_orders():
    (translated,) = from_shopify_orders(sample("orders_list_response"))

    assert (translated.external_id, translated.financial) == ("450789469", FinancialState.PARTIALLY_REFUNDED)
    assert [(each.sku, each.current_quantity, each.refunded_quantity) for each in translated.lines] == [
        ("IPOD2008GREEN", 0, 1),
        ("IPOD2008RED", 1, 0),
        ("IPOD2008BLACK", 0, 1),
    ]
    assert translated.lines[0].properties == {
        "Custom Engraving Front": "Happy Birthday",
        "Custom Engraving Back": "Merry Christmas",
    }


def test_it_translates_a_published_order_of_few_fields():
    translated = from_shopify_order(sample("order_get_response"))

    assert (translated.external_id, translated.placed_at, translated.recipient) == ("450789469", None, None)
    assert (translated.financial, translated.total) == (FinancialState.UNKNOWN, Money(59894, "USD"))


def test_it_translates_the_published_answer_to_a_creation():
    translated = from_shopify_order(sample("order_create_response"))

    assert (translated.external_id, translated.email, translated.recipient) == ("1073459984", None, None)
    assert [(each.sku, each.fulfillable_quantity) for each in translated.lines] == [("IPOD2009BLACK", 1)]


def test_it_refuses_a_page_without_orders():
    with pytest.raises(UnreadableOrder) as refused:
        from_shopify_orders(b'{"errors": "Not Found"}')
    assert refused.value.errors[0]["path"] == "$.orders"


# Anything in the place of anything

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**60), 10**60)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(
        ["paid", "USD", "2026-03-02T10:00:00Z", "0001-01-01T00:00:00+10:00", "1.00", "-1", "\ud800"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, here: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every path into a document."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [here, *(path for key, each in inner for path in places(each, (*here, key)))]


FULL = order(
    line_items=[line(properties=[{"name": "a", "value": "b"}])],
    refunds=[{"refund_line_items": [{"line_item_id": 9007199254740993002, "quantity": 1}]}],
    fulfillments=[{"status": "success", "line_items": [{"id": 9007199254740993002, "quantity": 1}]}],
)


@given(st.sampled_from(places(FULL)[1:]), anything)
def test_it_translates_or_refuses_anything_in_the_place_of_any_field(
    place: tuple[str | int, ...], value: Any
):
    payload = copy.deepcopy(FULL)
    at: Any = payload
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value

    try:
        translated = from_shopify_order(payload)
    except UnreadableOrder as refused:
        msgspec.json.encode(refused.fields)
    else:
        again = msgspec.json.decode(
            msgspec.json.encode(msgspec.structs.replace(translated, raw={})), type=ChannelOrder
        )
        assert again.external_id == translated.external_id


@given(st.sampled_from(places(FULL)[1:]))
def test_it_translates_or_refuses_an_order_without_any_one_field(place: tuple[str | int, ...]):
    payload = copy.deepcopy(FULL)
    at: Any = payload
    for key in place[:-1]:
        at = at[key]
    del at[place[-1]]

    try:
        from_shopify_order(payload)
    except UnreadableOrder as refused:
        msgspec.json.encode(refused.fields)


@given(st.binary(max_size=200))
def test_it_refuses_any_bytes_that_are_no_order(body: bytes):
    with pytest.raises(UnreadableOrder):
        from_shopify_order(body)


def test_it_answers_every_odd_json_document():
    for row in json.loads(shared("vectors/bad-input/json_parsing.json").read_text(encoding="utf-8")):
        if "base64" in row:
            with pytest.raises(UnreadableOrder):
                from_shopify_order(base64.b64decode(row["base64"]))
