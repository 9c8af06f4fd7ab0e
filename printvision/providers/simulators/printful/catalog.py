"""Looks things up in the simulated assortment."""

from __future__ import annotations

from printvision.providers.simulators.printful.blanks import BLANKS, Area, Blank, Variant
from printvision.providers.simulators.printful.errors import bad_request, not_found

_BLANKS = {blank.id: blank for blank in BLANKS}
_VARIANTS = {variant.id: (blank, variant) for blank in BLANKS for variant in blank.variants}

# The published examples order from these without making them first.
TEMPLATE_IDS = frozenset({1, 123, 123_456_789})
WAREHOUSE_VARIANTS = {1: 1, 2: 2}  # warehouse variant → catalogue variant


def get_blank(product_id: int) -> Blank:
    if (blank := _BLANKS.get(product_id)) is None:
        raise not_found()
    return blank


def get_variant(variant_id: int) -> tuple[Blank, Variant]:
    if (found := _VARIANTS.get(variant_id)) is None:
        raise not_found()
    return found


def order_variant(variant_id: int) -> tuple[Blank, Variant]:
    """The variant an order names; an order with an unknown one is wrong, not lost."""
    if (found := _VARIANTS.get(variant_id)) is None:
        raise bad_request(f"Variant {variant_id} does not exist")
    return found


def warehouse_variant(warehouse_variant_id: int | None) -> int:
    """The catalogue variant of a piece that lies in the warehouse."""
    if (variant_id := WAREHOUSE_VARIANTS.get(warehouse_variant_id or 0)) is None:
        raise bad_request("The warehouse variant is not available", "PR-2")
    return variant_id


def find_area(blank: Blank, placement: str, technique: str | None = None) -> Area | None:
    """The area of that name; `default` also means the first one."""
    named = [area for area in blank.areas if area.placement == placement]
    if not named and placement == "default":
        named = [blank.areas[0]]
    return next((area for area in named if technique in (None, area.technique)), None)


def variant_name(blank: Blank, variant: Variant) -> str:
    """`Everyday Jersey Tee (White / S)`."""
    words = [variant.color.name] if variant.color else []
    return f"{blank.name} ({' / '.join([*words, variant.size])})"


def image_url(number: int) -> str:
    return f"https://files.cdn.printful.com/products/simulated/{number}.jpg"
