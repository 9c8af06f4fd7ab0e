"""Every SELECT of products: one statement a table, however many rows. Each starts from a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select

from printvision.catalog import list_vanished
from printvision.platform.errors import NotFound
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope
from printvision.products.models import OfferPlacementRow, OfferRow, ProductRow, VariantRow
from printvision.products.schemas import (
    Likeness,
    ListProducts,
    Offer,
    Placement,
    ProductSummary,
    ProductView,
    VariantWithOffers,
)


def _products(scope: WorkspaceScope) -> Select[ProductRow]:
    return select(ProductRow).where(ProductRow.workspace_id == scope.workspace_id)


def _variants(scope: WorkspaceScope) -> Select[VariantRow]:
    return select(VariantRow).where(VariantRow.workspace_id == scope.workspace_id)


async def get_product(scope: WorkspaceScope, product_id: UUID) -> ProductView:
    """
    Raises:
        NotFound
    """
    row = (
        await scope.session.execute(_products(scope).where(ProductRow.id == product_id))
    ).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="product", id=str(product_id))
    query = _variants(scope).where(VariantRow.product_id == product_id).order_by(VariantRow.position)
    variants = await _with_offers(scope, (await scope.session.scalars(query)).all())
    return ProductView(
        id=row.id,
        title=row.title,
        description=row.description,
        added_at=row.added_at,
        variants=tuple(variants),
    )


async def list_products(scope: WorkspaceScope, asked: ListProducts) -> Page[ProductSummary]:
    query = _products(scope)
    if asked.sku is not None:
        named = select(VariantRow.product_id).where(
            VariantRow.workspace_id == scope.workspace_id, VariantRow.sku == asked.sku
        )
        query = query.where(ProductRow.id.in_(named))
    rows, next_cursor = await fetch_page(scope, query, ProductRow.id, asked)
    sizes = await _count_variants(scope, [row.id for row in rows])
    return Page(
        [
            ProductSummary(id=row.id, title=row.title, added_at=row.added_at, variants=sizes.get(row.id, 0))
            for row in rows
        ],
        next_cursor,
    )


async def find_variants_by_sku(scope: WorkspaceScope, skus: Collection[str]) -> dict[str, VariantWithOffers]:
    """The workspace's variants that these SKUs name, with everybody who could make them."""
    storable = {sku for sku in skus if "\x00" not in sku}
    if not storable:
        return {}
    rows = (await scope.session.scalars(_variants(scope).where(VariantRow.sku.in_(storable)))).all()
    return {variant.sku: variant for variant in await _with_offers(scope, rows)}


async def get_offers(scope: WorkspaceScope, offer_ids: Collection[UUID]) -> Mapping[UUID, Offer]:
    """The offers by id.

    Raises:
        NotFound: one of them is not the workspace's.
    """
    query = select(OfferRow).where(OfferRow.workspace_id == scope.workspace_id, OfferRow.id.in_(offer_ids))
    found = {offer.id: offer for offer in await _offers(scope, (await scope.session.scalars(query)).all())}
    for offer_id in offer_ids:
        if offer_id not in found:
            raise NotFound(kind="offer", id=str(offer_id))
    return found


async def list_taken_skus(scope: WorkspaceScope, skus: Collection[str]) -> Sequence[str]:
    """Those among the SKUs that name a variant already, in order."""
    query = select(VariantRow.sku).where(
        VariantRow.workspace_id == scope.workspace_id, VariantRow.sku.in_(skus)
    )
    return sorted(await scope.session.scalars(query))


async def _with_offers(scope: WorkspaceScope, rows: Sequence[VariantRow]) -> list[VariantWithOffers]:
    query = (
        select(OfferRow)
        .where(OfferRow.workspace_id == scope.workspace_id, OfferRow.variant_id.in_([row.id for row in rows]))
        .order_by(OfferRow.id)
    )
    offer_rows = (await scope.session.scalars(query)).all() if rows else ()
    offers: dict[UUID, list[Offer]] = defaultdict(list)
    for row, offer in zip(offer_rows, await _offers(scope, offer_rows), strict=True):
        offers[row.variant_id].append(offer)
    return [
        VariantWithOffers(
            id=row.id, product_id=row.product_id, sku=row.sku, title=row.title, offers=tuple(offers[row.id])
        )
        for row in rows
    ]


async def _offers(scope: WorkspaceScope, rows: Sequence[OfferRow]) -> list[Offer]:
    if not rows:
        return []
    placements = await _placements(scope, [row.id for row in rows])
    vanished = await list_vanished(scope, {row.provider_variant_id for row in rows})
    return [
        Offer(
            id=row.id,
            connection_id=row.connection_id,
            provider=row.provider,
            provider_variant_id=row.provider_variant_id,
            variant_external_id=row.variant_external_id,
            technique=row.technique,
            likeness=Likeness(row.likeness),
            active=row.active and row.provider_variant_id not in vanished,
            placements=tuple(placements[row.id]),
        )
        for row in rows
    ]


async def _placements(scope: WorkspaceScope, offer_ids: Iterable[UUID]) -> Mapping[UUID, list[Placement]]:
    query = (
        select(OfferPlacementRow)
        .where(
            OfferPlacementRow.workspace_id == scope.workspace_id, OfferPlacementRow.offer_id.in_(offer_ids)
        )
        .order_by(OfferPlacementRow.id)
    )
    found: dict[UUID, list[Placement]] = defaultdict(list)
    for row in await scope.session.scalars(query):
        found[row.offer_id].append(
            Placement(placement=row.placement, technique=row.technique, artwork_id=row.artwork_id)
        )
    return found


async def _count_variants(scope: WorkspaceScope, product_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    query = (
        select(VariantRow.product_id, func.count())
        .where(VariantRow.workspace_id == scope.workspace_id, VariantRow.product_id.in_(product_ids))
        .group_by(VariantRow.product_id)
    )
    return dict((await scope.session.execute(query)).all())
