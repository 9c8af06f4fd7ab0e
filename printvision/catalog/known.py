"""What a workspace's connections pay and can have: read for every order, so written out once and as plain columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple, TypeVar, cast
from uuid import UUID

from sqlalchemy import ARRAY, Select, Table, Uuid, any_, bindparam, func, select, tuple_

from printvision.catalog.models import (
    BlueprintReadRow,
    ProviderVariantRow,
    VariantPriceRow,
    VariantStockRow,
)
from printvision.catalog.schemas import Prices, PricesOf, PriceView, Stock, StockOf, StockView, VariantsOf
from printvision.platform.db import run
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope
from printvision.platform.statements import written
from printvision.providers.sdk import StockState

Key = TypeVar("Key")
Said = TypeVar("Said")


class _Price(NamedTuple):
    """`seen_at`: when the connection last looked at the blueprint."""

    connection_id: UUID
    variant_id: UUID
    technique: str
    price_minor: int
    price_currency: str
    changed_at: datetime
    seen_at: datetime | None


class _Stock(NamedTuple):
    """`seen_at` as of a price; `gone_at`: when the variant vanished."""

    connection_id: UUID
    variant_id: UUID
    region: str
    technique: str
    state: str
    changed_at: datetime
    seen_at: datetime | None
    gone_at: datetime | None


_VARIANT: Final = cast("Table", ProviderVariantRow.__table__)
_LOOK: Final = cast("Table", BlueprintReadRow.__table__)
_PRICE: Final = cast("Table", VariantPriceRow.__table__)
_STOCK: Final = cast("Table", VariantStockRow.__table__)


def _overlay(table: Table, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The workspace's rows of an overlay, the oldest first."""
    its_look = (_LOOK.c.connection_id == table.c.connection_id) & (
        _LOOK.c.blueprint_id == _VARIANT.c.blueprint_id
    )
    return (
        select(*columns)
        .join_from(table, _VARIANT, _VARIANT.c.id == table.c.variant_id)
        .outerjoin(_LOOK, its_look)
        .where(table.c.workspace_id == bindparam("workspace_id", type_=Uuid()))
        .order_by(table.c.id)
    )


def _of_variants(query: Select[*tuple[Any, ...]], table: Table) -> Select[*tuple[Any, ...]]:
    return query.where(table.c.variant_id == any_(bindparam("variant_ids", type_=ARRAY(Uuid()))))


def _of_connection(query: Select[*tuple[Any, ...]], table: Table) -> Select[*tuple[Any, ...]]:
    return query.where(table.c.connection_id == bindparam("connection_id", type_=Uuid()))


def _of_pairs(query: Select[*tuple[Any, ...]], table: Table) -> Select[*tuple[Any, ...]]:
    ids = (bindparam(name, type_=ARRAY(Uuid())) for name in ("connection_ids", "variant_ids"))
    wanted = func.unnest(*ids).table_valued("connection_id", "variant_id", name="wanted").render_derived()
    pairs = select(wanted.c.connection_id, wanted.c.variant_id)
    return query.where(tuple_(table.c.connection_id, table.c.variant_id).in_(pairs))


_PRICES: Final = _overlay(_PRICE, *(_PRICE.c[name] for name in _Price._fields[:-1]), _LOOK.c.prices_seen_at)
_PRICES_OF_VARIANTS: Final = written(_of_variants(_PRICES, _PRICE))
_PRICES_OF_ONE: Final = written(_of_connection(_of_variants(_PRICES, _PRICE), _PRICE))
_PRICES_OF_PAIRS: Final = written(_of_pairs(_PRICES, _PRICE))

_STOCKS: Final = _overlay(
    _STOCK,
    *(_STOCK.c[name] for name in _Stock._fields[:-2]),
    *(_LOOK.c.stock_seen_at, _VARIANT.c.gone_at),
)
_STOCKS_OF_VARIANTS: Final = written(_of_variants(_STOCKS, _STOCK))
_STOCKS_OF_ONE: Final = written(_of_connection(_of_variants(_STOCKS, _STOCK), _STOCK))
_STOCKS_OF_PAIRS: Final = written(_of_pairs(_STOCKS, _STOCK))


async def list_prices(
    scope: WorkspaceScope, connection_id: UUID | None, variant_ids: Collection[UUID]
) -> Prices:
    """What the variants cost one connection of the workspace; all its connections where None."""
    statement = _PRICES_OF_VARIANTS if connection_id is None else _PRICES_OF_ONE
    found = await _prices(scope, statement, connection_id=connection_id, variant_ids=list(variant_ids))
    return _grouped((price.variant_id, price) for price in found)


async def list_stock(
    scope: WorkspaceScope, connection_id: UUID | None, variant_ids: Collection[UUID]
) -> Stock:
    """What one connection of the workspace can have of the variants; all its connections where None.

    A variant that has vanished is discontinued, whatever was told of it before.
    """
    statement = _STOCKS_OF_VARIANTS if connection_id is None else _STOCKS_OF_ONE
    found = await _stock(scope, statement, connection_id=connection_id, variant_ids=list(variant_ids))
    return _grouped((stock.variant_id, stock) for stock in found)


async def list_prices_of(scope: WorkspaceScope, wanted: VariantsOf) -> PricesOf:
    """What the variants cost each of several connections, in one statement."""
    if not any(wanted.values()):
        return {}
    found = await _prices(scope, _PRICES_OF_PAIRS, **pairs_of(wanted))
    return _grouped(((price.connection_id, price.variant_id), price) for price in found)


async def list_stock_of(scope: WorkspaceScope, wanted: VariantsOf) -> StockOf:
    """What each of several connections can have of the variants, in one statement; see `list_stock`."""
    if not any(wanted.values()):
        return {}
    found = await _stock(scope, _STOCKS_OF_PAIRS, **pairs_of(wanted))
    return _grouped(((stock.connection_id, stock.variant_id), stock) for stock in found)


def pairs_of(wanted: VariantsOf) -> dict[str, list[UUID]]:
    """The pairs as two columns, for a statement that unnests `connection_ids` and `variant_ids`."""
    pairs = [(connection, variant) for connection, variants in wanted.items() for variant in variants]
    return {
        "connection_ids": [connection for connection, _ in pairs],
        "variant_ids": [variant for _, variant in pairs],
    }


async def _prices(scope: WorkspaceScope, statement: LiteralString, **key: Any) -> list[PriceView]:
    rows = await run(scope.session, statement, key | {"workspace_id": scope.workspace_id})
    return [_price_view(_Price._make(row)) for row in rows]


async def _stock(scope: WorkspaceScope, statement: LiteralString, **key: Any) -> list[StockView]:
    rows = await run(scope.session, statement, key | {"workspace_id": scope.workspace_id})
    return [_stock_view(_Stock._make(row)) for row in rows]


def _grouped(found: Iterable[tuple[Key, Said]]) -> dict[Key, tuple[Said, ...]]:
    groups: dict[Key, list[Said]] = defaultdict(list)
    for key, said in found:
        groups[key].append(said)
    return {key: tuple(said) for key, said in groups.items()}


def _price_view(row: _Price) -> PriceView:
    return PriceView(
        connection_id=row.connection_id,
        variant_id=row.variant_id,
        technique=row.technique,
        price=Money(row.price_minor, row.price_currency),
        # a product may tell its price between two looks at the blueprint
        seen_at=max(row.seen_at or row.changed_at, row.changed_at),
        changed_at=row.changed_at,
    )


def _stock_view(row: _Stock) -> StockView:
    return StockView(
        connection_id=row.connection_id,
        variant_id=row.variant_id,
        region=row.region,
        technique=row.technique,
        state=StockState(row.state) if row.gone_at is None else StockState.DISCONTINUED,
        seen_at=row.seen_at or row.changed_at,
        changed_at=row.changed_at,
    )
