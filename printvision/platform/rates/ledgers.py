"""Where the buckets of all processes are: a row of PostgreSQL each, or a number in Redis each.

Either clock is the server's, so what a process thinks of the time does not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, cast

from redis.asyncio import ConnectionPool, Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from printvision.platform.db import run
from printvision.platform.errors import InvalidSettings
from printvision.platform.rates.budget import PERIOD_S
from printvision.platform.rates.grants import Grant, Want
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

REDIS_TIMEOUT_S: Final = 0.5
PREFIX: Final = "printvision:rates:"

# Rows are taken in one order, so two of these never wait for each other.
_LEASE: Final = """
WITH wants AS MATERIALIZED (
    SELECT * FROM unnest(%(names)s::text[], %(needed)s::int[], %(wanted)s::int[], %(limits)s::int[])
        AS w (bucket, needed, wanted, capacity)
)
INSERT INTO call_budgets AS b (bucket, granted, full_at)
SELECT bucket, wanted, now() + wanted * interval '1 minute' / capacity FROM wants ORDER BY bucket
ON CONFLICT (bucket) DO UPDATE SET (granted, full_at) = (
    SELECT given.calls, greatest(b.full_at, now()) + given.calls * interval '1 minute' / w.capacity
    FROM wants w
    CROSS JOIN LATERAL (
        SELECT least(w.wanted, floor(
            extract(epoch FROM now() + interval '1 minute' - greatest(b.full_at, now())) * w.capacity / 60 + 0.001
        ))::int AS room
    ) there
    CROSS JOIN LATERAL (SELECT CASE WHEN there.room >= w.needed THEN there.room ELSE 0 END AS calls) given
    WHERE w.bucket = b.bucket
)
RETURNING bucket, granted, extract(epoch FROM full_at - now())::float8
"""
_SCRIPT: Final = """
local now = redis.call('TIME')
local at = now[1] + now[2] / 1000000
local needed, wanted, limit, period = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local full_in = math.max(0, tonumber(redis.call('GET', KEYS[1]) or 0) - at)
local calls = math.min(wanted, math.floor((period - full_in) * limit / period + 0.001))
if calls < needed then
    return {0, string.format('%.6f', full_in)}
end
full_in = full_in + calls * period / limit
redis.call('SET', KEYS[1], string.format('%.6f', at + full_in), 'PX', math.ceil(full_in * 1000))
return {calls, string.format('%.6f', full_in)}
"""


class LedgerSilent(Exception):
    """The buckets that are shared cannot be reached."""


class Ledger(Protocol):
    """Buckets that all processes share."""

    async def lease(self, wants: Sequence[Want]) -> list[Grant]:
        """Ask several buckets at once, each by itself: in one round trip, each answer one atomic step.

        Raises:
            LedgerSilent
        """
        ...

    async def close(self) -> None: ...


class PostgresLedger:
    """One statement for any number of buckets."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def lease(self, wants: Sequence[Want]) -> list[Grant]:
        values = {
            "names": [want.bucket.name for want in wants],
            "needed": [want.needed for want in wants],
            "wanted": [want.wanted for want in wants],
            "limits": [want.bucket.limit for want in wants],
        }
        try:
            async with system_scope(self._platform, "call budgets", atomic=False) as scope:
                rows = await run(scope.session, _LEASE, values)
        except (SQLAlchemyError, OSError) as error:
            raise LedgerSilent(type(error).__name__) from error
        given = {name: Grant(calls, full_in_s) for name, calls, full_in_s in rows}
        return [given[want.bucket.name] for want in wants]

    async def close(self) -> None:
        """The database is closed by whoever opened it."""


class RedisLedger:
    """One round trip for any number of buckets, a script's run each; what is full is forgotten there."""

    def __init__(self, url: Secret) -> None:
        self._pool = _pool(url)
        # its commands are untyped
        self._redis = cast("Any", Redis(connection_pool=self._pool))

    async def lease(self, wants: Sequence[Want]) -> list[Grant]:
        pipeline = self._redis.pipeline(transaction=False)
        for want in wants:
            name = PREFIX + want.bucket.name
            pipeline.eval(_SCRIPT, 1, name, want.needed, want.wanted, want.bucket.limit, PERIOD_S)
        try:
            answers = await pipeline.execute()
        except (RedisError, OSError) as error:
            raise LedgerSilent(type(error).__name__) from error
        return [Grant(int(calls), float(full_in_s)) for calls, full_in_s in answers]

    async def close(self) -> None:
        await self._pool.aclose()


def _pool(url: Secret) -> ConnectionPool:
    try:
        return ConnectionPool.from_url(  # pyright: ignore[reportUnknownMemberType] -- its options are untyped
            url.reveal(), socket_timeout=REDIS_TIMEOUT_S, socket_connect_timeout=REDIS_TIMEOUT_S
        )
    except ValueError:  # its text repeats the address, password and all
        raise InvalidSettings("REDIS_URL: write redis://host:port", variable="REDIS_URL") from None
