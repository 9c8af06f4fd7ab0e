"""How often somebody may call: a budget a minute for each bucket, for the door and whatever else needs one.

With Redis the budget is one over all processes. Without, it is each process's own, kept here: a bucket is one
number (the generic cell rate algorithm), and there are never too many, though anybody can make up names.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import Any, Final

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool

from printvision.platform.errors import InvalidSettings, PrintVisionError
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform

log = structlog.get_logger(__name__)

PERIOD_S: Final = 60.0
BUCKETS_KEPT: Final = 10_000
REDIS_TIMEOUT_S: Final = 0.5
AVOID_REDIS_S: Final = 5.0


class TooManyRequests(PrintVisionError):
    """The budget of the key, or of the address where there is none, is spent for `retry_after_s` seconds."""

    status = 429
    code = "access/too-many-requests"
    title = "Too many requests in a short time"
    action = "Wait as many seconds as Retry-After says, then go on more slowly."
    retry_after_s: int


class Buckets:
    """Budgets of this process alone.

    Args:
        a_minute: calls a full bucket allows at once, and that it fills up with in a minute.
    """

    def __init__(self, a_minute: int) -> None:
        self._interval_s = PERIOD_S / a_minute
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def spend(self, bucket: str, now_s: float) -> float:
        """Take one call out.

        Args:
            now_s: of any clock that does not go back.

        Returns:
            0 where there was one; else the seconds until there is.
        """
        full_at = max(self._full_at.get(bucket, 0.0), now_s) + self._interval_s
        missing_s = full_at - now_s - PERIOD_S
        if missing_s > 1e-9:
            return missing_s
        self._full_at[bucket] = full_at
        self._full_at.move_to_end(bucket)
        if len(self._full_at) > BUCKETS_KEPT:
            self._full_at.popitem(last=False)
        return 0.0


class Rates:
    """The budgets as this process sees them; close when done.

    While Redis does not answer, each process falls back on budgets of its own: orders go on.
    """

    def __init__(self, a_minute: int, redis_url: Secret | None = None) -> None:
        self._own = Buckets(a_minute)
        self._item = RateLimitItemPerMinute(a_minute)
        self._redis = _redis_pool(redis_url) if redis_url else None
        self._limiter = _shared_limiter(self._redis) if self._redis else None
        self._avoid_redis_until_s = 0.0

    async def spend(self, bucket: str) -> None:
        """
        Raises:
            TooManyRequests: nothing was taken; says when to come again.
        """
        wait_s = await self._spend(bucket)
        if wait_s > 0:
            raise TooManyRequests(retry_after_s=max(1, math.ceil(wait_s)))

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()

    async def _spend(self, bucket: str) -> float:
        now_s = time.monotonic()
        if self._limiter is None or now_s < self._avoid_redis_until_s:
            return self._own.spend(bucket, now_s)
        try:
            return await self._spend_shared(self._limiter, bucket)
        except StorageError as error:
            log.warning("rates.redis_silent", error=str(error))
            self._avoid_redis_until_s = now_s + AVOID_REDIS_S
            return self._own.spend(bucket, now_s)

    async def _spend_shared(self, limiter: SlidingWindowCounterRateLimiter, bucket: str) -> float:
        if await limiter.hit(self._item, bucket):
            return 0.0
        stats = await limiter.get_window_stats(self._item, bucket)
        return max(stats.reset_time - time.time(), 1.0)


def rates_of(platform: Platform) -> Rates:
    """The process's one `Rates`, made on first use."""
    rates = platform.extras.get(Rates)
    if not isinstance(rates, Rates):
        rates = Rates(platform.settings.server.requests_a_minute, platform.settings.redis_url)
        platform.extras[Rates] = rates
    return rates


def _redis_pool(url: Secret) -> ConnectionPool:
    try:
        return ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] -- its options are untyped
            url.reveal(), socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
        )
    except ValueError:  # its text repeats the address, password and all
        raise InvalidSettings("REDIS_URL: write redis://host:port", variable="REDIS_URL") from None


def _shared_limiter(pool: ConnectionPool) -> SlidingWindowCounterRateLimiter:
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage(
        "async+redis://",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="printvision:rates",
        **options,
    )
    return SlidingWindowCounterRateLimiter(storage)
