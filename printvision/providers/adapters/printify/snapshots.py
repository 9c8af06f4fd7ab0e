"""What an order of Printify's says, read from one answer alone. Pure.

Their words do not grow steadily: `on-hold` is where an order begins and where it may come back to, and an answer just
after sending may still have it. So an order has got as far as its own word or its lines prove, whichever is further,
and nothing else that stands in the answer counts: the published example of an order on hold has a delivered parcel in
it. An order that was sent says when; one on hold that was sent is held by them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import msgspec

from printvision.providers.adapters.printify.words import CURRENCY, moment
from printvision.providers.sdk import Ending, Money, OrderSnapshot, Parcel, ParcelState, Progress

ON_HOLD: Final = "on-hold"
UNPAID: Final = "payment-not-received"  # the charge comes with sending, so it was sent
UNFULFILLABLE: Final = "unfulfillable"
CANCELED: Final = "canceled"
COUNTING: Final = frozenset({"pending", "cost-calculation"})  # costs are not known yet
CANCELABLE: Final = frozenset({ON_HOLD, UNPAID})

PROGRESS: Final = {
    "pending": Progress.DRAFT,
    "cost-calculation": Progress.DRAFT,
    ON_HOLD: Progress.DRAFT,
    UNPAID: Progress.ACCEPTED,
    "sending-to-production": Progress.ACCEPTED,
    "sending_to_production_delegate": Progress.ACCEPTED,
    "sending_to_production_delegate_sync": Progress.ACCEPTED,
    "in-production": Progress.PRINTING,
    "partially-fulfilled": Progress.PRINTING,
    "fulfilled": Progress.SHIPPED,  # shipped, not delivered
    CANCELED: Progress.DRAFT,
    "has-issues": Progress.DRAFT,
    "had-issues": Progress.DRAFT,
    UNFULFILLABLE: Progress.DRAFT,
    "source-check-failed": Progress.DRAFT,
}
ENDINGS: Final = {CANCELED: Ending.CANCELLED, UNFULFILLABLE: Ending.FAILED}
CANNOT_MAKE: Final = (
    "Printify cannot make the order: it is sold out at the print provider, or failed for good"
)
HOLDS: Final = {
    UNPAID: "Printify could not charge the account for the order: mend the payment there and submit the order again",
    "has-issues": "Printify has found something wrong with the order, such as its address: mend it on its page there",
    "had-issues": "Printify has found something wrong with the order, such as its address: mend it on its page there",
    "source-check-failed": "Printify's check of the artwork failed: its page there says why",
}
STOPPED: Final = "Printify has stopped the order after it was sent to production: its page there says why"
PARTLY_CANCELED: Final = "Printify has cancelled a part of the order"
PARTLY_IMPOSSIBLE: Final = "Printify cannot make a part of the order"


class LineMetaBody(msgspec.Struct):
    external_id: str | None = None


class LineBody(msgspec.Struct):
    """`shipping_cost` is for the whole line, `cost` for one piece.

    No published sample has more than one piece. The same word is for one on a product's variant, as is the price that
    stands beside it here; and a cost that is taken for too much holds an order back, where too little would let it go.
    """

    quantity: int = 1
    cost: int | None = None
    shipping_cost: int | None = None
    status: str = ""
    metadata: LineMetaBody | None = None
    sent_to_production_at: str | None = None
    fulfilled_at: str | None = None

    @property
    def progress(self) -> Progress:
        if moment(self.fulfilled_at):
            return Progress.SHIPPED
        sent = Progress.ACCEPTED if moment(self.sent_to_production_at) else Progress.DRAFT
        return _furthest(sent, PROGRESS.get(self.status, Progress.DRAFT))


class ShipmentBody(msgspec.Struct):
    carrier: str | None = None
    number: str | int | None = None
    url: str | None = None
    delivered_at: str | None = None


class OrderMetaBody(msgspec.Struct):
    shop_order_id: str | int | None = None


class OrderBody(msgspec.Struct):
    """Early answers leave keys out."""

    id: str | int
    status: str = ""
    line_items: list[LineBody] | None = None
    metadata: OrderMetaBody | None = None
    total_shipping: int | None = None
    total_tax: int | None = None
    shipments: list[ShipmentBody] | None = None
    sent_to_production_at: str | None = None
    fulfilled_at: str | None = None

    @property
    def lines(self) -> list[LineBody]:
        return self.line_items or []

    @property
    def ref(self) -> str | None:
        known = self.metadata.shop_order_id if self.metadata else None
        return None if known is None else str(known)


def from_order(raw: Any) -> OrderSnapshot:
    """An order with its parcels; words that are new to us are listed and change nothing."""
    order = msgspec.convert(raw, OrderBody)
    progress = _progress(order)
    parcels = _parcels(order, progress)
    cost, ending = _cost(order), _ending(order)
    return OrderSnapshot(
        provider_order_id=str(order.id),
        ref=order.ref,
        progress=Progress.DELIVERED if progress is Progress.SHIPPED and _all_arrived(order) else progress,
        status_word=order.status,
        ending=ending,
        ending_detail=CANNOT_MAKE if ending is Ending.FAILED else None,
        hold=None if ending else _hold(order, progress),
        unpaid=order.status == UNPAID,
        cost=cost,
        cost_ready=cost is not None and order.status not in COUNTING,
        parcels=tuple(parcels),
        unknown_words=tuple(_unknown_words(order)),
        raw=raw,
    )


def _furthest(*reached: Progress) -> Progress:
    return max(reached, key=lambda progress: progress.rank)


def _progress(order: OrderBody) -> Progress:
    """What the order's own word proves, or its lines where they prove more."""
    said = PROGRESS.get(order.status, Progress.DRAFT)
    sent = Progress.ACCEPTED if moment(order.sent_to_production_at) else Progress.DRAFT
    lines = [line.progress for line in order.lines if line.status != CANCELED]
    furthest = _furthest(said, sent, *lines)
    if furthest is Progress.SHIPPED and said is not Progress.SHIPPED:
        return Progress.SHIPPED if all(line is Progress.SHIPPED for line in lines) else Progress.PRINTING
    return furthest


# -- parcels -----------------------------------------------------------------------------------------------------


def _parcels(order: OrderBody, progress: Progress) -> list[Parcel]:
    """What was shipped. They do not say what is in a parcel: that is known only of the one that holds all.

    A parcel is known by its number, so one that has none yet is left out, for it would be another when it has one.
    """
    if progress.rank < Progress.PRINTING.rank:
        return []
    shipments = order.shipments or []
    alone = len(shipments) == 1 and progress is Progress.SHIPPED
    lines = _contents(order) if alone else {}
    shipped_at = _last_fulfilled(order) if alone else None
    return [_parcel(shipment, lines, shipped_at) for shipment in shipments if shipment.number]


def _parcel(shipment: ShipmentBody, lines: dict[str, int], shipped_at: datetime | None) -> Parcel:
    delivered_at = moment(shipment.delivered_at)
    return Parcel(
        external_id=str(shipment.number),
        state=ParcelState.DELIVERED if delivered_at else ParcelState.SHIPPED,
        carrier=shipment.carrier,
        tracking_number=str(shipment.number),
        tracking_url=shipment.url,
        shipped_at=shipped_at,
        delivered_at=delivered_at,
        lines=lines,
        raw=msgspec.to_builtins(shipment),
    )


def _contents(order: OrderBody) -> dict[str, int]:
    """All lines by our references; empty where they do not say one of them back."""
    held: dict[str, int] = {}
    for line in order.lines:
        ref = line.metadata.external_id if line.metadata else None
        if line.status == CANCELED:
            continue
        if not ref:
            return {}
        held[ref] = held.get(ref, 0) + line.quantity
    return held


def _last_fulfilled(order: OrderBody) -> datetime | None:
    times = [moment(order.fulfilled_at), *(moment(line.fulfilled_at) for line in order.lines)]
    return max((time for time in times if time), default=None)


def _all_arrived(order: OrderBody) -> bool:
    shipments = order.shipments or []
    return bool(shipments) and all(moment(shipment.delivered_at) for shipment in shipments)


# -- money, trouble ----------------------------------------------------------------------------------------------


def _cost(order: OrderBody) -> Money | None:
    """What they charge; `total_price` is not it: that is what the vendor sells it for."""
    lines = order.lines
    if not lines or any(line.cost is None for line in lines):
        return None
    goods = sum((line.cost or 0) * line.quantity for line in lines)
    told = [line.shipping_cost for line in lines if line.shipping_cost is not None]
    shipping = sum(told) if len(told) == len(lines) else order.total_shipping
    return None if shipping is None else Money(goods + shipping + (order.total_tax or 0), CURRENCY)


def _ending(order: OrderBody) -> Ending | None:
    """Their word for an end, unless a line was printed: what has ended is given to another provider whole."""
    printed = any(line.progress.rank >= Progress.PRINTING.rank for line in order.lines)
    return None if printed else ENDINGS.get(order.status)


def _hold(order: OrderBody, progress: Progress) -> str | None:
    if word := HOLDS.get(order.status):
        return word
    if order.status == ON_HOLD and progress is not Progress.DRAFT:
        return STOPPED
    words = {order.status, *(line.status for line in order.lines)}
    if UNFULFILLABLE in words:
        return PARTLY_IMPOSSIBLE
    return PARTLY_CANCELED if CANCELED in words else HOLDS["has-issues"] if "has-issues" in words else None


def _unknown_words(order: OrderBody) -> Iterable[str]:
    if order.status not in PROGRESS:
        yield f"status: {order.status[:60]}"
    for word in dict.fromkeys(line.status for line in order.lines):
        if word and word not in PROGRESS:
            yield f"line status: {word[:60]}"


def word_of(snapshot: OrderSnapshot) -> str:
    """Their own word; the snapshot's may be ours."""
    return str(snapshot.raw.get("status", ""))


def as_sent(snapshot: OrderSnapshot) -> OrderSnapshot:
    """They have said yes to sending it, and the order does not show it yet."""
    return msgspec.structs.replace(snapshot, progress=Progress.ACCEPTED)
