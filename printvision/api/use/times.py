"""How long calls took, as counts: sixty-four buckets, each a quarter of an octave (19 %) wider than the one before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

BUCKETS: Final = 64
STEPS: Final = 4  # to twice as long
LEAST_MS: Final = 0.5


def bucket_of(ms: float) -> int:
    """Which bucket counts a call of so many milliseconds; the last counts all that take longer."""
    return max(0, min(BUCKETS - 1, math.ceil(STEPS * math.log2(max(ms, LEAST_MS) / LEAST_MS))))


def upper_ms(bucket: int) -> float:
    """The longest time that a bucket counts."""
    return LEAST_MS * 2 ** (bucket / STEPS)


def within_ms(took: Sequence[int], share: float) -> float:
    """In how many milliseconds such a share of the calls was answered: their bucket's upper end, to 0.1 ms.

    Args:
        took: calls by bucket, one at least.
        share: over 0, to 1.
    """
    needed = share * sum(took)
    bucket = next(place for place, count in enumerate(accumulate(took)) if count >= needed)
    return round(upper_ms(bucket), 1)
