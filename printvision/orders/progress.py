"""How a provider's word about an order is merged into what we know: pure, monotone, the same in any order of arrival.

State = furthest progress × parcels by id (each monotone, a return ends it) × registers that the latest reading sets
(hold, cost, words). A reading that shows less than we know takes nothing back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from printvision.platform.money import Money
from printvision.providers.sdk import Ending, OrderSnapshot, Parcel, ParcelState, Progress

_PARCEL_RANK = {state: rank for rank, state in enumerate(ParcelState)}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What we know of a fulfilment."""

    progress: Progress | None = None
    ending: Ending | None = None
    status_word: str | None = None
    hold: str | None = None
    cost: Money | None = None
    parcels: Mapping[str, Parcel] = {}


def merge(known: Known, seen: OrderSnapshot) -> Known:
    """What we know after a reading."""
    parcels = dict(known.parcels)
    for parcel in seen.parcels:
        parcels[parcel.external_id] = merge_parcel(parcels.get(parcel.external_id), parcel)
    return Known(
        progress=furthest(known.progress, seen.progress),
        ending=known.ending if known.ending is Ending.CANCELLED else seen.ending,
        status_word=seen.status_word,
        hold=seen.hold,
        cost=seen.cost or known.cost,
        parcels=parcels,
    )


def furthest(before: Progress | None, now: Progress) -> Progress:
    return now if before is None or now.rank > before.rank else before


def merge_parcel(before: Parcel | None, now: Parcel) -> Parcel:
    """The parcel after a reading: its state only grows, and a number once told is not lost. Blank words are none."""
    before = before or now
    ahead, behind = (now, before) if _PARCEL_RANK[now.state] >= _PARCEL_RANK[before.state] else (before, now)
    return Parcel(
        external_id=ahead.external_id,
        state=ahead.state,
        carrier=ahead.carrier or behind.carrier or None,
        service=ahead.service or behind.service or None,
        tracking_number=ahead.tracking_number or behind.tracking_number or None,
        tracking_url=ahead.tracking_url or behind.tracking_url or None,
        shipped_at=ahead.shipped_at or behind.shipped_at,
        delivered_at=ahead.delivered_at or behind.delivered_at,
        is_reshipment=ahead.is_reshipment or behind.is_reshipment,
        lines=ahead.lines or behind.lines,
        raw=ahead.raw or behind.raw,
    )


def least(progresses: Iterable[Progress | None]) -> Progress | None:
    """How far an order is: as far as its least advanced part."""
    ranks = [None if progress is None else progress.rank for progress in progresses]
    if not ranks or any(rank is None for rank in ranks):
        return None
    return list(Progress)[min(rank for rank in ranks if rank is not None)]
