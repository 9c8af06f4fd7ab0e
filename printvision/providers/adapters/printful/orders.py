"""Orders and parcels: from our words into Printful's and back. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from printvision.providers.adapters.printful.words import KEY, moment
from printvision.providers.sdk import (
    Ending,
    Money,
    OrderSnapshot,
    Parcel,
    ParcelState,
    PrintFile,
    PrintItem,
    PrintOrder,
    Progress,
    ProviderConflict,
    ProviderRejected,
    Raw,
    Recipient,
)

STATE_COUNTRIES: Final = frozenset({"US", "CA", "AU", "JP"})  # elsewhere a state code is refused
REFERENCE: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")

PROGRESS: Final = {
    "draft": Progress.DRAFT,
    "failed": Progress.DRAFT,
    "canceled": Progress.DRAFT,
    "archived": Progress.DRAFT,  # only hidden from their pages: proves nothing
    "inreview": Progress.ACCEPTED,
    "pending": Progress.ACCEPTED,
    "onhold": Progress.ACCEPTED,
    "inprocess": Progress.PRINTING,
    "partial": Progress.PRINTING,
    "fulfilled": Progress.SHIPPED,  # shipped, not delivered
}
ENDINGS: Final = {"failed": Ending.FAILED, "canceled": Ending.CANCELLED}
SHIPMENTS: Final = {
    "pending": ParcelState.PENDING,
    "packaged": ParcelState.PENDING,
    "onhold": ParcelState.PENDING,
    "outstock": ParcelState.PENDING,
    "shipped": ParcelState.SHIPPED,
    "returned": ParcelState.RETURNED,
    "canceled": ParcelState.CANCELLED,
}
DELIVERIES: Final = {  # None: says nothing beyond the shipment's own word
    "unknown": None,
    "pre_transit": None,
    "failure": None,
    "canceled": None,
    "in_transit": ParcelState.SHIPPED,
    "out_for_delivery": ParcelState.SHIPPED,
    "available_for_pickup": ParcelState.SHIPPED,
    "delivered": ParcelState.DELIVERED,
    "return_to_sender": ParcelState.RETURNED,
}
HOLDS: Final = {"onhold": "Printful has stopped a parcel", "outstock": "A parcel waits for stock"}


class CostsBody(msgspec.Struct):
    calculation_status: str = "calculating"
    currency: str | None = None
    total: str | None = None


class ItemBody(msgspec.Struct):
    id: int | str
    external_id: str | None = None
    catalog_variant_id: int | None = None
    quantity: int = 1


class OrderBody(msgspec.Struct):
    id: int | str
    status: str = ""
    external_id: str | None = None
    costs: CostsBody | None = None
    order_items: list[ItemBody] = []
    updated_at: str | int | None = None


class ShipmentItemBody(msgspec.Struct):
    order_item_id: int | str | None = None
    order_item_external_id: str | None = None
    quantity: int = 1


class ShipmentBody(msgspec.Struct):
    id: int | str
    shipment_status: str | None = None
    delivery_status: str | None = None
    carrier: str | None = None
    service: str | None = None
    tracking_number: str | int | None = None
    tracking_url: str | None = None
    shipped_at: str | int | None = None
    delivered_at: str | int | None = None
    is_reshipment: bool = False
    shipment_items: list[ShipmentItemBody] = []


def to_order(order: PrintOrder) -> Raw:
    """The body of a create.

    Raises:
        ProviderRejected: what they would make something else of, or nothing at all.
    """
    if not REFERENCE.fullmatch(order.ref):
        raise ProviderRejected("That cannot be a reference", provider=KEY, provider_code=None)
    body: Raw = {
        "external_id": order.ref,
        "shipping": order.shipping_method,
        "recipient": to_recipient(order.recipient),
        "order_items": [to_item(item) for item in order.items],
    }
    currencies = {item.retail_price.currency for item in order.items if item.retail_price}
    return body | ({"retail_costs": {"currency": currencies.pop()}} if len(currencies) == 1 else {})


def to_item(item: PrintItem) -> Raw:
    if not item.files:  # they would take it, and print a blank
        raise ProviderRejected(f"{item.line_ref} has no picture", provider=KEY, provider_code=None)
    return {
        "source": "catalog",
        "catalog_variant_id": to_variant_id(item.variant_external_id),
        "external_id": item.line_ref,
        "quantity": item.quantity,
        "placements": [to_placement(file) for file in item.files],
        **({"name": item.name} if item.name else {}),
        **({"retail_price": item.retail_price.text()} if item.retail_price else {}),
    }


def to_placement(file: PrintFile) -> Raw:
    layer = {"type": "file", "url": file.url}
    return {"placement": file.placement, "technique": file.technique, "layers": [layer]}


def to_variant_id(external_id: str) -> int:
    try:
        return int(external_id)
    except ValueError:
        raise ProviderRejected(
            f"{external_id[:40]} is no variant", provider=KEY, provider_code=None
        ) from None


def to_address(recipient: Recipient) -> Raw:
    """What a rate depends on; nothing of the person."""
    fields = {
        "address1": recipient.line1,
        "address2": recipient.line2,
        "city": recipient.city,
        "country_code": recipient.country,
        "zip": recipient.postal_code,
    }
    if recipient.country in STATE_COUNTRIES:
        fields["state_code"] = recipient.region
    return {name: value for name, value in fields.items() if value}


def to_recipient(recipient: Recipient) -> Raw:
    person = {
        "name": recipient.name,
        "company": recipient.company,
        "email": recipient.email,
        "phone": recipient.phone,
        "state_name": None if recipient.country in STATE_COUNTRIES else recipient.region,
    }
    return to_address(recipient) | {name: value for name, value in person.items() if value}


def from_order(body: Any, shipments: Sequence[Raw] = ()) -> OrderSnapshot:
    """An order with its parcels; words that are new to us are listed and change nothing."""
    raw: Raw = body["data"]
    order = msgspec.convert(raw, OrderBody)
    refs = {item.id: item.external_id or str(item.id) for item in order.order_items}
    parcels = [from_shipment(shipment, refs) for shipment in shipments]
    costs = order.costs or CostsBody()
    cost = _money(costs)
    return OrderSnapshot(
        provider_order_id=str(order.id),
        ref=order.external_id,
        progress=_progress(order, refs, parcels),
        status_word=order.status,
        ending=ENDINGS.get(order.status),
        hold=_hold(order, costs, shipments),
        cost=cost,
        cost_ready=costs.calculation_status == "done" and cost is not None,
        parcels=tuple(parcels),
        unknown_words=tuple(_unknown_words(order, costs, shipments)),
        raw={**raw, "shipments": list(shipments)} if shipments else raw,
        as_of=moment(order.updated_at),
    )


def from_shipment(raw: Raw, refs: Mapping[int | str, str]) -> Parcel:
    """A parcel; `refs` maps their item ids to our line references."""
    shipment = msgspec.convert(raw, ShipmentBody)
    lines: dict[str, int] = {}
    for item in shipment.shipment_items:
        if ref := item.order_item_external_id or refs.get(item.order_item_id or ""):
            lines[ref] = lines.get(ref, 0) + item.quantity
    number = shipment.tracking_number
    return Parcel(
        external_id=str(shipment.id),
        state=_parcel_state(shipment),
        carrier=shipment.carrier,
        service=shipment.service,
        tracking_number=str(number) if number else None,
        tracking_url=shipment.tracking_url,
        shipped_at=moment(shipment.shipped_at),
        delivered_at=moment(shipment.delivered_at),
        is_reshipment=shipment.is_reshipment,
        lines=lines,
        raw=raw,
    )


def _parcel_state(shipment: ShipmentBody) -> ParcelState:
    own = SHIPMENTS.get(shipment.shipment_status or "pending", ParcelState.PENDING)
    if own in (ParcelState.CANCELLED, ParcelState.RETURNED):
        return own
    return DELIVERIES.get(shipment.delivery_status or "unknown") or own


def _progress(order: OrderBody, refs: Mapping[int | str, str], parcels: Sequence[Parcel]) -> Progress:
    """What the order's own word proves, or its parcels where they prove more."""
    wanted = {refs[item.id]: item.quantity for item in order.order_items}
    said = PROGRESS.get(order.status, Progress.DRAFT)
    gone = [parcel for parcel in parcels if parcel.state in (ParcelState.SHIPPED, ParcelState.DELIVERED)]
    arrived = [parcel for parcel in gone if parcel.state is ParcelState.DELIVERED]
    silent = said is Progress.SHIPPED and not any(parcel.lines for parcel in gone)
    if _covers(arrived, wanted) or (silent and gone and len(arrived) == len(gone)):
        return Progress.DELIVERED
    if _covers(gone, wanted):
        return Progress.SHIPPED
    return max(said, Progress.PRINTING, key=lambda progress: progress.rank) if gone else said


def _covers(parcels: Sequence[Parcel], wanted: Mapping[str, int]) -> bool:
    held: dict[str, int] = {}
    for parcel in parcels:
        for ref, quantity in parcel.lines.items():
            held[ref] = held.get(ref, 0) + quantity
    return bool(wanted) and all(held.get(ref, 0) >= quantity for ref, quantity in wanted.items())


def _hold(order: OrderBody, costs: CostsBody, shipments: Sequence[Raw]) -> str | None:
    if order.status == "onhold":
        return "Printful has stopped the order and wants to talk about it"
    if order.status == "draft" and costs.calculation_status == "failed":
        return "Printful could not work out what the order costs"
    words = (HOLDS.get(str(shipment.get("shipment_status"))) for shipment in shipments)
    return next((word for word in words if word), None)


def _unknown_words(order: OrderBody, costs: CostsBody, shipments: Sequence[Raw]) -> Iterable[str]:
    if order.status not in PROGRESS:
        yield f"status: {order.status[:60]}"
    if costs.calculation_status not in ("done", "calculating", "failed"):
        yield f"calculation_status: {costs.calculation_status[:60]}"
    for shipment in shipments:
        for field, known in (("shipment_status", SHIPMENTS), ("delivery_status", DELIVERIES)):
            if (word := shipment.get(field)) is not None and word not in known:
                yield f"{field}: {str(word)[:60]}"


def _money(costs: CostsBody) -> Money | None:
    if not costs.total or not costs.currency:
        return None
    return Money.rounded(costs.total, costs.currency)


def require_same(order: PrintOrder, known: OrderSnapshot) -> OrderSnapshot:
    """The order that already carries our reference, if it is the one that was to be made.

    Raises:
        ProviderConflict: it holds something else, so somebody else uses the same references.
    """
    wanted = {(item.line_ref, to_variant_id(item.variant_external_id), item.quantity) for item in order.items}
    items = msgspec.convert(known.raw, OrderBody).order_items
    if wanted != {(item.external_id, item.catalog_variant_id, item.quantity) for item in items}:
        raise ProviderConflict(
            f"Their order {known.provider_order_id} has the same reference and other items",
            provider=KEY,
            provider_code="OR-13",
        )
    return known
