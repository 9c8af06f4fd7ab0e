"""What carrying costs a connection, kept by blueprint and country so that few orders have to ask.

An answer is kept whole: a later one takes its place. What a provider says is bounded and free of nonsense before
it is stored; what it says nothing sensible about counts as not carried there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import msgspec
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import insert

from printvision.catalog import words
from printvision.catalog.known import pairs_of
from printvision.catalog.models import ShippingTariffRow
from printvision.catalog.schemas import Tariffs, TariffView, VariantsOf
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import new_id
from printvision.platform.money import MAX_MINOR
from printvision.platform.scope import WorkspaceScope
from printvision.providers.sdk import Tariff

MAX_TARIFFS: Final = 500
MAX_VARIANTS_NAMED: Final = 10_000  # by all tariffs of one answer together
MAX_ASKED: Final = 200
MAX_DAYS: Final = 365


class _Known(NamedTuple):
    connection_id: UUID
    variant_id: UUID
    variant_external_id: str
    blueprint_id: UUID
    blueprint_external_id: str
    seen_at: datetime | None
    asked: Sequence[str]
    was_asked: bool
    tariffs: Sequence[Any] | None


# Of a long answer only what holds for the variant leaves the database, and without its list of variants.
_KNOWN: Final = """
    SELECT w.connection_id, w.variant_id, v.external_id AS variant_external_id,
           b.id AS blueprint_id, b.external_id AS blueprint_external_id, t.seen_at,
           coalesce(t.asked, '[]') AS asked, coalesce(t.asked ? v.external_id, false) AS was_asked,
           (SELECT jsonb_agg(each.value - 'variants' ORDER BY each.ordinality)
            FROM jsonb_array_elements(t.tariffs) WITH ORDINALITY each
            WHERE each.value->'variants' = '[]' OR each.value->'variants' ? v.external_id) AS tariffs
    FROM unnest(CAST(%(connection_ids)s AS uuid[]), CAST(%(variant_ids)s AS uuid[])) w(connection_id, variant_id)
    JOIN provider_variants v ON v.id = w.variant_id
    JOIN blueprints b ON b.id = v.blueprint_id
    LEFT JOIN shipping_tariffs t ON t.workspace_id = %(workspace_id)s AND t.connection_id = w.connection_id
        AND t.blueprint_id = v.blueprint_id AND t.country = %(country)s
    """


async def list_tariffs(scope: WorkspaceScope, wanted: VariantsOf, country: str) -> Tariffs:
    """What carrying the variants to a country costs each of several connections, in one statement.

    Args:
        country: ISO 3166-1 alpha-2.
    """
    if not any(wanted.values()):
        return {}
    key = {"workspace_id": scope.workspace_id, "country": country, **pairs_of(wanted)}
    rows = (_Known._make(row) for row in await run(scope.session, _KNOWN, key))
    return {(row.connection_id, row.variant_id): _view(row) for row in rows}


async def save_tariffs(
    scope: WorkspaceScope,
    connection_id: UUID,
    blueprint_id: UUID,
    country: str,
    tariffs: Sequence[Tariff],
    *,
    asked: Collection[str] = (),
) -> None:
    """Keep what a provider answered just now, in place of what it said before.

    Args:
        country: ISO 3166-1 alpha-2.
        asked: the provider's variant ids it was asked about (`TariffView.ask_about`); one of these that no tariff
            holds for is not carried there.
    """
    about = [variant for variant in dict.fromkeys(asked) if words.is_id(variant)][:MAX_ASKED]
    table = cast("Table", ShippingTariffRow.__table__)
    said: dict[str, Any] = {
        "asked": about,
        "tariffs": msgspec.to_builtins(_bounded(tariffs, frozenset(about))),
        "seen_at": clock.now(),
    }
    statement = insert(table).values(
        id=new_id(),
        workspace_id=scope.workspace_id,
        connection_id=connection_id,
        blueprint_id=blueprint_id,
        country=country,
        **said,
    )
    await scope.session.execute(
        statement.on_conflict_do_update(
            index_elements=["connection_id", "blueprint_id", "country"],
            set_={name: statement.excluded[name] for name in said},
        )
    )


def _view(row: _Known) -> TariffView:
    tariffs = msgspec.convert(row.tariffs or (), tuple[Tariff, ...])
    return TariffView(
        connection_id=row.connection_id,
        variant_id=row.variant_id,
        variant_external_id=row.variant_external_id,
        blueprint_id=row.blueprint_id,
        blueprint_external_id=row.blueprint_external_id,
        tariffs=tariffs,
        seen_at=row.seen_at if tariffs or row.was_asked else None,
        ask_about=tuple(dict.fromkeys([row.variant_external_id, *row.asked]))[:MAX_ASKED],
    )


def _bounded(tariffs: Sequence[Tariff], about: frozenset[str]) -> list[Tariff]:
    """The sensible ones, as many as are kept; those that hold for what was asked about come first."""
    sensible = list(_sensible(tariffs))
    sensible.sort(key=lambda tariff: bool(tariff.variants) and about.isdisjoint(tariff.variants))
    kept: list[Tariff] = []
    named = 0
    for tariff in sensible[:MAX_TARIFFS]:
        named += len(tariff.variants)
        if named > MAX_VARIANTS_NAMED:
            break
        kept.append(tariff)
    return kept


def _sensible(tariffs: Iterable[Tariff]) -> Iterator[Tariff]:
    for tariff in tariffs:
        variants = tuple(variant for variant in dict.fromkeys(tariff.variants) if words.is_id(variant))
        if not _is_sensible(tariff) or (tariff.variants and not variants):
            continue
        yield msgspec.structs.replace(
            tariff,
            name=words.text(tariff.name),
            variants=variants,
            min_days=_days(tariff.min_days),
            max_days=_days(tariff.max_days),
        )


def _is_sensible(tariff: Tariff) -> bool:
    """Whether it can be reckoned with: cut or mended, its words would be another method's or parcel's."""
    return (
        words.is_id(tariff.method)
        and (tariff.ships_with == "" or words.is_id(tariff.ships_with))
        and tariff.first.currency == tariff.additional.currency
        and 0 <= tariff.first.amount_minor <= MAX_MINOR
        and 0 <= tariff.additional.amount_minor <= MAX_MINOR
    )


def _days(days: int | None) -> int | None:
    return days if days is not None and 0 <= days <= MAX_DAYS else None
