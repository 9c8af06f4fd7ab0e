"""How often somebody may call: a budget a minute for each bucket, for the door and whatever else needs one.

With Redis the budget is one over all processes. Without, it is each process's own, kept here: a bucket is one
number (the generic cell rate algorithm), and there are never too many, though anybody can make up names.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from typing import Any, Final, NamedTuple

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
_ROUNDING: Final = 1e-6  # of sums of floats
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


class Budget(NamedTuple):
    """What a bucket holds once a call has asked for its part.

    Args:
        limit: what a full bucket allows at once.
        remaining: what is left now.
        reset_s: seconds, as a client may be told them: until the bucket is full again, or, after a refusal,
            until there is enough for the call.
        refused: nothing was taken.
    """

    limit: int
    remaining: int
    reset_s: int
    refused: bool = False

    def require(self) -> None:
        """
        Raises:
            TooManyRequests: says when to come again.
        """
        if self.refused:
            raise TooManyRequests(retry_after_s=self.reset_s)


class Buckets:
    """Budgets of this process alone.

    Args:
        a_minute: calls a full bucket allows at once, and that it fills up with in a minute.
    """

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._interval_s = PERIOD_S / a_minute
        self._full_at: OrderedDict[str, float] = OrderedDict()

    def spend(self, bucket: str, now_s: float, cost: int = 1) -> Budget:
        """Take `cost` calls out, or none where there are not so many.

        Args:
            now_s: of any clock that does not go back.
            cost: at most what a full bucket holds.
        """
        before = max(self._full_at.get(bucket, 0.0), now_s)
        full_at = before + cost * self._interval_s
        missing_s = full_at - now_s - PERIOD_S
        if missing_s > _ROUNDING:
            return Budget(self._a_minute, self._left(before - now_s), max(1, _whole(missing_s)), refused=True)
        self._full_at[bucket] = full_at
        self._full_at.move_to_end(bucket)
        if len(self._full_at) > BUCKETS_KEPT:
            self._full_at.popitem(last=False)
        return Budget(self._a_minute, self._left(full_at - now_s), _whole(full_at - now_s))

    def _left(self, until_full_s: float) -> int:
        return max(0, int((PERIOD_S - until_full_s) / self._interval_s + _ROUNDING))


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

    async def spend(self, bucket: str, cost: int = 1) -> Budget:
        """Take `cost` calls out of a bucket, or all that a full one holds where that is less.

        Returns:
            What is left; `require()` of it says no where there was not enough.
        """
        cost = min(cost, self._item.amount)
        now_s = time.monotonic()
        if self._limiter is None or now_s < self._avoid_redis_until_s:
            return self._own.spend(bucket, now_s, cost)
        try:
            return await self._spend_shared(self._limiter, bucket, cost)
        except StorageError as error:
            log.warning("rates.redis_silent", error=str(error))
            self._avoid_redis_until_s = now_s + AVOID_REDIS_S
            return self._own.spend(bucket, now_s, cost)

    async def close(self) -> None:
        if self._redis is not None:
            await self._redis.aclose()

    async def _spend_shared(self, limiter: SlidingWindowCounterRateLimiter, bucket: str, cost: int) -> Budget:
        taken = await limiter.hit(self._item, bucket, cost=cost)
        stats = await limiter.get_window_stats(self._item, bucket)
        wait_s = max(1, _whole(stats.reset_time - time.time()))
        return Budget(self._item.amount, max(0, stats.remaining), wait_s, refused=not taken)


def rates_of(platform: Platform) -> Rates:
    """The process's one `Rates`, made on first use."""
    rates = platform.extras.get(Rates)
    if not isinstance(rates, Rates):
        rates = Rates(platform.settings.server.requests_a_minute, platform.settings.redis_url)
        platform.extras[Rates] = rates
    return rates


def _whole(seconds: float) -> int:
    return math.ceil(seconds - _ROUNDING)


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
