"""The rate budget of a connection, in a database row that all processes share.

For orders a process leases a slice of tokens at a time and hands them out itself, so that not every call to a provider
costs a statement. Tokens that are not used at once are soon forgotten: a slice is small, and a budget kept too low for
a second is better than a lock-out. The bucket is kept smaller by what it may regain meanwhile, so that tokens used
late never come on top of a full one. Bulk work takes its tokens one by one, and only those that are there beyond the
reserve: a promise of later ones would eat up what orders may want by then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text

from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.providers.sdk import Priority, ProviderThrottled, Rate
from printvision.providers.sdk.budget import Bucket, Grant, lease, observe, penalise, refill_per_s, take

SLICE_SHARE: Final = 0.05
SLICE_MOST: Final = 20
FORGET_AFTER_S: Final = 1.0
FORGET_SHARE: Final = 1 / 60  # of the rate's own span, where that is shorter than a minute
ASK_AGAIN_S: Final = 0.01  # at the soonest

_ENSURE = text(
    "INSERT INTO rate_buckets (connection_id, workspace_id, tokens, at, blocked_until)"
    " VALUES (:id, :workspace_id, :tokens, extract(epoch FROM clock_timestamp()), 0) ON CONFLICT DO NOTHING"
)
_READ = text(
    "SELECT tokens, at, blocked_until, extract(epoch FROM clock_timestamp())::float8 FROM rate_buckets"
    " WHERE connection_id = :id FOR UPDATE"
)
_WRITE = text(
    "UPDATE rate_buckets SET tokens = :tokens, at = :at, blocked_until = :blocked_until WHERE connection_id = :id"
)


class SharedBudget:
    """The `Budget` of one connection in one process."""

    def __init__(
        self, platform: Platform, workspace_id: WorkspaceId, connection_id: UUID, rate: Rate, *, provider: str
    ) -> None:
        self._platform = platform
        self._workspace_id = workspace_id
        self._connection_id = connection_id
        self._provider = provider
        self._slice = max(1, min(SLICE_MOST, int(rate.requests * SLICE_SHARE)))
        self._forget_after_s = min(FORGET_AFTER_S, rate.per.total_seconds() * FORGET_SHARE)
        self._rate = _smaller(rate, self._forget_after_s) if self._slice > 1 else rate
        self._tokens = 0
        self._leased_at = 0.0
        self._none_before = 0.0
        self._turn = asyncio.Lock()

    async def acquire(
        self, *, cost: int = 1, patience_s: float, priority: Priority = Priority.ORDERS
    ) -> None:
        """Wait for the right to make `cost` calls.

        Raises:
            ProviderThrottled: it would take longer than `patience_s`; nothing was taken.
        """
        until = time.monotonic() + patience_s
        while (wait_s := await self._try(cost, priority)) > 0:
            if time.monotonic() + wait_s > until:
                raise ProviderThrottled(
                    "Our own rate budget is used up", provider=self._provider, retry_after_s=round(wait_s, 3)
                )
            await asyncio.sleep(wait_s)

    async def penalise(self, seconds: float) -> None:
        """Nobody is given a token before the lock-out ends; what other processes hold they forget by themselves."""
        async with self._turn:
            self._tokens = 0
            await self._change(lambda bucket, now: Grant(penalise(bucket, self._rate, now, seconds), 0, 0.0))

    async def observe(self, remaining: int) -> None:
        # they count what we have leased but not used as left; only a figure below that is news
        if remaining < self._slice:
            await self._change(lambda bucket, now: Grant(observe(bucket, self._rate, now, remaining), 0, 0.0))

    async def _try(self, cost: int, priority: Priority) -> float:
        """0 where the tokens are ours now; else how many seconds to wait before asking again."""
        if priority is Priority.BULK or cost > 1:
            return await self._take(cost, priority)
        async with self._turn:
            now = time.monotonic()
            if now - self._leased_at > self._forget_after_s:
                self._tokens = 0
            if self._tokens == 0:
                if now < self._none_before:  # others of this process asked a moment ago
                    return max(ASK_AGAIN_S, self._none_before - now)
                wait_s = await self._lease()
                if wait_s > 0:
                    return wait_s
            self._tokens -= 1
            return 0.0

    async def _take(self, cost: int, priority: Priority) -> float:
        grant = await self._change(
            lambda bucket, now: take(bucket, self._rate, now, cost=cost, patience_s=0.0, priority=priority)
        )
        return 0.0 if grant.tokens else max(ASK_AGAIN_S, grant.wait_s)

    async def _lease(self) -> float:
        began = time.monotonic()
        grant = await self._change(lambda bucket, now: lease(bucket, self._rate, now, want=self._slice))
        if grant.tokens:
            self._tokens, self._leased_at = grant.tokens, began
            return 0.0
        wait_s = max(ASK_AGAIN_S, grant.wait_s)
        self._none_before = time.monotonic() + wait_s
        return wait_s

    async def _change(self, change: Callable[[Bucket, float], Grant]) -> Grant:
        key: dict[str, Any] = {"id": self._connection_id}
        async with self._platform.db.workspace_session(self._workspace_id) as session:
            row = (await session.execute(_READ, key)).one_or_none()
            if row is None:
                first = {"workspace_id": self._workspace_id, "tokens": float(self._rate.requests)}
                await session.execute(_ENSURE, key | first)
                row = (await session.execute(_READ, key)).one()
            grant = change(Bucket(row[0], row[1], row[2]), row[3])
            bucket = grant.bucket
            await session.execute(
                _WRITE,
                key | {"tokens": bucket.tokens, "at": bucket.at, "blocked_until": bucket.blocked_until},
            )
            return grant


def _smaller(rate: Rate, held_s: float) -> Rate:
    """A bucket that fills as fast and holds less: what it regains in `held_s` lies outside, in slices."""
    per_s = refill_per_s(rate)
    requests = max(1, int(rate.requests - per_s * held_s))
    return Rate(requests, timedelta(seconds=requests / per_s))
