"""Blanks, variants, print areas, prices, stock and rates: from Printful's words into ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from printvision.providers.adapters.printful.orders import to_variant_id
from printvision.providers.sdk import (
    Account,
    Blueprint,
    BlueprintVariant,
    Money,
    PrintArea,
    QuoteItem,
    Raw,
    ShippingRate,
    StockState,
    VariantPrice,
    VariantStock,
)

STOCK: Final = {
    "in stock": StockState.IN_STOCK,
    "stocked on demand": StockState.ON_DEMAND,
    "out of stock": StockState.OUT_OF_STOCK,
    "not fulfillable": StockState.OUT_OF_STOCK,
}


def to_quote_item(item: QuoteItem) -> Raw:
    variant_id = to_variant_id(item.variant_external_id)
    return {"source": "catalog", "catalog_variant_id": variant_id, "quantity": item.quantity}


def from_scopes(body: Any) -> tuple[str, ...]:
    return tuple(str(scope["value"]) for scope in body["data"])


def from_store(raw: Raw) -> Account:
    return Account(external_id=str(raw["id"]), name=str(raw["name"]))


def from_product(raw: Raw) -> Blueprint:
    return Blueprint(
        external_id=str(raw["id"]),
        title=str(raw["name"]),
        brand=raw.get("brand"),
        model=raw.get("model"),
        kind=raw.get("type"),
        image_url=raw.get("image"),
        techniques=_each(technique["key"] for technique in raw.get("techniques") or ()),
        placements=_each(placement["placement"] for placement in raw.get("placements") or ()),
        discontinued=bool(raw.get("is_discontinued")),
        raw=raw,
    )


def from_variant(raw: Raw) -> BlueprintVariant:
    return BlueprintVariant(
        external_id=str(raw["id"]),
        name=str(raw["name"]),
        size=raw.get("size"),
        color=raw.get("color"),
        color_code=raw.get("color_code"),
        image_url=raw.get("image"),
        raw=raw,
    )


def from_style(raw: Raw) -> PrintArea | None:
    """Their inches in pixels, at their own density; None for an area that our orders never name.

    That is the "advanced" type: both sides of a bag as one picture.
    """
    if raw.get("print_area_type") == "advanced":
        return None
    dpi = int(raw["dpi"])
    return PrintArea(
        placement=str(raw["placement"]),
        technique=str(raw["technique"]),
        width_px=round(float(raw["print_area_width"]) * dpi),
        height_px=round(float(raw["print_area_height"]) * dpi),
        dpi=dpi,
    )


def from_prices(body: Any) -> list[VariantPrice]:
    """`discounted_price` is this account's; the first placement is in it."""
    currency: str = body["data"]["currency"]
    return [
        VariantPrice(
            variant_external_id=str(variant["id"]),
            technique=str(technique["technique_key"]),
            price=Money.rounded(technique.get("discounted_price") or technique["price"], currency),
            raw=technique,
        )
        for variant in body["data"]["variants"]
        for technique in variant["techniques"]
    ]


def from_availability(raw: Raw) -> list[VariantStock]:
    return [
        VariantStock(
            variant_external_id=str(raw["catalog_variant_id"]),
            region=str(region["name"]),
            technique=str(technique["technique"]),
            state=STOCK.get(region["availability"], StockState.UNKNOWN),
        )
        for technique in raw["techniques"]
        for region in technique["selling_regions"]
    ]


def from_rates(body: Any) -> list[ShippingRate]:
    return [
        ShippingRate(
            method=str(raw["shipping"]),
            name=str(raw["shipping_method_name"]).strip(),
            price=Money.rounded(raw["rate"], raw["currency"]),
            min_days=raw.get("min_delivery_days"),
            max_days=raw.get("max_delivery_days"),
            departs_from=_each(
                parcel["departure_country"]
                for parcel in raw.get("shipments") or ()
                if parcel.get("departure_country")
            ),
            raw=raw,
        )
        for raw in body["data"]
    ]


def _each(words: Iterable[Any]) -> tuple[str, ...]:
    """Every word once, in their order."""
    return tuple(dict.fromkeys(str(word) for word in words))
