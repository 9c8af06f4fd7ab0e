"""What may be printed: exactly what is paid, wanted, ours and not yet sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.channels.api_orders import LineInput, OrderInput, RecipientInput, from_api_order
from printvision.channels.shopify import from_shopify_order, from_shopify_orders
from printvision.channels.types import ChannelLine, ChannelOrder, FinancialState
from printvision.orders.gate import LineVerdict, Outcome, Reason, Verdict, decide, printable_quantity
from printvision.orders.states import HoldReason
from printvision.platform.address import Recipient
from tests.shared import shared

START = datetime(2026, 3, 1, tzinfo=UTC)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HOME = Recipient(name="Ada", line1="12 Square", city="London", postal_code="SW1Y 4JH", country="GB")


def line(**changes: Any) -> ChannelLine:
    base: dict[str, Any] = {"external_id": "1", "sku": "SHIRT", "title": "Shirt", "quantity": 3}
    return ChannelLine(**{**base, **changes})


def order(*lines: ChannelLine, **changes: Any) -> ChannelOrder:
    base: dict[str, Any] = {
        "external_id": "1001",
        "number": "#1001",
        "placed_at": START,
        "updated_at": START,
        "currency": "GBP",
        "test": False,
        "financial": FinancialState.PAID,
        "financial_word": "paid",
        "cancelled_at": None,
        "recipient": HOME,
        "email": None,
        "lines": lines or (line(),),
    }
    return ChannelOrder(**{**base, **changes})


def verdict_on(shop_order: ChannelOrder, **changes: Any) -> Verdict:
    base: dict[str, Any] = {"mapped_skus": {"SHIRT", "MUG"}, "started_at": START, "live": True}
    return decide(shop_order, **{**base, **changes})


def test_it_prints_a_paid_order_in_full():
    verdict = verdict_on(order())

    assert verdict == Verdict(lines=(LineVerdict(external_id="1", printable_quantity=3),))
    assert (verdict.outcome, verdict.hold_reason, verdict.held_lines) == (Outcome.PRINT, None, ())
    assert verdict.sentence == "The order may be printed."


@pytest.mark.parametrize(
    ("changes", "reason", "outcome"),
    [
        ({"test": True}, Reason.TEST_ORDER, Outcome.SKIP),
        ({"cancelled_at": START}, Reason.CANCELLED, Outcome.SKIP),
        ({"financial": FinancialState.VOIDED}, Reason.VOIDED, Outcome.SKIP),
        ({"financial": FinancialState.EXPIRED}, Reason.VOIDED, Outcome.SKIP),
        ({"financial": FinancialState.REFUNDED}, Reason.REFUNDED, Outcome.SKIP),
        ({"placed_at": START - timedelta(microseconds=1)}, Reason.PLACED_BEFORE_START, Outcome.SKIP),
        ({"lines": ()}, Reason.NO_LINES, Outcome.SKIP),
        ({"financial": FinancialState.PENDING}, Reason.UNPAID, Outcome.HOLD),
        ({"financial": FinancialState.AUTHORIZED}, Reason.UNPAID, Outcome.HOLD),
        ({"financial": FinancialState.PARTIALLY_PAID}, Reason.UNPAID, Outcome.HOLD),
        ({"financial": FinancialState.UNKNOWN}, Reason.UNKNOWN_STATUS, Outcome.HOLD),
        ({"recipient": None}, Reason.ADDRESS, Outcome.HOLD),
    ],
)
def test_it_prints_nothing_of_an_order(changes: dict[str, Any], reason: Reason, outcome: Outcome):
    verdict = verdict_on(order(**changes))

    assert (verdict.reason, verdict.outcome) == (reason, outcome)
    assert [(each.printable_quantity, each.reason) for each in verdict.lines] == [(0, reason)] * len(
        verdict.lines
    )


def test_it_prints_nothing_of_a_shop_that_is_not_live():
    assert verdict_on(order(), live=False).hold_reason is HoldReason.NOT_LIVE


@pytest.mark.parametrize("financial", [FinancialState.PAID, FinancialState.PARTIALLY_REFUNDED])
def test_it_prints_what_is_left_of_an_order_that_was_paid(financial: FinancialState):
    assert verdict_on(order(line(refunded_quantity=1), financial=financial)).lines[0].printable_quantity == 2


def test_it_takes_an_order_without_a_date_as_placed_when_it_came_in():
    assert verdict_on(order(placed_at=None)).outcome is Outcome.PRINT


@pytest.mark.parametrize(
    ("changes", "reason", "outcome"),
    [
        ({"gift_card": True}, Reason.GIFT_CARD, Outcome.SKIP),
        ({"requires_shipping": False}, Reason.NEEDS_NO_SHIPPING, Outcome.SKIP),
        ({"quantity": 0}, Reason.NO_QUANTITY, Outcome.SKIP),
        ({"quantity": -2}, Reason.NO_QUANTITY, Outcome.SKIP),
        ({"refunded_quantity": 3}, Reason.LINE_REFUNDED, Outcome.SKIP),
        ({"current_quantity": 0}, Reason.LINE_REMOVED, Outcome.SKIP),
        ({"fulfillable_quantity": 0}, Reason.LINE_FULFILLED, Outcome.SKIP),
        ({"fulfilled_quantity": 3}, Reason.LINE_FULFILLED, Outcome.SKIP),
        ({"fulfilled_quantity": 2, "refunded_quantity": 1}, Reason.LINE_FULFILLED, Outcome.SKIP),
        ({"sku": "CHAIR"}, Reason.UNMATCHED_ITEM, Outcome.HOLD),
        ({"sku": "shirt"}, Reason.UNMATCHED_ITEM, Outcome.HOLD),
        ({"sku": None}, Reason.UNMATCHED_ITEM, Outcome.HOLD),
        ({"properties": {"Engraving": "AB"}}, Reason.PERSONALISED, Outcome.HOLD),
        ({"sku": "CHAIR", "fulfillable_quantity": 0}, Reason.LINE_FULFILLED, Outcome.SKIP),
        ({"sku": "CHAIR", "requires_shipping": False}, Reason.NEEDS_NO_SHIPPING, Outcome.SKIP),
    ],
)
def test_it_prints_nothing_of_a_line_and_goes_on_with_the_others(
    changes: dict[str, Any], reason: Reason, outcome: Outcome
):
    alone = verdict_on(order(line(**changes)))
    beside = verdict_on(order(line(**changes), line(external_id="2", sku="MUG")))

    assert (alone.reason, alone.outcome) == (reason, outcome)
    assert beside.outcome is Outcome.PRINT
    assert [(each.printable_quantity, each.reason) for each in beside.lines] == [(0, reason), (3, None)]
    assert len(beside.held_lines) == (outcome is Outcome.HOLD)


@pytest.mark.parametrize(
    ("changes", "pieces"),
    [
        ({}, 3),
        ({"fulfillable_quantity": 2}, 2),
        ({"current_quantity": 1}, 1),
        ({"refunded_quantity": 1}, 2),
        ({"fulfilled_quantity": 1}, 2),
        ({"fulfilled_quantity": 1, "refunded_quantity": 1}, 1),
        # sent, then given money back for: the piece stands in both lists and the shop says two are left
        ({"fulfilled_quantity": 1, "refunded_quantity": 1, "fulfillable_quantity": 2}, 2),
        ({"fulfillable_quantity": 9}, 3),
        ({"fulfillable_quantity": -1}, 0),
    ],
)
def test_it_counts_the_least_of_what_the_shop_says(changes: dict[str, Any], pieces: int):
    assert printable_quantity(line(**changes)) == pieces


def test_it_prints_what_a_buyer_wrote_where_the_product_says_how():
    personalised = order(line(properties={"Engraving": "AB"}))

    assert verdict_on(personalised, personalisable_skus={"SHIRT"}).lines[0].printable_quantity == 3
    assert verdict_on(personalised, personalisable_skus={"MUG"}).hold_reason is HoldReason.PERSONALISED


def test_it_prints_a_line_of_which_all_that_was_written_is_known_not_to_matter():
    noted = order(line(properties={" Gift Note ": "Happy birthday", "STRASSE": "x", "_bundle": "7"}))
    known = {"SHIRT": ("gift note", "Straße"), "MUG": ("Engraving",)}

    assert verdict_on(noted, known_properties=known).lines[0].printable_quantity == 3
    assert verdict_on(noted, known_properties={"MUG": known["SHIRT"]}).hold_reason is HoldReason.PERSONALISED


def test_it_holds_a_line_with_one_word_more_than_is_known():
    engraved = order(line(properties={"Gift note": "Happy birthday", "Engraving": "AB"}))

    verdict = verdict_on(engraved, known_properties={"SHIRT": ("Gift note",)})

    assert (verdict.reason, verdict.hold_reason) == (Reason.PERSONALISED, HoldReason.PERSONALISED)


def test_it_takes_no_note_of_an_app_for_a_buyers_wish():
    assert verdict_on(order(line(properties={"_bundle": "7", "Engraving": ""}))).outcome is Outcome.PRINT


def test_it_holds_rather_than_skips_an_order_of_which_no_line_prints():
    verdict = verdict_on(order(line(gift_card=True), line(external_id="2", sku="CHAIR")))

    assert (verdict.reason, verdict.hold_reason) == (Reason.UNMATCHED_ITEM, HoldReason.UNMATCHED_ITEM)


def test_it_says_first_what_cannot_change_again():
    everything = order(test=True, cancelled_at=START, financial=FinancialState.PENDING, placed_at=LONG_AGO)

    assert verdict_on(everything, live=False).reason is Reason.TEST_ORDER
    assert verdict_on(msgspec.structs.replace(everything, test=False)).reason is Reason.CANCELLED


def test_it_has_a_sentence_for_every_reason_and_a_hold_for_those_that_wait():
    assert all(reason.sentence.endswith(".") for reason in Reason)
    assert {reason for reason in Reason if reason.outcome is Outcome.HOLD} == {
        Reason.UNKNOWN_STATUS,
        Reason.UNPAID,
        Reason.NOT_LIVE,
        Reason.ADDRESS,
        Reason.UNMATCHED_ITEM,
        Reason.PERSONALISED,
    }


# The published samples, with every SKU mapped and the shop connected long before

IPODS = {"IPOD2008PINK", "IPOD2008GREEN", "IPOD2008RED", "IPOD2008BLACK", "IPOD2009BLACK"}


def on_sample(
    shop_order: ChannelOrder, **changes: Any
) -> tuple[Reason | None, list[tuple[str | None, int, Reason | None]]]:
    verdict = verdict_on(shop_order, **{"mapped_skus": IPODS, "started_at": LONG_AGO, **changes})
    skus = [each.sku for each in shop_order.lines]
    lines = zip(skus, verdict.lines, strict=True)
    return verdict.reason, [(sku, each.printable_quantity, each.reason) for sku, each in lines]


def sample(name: str) -> bytes:
    return shared(f"channels/shopify/{name}.json").read_bytes()


def test_it_prints_nothing_of_the_published_test_order():
    test_order = from_shopify_order(sample("webhook_orders_create"))
    for_real = msgspec.structs.replace(test_order, test=False)
    not_cancelled = msgspec.structs.replace(for_real, cancelled_at=None)

    assert on_sample(test_order) == (Reason.TEST_ORDER, [("IPOD2008PINK", 0, Reason.TEST_ORDER)] * 2)
    assert on_sample(for_real)[0] is Reason.CANCELLED
    assert on_sample(not_cancelled)[0] is Reason.VOIDED


def test_it_prints_the_one_line_left_of_the_published_partly_refunded_order():
    (listed,) = from_shopify_orders(sample("orders_list_response"))

    assert on_sample(listed) == (
        None,
        [
            ("IPOD2008GREEN", 0, Reason.LINE_REFUNDED),
            ("IPOD2008RED", 1, None),
            ("IPOD2008BLACK", 0, Reason.LINE_REFUNDED),
        ],
    )
    assert on_sample(listed, started_at=START)[0] is Reason.PLACED_BEFORE_START
    assert on_sample(listed, mapped_skus=())[0] is Reason.UNMATCHED_ITEM


def test_it_holds_the_published_order_that_does_not_say_whether_it_is_paid():
    few_fields = from_shopify_order(sample("order_get_response"))
    paid = msgspec.structs.replace(few_fields, financial=FinancialState.PAID, recipient=HOME)

    assert on_sample(few_fields)[0] is Reason.UNKNOWN_STATUS
    assert on_sample(paid) == (
        None,
        [
            ("IPOD2008GREEN", 0, Reason.LINE_REMOVED),
            ("IPOD2008RED", 1, None),
            ("IPOD2008BLACK", 0, Reason.LINE_REMOVED),
        ],
    )


def test_it_holds_the_published_paid_order_for_its_missing_address():
    created = from_shopify_order(sample("order_create_response"))

    assert on_sample(created) == (Reason.ADDRESS, [("IPOD2009BLACK", 0, Reason.ADDRESS)])
    assert on_sample(msgspec.structs.replace(created, recipient=HOME)) == (None, [("IPOD2009BLACK", 1, None)])


def test_it_prints_what_comes_by_our_own_door():
    wanted = OrderInput(
        external_id="A-1",
        recipient=RecipientInput(name="Ada", line1="12 Square", country="GB"),
        lines=(LineInput(sku="MUG", quantity=7),),
    )

    assert [each.printable_quantity for each in verdict_on(from_api_order(wanted)).lines] == [7]


# Whatever the shop says

quantities = st.integers(-3, 6)
lines = st.builds(
    ChannelLine,
    external_id=st.uuids().map(str),
    sku=st.sampled_from([None, "", "SHIRT", "MUG", "CHAIR"]),
    title=st.just(""),
    quantity=quantities,
    current_quantity=st.none() | quantities,
    fulfillable_quantity=st.none() | quantities,
    refunded_quantity=quantities,
    fulfilled_quantity=quantities,
    requires_shipping=st.booleans(),
    gift_card=st.booleans(),
    properties=st.sampled_from([{}, {"Engraving": "AB"}, {"_app": "1"}]),
)
times = st.sampled_from([None, LONG_AGO, START, START + timedelta(days=1)])
orders = st.builds(
    order,
    lines=st.lists(lines, max_size=4).map(tuple),
    test=st.booleans(),
    financial=st.sampled_from(FinancialState),
    cancelled_at=times,
    placed_at=times,
    recipient=st.sampled_from([None, HOME]),
)
settled = st.builds(order, lines=st.lists(lines, max_size=4).map(tuple))


def pieces(verdict: Verdict) -> list[int]:
    return [each.printable_quantity for each in verdict.lines]


@given(orders | settled, st.booleans())
def test_it_prints_no_piece_beyond_any_bound(shop_order: ChannelOrder, live: bool):
    verdict = verdict_on(shop_order, live=live)

    assert [each.external_id for each in verdict.lines] == [each.external_id for each in shop_order.lines]
    for said, judged in zip(shop_order.lines, verdict.lines, strict=True):
        left = judged.printable_quantity
        assert left >= 0
        assert (left == 0) == (judged.reason is not None)
        if left:
            assert live
            assert not shop_order.test
            assert shop_order.cancelled_at is None
            assert shop_order.recipient is not None
            assert shop_order.financial in {FinancialState.PAID, FinancialState.PARTIALLY_REFUNDED}
            assert said.sku in {"SHIRT", "MUG"}
            assert said.requires_shipping
            assert not said.gift_card
            assert left <= said.quantity
            assert said.current_quantity is None or left <= said.current_quantity
            assert said.fulfillable_quantity is None or left <= said.fulfillable_quantity
            assert left <= said.quantity - said.refunded_quantity
            assert left <= said.quantity - said.fulfilled_quantity


@given(orders | settled)
def test_it_gives_a_reason_exactly_when_nothing_prints(shop_order: ChannelOrder):
    verdict = verdict_on(shop_order)

    assert (verdict.reason is None) == (sum(pieces(verdict)) > 0)
    assert (verdict.hold_reason is not None) == (verdict.outcome is Outcome.HOLD)


@given(
    orders | settled,
    st.sampled_from(
        [
            {"test": True},
            {"cancelled_at": START},
            {"placed_at": LONG_AGO},
            {"recipient": None},
            *(
                {"financial": state}
                for state in FinancialState
                if state not in {"paid", "partially_refunded"}
            ),
        ]
    ),
)
def test_it_prints_nothing_once_there_is_one_reason_against_it(
    shop_order: ChannelOrder, against: dict[str, Any]
):
    assert sum(pieces(verdict_on(msgspec.structs.replace(shop_order, **against)))) == 0


@given(settled, st.sampled_from(["current_quantity", "fulfillable_quantity"]), st.integers(0, 6))
def test_it_prints_no_more_of_a_line_when_less_of_it_is_left(shop_order: ChannelOrder, bound: str, left: int):
    fewer = tuple(
        msgspec.structs.replace(each, **{bound: min(left, printable_quantity(each))})
        for each in shop_order.lines
    )

    before = pieces(verdict_on(shop_order))
    after = pieces(verdict_on(msgspec.structs.replace(shop_order, lines=fewer)))

    assert all(now <= then for now, then in zip(after, before, strict=True))
    assert all(now <= left for now in after)


@given(orders | settled)
def test_it_prints_no_more_when_fewer_products_are_known(shop_order: ChannelOrder):
    known, fewer = verdict_on(shop_order), verdict_on(shop_order, mapped_skus={"MUG"})

    assert all(now <= then for now, then in zip(pieces(fewer), pieces(known), strict=True))
