"""How a provider's word about an order is merged into what we know: pure, monotone, the same in any order of arrival.

State = furthest progress × parcels by id (each monotone, a return ends it) × registers that the newest reading sets
(failure, hold, words, cost). Which of two readings is the newer one is not a matter of which came first: see `newer`.
A reading that shows less than we know takes nothing back, and an older one that comes late sets no register.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

import msgspec

from printvision.platform.money import Money
from printvision.providers.sdk import Ending, OrderSnapshot, Parcel, ParcelState, Progress

CLOCKS_APART: Final = timedelta(minutes=5)
"""How far a provider's clock may be ahead of ours; a time beyond it would silence every reading until it has come."""

_PARCEL_RANK = {state: rank for rank, state in enumerate(ParcelState)}


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What we know of a fulfilment.

    Args:
        as_of, read_at: those of the reading that set the registers; both None: the next reading does.
    """

    progress: Progress | None = None
    ending: Ending | None = None
    status_word: str | None = None
    hold: str | None = None
    cost: Money | None = None
    parcels: Mapping[str, Parcel] = {}
    as_of: datetime | None = None
    read_at: datetime | None = None


def merge(known: Known, seen: OrderSnapshot) -> Known:
    """What we know after a reading.

    In any order of arrival, with doubles, the same readings end in the same progress, parcels (with their states),
    cancellation, failure, hold and words, if all of them carry the provider's time or none does, and no two were asked
    for at the same instant. Where a provider tells two costs and then falls silent, or corrects a parcel that it then
    leaves out, either of the two may stay until the next reading.
    """
    is_newer = newer(known, seen)
    parcels = dict(known.parcels)
    for parcel in seen.parcels:
        before = parcels.get(parcel.external_id)
        parcels[parcel.external_id] = merge_parcel(before, parcel, is_newer=is_newer)
    return Known(
        progress=furthest(known.progress, seen.progress),
        ending=_ending(known, seen, is_newer=is_newer),
        status_word=seen.status_word if is_newer else known.status_word,
        hold=seen.hold if is_newer else known.hold,
        cost=(seen.cost or known.cost) if is_newer else (known.cost or seen.cost),
        parcels=parcels,
        as_of=_as_of(seen) if is_newer else known.as_of,
        read_at=seen.read_at if is_newer else known.read_at,
    )


def newer(known: Known, seen: OrderSnapshot) -> bool:
    """Whether a reading is at least as new as the one that set the registers.

    By the provider's own time where both tell it and differ; else in the order in which we asked; else in the order of
    arrival.
    """
    as_of = _as_of(seen)
    if as_of is not None and known.as_of is not None and as_of != known.as_of:
        return as_of > known.as_of
    if seen.read_at is not None and known.read_at is not None:
        return seen.read_at >= known.read_at
    return True


def _as_of(seen: OrderSnapshot) -> datetime | None:
    if seen.as_of is not None and seen.read_at is not None and seen.as_of > seen.read_at + CLOCKS_APART:
        return None
    return seen.as_of


def _ending(known: Known, seen: OrderSnapshot, *, is_newer: bool) -> Ending | None:
    """A cancel is for ever, however late it is told; a failure lasts until a newer reading shows that they go on."""
    if Ending.CANCELLED in (known.ending, seen.ending):
        return Ending.CANCELLED
    return seen.ending if is_newer else known.ending


def furthest(before: Progress | None, now: Progress) -> Progress:
    return now if before is None or now.rank > before.rank else before


def merge_parcel(before: Parcel | None, now: Parcel, *, is_newer: bool = True) -> Parcel:
    """The parcel after a reading: its state only grows, and a number once told is not lost. Blank words are none.

    Args:
        is_newer: whether `now` has the say where both show the same state.
    """
    before = before or now
    gained = _PARCEL_RANK[now.state] - _PARCEL_RANK[before.state]
    ahead, behind = (now, before) if gained > 0 or (gained == 0 and is_newer) else (before, now)
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
