"""Facts about the catalogue, each told to the workspace whose look found it."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from printvision.platform.events import Event


class VariantsVanished(Event, frozen=True, kw_only=True):
    """`count` variants of the blueprint `subject_id` are no longer listed; `external_ids`: the first few."""

    kind: ClassVar[str] = "catalog.variants_vanished"
    provider: str
    count: int
    external_ids: list[str]


class PricesChanged(Event, frozen=True, kw_only=True):
    """`count` of a connection's prices of the blueprint `subject_id` differ from the look before."""

    kind: ClassVar[str] = "catalog.prices_changed"
    connection_id: UUID
    count: int


class StockChanged(Event, frozen=True, kw_only=True):
    """`count` stock rows of a connection for the blueprint `subject_id` differ from the look before."""

    kind: ClassVar[str] = "catalog.stock_changed"
    connection_id: UUID
    count: int
