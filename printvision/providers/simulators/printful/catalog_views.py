"""Words the catalogue as each version's documents show it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from printvision.providers.simulators.printful import catalog, pricing
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.blanks import CATEGORIES, Area, Blank, Variant
from printvision.providers.simulators.printful.records import Raw
from printvision.providers.simulators.printful.views_v2 import link, money

TECHNIQUES = {
    "dtg": "DTG printing",
    "digital": "Digital printing",
    "cut-sew": "Cut & sew sublimation",
    "embroidery": "Embroidery",
    "sublimation": "Sublimation",
}
REGIONS = (
    "worldwide", "north_america", "canada", "europe", "spain", "latvia", "uk", "france", "germany",
    "australia", "japan", "new_zealand", "italy", "brazil", "southeast_asia", "republic_of_korea",
)  # fmt: skip
_REGION_CODES = {"US": "USA", "EU": "Europe", "CA": "Canada", "AU": "Australia"}
_DESCRIPTION = "An invented product of the simulated catalogue."


def product_v2(base: str, blank: Blank) -> Raw:
    url = f"{base}/v2/catalog-products/{blank.id}"
    colors = {variant.color for variant in blank.variants if variant.color}
    return {
        "id": blank.id,
        "main_category_id": blank.category,
        "type": blank.type_name,
        "name": blank.name,
        "brand": blank.brand,
        "model": blank.model,
        "image": catalog.image_url(blank.id),
        "variant_count": len(blank.variants),
        "is_discontinued": False,
        "description": _DESCRIPTION,
        "sizes": list(dict.fromkeys(variant.size for variant in blank.variants)),
        "colors": [{"name": color.name, "value": color.code} for color in sorted(colors)],
        "techniques": [
            {"key": key, "display_name": TECHNIQUES[key], "is_default": key == blank.techniques[0]}
            for key in blank.techniques
        ],
        "placements": [_placement_v2(area) for area in blank.areas],
        "product_options": [],
        "_links": {
            "self": link(url),
            "variants": link(f"{url}/catalog-variants"),
            "categories": link(f"{url}/catalog-categories"),
            "product_prices": link(f"{url}/prices"),
            "product_sizes": link(f"{url}/sizes"),
            "product_images": link(f"{url}/images"),
            "availability": link(f"{url}/availability"),
        },
    }


def variant_v2(base: str, blank: Blank, variant: Variant) -> Raw:
    product_url, url = f"{base}/v2/catalog-products/{blank.id}", f"{base}/v2/catalog-variants/{variant.id}"
    return {
        "id": variant.id,
        "catalog_product_id": blank.id,
        "name": catalog.variant_name(blank, variant),
        "size": variant.size,
        "color": variant.color.name if variant.color else None,
        "color_code": variant.color.code if variant.color else None,
        "color_code2": None,
        "placement_dimensions": [
            {
                "placement": area.placement,
                "height": area.height_in,
                "width": area.width_in,
                "orientation": "any",
            }
            for area in blank.areas
        ],
        "image": catalog.image_url(variant.id),
        "_links": {
            "self": link(url),
            "product_details": link(product_url),
            "product_variants": link(f"{product_url}/catalog-variants"),
            "variant_prices": link(f"{url}/prices"),
            "variant_images": link(f"{url}/images"),
            "variant_availability": link(f"{url}/availability"),
        },
    }


def product_prices(account: Account, blank: Blank, currency: str) -> Raw:
    """What the placements of a product cost beyond the piece."""
    return {"id": blank.id, "placements": [_placement_price(account, area, currency) for area in blank.areas]}


def variant_prices(account: Account, blank: Blank, variant: Variant, currency: str) -> Raw:
    price = pricing.amount(account.dice.priced(variant.price_minor), currency)
    return {
        "id": variant.id,
        "techniques": [
            {
                "technique_key": key,
                "technique_display_name": TECHNIQUES[key],
                "price": price,
                "discounted_price": price,
                "retail_price": price,
                "retail_discounted_price": price,
            }
            for key in blank.techniques
        ],
    }


def availability(account: Account, blank: Blank, variant: Variant, regions: Sequence[str]) -> Raw:
    base = account.config.public_url
    state = "out of stock" if account.is_out(variant.id) else "in stock"
    return {
        "catalog_variant_id": variant.id,
        "techniques": [
            {
                "technique": key,
                "selling_regions": [
                    {"name": region, "availability": state, "placement_option_availability": []}
                    for region in regions
                ],
            }
            for key in blank.techniques
        ],
        "_links": {"variant": link(f"{base}/v2/catalog-variants/{variant.id}")},
    }


def mockup_styles(area: Area) -> Raw:
    return {
        "placement": area.placement,
        "display_name": area.title,
        "technique": area.technique,
        "print_area_width": area.width_in,
        "print_area_height": area.height_in,
        "print_area_type": "simple",
        "dpi": area.dpi,
        "mockup_styles": [
            {"id": 123, "category_name": "Flat", "view_name": area.title, "restricted_to_variants": None}
        ],
    }


def images(blank: Blank, variant: Variant) -> Raw:
    code = variant.color.code if variant.color else None
    return {
        "catalog_variant_id": variant.id,
        "color": variant.color.name if variant.color else None,
        "primary_hex_color": code,
        "secondary_hex_color": None,
        "images": [
            {
                "placement": area.placement,
                "image_url": catalog.image_url(variant.id),
                "background_color": code or "#ffffff",
                "background_image": None,
            }
            for area in blank.areas
        ],
    }


def category(base: str, category_id: int) -> Raw:
    parent_id, title = CATEGORIES[category_id]
    return {
        "id": category_id,
        "parent_id": parent_id,
        "image_url": catalog.image_url(category_id),
        "title": title,
        "_links": {"self": link(f"{base}/v2/catalog-categories/{category_id}")},
    }


def product_v1(account: Account, blank: Blank) -> Raw:
    shown: Raw = {
        "id": blank.id,
        "main_category_id": blank.category,
        "type": blank.type,
        "type_name": blank.type_name,
        "title": blank.name,
        "image": catalog.image_url(blank.id),
        "variant_count": len(blank.variants),
        "currency": pricing.ACCOUNT_CURRENCY,
        "files": [_file_v1(account, number, area) for number, area in enumerate(blank.areas)],
        "options": [],
        "is_discontinued": False,
        "avg_fulfillment_time": 4.3,
        "description": _DESCRIPTION,
        "techniques": [
            {"key": key.upper(), "display_name": TECHNIQUES[key], "is_default": key == blank.techniques[0]}
            for key in blank.techniques
        ],
        "origin_country": None,
    }
    return shown | {key: value for key, value in (("brand", blank.brand), ("model", blank.model)) if value}


def variant_v1(account: Account, blank: Blank, variant: Variant) -> Raw:
    stocked = not account.is_out(variant.id)
    state = "in_stock" if stocked else "out_of_stock"
    shown: Raw = {
        "id": variant.id,
        "product_id": blank.id,
        "name": catalog.variant_name(blank, variant),
        "size": variant.size,
        "image": catalog.image_url(variant.id),
        "price": money(account.dice.priced(variant.price_minor)),
        "in_stock": stocked,
        "availability_regions": _REGION_CODES,
        "availability_status": [{"region": region, "status": state} for region in _REGION_CODES],
        "material": [],
    }
    return shown | ({"color": variant.color.name, "color_code": variant.color.code} if variant.color else {})


def category_v1(category_id: int) -> Raw:
    parent_id, title = CATEGORIES[category_id]
    return {
        "id": category_id,
        "parent_id": parent_id or 0,
        "image_url": catalog.image_url(category_id),
        "size": "small",
        "title": title,
    }


def printfiles(blank: Blank, technique: str | None) -> Raw:
    """Print areas in pixels; each area is a print file of its own, numbered by its place."""
    areas = [area for area in blank.areas if technique is None or area.technique == technique.lower()]
    numbers = {area.placement: blank.id * 10 + number for number, area in enumerate(areas, start=1)}
    return {
        "product_id": blank.id,
        "available_placements": {area.placement: area.title for area in areas},
        "printfiles": [
            {
                "printfile_id": numbers[area.placement],
                "width": round(area.width_in * area.dpi),
                "height": round(area.height_in * area.dpi),
                "dpi": area.dpi,
                "fill_mode": "fit",
                "can_rotate": False,
            }
            for area in areas
        ],
        "variant_printfiles": [
            {"variant_id": variant.id, "placements": numbers} for variant in blank.variants
        ],
        "option_groups": [],
        "options": [],
    }


def _placement_v2(area: Area) -> Raw:
    return {
        "placement": area.placement,
        "technique": area.technique,
        "print_area_width": area.width_in,
        "print_area_height": area.height_in,
        "layers": [{"type": "file", "layer_options": []}],
        "placement_options": [],
        "conflicting_placements": [],
    }


def _placement_price(account: Account, area: Area, currency: str) -> Raw:
    price = pricing.amount(account.dice.priced(area.extra_minor), currency)
    nothing = pricing.amount(0, currency)
    layer: dict[str, Any] = {
        "type": "file",
        "additional_price": nothing,
        "retail_additional_price": nothing,
        "layer_options": [],
    }
    return {
        "id": area.placement,
        "title": area.title,
        "type": TECHNIQUES[area.technique],
        "technique_key": area.technique,
        "price": price,
        "discounted_price": price,
        "retail_price": price,
        "retail_discounted_price": price,
        "placement_options": [],
        "layers": [layer],
    }


def _file_v1(account: Account, number: int, area: Area) -> Raw:
    return {
        "id": "default" if number == 0 else area.placement,
        "type": area.placement,
        "title": area.title,
        "additional_price": money(account.dice.priced(area.extra_minor)),
        "options": [],
    }
