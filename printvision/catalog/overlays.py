"""What a connection pays and can have, laid over the catalogue.

A look replaces what the connection knew of a blueprint: new and different rows are written, rows it no longer
names are removed, and one row says when it looked. An empty answer changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, delete, func, literal, select, tuple_
from sqlalchemy.types import Uuid

from printvision.catalog import words
from printvision.catalog.events import PricesChanged, StockChanged
from printvision.catalog.models import (
    BlueprintReadRow,
    ProviderVariantRow,
    VariantPriceRow,
    VariantStockRow,
)
from printvision.catalog.upserts import Written, upsert
from printvision.platform import clock
from printvision.platform.caching import touch
from printvision.platform.events import Event, publish
from printvision.platform.ids import new_id
from printvision.platform.money import MAX_MINOR
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import VariantPrice, VariantStock


@dataclass(frozen=True)
class _Overlay:
    """A table: what tells its rows of one variant apart, what they say, and where a look is noted."""

    model: type[Any]
    marks: tuple[str, ...]
    says: tuple[str, ...]
    seen_at: str
    changed: type[PricesChanged | StockChanged]


_PRICES: Final = _Overlay(
    VariantPriceRow, ("technique",), ("price_minor", "price_currency"), "prices_seen_at", PricesChanged
)
_STOCK: Final = _Overlay(VariantStockRow, ("region", "technique"), ("state",), "stock_seen_at", StockChanged)


async def save_prices(
    scope: WorkspaceScope, connection_id: UUID, blueprint_id: UUID, found: Sequence[VariantPrice]
) -> Written:
    """Write a connection's prices of a whole blueprint; publishes `PricesChanged` from the second look on."""
    variants = await _variant_ids(scope, blueprint_id)
    rows = [
        {
            "variant_id": variants[said.variant_external_id],
            "technique": words.text(said.technique),
            "price_minor": said.price.amount_minor,
            "price_currency": said.price.currency,
        }
        for said in found
        if said.variant_external_id in variants and 0 <= said.price.amount_minor <= MAX_MINOR
    ]
    return await _replace(scope, _PRICES, connection_id, blueprint_id, rows)


async def save_price(
    scope: WorkspaceScope, connection_id: UUID, variant_id: UUID, said: VariantPrice
) -> Written:
    """Write what one variant costs a connection and leave its other prices alone; publishes `PricesChanged`
    where it was another price before.

    Args:
        variant_id: ours; it counts, whatever variant `said` names.
    """
    if not 0 <= said.price.amount_minor <= MAX_MINOR:
        return Written()
    technique = words.text(said.technique)
    blueprint_id, known = (
        await scope.session.execute(_known_price(connection_id, variant_id, technique))
    ).one()
    row = {
        "id": new_id(),
        "workspace_id": scope.workspace_id,
        "connection_id": connection_id,
        "variant_id": variant_id,
        "technique": technique,
        "price_minor": said.price.amount_minor,
        "price_currency": said.price.currency,
        "changed_at": clock.now(),
    }
    changed = await upsert(
        scope,
        VariantPriceRow,
        [row],
        key=("connection_id", "variant_id", *_PRICES.marks),
        differs=_PRICES.says,
    )
    if changed:
        touch(scope, "catalog")
    if changed and known is not None:
        publish(scope, _changed(_PRICES, connection_id, blueprint_id, changed))
    return Written(seen=1, changed=changed)


def _known_price(connection_id: UUID, variant_id: UUID, technique: str) -> Select[UUID, Any]:
    """The variant's blueprint, and the row of the price that is known."""
    return (
        select(ProviderVariantRow.blueprint_id, VariantPriceRow.id)
        .outerjoin(
            VariantPriceRow,
            (VariantPriceRow.variant_id == ProviderVariantRow.id)
            & (VariantPriceRow.connection_id == connection_id)
            & (VariantPriceRow.technique == technique),
        )
        .where(ProviderVariantRow.id == variant_id)
    )


async def save_stock(
    scope: WorkspaceScope, connection_id: UUID, blueprint_id: UUID, found: Sequence[VariantStock]
) -> Written:
    """Write what a connection can have of a blueprint; publishes `StockChanged` from the second look."""
    variants = await _variant_ids(scope, blueprint_id)
    rows = [
        {
            "variant_id": variants[said.variant_external_id],
            "region": words.text(said.region),
            "technique": words.text(said.technique),
            "state": said.state.value,
        }
        for said in found
        if said.variant_external_id in variants
    ]
    return await _replace(scope, _STOCK, connection_id, blueprint_id, rows)


async def _replace(
    scope: WorkspaceScope,
    overlay: _Overlay,
    connection_id: UUID,
    blueprint_id: UUID,
    rows: Sequence[Mapping[str, Any]],
) -> Written:
    if not rows:
        return Written()
    now = clock.now()
    common = {"workspace_id": scope.workspace_id, "connection_id": connection_id, "changed_at": now}
    changed = await upsert(
        scope,
        overlay.model,
        [{"id": new_id(), **common, **row} for row in rows],
        key=("connection_id", "variant_id", *overlay.marks),
        differs=overlay.says,
    )
    gone = await _remove_others(scope, overlay, connection_id, blueprint_id, rows)
    looked_before = await _note_look(scope, overlay, connection_id, blueprint_id)
    touch(scope, "catalog")  # also where only the time of the look is new, which is told with each price
    if looked_before and changed + gone:
        publish(scope, _changed(overlay, connection_id, blueprint_id, changed + gone))
    return Written(seen=len(rows), changed=changed, gone=gone)


def _changed(overlay: _Overlay, connection_id: UUID, blueprint_id: UUID, count: int) -> Event:
    return overlay.changed(subject_id=blueprint_id, connection_id=connection_id, count=count)


async def _variant_ids(scope: WorkspaceScope, blueprint_id: UUID) -> Mapping[str, UUID]:
    query = select(ProviderVariantRow.external_id, ProviderVariantRow.id).where(
        ProviderVariantRow.blueprint_id == blueprint_id
    )
    return dict((await scope.session.execute(query)).all())


async def _remove_others(
    scope: WorkspaceScope,
    overlay: _Overlay,
    connection_id: UUID,
    blueprint_id: UUID,
    rows: Sequence[Mapping[str, Any]],
) -> int:
    """Remove the connection's rows of the blueprint that are not among `rows`; returns how many."""
    model = overlay.model
    names = ("variant_id", *overlay.marks)
    arrays = [
        literal([row[name] for row in rows], ARRAY(Uuid() if name == "variant_id" else Text()))
        for name in names
    ]
    kept = func.unnest(*arrays).table_valued(*names, name="kept").render_derived()
    statement = (
        delete(model)
        .where(
            model.workspace_id == scope.workspace_id,
            model.connection_id == connection_id,
            model.variant_id.in_(
                select(ProviderVariantRow.id).where(ProviderVariantRow.blueprint_id == blueprint_id)
            ),
            tuple_(*(getattr(model, name) for name in names)).not_in(
                select(*(kept.c[name] for name in names))
            ),
        )
        .returning(model.id)
    )
    return len((await scope.session.execute(statement)).all())


async def _note_look(
    scope: WorkspaceScope, overlay: _Overlay, connection_id: UUID, blueprint_id: UUID
) -> bool:
    """Write down that the connection looked now; returns whether it had before."""
    query = select(getattr(BlueprintReadRow, overlay.seen_at)).where(
        BlueprintReadRow.workspace_id == scope.workspace_id,
        BlueprintReadRow.connection_id == connection_id,
        BlueprintReadRow.blueprint_id == blueprint_id,
    )
    before = (await scope.session.execute(query)).scalar_one_or_none()
    await upsert(
        scope,
        BlueprintReadRow,
        [
            {
                "id": new_id(),
                "workspace_id": scope.workspace_id,
                "connection_id": connection_id,
                "blueprint_id": blueprint_id,
                overlay.seen_at: clock.now(),
            }
        ],
        key=("connection_id", "blueprint_id"),
        differs=(overlay.seen_at,),
    )
    return before is not None
