"""Every SELECT of products but those of variants with their offers (`offering`). Each starts from a scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select

from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope
from printvision.products import offering
from printvision.products.models import OfferRow, ProductRow, ProvisionRow, VariantRow
from printvision.products.schemas import ListProducts, ProductSummary, ProductView, ProvisionState

_TAKEN: Final = "SELECT sku FROM variants WHERE workspace_id = %(workspace_id)s AND sku = ANY(%(skus)s)"


def _products(scope: WorkspaceScope) -> Select[ProductRow]:
    return select(ProductRow).where(ProductRow.workspace_id == scope.workspace_id)


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
    variants = await offering.list_variants_of(scope, product_id)
    return ProductView(
        id=row.id,
        title=row.title,
        description=row.description,
        added_at=row.added_at,
        variants=variants,
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


async def list_taken_skus(scope: WorkspaceScope, skus: Collection[str]) -> Sequence[str]:
    """Those among the SKUs that name a variant already, in order."""
    storable = [sku for sku in skus if "\x00" not in sku]
    rows = await run(scope.session, _TAKEN, {"workspace_id": scope.workspace_id, "skus": storable})
    return sorted(sku for (sku,) in rows)


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


async def _count_variants(scope: WorkspaceScope, product_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    query = (
        select(VariantRow.product_id, func.count())
        .where(VariantRow.workspace_id == scope.workspace_id, VariantRow.product_id.in_(product_ids))
        .group_by(VariantRow.product_id)
    )
    return dict((await scope.session.execute(query)).all())
