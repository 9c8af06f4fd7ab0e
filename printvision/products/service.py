"""The verbs of products."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from printvision.accounts import Permission
from printvision.platform import clock
from printvision.platform.db import Model
from printvision.platform.errors import RuleBroken
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.products import queries
from printvision.products.checking import Known, check_product, gather
from printvision.products.errors import SkuTaken
from printvision.products.events import ProductAdded
from printvision.products.models import OfferPlacementRow, OfferRow, ProductRow, VariantRow
from printvision.products.provisioning import ensure_provisions
from printvision.products.schemas import CreateProduct, NewOffer, NewVariant, ProductView


async def create_product(scope: WorkspaceScope, wanted: CreateProduct) -> ProductView:
    """Add a product that its providers can make.

    Raises:
        RuleBroken: it names one thing twice.
        SkuTaken, OfferImpossible, ArtworkTooSmall
    """
    scope.require(Permission.PRODUCTS_MANAGE)
    _refuse_repetition(wanted)
    if taken := await queries.list_taken_skus(scope, [variant.sku for variant in wanted.variants]):
        raise SkuTaken(skus=list(taken))
    known = await gather(scope, wanted)
    check_product(wanted, known)
    product_id = await _add(scope, wanted, known)
    publish(scope, ProductAdded(subject_id=product_id, variants=len(wanted.variants)))
    added = await queries.get_product(scope, product_id)
    if await ensure_provisions(scope, [offer for variant in added.variants for offer in variant.offers]):
        added = await queries.get_product(scope, product_id)
    return added


def _refuse_repetition(wanted: CreateProduct) -> None:
    errors = [
        {"path": path, "message": f"{name} is named more than once."}
        for path, names in _names(wanted)
        for name, times in Counter(names).items()
        if times > 1
    ]
    if errors:
        raise RuleBroken(errors=errors)


def _names(wanted: CreateProduct) -> Iterator[tuple[str, Iterable[str]]]:
    yield "variants", [f"The SKU {variant.sku}" for variant in wanted.variants]
    for number, variant in enumerate(wanted.variants):
        path = f"variants[{number}].offers"
        yield (
            path,
            [f"{offer.variant} of {offer.connection_id} by {offer.technique}" for offer in variant.offers],
        )
        for place, offer in enumerate(variant.offers):
            yield f"{path}[{place}].placements", [placement.placement for placement in offer.placements]


async def _add(scope: WorkspaceScope, wanted: CreateProduct, known: Known) -> UUID:
    """Write all rows, one statement a table."""
    product = {
        "id": new_id(),
        "title": wanted.title,
        "description": wanted.description,
        "added_at": clock.now(),
    }
    variants: list[dict[str, Any]] = []
    offers: list[dict[str, Any]] = []
    placements: list[dict[str, Any]] = []
    for position, variant in enumerate(wanted.variants):
        variants.append({"id": new_id(), "product_id": product["id"], **_variant(variant, position)})
        for offer in variant.offers:
            offers.append({"id": new_id(), "variant_id": variants[-1]["id"], **_offer(offer, known)})
            placements += _placements(offers[-1]["id"], offer)
    await _insert(scope, ProductRow, [product])
    await _insert_variants(scope, variants)
    await _insert(scope, OfferRow, offers)
    await _insert(scope, OfferPlacementRow, placements)
    return cast("UUID", product["id"])


def _variant(variant: NewVariant, position: int) -> dict[str, Any]:
    return {
        "position": position,
        "sku": variant.sku,
        "title": variant.title,
        "known_properties": list(dict.fromkeys(name.strip() for name in variant.known_properties)),
    }


def _offer(offer: NewOffer, known: Known) -> dict[str, Any]:
    variant = known.variant(offer)
    assert variant is not None, "checked before"
    return {
        "connection_id": offer.connection_id,
        "provider": variant.provider,
        "provider_variant_id": variant.id,
        "variant_external_id": variant.external_id,
        "technique": offer.technique,
        "likeness": offer.likeness.value,
        "active": offer.active,
    }


def _placements(offer_id: UUID, offer: NewOffer) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "offer_id": offer_id,
            "placement": placement.placement,
            "technique": placement.technique or offer.technique,
            "artwork_id": placement.artwork_id,
        }
        for placement in offer.placements
    ]


async def _insert(scope: WorkspaceScope, model: type[Model], rows: list[dict[str, Any]]) -> None:
    table = cast("Table", model.__table__)
    owned = [{"workspace_id": scope.workspace_id, **row} for row in rows]
    await scope.session.execute(insert(table).returning(table.c.id), owned)


async def _insert_variants(scope: WorkspaceScope, rows: list[dict[str, Any]]) -> None:
    """Add the variants, unless somebody else took one of their SKUs a moment ago."""
    table = cast("Table", VariantRow.__table__)
    statement = (
        insert(table).on_conflict_do_nothing(index_elements=["workspace_id", "sku"]).returning(table.c.sku)
    )
    owned = [{"workspace_id": scope.workspace_id, **row} for row in sorted(rows, key=lambda row: row["sku"])]
    added = set((await scope.session.scalars(statement, owned)).all())
    if taken := sorted({row["sku"] for row in rows} - added):
        raise SkuTaken(skus=taken)
