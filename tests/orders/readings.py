"""What a provider told of an order from one reading to the next, in Printful's and in Printify's published shape.

Printful's time of an order has whole seconds and stands still while only a parcel moves, so that several readings carry
the same one; Printify tells none. Our own time of asking is another each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from printvision.providers.adapters.printful import orders
from printvision.providers.adapters.printify import snapshots
from printvision.providers.sdk import OrderSnapshot

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
ORDER_ID = 901
REF = "a" * 32
LINES = ("line-0", "line-1")


def parcel(name: int, status: str, delivery: str = "pre_transit", *, lines: Sequence[str] = LINES) -> Any:
    """A shipment; it has a number once a carrier has it."""
    gone = delivery != "pre_transit"
    return {
        "id": name,
        "carrier": "SIMPOST",
        "service": "Standard",
        "shipment_status": status,
        "delivery_status": delivery,
        "shipped_at": "2026-03-04T10:00:00Z" if gone else None,
        "delivered_at": "2026-03-07T15:30:00Z" if delivery in ("delivered", "return_to_sender") else None,
        "tracking_number": f"SIM{name:09d}" if gone else None,
        "tracking_url": f"https://tracking.example/SIM{name:09d}" if gone else "",
        "tracking_events": [{"triggered_at": "2026-03-04T10:00:00Z", "description": delivery}]
        if gone
        else [],
        "is_reshipment": False,
        "shipment_items": [{"order_item_external_id": line, "quantity": 1} for line in lines],
    }


@dataclass(frozen=True)
class Told:
    """One answer: their word, the second at which the order last changed, its parcels, what it costs."""

    status: str
    changed_s: int
    parcels: tuple[Any, ...] = ()
    cost: str | None = "14.95"

    def read(self, *, asked_s: int, timed: bool) -> OrderSnapshot:
        counted = "done" if self.cost else "calculating"
        body = {
            "id": ORDER_ID,
            "external_id": REF,
            "status": self.status,
            "costs": {"calculation_status": counted, "currency": "USD", "total": self.cost},
            "order_items": [
                {"id": number, "external_id": line, "catalog_variant_id": 4012, "quantity": 1}
                for number, line in enumerate(LINES)
            ],
        }
        if timed:
            changed_at = NINE + timedelta(seconds=self.changed_s)
            body["updated_at"] = changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        snapshot = orders.from_order({"data": body}, self.parcels)
        return msgspec.structs.replace(snapshot, read_at=NINE + timedelta(seconds=asked_s))


def readings(way: Sequence[Told], *, timed: bool = True) -> tuple[OrderSnapshot, ...]:
    """The way as it was read, once a minute.

    Args:
        timed: whether the provider tells when the order last changed.
    """
    return tuple(told.read(asked_s=60 * number, timed=timed) for number, told in enumerate(way, start=1))


FIRST, SECOND = ("line-0",), ("line-1",)

WAYS = {
    "in two parcels": (
        Told("pending", 1),
        Told("inprocess", 2, (parcel(51, "pending", lines=FIRST), parcel(52, "pending", lines=SECOND))),
        Told("inprocess", 2, (parcel(51, "packaged", lines=FIRST), parcel(52, "pending", lines=SECOND))),
        Told(
            "partial",
            3,
            (parcel(51, "shipped", "in_transit", lines=FIRST), parcel(52, "pending", lines=SECOND)),
        ),
        Told(
            "fulfilled",
            4,
            (
                parcel(51, "shipped", "out_for_delivery", lines=FIRST),
                parcel(52, "shipped", "in_transit", lines=SECOND),
            ),
        ),
        Told(
            "fulfilled",
            4,
            (
                parcel(51, "shipped", "delivered", lines=FIRST),
                parcel(52, "shipped", "in_transit", lines=SECOND),
            ),
        ),
        Told(
            "fulfilled",
            4,
            (
                parcel(51, "shipped", "delivered", lines=FIRST),
                parcel(52, "shipped", "delivered", lines=SECOND),
            ),
        ),
    ),
    "returned": (
        Told("pending", 1),
        Told("inprocess", 2, (parcel(51, "pending"),)),
        Told("fulfilled", 3, (parcel(51, "shipped", "in_transit"),)),
        Told("fulfilled", 3, (parcel(51, "shipped", "delivered"),)),
        Told("fulfilled", 3, (parcel(51, "shipped", "return_to_sender"),)),
        Told("fulfilled", 4, (parcel(51, "returned", "return_to_sender"), parcel(52, "pending"))),
        Told(
            "fulfilled", 4, (parcel(51, "returned", "return_to_sender"), parcel(52, "shipped", "delivered"))
        ),
    ),
    "stopped and set going": (
        Told("pending", 1),
        Told("onhold", 2),
        Told("pending", 3),
        Told("inprocess", 4, (parcel(51, "pending"),)),
        Told("inprocess", 4, (parcel(51, "outstock"),)),
        Told("inprocess", 4, (parcel(51, "packaged"),)),
        Told("fulfilled", 5, (parcel(51, "shipped", "in_transit"),)),
    ),
    "stopped": (Told("pending", 1), Told("onhold", 2), Told("pending", 3), Told("onhold", 4)),
    "cancelled": (Told("draft", 0, cost=None), Told("draft", 1), Told("pending", 2), Told("canceled", 3)),
    "bounced": (Told("draft", 0, cost=None), Told("draft", 1), Told("pending", 2), Told("failed", 3)),
    "bounced and committed again": (
        Told("draft", 0, cost=None),
        Told("pending", 1),
        Told("failed", 2),
        Told("pending", 3),
        Told("inprocess", 4, (parcel(51, "pending"),)),
        Told("fulfilled", 5, (parcel(51, "shipped", "in_transit"),)),
        Told("fulfilled", 5, (parcel(51, "shipped", "delivered"),)),
    ),
    "bounced twice": (
        Told("pending", 1),
        Told("failed", 2),
        Told("pending", 3),
        Told("failed", 4),
        Told("canceled", 5),
    ),
    "dearer": (
        Told("draft", 0, cost="14.95"),
        Told("draft", 1, cost=None),
        Told("draft", 2, cost="16.20"),
        Told("pending", 3, cost="16.20"),
    ),
}
"""Up to seven readings each: every permutation can be tried."""

LONG_WAY = (
    Told("draft", 0, cost=None),
    Told("draft", 1),
    Told("pending", 2),
    Told("failed", 3),
    Told("failed", 4, cost="15.45"),
    Told("pending", 5, cost="15.45"),
    Told("onhold", 6, cost="15.45"),
    Told("pending", 7, cost="15.45"),
    Told("inprocess", 8, (parcel(51, "pending", lines=FIRST),), cost="15.45"),
    Told("inprocess", 8, (parcel(51, "onhold", lines=FIRST),), cost="15.45"),
    *(
        Told(told.status, told.changed_s + 7, told.parcels, cost="15.45")
        for told in WAYS["in two parcels"][1:]
    ),
)
"""Longer than all of whose permutations could be tried."""


# -- Printify ----------------------------------------------------------------------------------------------------------

SENT_AT, SHIPPED_AT = "2026-03-02 09:05:00+00:00", "2026-03-04 10:00:00+00:00"
ARRIVED_AT = "2026-03-07 15:30:00+00:00"


@dataclass(frozen=True)
class PrintifyTold:
    """One answer: the order's word and its lines', whether it was sent, and its parcels: number and time of arrival."""

    status: str
    lines: tuple[str, str]
    sent: bool = True
    parcels: tuple[tuple[str, str | None], ...] = ()
    priced: bool = True

    def read(self, *, asked_s: int) -> OrderSnapshot:
        body = {
            "id": "5a96f649b2439217d070f507",
            "status": self.status,
            "metadata": {"order_type": "api", "shop_order_id": REF},
            "sent_to_production_at": SENT_AT if self.sent else None,
            "line_items": [
                {
                    "quantity": 1,
                    "status": word,
                    "cost": 500 if self.priced else None,
                    "shipping_cost": 247 if self.priced else None,
                    "metadata": {"external_id": line},
                    "sent_to_production_at": SENT_AT if self.sent else None,
                    "fulfilled_at": SHIPPED_AT if word == "fulfilled" else None,
                }
                for line, word in zip(LINES, self.lines, strict=True)
            ],
            "shipments": [
                {
                    "carrier": "usps",
                    "number": number,
                    "url": f"https://t.example/{number}",
                    "delivered_at": at,
                }
                for number, at in self.parcels
            ],
        }
        snapshot = snapshots.from_order(body)
        return msgspec.structs.replace(snapshot, read_at=NINE + timedelta(seconds=asked_s))


def printify_readings(way: Sequence[PrintifyTold]) -> tuple[OrderSnapshot, ...]:
    """The way as it was read, once a minute."""
    return tuple(told.read(asked_s=60 * number) for number, told in enumerate(way, start=1))


HELD, SENDING = ("on-hold", "on-hold"), ("sending-to-production", "sending-to-production")
MAKING, DONE = ("in-production", "in-production"), ("fulfilled", "fulfilled")

PRINTIFY_WAYS = {
    "in two parcels": (
        PrintifyTold("pending", ("pending", "pending"), sent=False, priced=False),
        PrintifyTold("on-hold", HELD, sent=False),
        PrintifyTold("sending-to-production", SENDING),
        PrintifyTold("in-production", MAKING),
        PrintifyTold("partially-fulfilled", ("fulfilled", "in-production"), parcels=(("9400A", None),)),
        PrintifyTold("fulfilled", DONE, parcels=(("9400A", ARRIVED_AT), ("9400B", None))),
        PrintifyTold("fulfilled", DONE, parcels=(("9400A", ARRIVED_AT), ("9400B", ARRIVED_AT))),
    ),
    "stopped after sending": (
        PrintifyTold("on-hold", HELD, sent=False),
        PrintifyTold("sending-to-production", SENDING),
        PrintifyTold("on-hold", HELD),
        PrintifyTold("has-issues", ("has-issues", "in-production")),
        PrintifyTold("in-production", MAKING),
        PrintifyTold("fulfilled", DONE, parcels=(("9400A", None),)),
    ),
    "not paid, then paid": (
        PrintifyTold("on-hold", HELD, sent=False),
        PrintifyTold("payment-not-received", HELD),
        PrintifyTold("sending-to-production", SENDING),
        PrintifyTold("in-production", MAKING),
    ),
    "cancelled": (
        PrintifyTold("cost-calculation", HELD, sent=False, priced=False),
        PrintifyTold("on-hold", HELD, sent=False),
        PrintifyTold("payment-not-received", HELD),
        PrintifyTold("canceled", ("canceled", "canceled")),
    ),
    "cannot be made": (
        PrintifyTold("on-hold", HELD, sent=False),
        PrintifyTold("sending-to-production", SENDING),
        PrintifyTold("unfulfillable", ("unfulfillable", "unfulfillable")),
    ),
}
