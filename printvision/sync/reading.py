"""What is asked of a provider, bounded. No transaction is open here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any, Final

import msgspec

from printvision.providers.sdk import (
    Adapter,
    Blueprint,
    BlueprintVariant,
    PrintArea,
    ProviderUnintelligible,
    VariantPrice,
    VariantStock,
)
from printvision.sync.schemas import SyncKind

MAX_BLUEPRINTS: Final = 20_000
MAX_VARIANTS: Final = 10_000
BATCH: Final = 100


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """All that was asked about a blueprint; None for what was not asked."""

    variants: Sequence[BlueprintVariant] | None = None
    areas: Sequence[PrintArea] = ()
    prices: Sequence[VariantPrice] | None = None
    stock: Sequence[VariantStock] | None = None


async def list_blueprints(adapter: Adapter[Any]) -> AsyncIterator[Sequence[Blueprint]]:
    """The provider's whole list, `BATCH` at a time.

    Raises:
        ProviderError: also where the list is longer than `MAX_BLUEPRINTS`.
    """
    listed = 0
    batch: list[Blueprint] = []
    async for blueprint in adapter.blueprints():
        listed += 1
        if listed > MAX_BLUEPRINTS:
            raise ProviderUnintelligible(
                f"They list more than {MAX_BLUEPRINTS} blueprints", provider=adapter.key
            )
        batch.append(blueprint)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def read_blueprint(adapter: Adapter[Any], external_id: str, kinds: Collection[SyncKind]) -> Reading:
    """Ask for everything of the wanted kinds.

    Raises:
        ProviderError
    """
    reading = Reading()
    if SyncKind.CATALOG in kinds:
        reading = Reading(
            variants=await _variants(adapter, external_id), areas=await adapter.print_areas(external_id)
        )
    if SyncKind.PRICES in kinds:
        reading = msgspec.structs.replace(reading, prices=await adapter.prices(external_id))
    if SyncKind.STOCK in kinds and adapter.capabilities.stock:
        reading = msgspec.structs.replace(reading, stock=await adapter.stock(external_id))
    return reading


async def _variants(adapter: Adapter[Any], external_id: str) -> Sequence[BlueprintVariant]:
    found: list[BlueprintVariant] = []
    async for variant in adapter.variants(external_id):
        if len(found) == MAX_VARIANTS:
            raise ProviderUnintelligible(
                f"A blueprint has more than {MAX_VARIANTS} variants", provider=adapter.key
            )
        found.append(variant)
    return found
