"""Blanks, variants, print areas, stock and prices: from Printify's words into ours. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from printvision.providers.adapters.printify.words import CURRENCY, DPI, Pair
from printvision.providers.sdk import (
    Blueprint,
    BlueprintVariant,
    Money,
    PrintArea,
    Raw,
    StockState,
    VariantPrice,
    VariantStock,
)

EVERYWHERE: Final = "worldwide"  # their stock knows no regions
PLAIN: Final = "print"  # the technique of a place for which they name none
TECHNIQUES: Final = frozenset(
    (
        *(
            "dtg",
            "dtf",
            "embroidery",
            "sublimation",
            "digital-printing",
            "direct-to-film",
            "direct-to-garment",
        ),
        *("engraving", "screen-printing", "uv", "aop"),
    )
)
"""What the last word of a position is read as; of another (`left_chest`) it is a part of the place."""


class PlaceholderBody(msgspec.Struct, frozen=True):
    position: str
    width: int
    height: int
    decoration_method: str | None = None

    @property
    def technique(self) -> str:
        """What they say, else what the position's last word says."""
        if self.decoration_method:
            return self.decoration_method.lower()
        last = self.position.rpartition("_")[2].lower()
        return last if last in TECHNIQUES else PLAIN


class VariantBody(msgspec.Struct, frozen=True):
    id: int
    title: str
    options: dict[str, Any] = {}
    placeholders: tuple[PlaceholderBody, ...] = ()


class VariantsBody(msgspec.Struct, frozen=True):
    variants: tuple[VariantBody, ...]

    def find(self, number: int) -> VariantBody | None:
        return next((variant for variant in self.variants if variant.id == number), None)


class Cost(msgspec.Struct, frozen=True):
    """What one piece of an existing product costs; `position` is the only place it is printed on."""

    pair: Pair
    variant: int
    position: str
    cost_minor: int


def from_print_providers(body: Any) -> list[int]:
    return [int(raw["id"]) for raw in body]


def from_print_provider(body: Any) -> list[Blueprint]:
    """The blueprints of one print provider. Both are in the title, since the same blank is made by many."""
    provider = {"id": body["id"], "title": str(body["title"]).strip()}
    return [_blueprint(raw, provider) for raw in body.get("blueprints") or ()]


def _blueprint(raw: Raw, provider: Raw) -> Blueprint:
    images = raw.get("images") or ()
    return Blueprint(
        external_id=Pair(int(raw["id"]), int(provider["id"])).external_id,
        title=f"{raw['title']}, by {provider['title']}",
        brand=raw.get("brand"),
        model=raw.get("model"),
        image_url=str(images[0]) if images else None,
        raw={**raw, "print_provider": provider},
    )


def from_variant(pair: Pair, variant: VariantBody) -> BlueprintVariant:
    return BlueprintVariant(
        external_id=pair.variant(variant.id),
        name=variant.title,
        size=_option(variant, "size"),
        color=_option(variant, "color"),
        raw=msgspec.to_builtins(variant),
    )


def _option(variant: VariantBody, name: str) -> str | None:
    value = variant.options.get(name)
    return str(value) if value is not None else None


def to_areas(variants: Iterable[VariantBody]) -> list[PrintArea]:
    """One area for each place and technique, as wide as the widest of all sizes and as high as the highest.

    A place grows with the garment, and pictures are checked against the blueprint and not against a size. Fitted into
    this area a picture has the fewest pixels to an inch that it has on any size: one that is sharp enough here is
    sharp enough everywhere. A picture that would only do for the small sizes is refused for all of them.
    """
    largest: dict[tuple[str, str], tuple[int, int]] = {}
    for variant in variants:
        for place in variant.placeholders:
            width, height = largest.get((place.position, place.technique), (1, 1))
            largest[place.position, place.technique] = max(width, place.width), max(height, place.height)
    return [
        PrintArea(placement=position, technique=technique, width_px=width, height_px=height, dpi=DPI)
        for (position, technique), (width, height) in largest.items()
    ]


def to_stock(pair: Pair, everything: VariantsBody, in_stock: VariantsBody) -> list[VariantStock]:
    """They name no figures: what is listed only when the sold out are asked for too is sold out."""
    there = {variant.id for variant in in_stock.variants}
    return [
        VariantStock(
            variant_external_id=pair.variant(variant.id),
            region=EVERYWHERE,
            technique=technique,
            state=StockState.IN_STOCK if variant.id in there else StockState.OUT_OF_STOCK,
        )
        for variant in everything.variants
        for technique in dict.fromkeys(place.technique for place in variant.placeholders)
    ]


def from_product(raw: Raw) -> list[Cost]:
    """What a product tells of costs: those of its variants that are printed on one place alone."""
    pair = Pair(int(raw["blueprint_id"]), int(raw["print_provider_id"]))
    places = _places(raw)
    return [
        Cost(pair, variant["id"], positions[0], variant["cost"])
        for variant in raw["variants"]
        if (positions := places.get(variant["id"], ())) and len(positions) == 1 and costs(variant)
    ]


def costs(variant: Raw) -> bool:
    """Whether what it costs is settled: that takes them a moment."""
    return isinstance(variant.get("cost"), int) and variant["cost"] > 0


def _places(raw: Raw) -> Mapping[int, tuple[str, ...]]:
    return {
        variant: tuple(place["position"] for place in area["placeholders"] if place.get("images"))
        for area in raw.get("print_areas") or ()
        for variant in area["variant_ids"]
    }


def to_prices(pair: Pair, variants: VariantsBody, known: Iterable[Cost]) -> list[VariantPrice]:
    """The dearest of what products of this account tell, for each variant and technique."""
    techniques = {
        (variant.id, place.position): place.technique
        for variant in variants.variants
        for place in variant.placeholders
    }
    dearest: dict[tuple[int, str], int] = {}
    for cost in known:
        technique = techniques.get((cost.variant, cost.position))
        if cost.pair == pair and technique is not None:
            key = (cost.variant, technique)
            dearest[key] = max(cost.cost_minor, dearest.get(key, 0))
    return [
        VariantPrice(
            variant_external_id=pair.variant(variant),
            technique=technique,
            price=Money(minor, CURRENCY),
            raw={"cost": minor},
        )
        for (variant, technique), minor in dearest.items()
    ]
