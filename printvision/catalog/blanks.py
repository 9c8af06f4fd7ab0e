"""What a provider makes, written down for everybody.

Rows go in a batch at a time. What is no longer listed is marked, not deleted: products point at it.
An answer that would empty the catalogue is not believed: a provider in trouble answers so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ARRAY, Text, all_, case, cast, func, select, update
from sqlalchemy.dialects.postgresql import JSONB

from printvision.catalog import words
from printvision.catalog.models import BlueprintRow, ProviderVariantRow
from printvision.catalog.upserts import Written, upsert
from printvision.platform import clock
from printvision.platform.caching import touch
from printvision.platform.errors import NotFound
from printvision.platform.ids import new_id
from printvision.platform.scope import SystemScope
from printvision.providers.sdk import Blueprint, BlueprintVariant, PrintArea

GONE_TOLD = 20


class BlueprintWritten(Written, frozen=True, kw_only=True):
    """What reading a blueprint came to; `vanished` are the first ids of the variants that are gone."""

    blueprint_id: UUID
    vanished: tuple[str, ...] = ()


async def save_blueprints(scope: SystemScope, provider: str, found: Sequence[Blueprint]) -> Written:
    """Write a part of a provider's list."""
    now = clock.now()
    rows = [_blueprint(provider, blueprint, now) for blueprint in found if words.is_id(blueprint.external_id)]
    changed = await upsert(
        scope, BlueprintRow, rows, key=("provider", "external_id"), differs=("checksum", "discontinued")
    )
    if changed:
        touch(scope, "catalog")
    return Written(seen=len(rows), changed=changed)


async def mark_missing_blueprints(scope: SystemScope, provider: str, listed: Collection[str]) -> Written:
    """Mark as discontinued what a complete list lacks; nothing where it lacks more than it has."""
    missed = (
        BlueprintRow.provider == provider,
        BlueprintRow.discontinued.is_(False),
        BlueprintRow.external_id != all_(cast(sorted(listed), ARRAY(Text))),
    )
    count = select(func.count()).select_from(BlueprintRow)
    gone = (await scope.session.execute(count.where(*missed))).scalar_one()
    if gone == 0 or gone > len(listed):
        return Written(seen=len(listed))
    await scope.session.execute(
        update(BlueprintRow).where(*missed).values(discontinued=True, changed_at=clock.now())
    )
    touch(scope, "catalog")
    return Written(seen=len(listed), gone=gone)


async def save_variants(
    scope: SystemScope,
    provider: str,
    blueprint_external_id: str,
    variants: Sequence[BlueprintVariant],
    areas: Sequence[PrintArea],
) -> BlueprintWritten:
    """Write all variants and print areas of a blueprint that the list has named.

    Raises:
        NotFound: the list has not named it.
    """
    blueprint_id = await _lock_blueprint(scope, provider, blueprint_external_id)
    now = clock.now()
    rows = [
        _variant(provider, blueprint_id, variant, now)
        for variant in variants
        if words.is_id(variant.external_id)
    ]
    changed = await upsert(
        scope,
        ProviderVariantRow,
        rows,
        key=("provider", "external_id"),
        differs=("checksum", "blueprint_id", "gone_at"),
    )
    vanished = await _mark_gone(scope, blueprint_id, [row["external_id"] for row in rows], now)
    await _save_areas(scope, blueprint_id, areas, now)
    touch(scope, "catalog")
    return BlueprintWritten(
        blueprint_id=blueprint_id,
        seen=len(rows),
        changed=changed,
        gone=len(vanished),
        vanished=tuple(vanished[:GONE_TOLD]),
    )


async def _lock_blueprint(scope: SystemScope, provider: str, external_id: str) -> UUID:
    """The key of a blueprint, locked so that two workspaces' looks at it are written one after the other."""
    query = (
        select(BlueprintRow.id)
        .where(BlueprintRow.provider == provider, BlueprintRow.external_id == external_id)
        .with_for_update()
    )
    found = (await scope.session.execute(query)).scalar_one_or_none()
    if found is None:
        raise NotFound(kind="blueprint", id=external_id)
    return found


async def _mark_gone(
    scope: SystemScope, blueprint_id: UUID, listed: Sequence[str], now: datetime
) -> Sequence[str]:
    if not listed:
        return []
    statement = (
        update(ProviderVariantRow)
        .where(
            ProviderVariantRow.blueprint_id == blueprint_id,
            ProviderVariantRow.gone_at.is_(None),
            ProviderVariantRow.external_id != all_(cast(listed, ARRAY(Text))),
        )
        .values(gone_at=now, changed_at=now)
        .returning(ProviderVariantRow.external_id)
    )
    return sorted((await scope.session.scalars(statement)).all())


async def _save_areas(
    scope: SystemScope, blueprint_id: UUID, areas: Sequence[PrintArea], now: datetime
) -> None:
    values: dict[Any, Any] = {BlueprintRow.seen_at: now}
    if areas:
        stored: list[dict[str, Any]] = msgspec.to_builtins(areas[: words.MAX_WORDS])
        differ = BlueprintRow.print_areas != cast(stored, JSONB)
        values[BlueprintRow.changed_at] = case((differ, now), else_=BlueprintRow.changed_at)
        values[BlueprintRow.print_areas] = stored
    await scope.session.execute(update(BlueprintRow).where(BlueprintRow.id == blueprint_id).values(values))


def _blueprint(provider: str, said: Blueprint, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "provider": provider,
        "external_id": said.external_id,
        "title": words.text(said.title),
        "brand": words.optional_text(said.brand),
        "model": words.optional_text(said.model),
        "kind": words.optional_text(said.kind),
        "image_url": words.link(said.image_url),
        "techniques": words.words(said.techniques),
        "placements": words.words(said.placements),
        "discontinued": said.discontinued,
        "raw": words.raw(said.raw),
        "checksum": words.checksum(said),
        "changed_at": now,
    }


def _variant(provider: str, blueprint_id: UUID, said: BlueprintVariant, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "provider": provider,
        "blueprint_id": blueprint_id,
        "external_id": said.external_id,
        "name": words.text(said.name),
        "size": words.optional_text(said.size),
        "color": words.optional_text(said.color),
        "color_code": words.optional_text(said.color_code),
        "image_url": words.link(said.image_url),
        "raw": words.raw(said.raw),
        "checksum": words.checksum(said),
        "changed_at": now,
        "gone_at": None,
    }
