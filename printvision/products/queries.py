"""Every SELECT of products: one statement a table, however many rows. Each starts from a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from printvision.catalog import list_vanished
from printvision.platform.errors import NotFound
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope
from printvision.products.models import OfferPlacementRow, OfferRow, ProductRow, ProvisionRow, VariantRow
from printvision.products.naming import pictures_of, wants_products
from printvision.products.schemas import (
    Likeness,
    ListProducts,
    Offer,
    Placement,
    ProductSummary,
    ProductView,
    ProvisionState,
    ProvisionView,
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
    rows = await _offer_rows(scope, OfferRow.id.in_(offer_ids))
    found = {offer.id: offer for offer in await _offers(scope, rows)}
    for offer_id in offer_ids:
        if offer_id not in found:
            raise NotFound(kind="offer", id=str(offer_id))
    return found


async def list_taken_skus(scope: WorkspaceScope, skus: Collection[str]) -> Sequence[str]:
    """Those among the SKUs that name a variant already, in order."""
    storable = {sku for sku in skus if "\x00" not in sku}
    query = select(VariantRow.sku).where(
        VariantRow.workspace_id == scope.workspace_id, VariantRow.sku.in_(storable)
    )
    return sorted(await scope.session.scalars(query))


async def get_offer_title(scope: WorkspaceScope, offer_id: UUID) -> str:
    """What people call the thing an offer makes: product and variant.

    Raises:
        NotFound
    """
    query = (
        select(ProductRow.title, VariantRow.title)
        .join(VariantRow, VariantRow.product_id == ProductRow.id)
        .join(OfferRow, OfferRow.variant_id == VariantRow.id)
        .where(OfferRow.workspace_id == scope.workspace_id, OfferRow.id == offer_id)
    )
    titles = (await scope.session.execute(query)).one_or_none()
    if titles is None:
        raise NotFound(kind="offer", id=str(offer_id))
    return f"{titles[0]} – {titles[1]}"


async def get_provision(scope: WorkspaceScope, offer_id: UUID, *, for_update: bool = False) -> ProvisionRow:
    """
    Raises:
        NotFound
    """
    query = _provisions(scope, offer_id)
    if for_update:
        query = query.with_for_update()
    row = (await scope.session.execute(query)).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="provision", id=str(offer_id))
    return row


async def find_carried_provision(scope: WorkspaceScope, offer_id: UUID, run_id: str) -> ProvisionRow | None:
    """The offer's product, locked, where it is on its way and the run is the one that carries it."""
    query = (
        _provisions(scope, offer_id)
        .where(
            ProvisionRow.run_id == run_id,
            ProvisionRow.state.in_((ProvisionState.WANTED, ProvisionState.MAKING)),
        )
        .with_for_update()
    )
    return (await scope.session.execute(query)).scalar_one_or_none()


def _provisions(scope: WorkspaceScope, offer_id: UUID) -> Select[ProvisionRow]:
    return (
        select(ProvisionRow)
        .where(ProvisionRow.workspace_id == scope.workspace_id, ProvisionRow.offer_id == offer_id)
        .execution_options(populate_existing=True)
    )


async def _with_offers(scope: WorkspaceScope, rows: Sequence[VariantRow]) -> list[VariantWithOffers]:
    offer_rows = await _offer_rows(scope, OfferRow.variant_id.in_([row.id for row in rows])) if rows else ()
    offers: dict[UUID, list[Offer]] = defaultdict(list)
    for (row, _), offer in zip(offer_rows, await _offers(scope, offer_rows), strict=True):
        offers[row.variant_id].append(offer)
    return [
        VariantWithOffers(
            id=row.id,
            product_id=row.product_id,
            sku=row.sku,
            title=row.title,
            offers=tuple(offers[row.id]),
            known_properties=tuple(row.known_properties),
        )
        for row in rows
    ]


_OfferRows = Sequence[tuple[OfferRow, ProvisionRow | None]]


async def _offer_rows(scope: WorkspaceScope, which: ColumnElement[bool]) -> _OfferRows:
    """Offers, each with the product that was asked for of it, as the database has them now."""
    query = (
        select(OfferRow, ProvisionRow)
        .outerjoin(ProvisionRow, ProvisionRow.offer_id == OfferRow.id)
        .where(OfferRow.workspace_id == scope.workspace_id, which)
        .order_by(OfferRow.id)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in await scope.session.execute(query)]


async def _offers(scope: WorkspaceScope, rows: _OfferRows) -> list[Offer]:
    if not rows:
        return []
    placements = await _placements(scope, [row.id for row, _ in rows])
    vanished = await list_vanished(scope, {row.provider_variant_id for row, _ in rows})
    return [
        _offer(row, tuple(placements[row.id]), provision, gone=row.provider_variant_id in vanished)
        for row, provision in rows
    ]


def _offer(
    row: OfferRow, placements: tuple[Placement, ...], provision: ProvisionRow | None, *, gone: bool
) -> Offer:
    if provision is not None and provision.pictures != pictures_of(placements):
        provision = None  # of pictures the offer no longer shows: another product
    external_id = provision.external_id if provision else None
    return Offer(
        id=row.id,
        connection_id=row.connection_id,
        provider=row.provider,
        provider_variant_id=row.provider_variant_id,
        variant_external_id=row.variant_external_id,
        technique=row.technique,
        likeness=Likeness(row.likeness),
        active=row.active and not gone,
        placements=placements,
        ready=external_id is not None or not wants_products(row.provider),
        product_external_id=external_id,
        provision=_provision_view(provision) if provision else None,
    )


def _provision_view(row: ProvisionRow) -> ProvisionView:
    return ProvisionView(
        state=ProvisionState(row.state),
        sku=row.sku,
        external_id=row.external_id,
        attempts=row.attempts,
        code=row.last_code,
        last_error=row.last_error,
        next_try_at=row.next_try_at,
    )


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
