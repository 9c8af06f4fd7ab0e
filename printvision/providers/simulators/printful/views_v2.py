"""Words orders as v2's documents show them. Their schemas know hardly a null: what is missing is empty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from printvision.providers.simulators.printful import catalog
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.pricing import ACCOUNT_CURRENCY, METHODS
from printvision.providers.simulators.printful.records import (
    Costs,
    Item,
    Order,
    ParcelStage,
    Placement,
    Raw,
    Shipment,
    StoredFile,
)

_COST_FIELDS = (
    "subtotal", "discount", "shipping", "digitization", "additional_fee", "fulfillment_fee",
    "retail_delivery_fee", "vat", "tax", "total",
)  # fmt: skip
_SLIP = ("email", "phone", "message", "logo_url", "store_name", "custom_order_id")
_PLANTS = {
    "garments": ("US", "NC"),
    "stitching": ("US", "NC"),
    "paper": ("US", "CA"),
    "ceramics": ("US", "CA"),
}
_ROAD = {
    ParcelStage.SHIPPED: "in_transit",
    ParcelStage.DELIVERED: "delivered",
    ParcelStage.CANCELED: "canceled",
}
_PARCEL = {ParcelStage.DELIVERED: "shipped"}  # how far the parcel itself is; delivery has its own word


def moment(at: float) -> str:
    """`2023-04-05T06:07:08Z`."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def link(href: str) -> dict[str, str]:
    return {"href": href}


def order(account: Account, order: Order, *, short: bool = False) -> Raw:
    """An order; `short` leaves out what lists leave out."""
    url = f"{account.config.public_url}/v2/orders/{order.id}"
    links = {
        "self": link(url),
        "order_items": link(f"{url}/order-items"),
        "shipments": link(f"{url}/shipments"),
    }
    if not short:
        links["order_confirmation"] = link(f"{url}/confirmation")
        links["order_invoices"] = link(f"{url}/invoices")
    shown: Raw = {
        "id": order.id,
        "external_id": order.external_id,
        "store_id": account.config.store_id,
        "shipping": order.shipping,
        "status": str(order.status),
        "created_at": moment(order.created_at),
        "updated_at": moment(order.updated_at),
        "recipient": {key: value or "" for key, value in msgspec.structs.asdict(order.recipient).items()},
        "costs": costs(order.costs),
        "retail_costs": retail_costs(order.items, order.retail_costs, done=order.costs is not None),
        "order_items": [item_summary(url, item) for item in order.items],
        "_links": links,
    }
    if not short and (order.gift or order.packing_slip):
        slip = order.packing_slip or {}
        shown["customization"] = {
            "gift": order.gift or {},
            "packing_slip": {field: str(slip.get(field) or "") for field in _SLIP},
        }
    return shown


def costs(costs: Costs | None) -> Raw:
    if costs is None:
        return {"calculation_status": "calculating", "currency": None} | dict.fromkeys(_COST_FIELDS)
    amounts = dict.fromkeys(_COST_FIELDS, "0.00") | {
        "subtotal": money(costs.subtotal_minor),
        "shipping": money(costs.shipping_minor),
        "vat": money(costs.vat_minor),
        "tax": money(costs.tax_minor),
        "total": money(costs.total_minor),
    }
    return {"calculation_status": "done", "currency": ACCOUNT_CURRENCY} | amounts


def retail_costs(items: Sequence[Item], sent: Raw, *, done: bool) -> Raw:
    """What the client told of its own prices, with the sums."""
    given = {field: str(sent.get(field) or "0.00") for field in ("discount", "shipping", "tax")}
    subtotal = sum(_cents(item.retail_price) * item.quantity for item in items)
    total = subtotal - _cents(given["discount"]) + _cents(given["shipping"]) + _cents(given["tax"])
    return {
        "calculation_status": "done" if done else "calculating",
        "currency": str(sent.get("currency") or ACCOUNT_CURRENCY),
        "subtotal": money(subtotal) if done else None,
        **given,
        "vat": "0.00",
        "total": money(max(total, 0)) if done else None,
    }


def item_summary(order_url: str, item: Item) -> Raw:
    source = (
        {"source": "warehouse", "warehouse_product_variant_id": item.warehouse_product_variant_id}
        if item.source == "warehouse"
        else {"source": "catalog", "catalog_variant_id": item.variant_id}
    )
    return {
        "id": item.id,
        "type": "order_item",
        **source,
        "external_id": item.external_id,
        "quantity": item.quantity,
        "name": item.name or _default_name(item),
        "price": money(item.price_minor),
        "retail_price": item.retail_price or "0.00",
        "currency": ACCOUNT_CURRENCY,
        "retail_currency": ACCOUNT_CURRENCY,
        "_links": {"self": link(f"{order_url}/order-items/{item.id}")},
    }


def item(account: Account, order: Order, item: Item) -> Raw:
    """One line with its design, as the order-items endpoints show it."""
    url = f"{account.config.public_url}/v2/orders/{order.id}/order-items/{item.id}"
    shown: Raw = {
        "id": item.id,
        "source": item.source,
        "external_id": item.external_id,
        "quantity": item.quantity,
        "retail_price": item.retail_price or "0.00",
        "name": item.name or _default_name(item),
        "_links": {"self": link(url)},
    }
    if item.source == "warehouse":
        return shown | {"warehouse_product_variant_id": item.warehouse_product_variant_id}
    shown["catalog_variant_id"] = item.variant_id
    if item.source == "product_template":
        return shown | {"product_template_id": item.product_template_id}
    placements = [_placement(account, placement) for placement in item.placements]
    return shown | {"placements": placements, "product_options": item.product_options}


def shipment(account: Account, order: Order, shipment: Shipment) -> Raw:
    base = f"{account.config.public_url}/v2"
    country, state = _PLANTS.get(shipment.plant, ("US", "CA"))
    items = {item.id: item for item in order.items}
    return {
        "id": shipment.id,
        "order_id": order.id,
        "order_external_id": order.external_id,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "shipment_status": str(_PARCEL.get(shipment.stage, shipment.stage)),
        "shipped_at": _moment_or_none(shipment.shipped_at),
        "delivery_status": _ROAD.get(shipment.stage, "pre_transit"),
        "delivered_at": _moment_or_none(shipment.delivered_at),
        "departure_address": {"country_name": "United States", "country_code": country, "state_code": state},
        "is_reshipment": False,
        "tracking_number": shipment.tracking_number if shipment.shipped_at else None,
        "tracking_url": tracking_url(shipment) if shipment.shipped_at else "",
        "tracking_events": _tracking_events(shipment),
        "estimated_delivery": _estimate(order, shipment),
        "shipment_items": [
            _shipment_item(base, order.id, shipment, items[item_id], quantity)
            for item_id, quantity in shipment.items.items()
            if item_id in items
        ],
        "_links": {
            "self": link(f"{base}/shipments/{shipment.id}"),
            "order": link(f"{base}/orders/{order.id}"),
        },
    }


def thin_order(order: Order, store_id: int) -> Raw:
    """What a webhook says of an order."""
    return {
        "id": order.id,
        "external_id": order.external_id,
        "store_id": store_id,
        "status": str(order.status),
        "created_at": moment(order.created_at),
        "updated_at": moment(order.updated_at),
        "dashboard_url": f"https://www.printful.com/dashboard?order_id={order.id}",
    }


def thin_shipment(shipment: Shipment, store_id: int) -> Raw:
    """What a webhook says of a parcel."""
    return {
        "id": shipment.id,
        "status": str(_PARCEL.get(shipment.stage, shipment.stage)),
        "store_id": store_id,
        "tracking_number": shipment.tracking_number,
        "tracking_url": tracking_url(shipment),
        "created_at": moment(shipment.created_at),
        "ship_date": _moment_or_none(shipment.shipped_at, "%Y-%m-%d"),
        "shipped_at": _moment_or_none(shipment.shipped_at),
        "delivered_at": _moment_or_none(shipment.delivered_at),
        "reshipment": False,
    }


def file(account: Account, file: StoredFile) -> Raw:
    thumbnail = f"https://files.cdn.printful.com/files/{file.hash[:3]}/{file.hash}" if file.hash else None
    return {
        "id": file.id,
        "url": file.url,
        "hash": file.hash,
        "filename": file.filename,
        "mime_type": file.mime_type,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "dpi": file.dpi,
        "status": file.status,
        "created": moment(file.created_at),
        "thumbnail_url": f"{thumbnail}_thumb.png" if thumbnail else None,
        "preview_url": f"{thumbnail}_preview.png" if thumbnail else None,
        "visible": file.visible,
        "is_temporary": False,
        "_links": {"self": link(f"{account.config.public_url}/v2/files/{file.id}")},
    }


def page(url: str, rows: Sequence[Any], limit: int, offset: int) -> tuple[list[Any], Raw, Raw]:
    """A page of all rows: the rows, `paging`, and `_links` that only lead to pages that exist."""
    total = len(rows)
    last = max(0, (total - 1) // limit * limit)

    def at(start: int) -> dict[str, str]:
        return link(f"{url}?limit={limit}&offset={start}")

    links = {"self": at(offset), "first": at(0), "last": at(last)}
    if offset + limit < total:
        links["next"] = at(offset + limit)
    if offset > 0:
        links["previous"] = at(max(0, offset - limit))
    return list(rows[offset : offset + limit]), {"total": total, "offset": offset, "limit": limit}, links


def tracking_url(shipment: Shipment) -> str:
    return f"https://tracking.example.com/{shipment.tracking_number}"


def _placement(account: Account, placement: Placement) -> Raw:
    files = [account.files.get(str(layer.file_id)) for layer in placement.layers]
    bad = any(file is None or file.status == "failed" for file in files)
    return {
        "placement": placement.placement,
        "technique": placement.technique,
        "layers": [
            {"type": "file", "url": layer.url or "", "layer_options": layer.layer_options}
            | ({"position": _inches(layer.position)} if layer.position else {})
            for layer in placement.layers
        ],
        "placement_options": placement.placement_options,
        "status": "failed" if bad else "ok",
        "status_explanation": "A file could not be used" if bad else "",
    }


def _inches(position: Raw) -> Raw:
    return {field: position.get(field, 0) for field in ("width", "height", "top", "left")}


def _shipment_item(base: str, order_id: int, shipment: Shipment, item: Item, quantity: int) -> Raw:
    return {
        "id": shipment.id * 1000 + item.id % 1000,
        "order_item_id": item.id,
        "order_item_external_id": item.external_id,
        "order_item_name": item.name or _default_name(item),
        "quantity": quantity,
        "_links": {"order_item": link(f"{base}/orders/{order_id}/order-items/{item.id}")},
    }


def _tracking_events(shipment: Shipment) -> list[Raw]:
    told = ((shipment.shipped_at, "Accepted by the carrier"), (shipment.delivered_at, "Delivered"))
    return [{"triggered_at": moment(at), "description": words} for at, words in told if at is not None]


def _estimate(order: Order, shipment: Shipment) -> Raw:
    start = datetime.fromtimestamp(shipment.created_at, UTC)
    soonest, latest = METHODS[order.shipping].days["us"]
    return {
        "from_date": (start + timedelta(days=soonest)).date().isoformat(),
        "to_date": (start + timedelta(days=latest)).date().isoformat(),
        "calculated_at": moment(shipment.created_at),
    }


def _default_name(item: Item) -> str:
    return catalog.variant_name(*catalog.get_variant(item.variant_id))


def _moment_or_none(at: float | None, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str | None:
    return datetime.fromtimestamp(at, UTC).strftime(form) if at is not None else None


def _cents(text: str | None) -> int:
    try:
        return round(float(text or 0) * 100)
    except (ValueError, OverflowError):
        return 0
