"""Words what the account holds as the documents show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from printvision.providers.simulators import geography
from printvision.providers.simulators.printify import catalog
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.pricing import Method
from printvision.providers.simulators.printify.products import Products
from printvision.providers.simulators.printify.records import (
    Address,
    Hook,
    Line,
    Order,
    Parcel,
    Product,
    ProductVariant,
    Raw,
    Status,
    Upload,
)
from printvision.providers.simulators.printify.words import moment, zoneless


def order(order: Order) -> Raw:
    """With costs once they are known, with parcels once there are some."""
    shown: Raw = {
        "id": order.id,
        "app_order_id": f"{order.number}.1",
        "address_to": address(order.address),
        "line_items": [line(part, priced=order.status is not Status.PENDING) for part in order.lines],
        "metadata": {
            "order_type": "api",
            "shop_order_id": order.external_id,
            "shop_order_label": order.label,
            "shop_fulfilled_at": moment(order.fulfilled_at or 0),
            "is_reprint": False,
            "reprinted_order_ids": [],
            "child_reprinted_order_ids": [],
        },
        "status": order.status.value,
        "shipping_method": order.method,
        "is_printify_express": order.method == Method.EXPRESS,
        "is_economy_shipping": order.method == Method.ECONOMY,
        "created_at": moment(order.created_at),
        "printify_connect": {"url": f"https://connect.example.com/{order.id}", "id": order.id},
    }
    if order.status is not Status.PENDING:
        shown["total_price"] = sum(part.cost_minor * part.quantity for part in order.lines)
        shown["total_shipping"] = sum(part.shipping_minor for part in order.lines)
        shown["total_tax"] = 0
    if order.sent_at is not None:
        shown["sent_to_production_at"] = moment(order.sent_at)
        shown["fulfilled_at"] = moment(order.fulfilled_at)
    if sent := [shipment(parcel) for parcel in order.parcels if parcel.shipped_at is not None]:
        shown["shipments"] = sent
    return shown


def line(line: Line, *, priced: bool) -> Raw:
    """`cost` is what one piece costs, `shipping_cost` what carrying all of them does."""
    country = geography.countries()[catalog.get_provider(line.print_provider_id).country].name
    metadata = {
        "title": line.title,
        "price": line.price_minor,
        "variant_label": line.label,
        "sku": line.sku,
        "country": country,
        **({"external_id": line.external_id} if line.external_id is not None else {}),
    }
    costs = {"cost": line.cost_minor, "shipping_cost": line.shipping_minor} if priced else {}
    return {
        "product_id": line.product_id,
        "quantity": line.quantity,
        "variant_id": line.variant_id,
        "print_provider_id": line.print_provider_id,
        **costs,
        "status": line.status.value,
        "metadata": metadata,
        "sent_to_production_at": moment(line.sent_at),
        "fulfilled_at": moment(line.fulfilled_at),
    }


def shipment(parcel: Parcel) -> Raw:
    shown = {
        "carrier": parcel.carrier,
        "number": parcel.number,
        "url": f"https://track.example.com/{parcel.number}",
    }
    return shown | ({"delivered_at": moment(parcel.delivered_at)} if parcel.delivered_at is not None else {})


def address(address: Address) -> Raw:
    """The country by its name, as live answers have it, in contrast to the samples."""
    shown: Raw = {key: value for key, value in msgspec.to_builtins(address).items() if value is not None}
    known = geography.countries().get(address.country or "")
    return shown | ({"country": known.name} if known else {})


def product(account: Account, products: Products, product: Product) -> Raw:
    offering = catalog.get_offering(product.blueprint_id, product.print_provider_id)
    made = [catalog.order_variant(offering, variant.id) for variant in product.variants]
    option_ids, options = _options(
        [(variant.color.name if variant.color else None, variant.size) for variant in made]
    )
    express = offering.provider.express
    return {
        "id": product.id,
        "title": product.title,
        "description": product.description,
        "tags": product.tags,
        "options": options,
        "variants": [
            _variant(account, products, product, variant, [option_ids[name] for name in _names(made[number])])
            for number, variant in enumerate(product.variants)
        ],
        "images": [
            {
                "src": f"https://images.printify.com/mockup/{product.id}/{variant.id}/1/simulated.jpg",
                "variant_ids": [variant.id],
                "position": "front",
                "is_default": variant.is_default,
            }
            for variant in product.variants
        ],
        "created_at": moment(product.created_at),
        "updated_at": moment(product.updated_at),
        "visible": product.visible,
        "is_locked": product.is_locked,
        "is_printify_express_eligible": express,
        "is_printify_express_enabled": express,
        "is_economy_shipping_eligible": offering.provider.economy,
        "is_economy_shipping_enabled": offering.provider.economy,
        "blueprint_id": product.blueprint_id,
        "user_id": 1337,
        "shop_id": account.config.shop_id,
        "print_provider_id": product.print_provider_id,
        "print_areas": product.print_areas,
        "sales_channel_properties": [],
        **({"external": product.external} if product.external else {}),
    }


def _variant(
    account: Account, products: Products, product: Product, variant: ProductVariant, options: list[int]
) -> Raw:
    offering = catalog.get_offering(product.blueprint_id, product.print_provider_id)
    blank = catalog.order_variant(offering, variant.id)
    return {
        "id": variant.id,
        "sku": variant.sku,
        "cost": account.cost(offering, blank, products.positions(product, variant.id)),
        "price": variant.price,
        "title": blank.title,
        "grams": blank.grams,
        "is_enabled": variant.is_enabled,
        "is_default": variant.is_default,
        "is_available": not account.is_out(offering, blank),
        "is_printify_express_eligible": offering.provider.express,
        "options": options,
    }


def _names(variant: catalog.Variant) -> list[str]:
    return [*([variant.color.name] if variant.color else []), variant.size]


def _options(pairs: Sequence[tuple[str | None, str]]) -> tuple[dict[str, int], list[Raw]]:
    """Ids of colours and sizes, and the lists of them."""
    colors = list(dict.fromkeys(color for color, _ in pairs if color))
    sizes = list(dict.fromkeys(size for _, size in pairs))
    ids = {name: 500 + number for number, name in enumerate([*colors, *sizes])}
    lists = (("Colors", "color", colors), ("Sizes", "size", sizes))
    return ids, [
        {"name": name, "type": kind, "values": [{"id": ids[value], "title": value} for value in values]}
        for name, kind, values in lists
        if values
    ]


def upload(upload: Upload) -> Raw:
    return {
        "id": upload.id,
        "file_name": upload.file_name,
        "height": upload.height,
        "width": upload.width,
        "size": upload.size,
        "mime_type": upload.mime_type,
        "preview_url": f"https://images.printify.com/simulated/{upload.id}",
        "upload_time": zoneless(upload.uploaded_at),
    }


def hook(hook: Hook, shop_id: int) -> Raw:
    """The shop's id is text here, and a number everywhere else."""
    return {"topic": hook.topic, "url": hook.url, "shop_id": str(shop_id), "id": hook.id}


def page(rows: Sequence[Any], number: int, limit: int) -> tuple[Sequence[Any], Mapping[str, Any]]:
    """The rows of a page, and what is told around them; links are relative."""
    last = max(1, -(-len(rows) // limit))
    start = (number - 1) * limit
    part = rows[start : start + limit]
    return part, {
        "current_page": number,
        "first_page_url": "/?page=1",
        "from": start + 1 if part else None,
        "last_page": last,
        "last_page_url": f"/?page={last}",
        "next_page_url": f"/?page={number + 1}" if number < last else None,
        "path": "/",
        "per_page": limit,
        "prev_page_url": f"/?page={number - 1}" if number > 1 else None,
        "to": start + len(part) if part else None,
        "total": len(rows),
    }
