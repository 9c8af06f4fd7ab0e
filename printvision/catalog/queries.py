"""Every SELECT of the catalogue.

Blueprints and variants are nobody's and any scope may read them; prices and stock are found only in the
workspace whose connection they belong to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import msgspec
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Select,
    Table,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import Uuid

from printvision.catalog.models import (
    BlueprintReadRow,
    BlueprintRow,
    ProviderVariantRow,
    VariantPriceRow,
    VariantStockRow,
)
from printvision.catalog.schemas import (
    BlueprintDetail,
    BlueprintView,
    ListBlueprints,
    Prices,
    PricesOf,
    PriceView,
    Stock,
    StockOf,
    StockView,
    VariantOverlays,
    VariantsOf,
    VariantView,
)
from printvision.platform.errors import NotFound
from printvision.platform.money import Money
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import AnyScope, WorkspaceScope
from printvision.providers.sdk import PrintArea, StockState

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


async def list_prices(
    scope: WorkspaceScope, connection_id: UUID | None, variant_ids: Collection[UUID]
) -> Prices:
    """What the variants cost one connection of the workspace; all its connections where None."""
    query = _overlay(VariantPriceRow, BlueprintReadRow.prices_seen_at).where(
        VariantPriceRow.workspace_id == scope.workspace_id, VariantPriceRow.variant_id.in_(variant_ids)
    )
    if connection_id is not None:
        query = query.where(VariantPriceRow.connection_id == connection_id)
    found: dict[UUID, list[PriceView]] = defaultdict(list)
    for row, seen_at, _ in await scope.session.execute(query.order_by(VariantPriceRow.id)):
        found[row.variant_id].append(_price_view(row, seen_at))
    return {variant_id: tuple(prices) for variant_id, prices in found.items()}


async def list_stock(
    scope: WorkspaceScope, connection_id: UUID | None, variant_ids: Collection[UUID]
) -> Stock:
    """What one connection of the workspace can have of the variants; all its connections where None.

    A variant that has vanished is discontinued, whatever was told of it before.
    """
    query = _overlay(VariantStockRow, BlueprintReadRow.stock_seen_at).where(
        VariantStockRow.workspace_id == scope.workspace_id, VariantStockRow.variant_id.in_(variant_ids)
    )
    if connection_id is not None:
        query = query.where(VariantStockRow.connection_id == connection_id)
    found: dict[UUID, list[StockView]] = defaultdict(list)
    for row, seen_at, gone_at in await scope.session.execute(query.order_by(VariantStockRow.id)):
        state = StockState(row.state) if gone_at is None else StockState.DISCONTINUED
        found[row.variant_id].append(_stock_view(row, state, seen_at))
    return {variant_id: tuple(stock) for variant_id, stock in found.items()}


async def list_prices_of(scope: WorkspaceScope, wanted: VariantsOf) -> PricesOf:
    """What the variants cost each of several connections, in one statement."""
    if not any(wanted.values()):
        return {}
    query = _overlay(VariantPriceRow, BlueprintReadRow.prices_seen_at).where(
        VariantPriceRow.workspace_id == scope.workspace_id, _among(VariantPriceRow, wanted)
    )
    found: dict[tuple[UUID, UUID], list[PriceView]] = defaultdict(list)
    for row, seen_at, _ in await scope.session.execute(query.order_by(VariantPriceRow.id)):
        found[row.connection_id, row.variant_id].append(_price_view(row, seen_at))
    return {pair: tuple(prices) for pair, prices in found.items()}


async def list_stock_of(scope: WorkspaceScope, wanted: VariantsOf) -> StockOf:
    """What each of several connections can have of the variants, in one statement; see `list_stock`."""
    if not any(wanted.values()):
        return {}
    query = _overlay(VariantStockRow, BlueprintReadRow.stock_seen_at).where(
        VariantStockRow.workspace_id == scope.workspace_id, _among(VariantStockRow, wanted)
    )
    found: dict[tuple[UUID, UUID], list[StockView]] = defaultdict(list)
    for row, seen_at, gone_at in await scope.session.execute(query.order_by(VariantStockRow.id)):
        state = StockState(row.state) if gone_at is None else StockState.DISCONTINUED
        found[row.connection_id, row.variant_id].append(_stock_view(row, state, seen_at))
    return {pair: tuple(stock) for pair, stock in found.items()}


def vanished(variant_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """For another's statement: whether the provider no longer lists the variant that a column of it names."""
    listed = cast("Table", ProviderVariantRow.__table__).alias().c
    return exists().where(listed.id == variant_id, listed.gone_at.is_not(None))


def _among(table: type[Any], wanted: VariantsOf) -> ColumnElement[bool]:
    pairs = pairs_of(wanted)
    return tuple_(table.connection_id, table.variant_id).in_(
        select(pairs.c.connection_id, pairs.c.variant_id)
    )


def pairs_of(wanted: VariantsOf) -> FromClause:
    """A table of `connection_id` and `variant_id`."""
    pairs = [(connection, variant) for connection, variants in wanted.items() for variant in variants]
    columns = [literal([pair[place] for pair in pairs], ARRAY(Uuid())) for place in (0, 1)]
    table = func.unnest(*columns).table_valued("connection_id", "variant_id", name="wanted")
    return table.render_derived()


def _overlay(
    table: type[Any], seen_at: InstrumentedAttribute[datetime | None]
) -> Select[Any, datetime | None, datetime | None]:
    """Overlay rows, each with when its connection last looked at the blueprint and when the variant vanished."""
    return (
        select(table, seen_at, ProviderVariantRow.gone_at)
        .join(ProviderVariantRow, ProviderVariantRow.id == table.variant_id)
        .outerjoin(
            BlueprintReadRow,
            (BlueprintReadRow.connection_id == table.connection_id)
            & (BlueprintReadRow.blueprint_id == ProviderVariantRow.blueprint_id),
        )
    )


def _blueprint_view(row: BlueprintRow) -> BlueprintView:
    return msgspec.convert(row, BlueprintView, from_attributes=True)


def _variant_view(row: ProviderVariantRow) -> VariantView:
    return msgspec.convert(row, VariantView, from_attributes=True)


def _price_view(row: VariantPriceRow, seen_at: datetime | None) -> PriceView:
    return PriceView(
        connection_id=row.connection_id,
        variant_id=row.variant_id,
        technique=row.technique,
        price=Money(row.price_minor, row.price_currency),
        # a product may tell its price between two looks at the blueprint
        seen_at=max(seen_at or row.changed_at, row.changed_at),
        changed_at=row.changed_at,
    )


def _stock_view(row: VariantStockRow, state: StockState, seen_at: datetime | None) -> StockView:
    return StockView(
        connection_id=row.connection_id,
        variant_id=row.variant_id,
        region=row.region,
        technique=row.technique,
        state=state,
        seen_at=seen_at or row.changed_at,
        changed_at=row.changed_at,
    )
