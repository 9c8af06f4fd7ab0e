from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from openapi_schema_validator import OAS30Validator

from printvision.platform.address import Recipient
from printvision.providers.adapters.printful import orders
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
from tests.providers.adapters.printful_payloads import fixture, published

AUSTIN = Recipient(
    name="Odalys Wexford",
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
    variant_external_id="4011",
    quantity=2,
    files=(FILE,),
    name="TEE-L",
    retail_price=Money(1999, "EUR"),
)
ORDER = PrintOrder(ref="ab" * 16, recipient=AUSTIN, items=(ITEM,), shipping_method="STANDARD")


def order(**changes: Any) -> Any:
    body = fixture("order")
    return {"data": body["data"] | changes}


def shipment(number: int = 0, **changes: Any) -> dict[str, Any]:
    return fixture("shipments")["data"][number] | changes


def whole(**changes: Any) -> dict[str, Any]:
    """A parcel with everything in it."""
    items = [{"order_item_id": 900001, "quantity": 1}, {"order_item_id": 900002, "quantity": 2}]
    return shipment(shipment_items=items, **changes)


# -- to Printful ------------------------------------------


def test_to_order_says_everything_in_their_words() -> None:
    assert orders.to_order(ORDER) == {
        "external_id": "abababababababababababababababab",
        "shipping": "STANDARD",
        "recipient": {
            "name": "Odalys Wexford",
            "address1": "77 Quillback Row",
            "address2": "Flat 3",
            "city": "Austin",
            "state_code": "TX",
            "country_code": "US",
            "zip": "73301",
            "email": "odalys@wexford.example",
        },
        "order_items": [
            {
                "source": "catalog",
                "catalog_variant_id": 4011,
                "external_id": "line-0",
                "quantity": 2,
                "name": "TEE-L",
                "retail_price": "19.99",
                "placements": [
                    {
                        "placement": "front",
                        "technique": "dtg",
                        "layers": [{"type": "file", "url": "https://files.example/a.png?sig=x"}],
                    }
                ],
            }
        ],
        "retail_costs": {"currency": "EUR"},
    }


def test_to_order_fits_the_published_schema() -> None:
    document = msgspec.json.decode(published("openapi-v2"))
    body = document["components"]["requestBodies"]["OrderInput"]["content"]["application/json"]["schema"]
    validator = OAS30Validator(body | {"components": document["components"]})

    assert [error.message for error in validator.iter_errors(orders.to_order(ORDER))] == []


@pytest.mark.parametrize(
    ("country", "region", "expected"),
    [
        ("US", "TX", {"state_code": "TX"}),
        ("JP", "13", {"state_code": "13"}),
        ("IT", "RM", {"state_name": "RM"}),
        ("DE", None, {}),
    ],
)
def test_to_recipient_gives_a_state_code_only_where_they_take_one(
    country: str, region: str | None, expected: dict[str, str]
) -> None:
    sent = orders.to_recipient(msgspec.structs.replace(AUSTIN, country=country, region=region))

    assert {name: sent[name] for name in ("state_code", "state_name") if name in sent} == expected


def test_to_order_leaves_out_the_currency_where_there_are_two() -> None:
    other = msgspec.structs.replace(ITEM, line_ref="line-1", retail_price=Money(500, "USD"))

    assert "retail_costs" not in orders.to_order(msgspec.structs.replace(ORDER, items=(ITEM, other)))


@pytest.mark.parametrize("ref", ["", "a" * 33, "a/b", "ä"])
def test_to_order_refuses_a_reference_they_would_not_take(ref: str) -> None:
    with pytest.raises(ProviderRejected):
        orders.to_order(msgspec.structs.replace(ORDER, ref=ref))


@pytest.mark.parametrize("change", [{"files": ()}, {"variant_external_id": "four"}])
def test_to_item_refuses_what_would_be_printed_blank_or_not_at_all(change: dict[str, Any]) -> None:
    with pytest.raises(ProviderRejected):
        orders.to_item(msgspec.structs.replace(ITEM, **change))


# -- from Printful ----------------------------------------


@pytest.mark.parametrize(
    ("word", "progress", "ending"),
    [
        ("draft", Progress.DRAFT, None),
        ("inreview", Progress.ACCEPTED, None),
        ("pending", Progress.ACCEPTED, None),
        ("failed", Progress.DRAFT, Ending.FAILED),
        ("inprocess", Progress.PRINTING, None),
        ("onhold", Progress.ACCEPTED, None),
        ("partial", Progress.PRINTING, None),
        ("fulfilled", Progress.SHIPPED, None),
        ("canceled", Progress.DRAFT, Ending.CANCELLED),
        ("archived", Progress.DRAFT, None),
    ],
)
def test_from_order_reads_every_published_state(word: str, progress: Progress, ending: Ending | None) -> None:
    found = orders.from_order(order(status=word))

    assert (found.progress, found.ending, found.status_word) == (progress, ending, word)
    assert found.unknown_words == ()


def test_from_order_carries_costs_and_keeps_their_words() -> None:
    body = order(gift_wrap={"colour": "green"})

    found = orders.from_order(body)

    assert (found.provider_order_id, found.ref) == ("700100200", "0123456789abcdef0123456789abcdef")
    assert (found.cost, found.cost_ready) == (Money(4235, "USD"), True)
    assert found.raw == body["data"]


@pytest.mark.parametrize(
    ("costs", "ready", "hold"),
    [
        (None, False, None),
        ({"calculation_status": "calculating", "currency": None, "total": None}, False, None),
        ({"calculation_status": "done", "currency": None, "total": None}, False, None),
        (
            {"calculation_status": "failed", "currency": "USD", "total": None},
            False,
            "Printful could not work out what the order costs",
        ),
        ({"calculation_status": "done", "currency": "JPY", "total": "4235"}, True, None),
    ],
)
def test_from_order_is_ready_only_with_costs(costs: Any, ready: bool, hold: str | None) -> None:
    found = orders.from_order(order(status="draft", costs=costs))

    assert (found.cost_ready, found.hold) == (ready, hold)


def test_from_order_lists_every_word_it_does_not_know() -> None:
    strange = shipment(shipment_status="teleported", delivery_status="beamed")
    costs = {"calculation_status": "guessing", "currency": "USD", "total": "1.00"}

    found = orders.from_order(order(status="levitating", costs=costs), [strange])

    assert found.unknown_words == (
        "status: levitating",
        "calculation_status: guessing",
        "shipment_status: teleported",
        "delivery_status: beamed",
    )
    assert (found.progress, found.ending, found.cost_ready) == (Progress.DRAFT, None, False)


def test_from_shipment_reads_a_parcel() -> None:
    parcel, packed = orders.from_order(order(), fixture("shipments")["data"]).parcels

    assert msgspec.structs.replace(parcel, raw={}) == msgspec.convert(
        {
            "external_id": "51",
            "state": "delivered",
            "carrier": "USPS",
            "service": "USPS Ground",
            "tracking_number": "94001",
            "tracking_url": "https://carrier.example/94001",
            "shipped_at": datetime(2026, 2, 4, 15, tzinfo=UTC),
            "delivered_at": datetime(2026, 2, 7, 18, 30, tzinfo=UTC),
            "lines": {"line-0": 1, "line-1": 1},
        },
        type(parcel),
    )
    assert parcel.raw == shipment()
    assert (packed.state, packed.tracking_number, packed.lines) == (ParcelState.PENDING, None, {"line-1": 1})


@pytest.mark.parametrize(
    ("shipped", "delivery", "state"),
    [
        ("pending", "unknown", ParcelState.PENDING),
        ("onhold", "unknown", ParcelState.PENDING),
        ("packaged", "pre_transit", ParcelState.PENDING),
        ("outstock", None, ParcelState.PENDING),
        ("shipped", "unknown", ParcelState.SHIPPED),
        ("shipped", "pre_transit", ParcelState.SHIPPED),
        ("shipped", "in_transit", ParcelState.SHIPPED),
        ("shipped", "out_for_delivery", ParcelState.SHIPPED),
        ("shipped", "available_for_pickup", ParcelState.SHIPPED),
        ("shipped", "failure", ParcelState.SHIPPED),
        ("shipped", "delivered", ParcelState.DELIVERED),
        ("packaged", "in_transit", ParcelState.SHIPPED),
        ("shipped", "return_to_sender", ParcelState.RETURNED),
        ("returned", "delivered", ParcelState.RETURNED),
        ("canceled", "unknown", ParcelState.CANCELLED),
        ("canceled", "delivered", ParcelState.CANCELLED),
        (None, None, ParcelState.PENDING),
        ("teleported", "beamed", ParcelState.PENDING),
    ],
)
def test_from_shipment_reads_every_published_state(
    shipped: str | None, delivery: str | None, state: ParcelState
) -> None:
    raw = shipment(shipment_status=shipped, delivery_status=delivery)

    assert orders.from_shipment(raw, {}).state is state


@pytest.mark.parametrize(
    ("status", "parcels", "progress"),
    [
        ("partial", fixture("shipments")["data"], Progress.PRINTING),
        ("inprocess", [shipment(0)], Progress.PRINTING),
        ("pending", [shipment(0)], Progress.PRINTING),
        ("inprocess", [whole(delivery_status="in_transit")], Progress.SHIPPED),
        ("fulfilled", [whole()], Progress.DELIVERED),
        ("archived", [whole()], Progress.DELIVERED),
        ("fulfilled", [shipment(0), shipment(1, shipment_status="shipped")], Progress.SHIPPED),
        (
            "fulfilled",
            [shipment(0), shipment(1, shipment_status="shipped", delivery_status="delivered")],
            Progress.DELIVERED,
        ),
        ("fulfilled", [whole(shipment_status="returned")], Progress.SHIPPED),
        ("fulfilled", [shipment(0), shipment(1, shipment_status="canceled")], Progress.SHIPPED),
        (
            "fulfilled",
            [whole(shipment_status="canceled"), whole(id=53, is_reshipment=True)],
            Progress.DELIVERED,
        ),
        ("fulfilled", [shipment(0, shipment_items=[])], Progress.DELIVERED),
        ("inprocess", [shipment(0, shipment_items=[])], Progress.PRINTING),
        ("fulfilled", [], Progress.SHIPPED),
    ],
)
def test_from_order_is_delivered_only_when_everything_is(
    status: str, parcels: list[Any], progress: Progress
) -> None:
    assert orders.from_order(order(status=status), parcels).progress is progress


@pytest.mark.parametrize(
    ("status", "parcels", "hold"),
    [
        ("onhold", [], "Printful has stopped the order and wants to talk about it"),
        ("inprocess", [shipment(shipment_status="onhold")], "Printful has stopped a parcel"),
        ("inprocess", [shipment(shipment_status="outstock")], "A parcel waits for stock"),
        ("inprocess", [shipment()], None),
    ],
)
def test_from_order_says_why_it_waits_for_a_person(status: str, parcels: list[Any], hold: str | None) -> None:
    assert orders.from_order(order(status=status), parcels).hold == hold


@pytest.mark.parametrize("quantity", [1, 2, 3])
def test_require_same_takes_only_the_order_that_was_meant(quantity: int) -> None:
    wanted = tuple(
        msgspec.structs.replace(ITEM, line_ref=ref, variant_external_id=variant, quantity=pieces)
        for ref, variant, pieces in (("line-0", "4011", 1), ("line-1", "4012", quantity))
    )
    known = orders.from_order(order())

    def check() -> OrderSnapshot:
        return orders.require_same(msgspec.structs.replace(ORDER, items=wanted), known)

    if quantity == 2:
        assert check() is known
    else:
        with pytest.raises(ProviderRejected) as caught:
            check()
        assert caught.value.provider_code == "OR-13"


@pytest.mark.parametrize(
    "name",
    [
        "v2_order_confirmation_response",
        "v2_order_create_response",
        "v2_order_get_draft_response",
        "v2_order_patch_recipient_response",
    ],
)
def test_from_order_reads_what_printful_publishes(name: str) -> None:
    body = msgspec.json.decode(published(name))

    found = orders.from_order(body)

    assert (found.status_word, found.progress, found.unknown_words) == ("draft", Progress.DRAFT, ())
    assert found.raw == body["data"]


def test_from_order_reads_every_order_of_the_published_list() -> None:
    listed = msgspec.json.decode(published("v2_orders_list_response"))["data"]

    assert [orders.from_order({"data": raw}).cost for raw in listed] == [Money(2650, "USD")]


def test_from_shipment_reads_what_printful_publishes() -> None:
    (raw,) = msgspec.json.decode(published("v2_order_shipments_response"))["data"]

    parcel = orders.from_shipment(raw, {20: "line-0"})

    assert (parcel.state, parcel.is_reshipment) == (ParcelState.CANCELLED, True)
    assert parcel.lines == {"item-external-id": 1}
    assert parcel.raw == raw
