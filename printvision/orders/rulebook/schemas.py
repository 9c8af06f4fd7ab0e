"""What of routing rules crosses the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from printvision.orders.rules import Days, Fallback, Percent, RoutingRules, Service
from printvision.platform.paging import ListInput


class GetRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to say: the key names the workspace."""


class ListRules(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class SetRules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is; null takes a bound away. The members are those of `RoutingRules`."""

    fallback: Fallback | UnsetType = UNSET
    most_parcels: Annotated[int, Meta(ge=1, le=50)] | UnsetType | None = UNSET
    exact_only: bool | UnsetType = UNSET
    max_days: Days | UnsetType | None = UNSET
    margin_floor_percent: Annotated[int, Meta(ge=0, le=99)] | UnsetType | None = UNSET
    most_extra_percent: Percent | UnsetType | None = UNSET
    stale_after_days: Days | UnsetType | None = UNSET
    rates_max_age_days: Days | UnsetType = UNSET
    quote_tolerance_percent: Percent | UnsetType = UNSET
    services: Annotated[tuple[Service, ...], Meta(max_length=100)] | UnsetType = UNSET


class RulesView(msgspec.Struct, frozen=True, kw_only=True):
    """The rules as they count, or counted. `id`, `set_at` and `set_by` are None where nobody ever set any."""

    id: UUID | None
    rules: RoutingRules
    set_at: datetime | None
    set_by: str | None
