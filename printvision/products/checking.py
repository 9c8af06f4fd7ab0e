"""Could a provider make this?

Everything a new product names is looked up first, one statement a table, and then judged without any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

import msgspec

from printvision.artwork import ArtworkView, find_artworks, require_fit
from printvision.catalog import VariantView, find_variants, print_areas
from printvision.platform.scope import WorkspaceScope
from printvision.products.errors import OfferImpossible
from printvision.products.schemas import CreateProduct, NewOffer, NewPlacement
from printvision.providers import ConnectionView, list_connections
from printvision.providers.sdk import PrintArea

ERRORS_TOLD = 50


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the workspace and the catalogue know of the things a product names; what is missing is unknown."""

    connections: Mapping[UUID, ConnectionView]
    variants: Mapping[tuple[str, str], VariantView]
    areas: Mapping[UUID, tuple[PrintArea, ...]]
    artworks: Mapping[UUID, ArtworkView]

    def variant(self, offer: NewOffer) -> VariantView | None:
        connection = self.connections.get(offer.connection_id)
        return self.variants.get((connection.provider, offer.variant)) if connection else None

    def area(self, offer: NewOffer, placement: NewPlacement) -> PrintArea | None:
        variant = self.variant(offer)
        wanted = (placement.placement, placement.technique or offer.technique)
        found = self.areas.get(variant.blueprint_id, ()) if variant else ()
        return next((area for area in found if (area.placement, area.technique) == wanted), None)


async def gather(scope: WorkspaceScope, wanted: CreateProduct) -> Known:
    offers = [offer for variant in wanted.variants for offer in variant.offers]
    connections = await list_connections(scope, sorted({offer.connection_id for offer in offers}))
    by_id = {connection.id: connection for connection in connections}
    names = {
        (by_id[offer.connection_id].provider, offer.variant)
        for offer in offers
        if offer.connection_id in by_id
    }
    variants = await find_variants(scope, names)
    placed = {placement.artwork_id for offer in offers for placement in offer.placements}
    return Known(
        connections=by_id,
        variants=variants,
        areas=await print_areas(scope, {variant.blueprint_id for variant in variants.values()}),
        artworks=await find_artworks(scope, placed),
    )


def check_product(wanted: CreateProduct, known: Known) -> None:
    """
    Raises:
        OfferImpossible: names every offer that could not be made, and why.
        ArtworkTooSmall: a picture would look coarse in its print area; carries how many pixels are needed.
    """
    errors = [
        {"path": path, "message": message}
        for number, variant in enumerate(wanted.variants)
        for place, offer in enumerate(variant.offers)
        for path, message in _problems(f"variants[{number}].offers[{place}]", offer, known)
    ]
    if errors:
        raise OfferImpossible(errors[0]["message"], errors=errors[:ERRORS_TOLD])
    for variant in wanted.variants:
        for offer in variant.offers:
            _require_fit(offer, known)


def _problems(path: str, offer: NewOffer, known: Known) -> Iterator[tuple[str, str]]:
    if offer.connection_id not in known.connections:
        yield f"{path}.connection_id", "There is no such connection in this workspace."
        return
    variant = known.variant(offer)
    if variant is None:
        yield f"{path}.variant", f"No sync of the catalogue has seen the variant {offer.variant}."
        return
    if variant.gone_at is not None:
        yield f"{path}.variant", f"The provider no longer lists the variant {offer.variant}."
        return
    for number, placement in enumerate(offer.placements):
        where = f"{path}.placements[{number}]"
        if placement.artwork_id not in known.artworks:
            yield f"{where}.artwork_id", "There is no such picture in this workspace."
        if known.area(offer, placement) is None:
            technique = placement.technique or offer.technique
            yield f"{where}.placement", f"This blank has no print area {placement.placement} for {technique}."


def _require_fit(offer: NewOffer, known: Known) -> None:
    for placement in offer.placements:
        area = known.area(offer, placement)
        assert area is not None, "checked before"
        require_fit(known.artworks[placement.artwork_id], area)
