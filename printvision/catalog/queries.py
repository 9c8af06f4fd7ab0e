"""Every SELECT of blueprints and variants. They are nobody's, and any scope may read them.

Prices and stock (`known`) and tariffs are found only in the workspace whose connection they belong to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import cast
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Table, exists, or_, select

from printvision.catalog.known import list_prices, list_stock
from printvision.catalog.models import BlueprintRow, ProviderVariantRow
from printvision.catalog.schemas import (
    BlueprintDetail,
    BlueprintView,
    ListBlueprints,
    VariantOverlays,
    VariantView,
)
from printvision.platform.errors import NotFound
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import AnyScope, WorkspaceScope
from printvision.providers.sdk import PrintArea

VARIANTS_SHOWN = 500


async def list_blueprints(scope: AnyScope, asked: ListBlueprints) -> Page[BlueprintView]:
    query = select(BlueprintRow)
    if asked.provider is not None:
        query = query.where(BlueprintRow.provider == asked.provider)
    if asked.q is not None:
        columns = (BlueprintRow.title, BlueprintRow.brand, BlueprintRow.model)
        query = query.where(or_(*(column.icontains(asked.q, autoescape=True) for column in columns)))
    rows, next_cursor = await fetch_page(scope, query, BlueprintRow.id, asked)
    return Page([_blueprint_view(row) for row in rows], next_cursor)


async def get_blueprint(scope: AnyScope, blueprint_id: UUID) -> BlueprintView:
    """
    Raises:
        NotFound
    """
    row = await scope.session.get(BlueprintRow, blueprint_id)
    if row is None:
        raise NotFound(kind="blueprint", id=str(blueprint_id))
    return _blueprint_view(row)


async def get_blueprint_detail(scope: WorkspaceScope, blueprint_id: UUID) -> BlueprintDetail:
    """A blueprint, its first `VARIANTS_SHOWN` variants, and what the workspace's connections know of them.

    Raises:
        NotFound
    """
    blueprint = await get_blueprint(scope, blueprint_id)
    query = (
        select(ProviderVariantRow)
        .where(ProviderVariantRow.blueprint_id == blueprint_id)
        .order_by(ProviderVariantRow.gone_at.is_not(None), ProviderVariantRow.id)
        .limit(VARIANTS_SHOWN + 1)
    )
    found = [_variant_view(row) for row in await scope.session.scalars(query)]
    variants = found[:VARIANTS_SHOWN]
    ids = [variant.id for variant in variants]
    prices = await list_prices(scope, None, ids)
    stock = await list_stock(scope, None, ids)
    return BlueprintDetail(
        blueprint=blueprint,
        variants=tuple(
            VariantOverlays(
                variant=variant, prices=prices.get(variant.id, ()), stock=stock.get(variant.id, ())
            )
            for variant in variants
        ),
        more=len(found) > VARIANTS_SHOWN,
    )


async def find_variant(scope: AnyScope, provider: str, external_id: str) -> VariantView | None:
    """The variant a provider calls `external_id`, vanished or not; None where no sync has seen it."""
    return (await find_variants(scope, [(provider, external_id)])).get((provider, external_id))


async def find_variants(
    scope: AnyScope, names: Collection[tuple[str, str]]
) -> Mapping[tuple[str, str], VariantView]:
    """The known ones among `(provider, external id)`, in one query a provider."""
    by_provider: dict[str, list[str]] = defaultdict(list)
    for provider, external_id in names:
        by_provider[provider].append(external_id)
    found: dict[tuple[str, str], VariantView] = {}
    for provider, external_ids in by_provider.items():
        query = select(ProviderVariantRow).where(
            ProviderVariantRow.provider == provider, ProviderVariantRow.external_id.in_(external_ids)
        )
        for row in await scope.session.scalars(query):
            found[provider, row.external_id] = _variant_view(row)
    return found


async def print_areas(
    scope: AnyScope, blueprint_ids: Collection[UUID]
) -> Mapping[UUID, tuple[PrintArea, ...]]:
    """Where pictures may go, by blueprint; an unknown blueprint is missing."""
    query = select(BlueprintRow.id, BlueprintRow.print_areas).where(BlueprintRow.id.in_(blueprint_ids))
    return {
        blueprint_id: msgspec.convert(areas, tuple[PrintArea, ...])
        for blueprint_id, areas in (await scope.session.execute(query))
    }


async def list_known_blueprints(scope: AnyScope, provider: str) -> Sequence[str]:
    """The external ids of a provider's blueprints that are not discontinued, the oldest known first."""
    query = (
        select(BlueprintRow.external_id)
        .where(BlueprintRow.provider == provider, BlueprintRow.discontinued.is_(False))
        .order_by(BlueprintRow.id)
    )
    return (await scope.session.scalars(query)).all()


async def find_blueprint_ids(
    scope: AnyScope, provider: str, external_ids: Collection[str]
) -> Mapping[str, UUID]:
    """Our keys of the known ones among a provider's blueprint ids."""
    query = select(BlueprintRow.external_id, BlueprintRow.id).where(
        BlueprintRow.provider == provider, BlueprintRow.external_id.in_(external_ids)
    )
    return dict((await scope.session.execute(query)).all())


async def list_blueprint_names(scope: AnyScope, variant_ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What the provider calls the blueprint of each variant, by our variant id."""
    query = (
        select(ProviderVariantRow.id, BlueprintRow.external_id)
        .join(BlueprintRow, BlueprintRow.id == ProviderVariantRow.blueprint_id)
        .where(ProviderVariantRow.id.in_(variant_ids))
    )
    return dict((await scope.session.execute(query)).all())


def vanished(variant_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """For another's statement: whether the provider no longer lists the variant that a column of it names."""
    listed = cast("Table", ProviderVariantRow.__table__).alias().c
    return exists().where(listed.id == variant_id, listed.gone_at.is_not(None))


def _blueprint_view(row: BlueprintRow) -> BlueprintView:
    return msgspec.convert(row, BlueprintView, from_attributes=True)


def _variant_view(row: ProviderVariantRow) -> VariantView:
    return msgspec.convert(row, VariantView, from_attributes=True)
