"""The provider's rate limit, kept by us before they have to.

The arithmetic is a token bucket in pure functions, so that the bucket can lie in memory or in a database
row that all processes share. Time is in seconds on one clock; going back, it adds nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from enum import StrEnum
from typing import Final, Protocol

import msgspec

from printvision.providers.sdk.errors import ProviderThrottled
from printvision.providers.sdk.types import Rate

BULK_RESERVE: Final = 0.25  # of the bucket, which catalogue and price runs leave for orders


class Priority(StrEnum):
    """Whose call it is: orders may use the whole budget, bulk work leaves a part of it alone."""

    ORDERS = "orders"
    BULK = "bulk"


class Bucket(msgspec.Struct, frozen=True):
    """`tokens` at the moment `at`; negative where callers were promised tokens that are still to come."""

    tokens: float
    at: float
    blocked_until: float = 0.0


class Grant(msgspec.Struct, frozen=True):
    """`tokens` were taken and may be used after `wait_s`; none were where the wait passes the patience."""

    bucket: Bucket
    tokens: int
    wait_s: float


def full(rate: Rate, now: float) -> Bucket:
    return Bucket(tokens=float(rate.requests), at=now)


def refill_per_s(rate: Rate) -> float:
    return rate.requests / rate.per.total_seconds()


def refill(bucket: Bucket, rate: Rate, now: float) -> Bucket:
    """The bucket at `now`. A clock that went back adds nothing."""
    since = max(bucket.at, bucket.blocked_until)
    gained = max(0.0, now - since) * refill_per_s(rate)
    tokens = min(float(rate.requests), bucket.tokens + gained)
    return Bucket(tokens=tokens, at=max(bucket.at, now), blocked_until=bucket.blocked_until)


def reserve(rate: Rate, priority: Priority, cost: int = 1) -> float:
    """How many tokens are left alone by a call: of a bucket too small for both, none that the call needs."""
    share = rate.requests * BULK_RESERVE if priority is Priority.BULK else 0.0
    return max(0.0, min(share, rate.requests - cost))


def take(
    bucket: Bucket,
    rate: Rate,
    now: float,
    *,
    cost: int = 1,
    patience_s: float,
    priority: Priority = Priority.ORDERS,
) -> Grant:
    """Take `cost` tokens, now or as a promise that comes true after the wait; first come, first served."""
    bucket = refill(bucket, rate, now)
    missing = max(0.0, cost + reserve(rate, priority, cost) - bucket.tokens)
    wait_s = max(0.0, bucket.blocked_until - now) + missing / refill_per_s(rate)
    if wait_s > patience_s:
        return Grant(bucket, 0, wait_s)
    left = Bucket(tokens=bucket.tokens - cost, at=bucket.at, blocked_until=bucket.blocked_until)
    return Grant(left, cost, wait_s)


def lease(
    bucket: Bucket, rate: Rate, now: float, *, want: int, priority: Priority = Priority.ORDERS
) -> Grant:
    """Take up to `want` tokens that are there already, for a process that hands them out itself.

    Where there is none, `wait_s` says when one will be.
    """
    bucket = refill(bucket, rate, now)
    blocked_s = max(0.0, bucket.blocked_until - now)
    there = bucket.tokens - reserve(rate, priority)
    tokens = 0 if blocked_s else max(0, min(want, int(there)))
    if not tokens:
        return Grant(bucket, 0, blocked_s + max(0.0, 1 - there) / refill_per_s(rate))
    return Grant(msgspec.structs.replace(bucket, tokens=bucket.tokens - tokens), tokens, 0.0)


def penalise(bucket: Bucket, rate: Rate, now: float, seconds: float) -> Bucket:
    """They locked us out: empty, and nothing is refilled before the lock-out ends."""
    bucket = refill(bucket, rate, now)
    until = max(bucket.blocked_until, now + max(0.0, seconds))
    return Bucket(tokens=min(bucket.tokens, 0.0), at=bucket.at, blocked_until=until)


def observe(bucket: Bucket, rate: Rate, now: float, remaining: int) -> Bucket:
    """They say how much is left; others may use the same credential, so the smaller figure counts."""
    bucket = refill(bucket, rate, now)
    return msgspec.structs.replace(bucket, tokens=min(bucket.tokens, float(max(0, remaining))))


class Budget(Protocol):
    """The right to call a provider, shared by everybody who uses the same credential."""

    async def acquire(
        self, *, cost: int = 1, patience_s: float, priority: Priority = Priority.ORDERS
    ) -> None:
        """Wait for the right to make `cost` calls.

        Raises:
            ProviderThrottled: it would take longer than `patience_s`; `retry_after_s` says how long.
        """
        ...

    async def penalise(self, seconds: float) -> None:
        """The provider locked us out for so long."""
        ...

    async def observe(self, remaining: int) -> None:
        """The provider says so many calls are left."""
        ...


class MemoryBudget:
    """A budget for one process: for tests, and for authors who try their adapter."""

    def __init__(self, rate: Rate, *, provider: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._provider = provider
        self._clock = clock
        self._bucket = full(rate, clock())

    async def acquire(
        self, *, cost: int = 1, patience_s: float, priority: Priority = Priority.ORDERS
    ) -> None:
        grant = take(
            self._bucket, self._rate, self._clock(), cost=cost, patience_s=patience_s, priority=priority
        )
        self._bucket = grant.bucket
        if not grant.tokens:
            raise ProviderThrottled(provider=self._provider, retry_after_s=grant.wait_s)
        await asyncio.sleep(grant.wait_s)
        if (locked_s := self._bucket.blocked_until - self._clock()) > 0:  # since we were promised our token
            if locked_s > patience_s:
                raise ProviderThrottled(provider=self._provider, retry_after_s=locked_s)
            await asyncio.sleep(locked_s)

    async def penalise(self, seconds: float) -> None:
        self._bucket = penalise(self._bucket, self._rate, self._clock(), seconds)

    async def observe(self, remaining: int) -> None:
        self._bucket = observe(self._bucket, self._rate, self._clock(), remaining)
