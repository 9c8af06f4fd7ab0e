"""Words orders as v1's documents show them. Their schemas know hardly a null: what is missing is left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from printvision.providers.simulators.printful import catalog, views_v2
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.pricing import ACCOUNT_CURRENCY, METHODS
from printvision.providers.simulators.printful.records import (
    Costs,
    Item,
    Layer,
    Order,
    ParcelStage,
    Placement,
    Raw,
    Shipment,
    StoredFile,
)

_SENT = (ParcelStage.SHIPPED, ParcelStage.DELIVERED)
_RETAIL = ("currency", "subtotal", "discount", "shipping", "tax", "vat", "total")


def answer(result: Any, **more: Any) -> Raw:
    """The wrapper of every good answer."""
    return {"code": 200, "result": result, "extra": [], **more}


def paging(total: int, limit: int, offset: int) -> Raw:
    return {"total": total, "offset": offset, "limit": limit}


def order(account: Account, order: Order) -> Raw:
    shown: Raw = {
        "id": order.id,
        "external_id": order.external_id,
        "store": account.config.store_id,
        "status": str(order.status),
        "shipping": order.shipping,
        "shipping_service_name": METHODS[order.shipping].name,
        "created": int(order.created_at),
        "updated": int(order.updated_at),
        "recipient": _known(msgspec.structs.asdict(order.recipient)),
        "items": [_item(account, item) for item in order.items],
        "branding_items": [],
        "incomplete_items": [],
        "retail_costs": _retail_costs(order),
        "pricing_breakdown": [],
        "shipments": [shipment(order, parcel) for parcel in order.shipments if parcel.stage in _SENT],
        "dashboard_url": f"https://www.printful.com/dashboard?order_id={order.id}",
    }
    if order.costs is not None:
        shown["costs"] = costs(order.costs)
    if order.reason:
        shown["error"] = order.reason
    return shown | _known({"gift": order.gift, "packing_slip": order.packing_slip})


def costs(costs: Costs) -> Raw:
    shown = views_v2.costs(costs)
    del shown["calculation_status"]
    return shown


def estimate(costs: Costs) -> Raw:
    """The estimate endpoint alone says its amounts as numbers, one of them excepted."""
    shown = {key: value if key == "currency" else float(value) for key, value in _amounts(costs).items()}
    return shown | {"digitization": "0.00"}


def shipment(order: Order, shipment: Shipment) -> Raw:
    sent_at = shipment.shipped_at or shipment.created_at
    done = int(shipment.stage not in (ParcelStage.PENDING, ParcelStage.OUT_OF_STOCK))
    return {
        "id": shipment.id,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "tracking_number": shipment.tracking_number,
        "tracking_url": views_v2.tracking_url(shipment),
        "created": int(shipment.created_at),
        "ship_date": datetime.fromtimestamp(sent_at, UTC).date().isoformat(),
        "shipped_at": str(int(sent_at)),
        "reshipment": False,
        "items": [
            {"item_id": item_id, "quantity": quantity, "picked": done, "printed": done}
            for item_id, quantity in shipment.items.items()
        ],
    }


def file(file: StoredFile) -> Raw:
    thumbnail = f"https://files.cdn.printful.com/files/{file.hash[:3]}/{file.hash}" if file.hash else None
    shown = {
        "id": file.id,
        "type": file.role,
        "hash": file.hash,
        "url": file.url,
        "filename": file.filename,
        "mime_type": file.mime_type,
        "size": file.size,
        "width": file.width,
        "height": file.height,
        "dpi": file.dpi,
        "status": file.status,
        "created": int(file.created_at),
        "thumbnail_url": f"{thumbnail}_thumb.png" if thumbnail else None,
        "preview_url": f"{thumbnail}_preview.png" if thumbnail else None,
        "visible": file.visible,
        "is_temporary": False,
    }
    return _known(shown)


def product_line(variant_id: int) -> Raw:
    """The catalogue variant behind an item."""
    blank, variant = catalog.get_variant(variant_id)
    return {
        "variant_id": variant.id,
        "product_id": blank.id,
        "image": catalog.image_url(variant.id),
        "name": catalog.variant_name(blank, variant),
    }


def options(sent: Sequence[Any]) -> list[Any]:
    """The options that the published schema can show: values are texts there; examples also send lists."""
    return [option for option in sent if _is_text_option(option)]


def _is_text_option(option: Any) -> bool:
    return isinstance(option, dict) and isinstance(cast("Raw", option).get("value"), str)


def _item(account: Account, item: Item) -> Raw:
    product = product_line(item.variant_id)
    shown: Raw = {
        "id": item.id,
        "external_id": item.external_id,
        "variant_id": item.variant_id,
        "sync_variant_id": item.sync_variant_id,
        "external_variant_id": item.external_variant_id,
        "warehouse_product_variant_id": item.warehouse_product_variant_id,
        "quantity": item.quantity,
        "price": views_v2.money(item.price_minor),
        "retail_price": item.retail_price,
        "name": item.name or product["name"],
        "product": product,
        "files": [
            _item_file(account, placement, layer)
            for placement in item.placements
            for layer in placement.layers
        ],
        "options": options(item.options),
        "sku": item.sku,
        "discontinued": False,
        "out_of_stock": account.is_out(item.variant_id),
    }
    return _known(shown)


def _item_file(account: Account, placement: Placement, layer: Layer) -> Raw:
    stored = account.files.get(str(layer.file_id))
    shown = file(stored) if stored else {"id": layer.file_id, "url": layer.url or "", "status": "failed"}
    return shown | {"type": placement.placement, "options": options(layer.options)}


def _retail_costs(order: Order) -> Raw:
    sums = views_v2.retail_costs(order.items, order.retail_costs, done=True)
    told = any(item.retail_price for item in order.items) or bool(order.retail_costs)
    if not told:
        return {"currency": ACCOUNT_CURRENCY} | dict.fromkeys(_RETAIL[1:])
    return {field: sums[field] for field in _RETAIL}


def _amounts(costs: Costs) -> Raw:
    wanted = (
        "currency",
        "subtotal",
        "discount",
        "shipping",
        "additional_fee",
        "fulfillment_fee",
        "tax",
        "vat",
        "total",
    )
    shown = views_v2.costs(costs)
    return {field: shown[field] for field in wanted}


def _known(fields: Raw) -> Raw:
    return {key: value for key, value in fields.items() if value is not None}
