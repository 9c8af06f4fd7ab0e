"""The two ways in which providers count calls: a window that starts anew, and a bucket that refills."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol


class Allowance(NamedTuple):
    """Whether a call may pass, and what its answer tells of the rest; times in seconds."""

    granted: bool
    remaining: int
    reset_s: float
    retry_after_s: float


class Limit(Protocol):
    size: int

    def take(self, now: float) -> Allowance:
        """Count one call at `now`, a monotonic clock's seconds."""
        ...


class Window:
    """`size` calls in each `span_s`; the first one too many shuts everything out for `lockout_s`."""

    def __init__(self, size: int, span_s: float = 60.0, lockout_s: float = 0.0) -> None:
        self.size = size
        self._span_s = span_s
        self._lockout_s = lockout_s
        self._ends = -math.inf
        self._locked_until = -math.inf
        self._used = 0

    def take(self, now: float) -> Allowance:
        if now < self._locked_until:
            wait = self._locked_until - now
            return Allowance(False, 0, wait, wait)
        if now >= self._ends:
            self._ends, self._used = now + self._span_s, 0
        if self._used < self.size:
            self._used += 1
            return Allowance(True, self.size - self._used, self._ends - now, 0.0)
        if self._lockout_s:
            self._locked_until = now + self._lockout_s
        wait = max(self._ends, self._locked_until) - now
        return Allowance(False, 0, wait, wait)


class Bucket:
    """`size` calls at once; one comes back every `every_s`."""

    def __init__(self, size: int, every_s: float) -> None:
        self.size = size
        self._every_s = every_s
        self._level = float(size)
        self._at: float | None = None

    def take(self, now: float) -> Allowance:
        if self._at is not None:
            self._level = min(self.size, self._level + (now - self._at) / self._every_s)
        self._at = now
        granted = self._level >= 1
        if granted:
            self._level -= 1
        reset_s = (self.size - self._level) * self._every_s
        retry_after_s = 0.0 if granted else (1 - self._level) * self._every_s
        return Allowance(granted, int(self._level), reset_s, retry_after_s)
