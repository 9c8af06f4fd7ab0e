"""What this process holds of the buckets that all processes share.

A slice is spent in memory: no call that finds one waits for anything. Slices are a hundredth of a budget to begin with,
and as large as two seconds' use later, up to a twentieth. What is held was taken out of the bucket: it is never
counted twice, and if the process dies, the bucket has refilled it within the minute.

Beside the slice we remember since when the bucket can hold how much at most. Others only take from it, so while that is
too little for a call, the call is refused here and nobody is asked.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Final

from printvision.platform.rates.budget import PERIOD_S, Bucket, Budget
from printvision.platform.rates.grants import BUCKETS_KEPT, ROUNDING, Grant, Want, told

LEAST_SHARE: Final = 100  # of a budget: a slice is a hundredth at least,
MOST_SHARE: Final = 20  # and a twentieth at most, or one call's cost
SLICE_LASTS_S: Final = 2.0


class _Slice:
    __slots__ = ("drained", "full_at_s", "held", "limit", "since_s", "spent")

    def __init__(self, limit: int, now_s: float) -> None:
        self.limit = limit
        self.held = 0
        self.full_at_s = now_s  # the bucket is not full before, by our clock
        self.since_s = now_s
        self.spent = 0
        self.drained = False

    def room(self, now_s: float) -> int:
        """What the bucket can hold at most."""
        until_full_s = max(0.0, self.full_at_s - now_s)
        return math.floor((PERIOD_S - until_full_s) * self.limit / PERIOD_S + ROUNDING)


class Slices:
    """The slices of one process; of buckets that were not asked for the longest, the rest is forgotten."""

    def __init__(self) -> None:
        self._slices: OrderedDict[str, _Slice] = OrderedDict()

    def spend(self, bucket: Bucket, cost: int, now_s: float) -> Budget | None:
        """Spend what is held, or say no where the bucket cannot hold enough; None where it has to be asked.

        Args:
            cost: 1 to the bucket's limit.
            now_s: of a clock that does not go back.
        """
        name = bucket.name
        held = self._slices.get(name)
        if held is None or held.limit != bucket.limit:
            return None
        self._slices.move_to_end(name)
        if held.held >= cost:
            held.held -= cost
            held.spent += cost
            return told(bucket, held.held, held.full_at_s - now_s, missing=0)
        # of one that is drained not each call that comes back is fetched by itself
        needed = max(cost - held.held, _least(bucket.limit) if held.drained else 1)
        if held.room(now_s) < needed:
            return told(bucket, held.held, held.full_at_s - now_s, missing=needed)
        return None

    def want(self, bucket: Bucket, cost: int, now_s: float) -> Want:
        """What to ask the bucket for, so that there is enough for a call."""
        held = self._slices.get(bucket.name)
        if held is None or held.limit != bucket.limit:
            held = self._slices[bucket.name] = _Slice(bucket.limit, now_s)
            if len(self._slices) > BUCKETS_KEPT:
                self._slices.popitem(last=False)
        lasting = math.ceil(held.spent * SLICE_LASTS_S / max(now_s - held.since_s, ROUNDING))
        most = max(1, bucket.limit // MOST_SHARE)
        needed = max(1, cost - held.held)
        wanted = min(max(lasting, _least(bucket.limit)), most) - held.held
        return Want(bucket, needed, max(needed, wanted))

    def put(self, want: Want, given: Grant, asked_at_s: float) -> None:
        """Keep what a bucket gave.

        Args:
            asked_at_s: by our clock, before it was asked: so it is never thought to be full later than it is.
        """
        held = self._slices.get(want.bucket.name)
        if held is None or held.limit != want.bucket.limit:
            return  # pushed out meanwhile
        held.held += given.calls
        held.full_at_s = asked_at_s + given.full_in_s
        held.drained = given.calls < want.wanted
        if given.calls:
            held.since_s = asked_at_s
            held.spent = 0


def _least(limit: int) -> int:
    return max(1, limit // LEAST_SHARE)
