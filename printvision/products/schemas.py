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


class ProvisionState(StrEnum):
    """How far the product is that a provider wants of an offer."""

    WANTED = "wanted"  # waits for a worker, for a provider that is away, or for its connection
    MAKING = "making"  # the provider is being asked
    READY = "ready"
    FAILED = "failed"  # waits for a person, or for an order that asks for it once more


class ProvisionView(msgspec.Struct, frozen=True, kw_only=True):
    """The product that a provider wants of an offer.

    Args:
        sku: what it is called there.
        external_id: the provider's id of it, once it is ready.
        code, last_error: why the last try brought nothing: the error's code, and the provider's sentence.
        next_try_at: when it is tried again; of a failed one, when an order may have it tried again.
    """

    state: ProvisionState
    sku: str
    external_id: str | None
    attempts: int
    code: str | None
    last_error: str | None
    next_try_at: datetime | None


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
        ready: whether it can be ordered now: where the provider wants a product of it, that was made with these
            pictures.
        product_external_id: the provider's id of that product; None where there is none, or it is not ready.
        provision: that product's state; None where the provider wants none, or it was never asked for.
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
    ready: bool = True
    product_external_id: str | None = None
    provision: ProvisionView | None = None


class VariantWithOffers(msgspec.Struct, frozen=True, kw_only=True):
    """What an order line names by its SKU, and who could make it.

    Args:
        known_properties: names of line properties that do not change what is printed, whatever their case.
    """

    id: UUID
    product_id: UUID
    sku: str
    title: str
    offers: tuple[Offer, ...]
    known_properties: tuple[str, ...] = ()


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


PropertyName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)",
        description="One line, not blank.",
    ),
]


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
    known_properties: Annotated[
        tuple[PropertyName, ...],
        Meta(
            max_length=50,
            description="Names of line properties that do not change what is printed, such as a gift note.",
        ),
    ] = ()


class CreateProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: Title
    variants: Annotated[tuple[NewVariant, ...], Meta(min_length=1, max_length=100)]
    description: Annotated[str, Meta(max_length=10_000)] = ""


class GetProduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    product_id: UUID


class ProvisionAgain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    offer_id: UUID


class ListProducts(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: Annotated[str, Meta(max_length=100, description="Only the product that has this SKU.")] | None = None
