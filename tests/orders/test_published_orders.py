"""Shopify's published orders, from the door on: exactly what may be printed is, and the rest says why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from printvision.orders.models import OrderRow
from printvision.orders.states import HoldReason, Stage
from tests.orders.carrying import settle
from tests.orders.shopify import deliver
from tests.orders.vendor import Vendor
from tests.shared import shared

SKUS = ["IPOD2008PINK", "IPOD2008GREEN", "IPOD2008RED", "IPOD2008BLACK", "IPOD2009BLACK"]
REAL: dict[str, Any] = {"test": False, "cancelled_at": None, "financial_status": "paid"}


def published(name: str) -> dict[str, Any]:
    document = msgspec.json.decode(shared(f"channels/shopify/{name}.json").read_bytes())
    return document["orders"][0] if "orders" in document else document.get("order", document)


@pytest.fixture
async def ipods(vendor: Vendor) -> Vendor:
    """A vendor who sells what the examples are about."""
    await vendor.sell(SKUS, [vendor.connection_id])
    return vendor


async def take_in(vendor: Vendor, body: dict[str, Any], **shop: Any) -> OrderRow:
    assert await deliver(vendor, await vendor.open_shop(**shop), body) == "created"
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    return await vendor.order(row.id)


async def printable(vendor: Vendor, row: OrderRow) -> list[tuple[str | None, int, str | None]]:
    return [(line.sku, line.printable, line.reason) for line in await vendor.lines(row.id)]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "test-order"),
        ({"test": False}, "cancelled"),
        ({"test": False, "cancelled_at": None}, "voided"),
        ({**REAL, "financial_status": "refunded"}, "refunded"),
    ],
)
async def test_the_test_order_is_not_printed(ipods: Vendor, changes: dict[str, Any], reason: str):
    row = await take_in(ipods, published("webhook_orders_create") | changes)

    assert (row.stage, row.reason, row.hold_reason) == (Stage.NOT_PRINTABLE, reason, None)
    assert await printable(ipods, row) == [("IPOD2008PINK", 0, reason)] * 2
    assert await ipods.story(row.id) == ["received", f"advanced not_printable {reason}"]
    assert await ipods.fulfilments(row.id) == []


async def test_the_test_order_would_be_printed_were_it_real(ipods: Vendor):
    row = await take_in(ipods, published("webhook_orders_create") | REAL)

    assert (row.stage, row.hold_reason) == (Stage.SENT, None)
    assert await printable(ipods, row) == [("IPOD2008PINK", 1, None)] * 2
    assert await ipods.printed(row.id) == [("IPOD2008PINK", 1)] * 2


@pytest.mark.parametrize(
    ("financial", "reason"),
    [
        ("pending", HoldReason.UNPAID),
        ("authorized", HoldReason.UNPAID),
        ("partially_paid", HoldReason.UNPAID),
        (None, HoldReason.UNKNOWN_STATUS),
    ],
)
async def test_it_waits_until_it_is_paid(ipods: Vendor, financial: str | None, reason: HoldReason):
    row = await take_in(ipods, published("webhook_orders_create") | {**REAL, "financial_status": financial})

    assert (row.stage, row.hold_reason) == (Stage.RECEIVED, reason)
    assert await printable(ipods, row) == [("IPOD2008PINK", 0, reason)] * 2
    assert await ipods.fulfilments(row.id) == []


async def test_of_the_partly_refunded_order_the_line_that_is_left_is_printed(ipods: Vendor):
    row = await take_in(ipods, published("orders_list_response"))

    assert (row.stage, row.hold_reason, row.country) == (Stage.SENT, None, "US")
    assert await printable(ipods, row) == [
        ("IPOD2008GREEN", 0, "line-refunded"),
        ("IPOD2008RED", 1, None),
        ("IPOD2008BLACK", 0, "line-refunded"),
    ]
    assert await ipods.printed(row.id) == [("IPOD2008RED", 1)]


async def test_an_order_from_before_the_shop_was_connected_is_not_printed(ipods: Vendor):
    row = await take_in(
        ipods, published("orders_list_response"), orders_from=datetime(2020, 1, 1, tzinfo=UTC)
    )

    assert (row.stage, row.reason) == (Stage.NOT_PRINTABLE, "placed-before-start")


async def test_an_order_of_unknown_items_waits(vendor: Vendor):
    row = await take_in(vendor, published("orders_list_response"))

    assert (row.stage, row.hold_reason) == (Stage.RECEIVED, HoldReason.UNMATCHED_ITEM)
    assert await printable(vendor, row) == [
        ("IPOD2008GREEN", 0, "line-refunded"),
        ("IPOD2008RED", 0, "unmatched-item"),
        ("IPOD2008BLACK", 0, "line-refunded"),
    ]


async def test_an_order_that_does_not_say_whether_it_is_paid_waits(ipods: Vendor):
    row = await take_in(ipods, published("order_get_response"))

    assert (row.stage, row.hold_reason) == (Stage.RECEIVED, HoldReason.UNKNOWN_STATUS)
    assert await ipods.fulfilments(row.id) == []


async def test_an_order_without_an_address_waits(ipods: Vendor):
    row = await take_in(ipods, published("order_create_response"))

    assert (row.stage, row.hold_reason) == (Stage.RECEIVED, HoldReason.ADDRESS)
    assert await printable(ipods, row) == [("IPOD2009BLACK", 0, "address")]
