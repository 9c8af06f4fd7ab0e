from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from printvision.platform.address import Recipient
from printvision.providers.adapters.printify import orders, snapshots
from printvision.providers.sdk import (
    Ending,
    Money,
    OrderSnapshot,
    ParcelState,
    PrintFile,
    PrintItem,
    PrintOrder,
    Progress,
    ProviderRejected,
)
from tests.providers.adapters.printify_payloads import published

AUSTIN = Recipient(
    name="Odalys Maria Wexford",
    line1="77 Quillback Row",
    line2="Flat 3",
    city="Austin",
    region="TX",
    postal_code="73301",
    country="US",
    email="odalys@wexford.example",
)
FILE = PrintFile(placement="front", technique="dtg", url="https://files.example/a.png?sig=x")
ITEM = PrintItem(
    line_ref="line-0",
    variant_external_id="9:5:17887",
    quantity=2,
    files=(FILE,),
    product_external_id="5bfd0b66a342bcc9b5563216",
)
ORDER = PrintOrder(ref="ab" * 16, recipient=AUSTIN, items=(ITEM,), shipping_method="standard")

SENT = "2026-02-04 15:00:00+00:00"
NEVER = "1970-01-01 00:00:00+00:00"


def line(ref: str | None = "line-0", **changes: Any) -> dict[str, Any]:
    body = {
        "product_id": "5bfd0b66a342bcc9b5563216",
        "variant_id": 17887,
        "print_provider_id": 5,
        "quantity": 1,
        "cost": 1050,
        "shipping_cost": 400,
        "status": "on-hold",
        "metadata": {"sku": "1", "external_id": ref} if ref else {"sku": "1"},
        "sent_to_production_at": None,
        "fulfilled_at": None,
    }
    return body | changes


def order(*lines: dict[str, Any], **changes: Any) -> OrderSnapshot:
    body = {
        "id": "5a96f649b2439217d070f507",
        "status": "on-hold",
        "line_items": list(lines or (line(),)),
        "metadata": {"order_type": "api", "shop_order_id": "ab" * 16},
        "total_price": 9999,
        "total_shipping": 400,
        "total_tax": 0,
    }
    return snapshots.from_order(body | changes)


def parcel(number: str | None = "PFY1", **changes: Any) -> dict[str, Any]:
    return {"carrier": "usps", "number": number, "url": "https://track.example/1"} | changes


# -- to Printify ------------------------------------------


def test_to_order_says_everything_in_their_words() -> None:
    sent = orders.to_order(ORDER)

    assert sent == {
        "external_id": "abababababababababababababababab",
        "line_items": [
            {
                "product_id": "5bfd0b66a342bcc9b5563216",
                "variant_id": 17887,
                "quantity": 2,
                "external_id": "line-0",
            }
        ],
        "shipping_method": 1,
        "send_shipping_notification": False,
        "address_to": {
            "first_name": "Odalys Maria",
            "last_name": "Wexford",
            "email": "odalys@wexford.example",
            "country": "US",
            "region": "TX",
            "address1": "77 Quillback Row",
            "address2": "Flat 3",
            "city": "Austin",
            "zip": "73301",
        },
    }
    assert set(sent) <= set(published("order_submit_existing_product_request"))


@pytest.mark.parametrize(("method", "number"), [("standard", 1), ("priority", 2), ("economy", 4)])
def test_to_order_gives_the_methods_number(method: str, number: int) -> None:
    sent = orders.to_order(msgspec.structs.replace(ORDER, shipping_method=method))

    assert sent["shipping_method"] == number


@pytest.mark.parametrize("method", ["express", "STANDARD", "", "1"])
def test_to_order_refuses_a_method_it_does_not_offer(method: str) -> None:
    with pytest.raises(ProviderRejected):
        orders.to_order(msgspec.structs.replace(ORDER, shipping_method=method))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Odalys Wexford", "Odalys", "Wexford"), (" Odalys ", "Odalys", "-"), ("A  B", "A", "B")],
)
def test_to_address_has_two_names_for_everybody(name: str, first: str, last: str) -> None:
    sent = orders.to_address(msgspec.structs.replace(AUSTIN, name=name))

    assert (sent["first_name"], sent["last_name"]) == (first, last)


@pytest.mark.parametrize(
    "change", [{"product_external_id": None}, {"product_external_id": ""}, {"variant_external_id": "17887"}]
)
def test_to_line_refuses_what_would_be_printed_blank_or_not_at_all(change: dict[str, Any]) -> None:
    with pytest.raises(ProviderRejected):
        orders.to_line(msgspec.structs.replace(ITEM, **change))


# -- what is there already --------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        [line(quantity=2)],
        [line(None, quantity=2)],
        [line(quantity=1), line("line-1", quantity=1)],
    ],
)
def test_require_same_takes_an_order_of_the_same_pieces(lines: list[dict[str, Any]]) -> None:
    known = order(*lines)

    assert orders.require_same(ORDER, known) is known


@pytest.mark.parametrize(
    "lines",
    [
        [line(quantity=3)],
        [line(quantity=2, variant_id=1)],
        [line(quantity=2, product_id="other")],
        [line(quantity=2), line("line-1", variant_id=1)],
    ],
)
def test_require_same_refuses_an_order_of_other_pieces(lines: list[dict[str, Any]]) -> None:
    with pytest.raises(ProviderRejected, match="other items"):
        orders.require_same(ORDER, order(*lines))


@pytest.mark.parametrize("name", ["order_submit_response", "order_get_fulfilled_response"])
def test_the_answer_to_a_create_is_an_id(name: str) -> None:
    assert orders.from_placed(published(name)) == "5a96f649b2439217d070f507"
    assert orders.from_placed({"id": 77}) == "77"


# -- from Printify ----------------------------------------


def test_a_published_order_that_arrived_is_delivered() -> None:
    found = snapshots.from_order(published("order_get_fulfilled_response"))

    assert (found.provider_order_id, found.ref) == ("5a96f649b2439217d070f507", "1370762297")
    assert (found.progress, found.ending, found.hold) == (Progress.DELIVERED, None, None)
    assert (found.cost, found.cost_ready) == (Money(1450, "USD"), True)
    (only,) = found.parcels
    assert (only.external_id, only.state, only.carrier) == (
        "94001116990045395649372",
        ParcelState.DELIVERED,
        "usps",
    )
    assert only.shipped_at == only.delivered_at == datetime(2017, 4, 18, 13, 24, 28, tzinfo=UTC)
    assert only.lines == {}


def test_a_published_order_on_hold_is_a_draft_whatever_else_stands_in_it() -> None:
    found = snapshots.from_order(published("order_get_on_hold_response"))

    assert (found.progress, found.parcels, found.hold) == (Progress.DRAFT, (), None)
    assert found.cost == Money(1050 + 650 + 800, "USD")


def test_a_published_answer_to_sending_still_shows_a_draft() -> None:
    found = snapshots.from_order(published("order_send_to_production_response"))

    assert (found.progress, found.status_word, found.ref) == (Progress.DRAFT, "on-hold", None)
    assert snapshots.as_sent(found).progress is Progress.ACCEPTED


def test_every_order_of_a_published_list_is_read() -> None:
    rows = published("orders_list_response")["data"]

    assert [snapshots.from_order(row).progress for row in rows] == [Progress.DELIVERED]


@pytest.mark.parametrize(
    ("word", "progress", "ending", "held"),
    [
        ("pending", Progress.DRAFT, None, False),
        ("cost-calculation", Progress.DRAFT, None, False),
        ("on-hold", Progress.DRAFT, None, False),
        ("payment-not-received", Progress.ACCEPTED, None, True),
        ("sending-to-production", Progress.ACCEPTED, None, False),
        ("sending_to_production_delegate", Progress.ACCEPTED, None, False),
        ("sending_to_production_delegate_sync", Progress.ACCEPTED, None, False),
        ("in-production", Progress.PRINTING, None, False),
        ("partially-fulfilled", Progress.PRINTING, None, False),
        ("fulfilled", Progress.SHIPPED, None, False),
        ("canceled", Progress.DRAFT, Ending.CANCELLED, False),
        ("has-issues", Progress.DRAFT, None, True),
        ("had-issues", Progress.DRAFT, None, True),
        ("source-check-failed", Progress.DRAFT, None, True),
        ("unfulfillable", Progress.DRAFT, Ending.FAILED, False),
    ],
)
def test_from_order_reads_every_published_state(
    word: str, progress: Progress, ending: Ending | None, held: bool
) -> None:
    found = order(status=word)

    assert (found.progress, found.ending, found.hold is not None) == (progress, ending, held)
    assert (found.status_word, found.unknown_words) == (word, ())
    assert found.unpaid == (word == "payment-not-received")
    assert (found.ending_detail is not None) == (word == "unfulfillable")


def test_an_order_on_hold_that_was_sent_is_held_by_them() -> None:
    at_order, at_line = order(sent_to_production_at=SENT), order(line(sent_to_production_at=SENT))

    for found in (at_order, at_line):
        assert found.progress is Progress.ACCEPTED
        assert found.hold == snapshots.STOPPED
    assert order(sent_to_production_at=NEVER).hold is None


@pytest.mark.parametrize(
    ("lines", "progress"),
    [
        ([line(status="in-production")], Progress.PRINTING),
        ([line(status="sending-to-production")], Progress.ACCEPTED),
        ([line(status="fulfilled"), line(status="in-production")], Progress.PRINTING),
        ([line(fulfilled_at=SENT), line(status="fulfilled")], Progress.SHIPPED),
        ([line(fulfilled_at=SENT), line(status="canceled")], Progress.SHIPPED),
        ([line(status="canceled")], Progress.DRAFT),
    ],
)
def test_lines_prove_more_than_a_word_we_do_not_know(lines: list[dict[str, Any]], progress: Progress) -> None:
    found = order(*lines, status="levitating")

    assert found.progress is progress
    assert found.unknown_words == ("status: levitating",)


def test_a_part_that_was_cancelled_is_told() -> None:
    found = order(line(status="canceled"), line("line-1", status="in-production"), status="in-production")

    assert (found.progress, found.ending, found.hold) == (
        Progress.PRINTING,
        None,
        snapshots.PARTLY_CANCELED,
    )


@pytest.mark.parametrize(
    ("word", "hold"),
    [("canceled", snapshots.PARTLY_CANCELED), ("unfulfillable", snapshots.PARTLY_IMPOSSIBLE)],
)
@pytest.mark.parametrize(
    "printed",
    [line(fulfilled_at=SENT), line(status="in-production"), line(status="canceled", fulfilled_at=SENT)],
)
def test_an_order_of_which_a_part_was_printed_has_not_ended(
    word: str, hold: str, printed: dict[str, Any]
) -> None:
    found = order(printed, line("line-1", status="canceled"), status=word)

    assert (found.ending, found.ending_detail, found.hold) == (None, None, hold)


def test_from_order_lists_every_word_it_does_not_know() -> None:
    found = order(line(status="beamed"), line(status="beamed"), status="teleported")

    assert found.unknown_words == ("status: teleported", "line status: beamed")
    assert (found.progress, found.ending, found.hold) == (Progress.DRAFT, None, None)


@pytest.mark.parametrize("missing", ["line_items", "metadata", "status", "total_shipping", "total_tax"])
def test_an_early_answer_may_leave_anything_out(missing: str) -> None:
    body = {"id": 7, "status": "on-hold", "line_items": None, "metadata": None}
    body.pop(missing, None)

    found = snapshots.from_order(body)

    assert (found.provider_order_id, found.ref, found.progress) == ("7", None, Progress.DRAFT)
    assert (found.cost, found.cost_ready, found.parcels) == (None, False, ())


@pytest.mark.parametrize(
    ("lines", "changes", "cost", "ready"),
    [
        ([line(quantity=3)], {}, 3 * 1050 + 400, True),
        ([line(), line("line-1", cost=650, shipping_cost=0)], {}, 1050 + 650 + 400, True),
        ([line(shipping_cost=None)], {"total_shipping": 475}, 1050 + 475, True),
        ([line()], {"total_tax": 83}, 1050 + 400 + 83, True),
        ([line()], {"status": "cost-calculation"}, 1450, False),
        ([line()], {"status": "pending"}, 1450, False),
        ([line(cost=None)], {}, None, False),
        ([line(), line("line-1", cost=None)], {}, None, False),
        ([line(shipping_cost=None)], {"total_shipping": None}, None, False),
    ],
)
def test_the_cost_is_pieces_carriage_and_tax_once_all_is_known(
    lines: list[dict[str, Any]], changes: dict[str, Any], cost: int | None, ready: bool
) -> None:
    found = order(*lines, **changes)

    assert found.cost == (None if cost is None else Money(cost, "USD"))
    assert found.cost_ready is ready


# -- parcels ----------------------------------------------


def test_the_only_parcel_of_an_order_that_was_sent_whole_holds_all() -> None:
    lines = [line(quantity=2, fulfilled_at=SENT), line("line-1", fulfilled_at=SENT)]

    found = order(*lines, status="fulfilled", shipments=[parcel()])

    (only,) = found.parcels
    assert only.lines == {"line-0": 2, "line-1": 1}
    assert only.shipped_at == datetime(2026, 2, 4, 15, tzinfo=UTC)
    assert found.progress is Progress.SHIPPED


def test_of_several_parcels_nobody_knows_what_is_in_which() -> None:
    lines = [line(fulfilled_at=SENT), line("line-1", fulfilled_at=SENT)]

    found = order(*lines, status="fulfilled", shipments=[parcel(), parcel("PFY2", delivered_at=SENT)])

    assert [(each.external_id, each.state, each.lines) for each in found.parcels] == [
        ("PFY1", ParcelState.SHIPPED, {}),
        ("PFY2", ParcelState.DELIVERED, {}),
    ]
    assert found.progress is Progress.SHIPPED


def test_a_parcel_of_a_part_does_not_say_what_is_in_it() -> None:
    lines = [line(fulfilled_at=SENT), line("line-1", status="in-production")]

    found = order(*lines, status="partially-fulfilled", shipments=[parcel(delivered_at=SENT)])

    assert [each.lines for each in found.parcels] == [{}]
    assert found.progress is Progress.PRINTING


def test_a_parcel_has_no_name_before_it_has_a_number() -> None:
    found = order(
        line(fulfilled_at=SENT),
        status="fulfilled",
        shipments=[parcel(None), parcel("PFY2", delivered_at=SENT)],
    )

    assert [each.external_id for each in found.parcels] == ["PFY2"]
    assert found.progress is Progress.SHIPPED


def test_an_order_is_delivered_once_every_parcel_is() -> None:
    shipments = [parcel(delivered_at=SENT), parcel("PFY2", delivered_at=SENT)]

    assert (
        order(line(status="fulfilled"), status="fulfilled", shipments=shipments).progress
        is Progress.DELIVERED
    )
    assert order(line(status="fulfilled"), status="fulfilled", shipments=[]).progress is Progress.SHIPPED
    assert order(line(status="fulfilled"), status="fulfilled").progress is Progress.SHIPPED
