"""What of products crosses to other domains and over the wire."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.platform.paging import ListInput


class Likeness(StrEnum):
    """How like a blank is to the one the vendor had in mind."""

    EXACT = "exact"
    SAME_GRADE = "same_grade"


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """One picture on one place, in the provider's own words for place and technique."""

    placement: str
    technique: str
    artwork_id: UUID


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A provider variant that can make a variant, through one connection.

    Args:
        provider_variant_id: ours, of the catalogue; `variant_external_id` is the provider's.
        technique: of the first placement; prices and stock are told by it.
        active: whether it may be routed to: it was not switched off, and the provider still lists the variant.
    """

    id: UUID
    connection_id: UUID
    provider: str
    provider_variant_id: UUID
    variant_external_id: str
    technique: str
    likeness: Likeness
    active: bool
    placements: tuple[Placement, ...]


class VariantWithOffers(msgspec.Struct, frozen=True, kw_only=True):
    """What an order line names by its SKU, and who could make it."""

    id: UUID
    product_id: UUID
    sku: str
    title: str
    offers: tuple[Offer, ...]


class ProductView(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    title: str
    description: str
    added_at: datetime
    variants: tuple[VariantWithOffers, ...]


class ProductSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A product in a list, with how many variants it has."""

    id: UUID
    title: str
    added_at: datetime
    variants: int


Sku = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^\S(.*\S)?$(?!\n)",
        description="One line, no blanks around it.",
    ),
]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Word = Annotated[str, Meta(min_length=1, max_length=200)]


class NewPlacement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`technique`: the offer's where it is left out."""

    placement: Word
    artwork_id: UUID
    technique: Word | None = None


class NewOffer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`variant`: the provider's own id of its variant, as the catalogue tells it."""

    connection_id: UUID
    variant: Word
    technique: Word
    placements: Annotated[tuple[NewPlacement, ...], Meta(min_length=1, max_length=10)]
    likeness: Likeness = Likeness.EXACT
    active: bool = True


class NewVariant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: Sku
    title: Title
    offers: Annotated[tuple[NewOffer, ...], Meta(min_length=1, max_length=10)]


class CreateProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: Title
    variants: Annotated[tuple[NewVariant, ...], Meta(min_length=1, max_length=100)]
    description: Annotated[str, Meta(max_length=10_000)] = ""


class GetProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    product_id: UUID


class ListProducts(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: Annotated[str, Meta(max_length=100, description="Only the product that has this SKU.")] | None = None
