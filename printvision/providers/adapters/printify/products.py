"""Products that are made of an offer, and the pictures on them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from printvision.providers.adapters.printify.catalog import PlaceholderBody, VariantBody, costs
from printvision.providers.adapters.printify.words import CURRENCY, KEY, to_variant
from printvision.providers.sdk import (
    Money,
    PrintFile,
    ProductSpec,
    ProviderRejected,
    Provisioned,
    Raw,
    VariantPrice,
)

RETAIL_MINOR: Final = 2_500
"""A retail price must be given; no shop of theirs sells the product, and nobody is charged by it."""
SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg"})


class UploadBody(msgspec.Struct, frozen=True):
    """A picture in their library; its size is 0 or missing until they have looked at it."""

    id: str
    file_name: str = ""
    width: int | None = None
    height: int | None = None

    @property
    def is_measured(self) -> bool:
        return bool(self.width and self.height)


def file_name(spec: ProductSpec, file: PrintFile) -> str:
    """The same for the same picture of the same product, so that an upload whose answer was lost is found again."""
    suffix = PurePosixPath(urlsplit(file.url).path).suffix.lower()
    return f"{spec.sku}.{file.placement}{suffix if suffix in SUFFIXES else '.png'}"


def from_upload(raw: Any) -> UploadBody:
    return msgspec.convert(raw, UploadBody)


def find_place(variant: VariantBody, file: PrintFile) -> PlaceholderBody:
    """
    Raises:
        ProviderRejected: the blank has no such place.
    """
    for place in variant.placeholders:
        if (place.position, place.technique) == (file.placement, file.technique):
            return place
    raise ProviderRejected(
        f"{variant.title} has no place {file.placement} for {file.technique}",
        provider=KEY,
        provider_code=None,
    )


def fit(picture: UploadBody, place: PlaceholderBody) -> float:
    """The width of the picture as a share of the place's, so that all of it lies inside; rounded down."""
    width, height = picture.width or 1, picture.height or 1
    share = min(1.0, place.height * width / (place.width * height))
    return max(int(share * 10_000), 1) / 10_000


def to_product(spec: ProductSpec, pictures: Mapping[str, Raw]) -> Raw:
    """The body of a create; `pictures` by position."""
    pair, variant = to_variant(spec.variant_external_id)
    return {
        "title": spec.title,
        "description": spec.title,
        "blueprint_id": pair.blueprint,
        "print_provider_id": pair.print_provider,
        "variants": [{"id": variant, "price": RETAIL_MINOR, "is_enabled": True, "sku": spec.sku}],
        "print_areas": [
            {
                "variant_ids": [variant],
                "placeholders": [
                    {"position": position, "images": [picture]} for position, picture in pictures.items()
                ],
            }
        ],
    }


def to_picture(picture: UploadBody, place: PlaceholderBody) -> Raw:
    """In the middle, fitted and never cropped; the angle must be a whole number."""
    return {"id": picture.id, "x": 0.5, "y": 0.5, "scale": fit(picture, place), "angle": 0}


def find_variant(spec: ProductSpec, raw: Raw) -> Raw | None:
    """The variant of a product that carries our SKU, if it is the product of the spec that can be ordered."""
    pair, number = to_variant(spec.variant_external_id)
    if (raw["blueprint_id"], raw["print_provider_id"]) != (pair.blueprint, pair.print_provider):
        return None
    return next(
        (
            variant
            for variant in raw["variants"]
            if (variant.get("sku"), variant["id"]) == (spec.sku, number) and variant.get("is_enabled", True)
        ),
        None,
    )


def from_product(spec: ProductSpec, raw: Any) -> Provisioned:
    """The product that was made of the spec; our SKU is not asked for, since it is known by its id already.

    Raises:
        LookupError: it lacks the variant.
    """
    _, number = to_variant(spec.variant_external_id)
    variant = {variant["id"]: variant for variant in raw["variants"]}[number]
    return Provisioned(external_id=str(raw["id"]), price=_price(spec, variant))


def _price(spec: ProductSpec, variant: Raw) -> VariantPrice | None:
    if not costs(variant):
        return None
    return VariantPrice(
        variant_external_id=spec.variant_external_id,
        technique=spec.files[0].technique,
        price=Money(variant["cost"], CURRENCY),
        raw={"cost": variant["cost"]},
    )
