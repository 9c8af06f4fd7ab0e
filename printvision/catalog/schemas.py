"""What of the catalogue crosses to other domains and over the wire."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.platform.money import Money
from printvision.platform.paging import ListInput
from printvision.providers.sdk import PrintArea, StockState, Tariff

TARIFFS_LAST: Final = timedelta(days=7)
REFUSALS_LAST: Final = timedelta(hours=1)  # that nothing goes there may be a provider in trouble


class BlueprintView(msgspec.Struct, frozen=True, kw_only=True):
    """A blank product of a provider.

    Args:
        discontinued: the provider says so, or lists it no longer.
        changed_at: when what it says last became different.
        seen_at: when its variants and print areas were last read; None until then.
    """

    id: UUID
    provider: str
    external_id: str
    title: str
    brand: str | None
    model: str | None
    kind: str | None
    image_url: str | None
    techniques: tuple[str, ...]
    placements: tuple[str, ...]
    print_areas: tuple[PrintArea, ...]
    discontinued: bool
    changed_at: datetime
    seen_at: datetime | None


class VariantView(msgspec.Struct, frozen=True, kw_only=True):
    """One size and colour of a blueprint. `gone_at`: when the provider was found to list it no more."""

    id: UUID
    blueprint_id: UUID
    provider: str
    external_id: str
    name: str
    size: str | None
    color: str | None
    color_code: str | None
    image_url: str | None
    gone_at: datetime | None


class PriceView(msgspec.Struct, frozen=True, kw_only=True):
    """What one piece with its first placement in `technique` costs a connection's account.

    Args:
        seen_at: when the provider last said so.
        changed_at: when it last became another price.
    """

    connection_id: UUID
    variant_id: UUID
    technique: str
    price: Money
    seen_at: datetime
    changed_at: datetime


class StockView(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a variant can be had in one of the provider's selling regions; times as in `PriceView`."""

    connection_id: UUID
    variant_id: UUID
    region: str
    technique: str
    state: StockState
    seen_at: datetime
    changed_at: datetime


class VariantOverlays(msgspec.Struct, frozen=True, kw_only=True):
    """A variant with what the workspace's connections pay and can have."""

    variant: VariantView
    prices: tuple[PriceView, ...]
    stock: tuple[StockView, ...]


class TariffView(msgspec.Struct, frozen=True, kw_only=True):
    """What carrying one variant to one country costs a connection, as far as the provider was asked.

    Args:
        tariffs: those that hold for the variant, each without its list of variants; empty where it is not
            carried there, or where nobody asked.
        seen_at: when the provider said so; None where it was never asked about the variant.
        ask_about: the provider's variant ids to ask it about when it is asked anew, this one first: an answer
            takes the place of the whole one before.
    """

    connection_id: UUID
    variant_id: UUID
    variant_external_id: str
    blueprint_id: UUID
    blueprint_external_id: str
    tariffs: tuple[Tariff, ...]
    seen_at: datetime | None
    ask_about: tuple[str, ...]

    def is_fresh(self, now: datetime) -> bool:
        """Whether it may be used without asking again."""
        lasts = TARIFFS_LAST if self.tariffs else REFUSALS_LAST
        return self.seen_at is not None and now - self.seen_at < lasts


class BlueprintDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint with its variants, those that have vanished last; `more` says that some were left out."""

    blueprint: BlueprintView
    variants: tuple[VariantOverlays, ...]
    more: bool


class ListBlueprints(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    provider: Annotated[str, Meta(max_length=64, description="Only this provider's.")] | None = None
    q: (
        Annotated[str, Meta(min_length=1, max_length=100, description="Part of the title, brand or model.")]
        | None
    ) = None


class GetBlueprint(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    blueprint_id: UUID


Prices = Mapping[UUID, tuple[PriceView, ...]]
"""By our variant id; a variant without a known price is missing."""

Stock = Mapping[UUID, tuple[StockView, ...]]
"""By our variant id; a variant whose stock was never read is missing."""

VariantsOf = Mapping[UUID, Collection[UUID]]
"""Our variant ids by the connection that is asked about them."""

PricesOf = Mapping[tuple[UUID, UUID], tuple[PriceView, ...]]
"""By connection and variant; a pair without a known price is missing."""

StockOf = Mapping[tuple[UUID, UUID], tuple[StockView, ...]]
"""By connection and variant; a pair whose stock was never read is missing."""

Tariffs = Mapping[tuple[UUID, UUID], TariffView]
"""By connection and variant; every known variant that was asked about is there."""
