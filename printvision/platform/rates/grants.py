"""The arithmetic of a bucket, and buckets that one process keeps for itself.

A bucket is one number, the time at which it is full again (the generic cell rate algorithm): each call moves it by the
time in which one call refills. The same arithmetic stands in `ledgers`, as SQL and as Redis's script.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final, NamedTuple

from printvision.platform.rates.budget import PERIOD_S, Bucket, Budget

ROUNDING: Final = 1e-3  # of a call: what sums of floats, and times in whole microseconds, are forgiven
BUCKETS_KEPT: Final = 10_000


class Want(NamedTuple):
    """What a process asks a bucket for: as many calls as there are up to `wanted`, or none below `needed`."""

    bucket: Bucket
    needed: int
    wanted: int


class Grant(NamedTuple):
    """What a bucket gave, and in how many seconds it is full again."""

    calls: int
    full_in_s: float


def grant(full_in_s: float, want: Want) -> Grant:
    """What a bucket that is full in so many seconds gives.

    Args:
        full_in_s: 0 or less of a full bucket.
    """
    before = max(0.0, full_in_s)
    room = math.floor((PERIOD_S - before) * want.bucket.limit / PERIOD_S + ROUNDING)
    calls = min(want.wanted, room)
    if calls < want.needed:
        return Grant(0, before)
    return Grant(calls, before + calls * PERIOD_S / want.bucket.limit)


class OwnBuckets:
    """Budgets of this process alone. There are never too many of them, though anybody can make up names."""

    def __init__(self) -> None:
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def lease(self, want: Want, now_s: float) -> Grant:
        """
        Args:
            now_s: of any clock that does not go back.
        """
        name = want.bucket.name
        given = grant(self._full_at.get(name, now_s) - now_s, want)
        if given.calls:
            self._full_at[name] = now_s + given.full_in_s
            self._full_at.move_to_end(name)
            if len(self._full_at) > BUCKETS_KEPT:
                self._full_at.popitem(last=False)
        return given

    def spend(self, bucket: Bucket, cost: int, now_s: float) -> Budget:
        """Take `cost` calls out, or none where there are not so many.

        Args:
            cost: 1 to the bucket's limit.
        """
        given = self.lease(Want(bucket, cost, cost), now_s)
        return told(bucket, 0, given.full_in_s, missing=0 if given.calls else cost)


def told(bucket: Bucket, held: int, full_in_s: float, *, missing: int) -> Budget:
    """What a caller hears.

    Args:
        held: calls of the bucket that this process has leased and not spent.
        full_in_s: until the bucket is full.
        missing: how many calls have to refill before the caller is let through; 0 where they were.
    """
    interval_s = PERIOD_S / bucket.limit
    free = math.floor((PERIOD_S - max(0.0, full_in_s)) / interval_s + ROUNDING)
    remaining = min(bucket.limit, max(0, held + free))
    if missing:
        wait_s = full_in_s + missing * interval_s - PERIOD_S
        return Budget(bucket.policy, bucket.limit, remaining, max(1, _whole(wait_s)), refused=True)
    return Budget(bucket.policy, bucket.limit, remaining, max(0, _whole(full_in_s - held * interval_s)))


def _whole(seconds: float) -> int:
    return math.ceil(seconds - ROUNDING)
