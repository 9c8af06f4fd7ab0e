"""The rate budget of a connection, in a database row that all processes share.

A process leases a slice of tokens at a time and hands them out itself, so that not every call to a provider costs a
statement. Tokens that are not used within a second are forgotten: a slice is small, and a budget kept too low for a
second is better than a lock-out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import text

from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.providers.sdk import Priority, ProviderThrottled, Rate
from printvision.providers.sdk.budget import Bucket, Grant, lease, observe, penalise, take

SLICE_SHARE = 0.05
SLICE_MOST = 20
FORGET_AFTER_S = 1.0

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
        self._rate = rate
        self._provider = provider
        self._slice = max(1, min(SLICE_MOST, int(rate.requests * SLICE_SHARE)))
        self._tokens = 0
        self._leased_at = 0.0
        self._turn = asyncio.Lock()

    async def acquire(
        self, *, cost: int = 1, patience_s: float, priority: Priority = Priority.ORDERS
    ) -> None:
        """Wait for the right to make `cost` calls.

        Raises:
            ProviderThrottled: it would take longer than `patience_s`.
        """
        until = time.monotonic() + patience_s
        while (wait_s := await self._try(cost, max(0.0, until - time.monotonic()), priority)) > 0:
            if time.monotonic() + wait_s > until:
                raise ProviderThrottled(
                    "Our own rate budget is used up", provider=self._provider, retry_after_s=round(wait_s, 3)
                )
            await asyncio.sleep(wait_s)
            if priority is Priority.BULK or cost > 1:
                return  # these were promised tokens that have come true now

    async def penalise(self, seconds: float) -> None:
        self._tokens = 0
        await self._change(lambda bucket, now: Grant(penalise(bucket, self._rate, now, seconds), 0, 0.0))

    async def observe(self, remaining: int) -> None:
        # they count what we have leased but not used as left; only a figure below that is news
        if remaining < self._slice:
            await self._change(lambda bucket, now: Grant(observe(bucket, self._rate, now, remaining), 0, 0.0))

    async def _try(self, cost: int, patience_s: float, priority: Priority) -> float:
        """Seconds to wait; 0 where the tokens are ours."""
        if priority is Priority.BULK or cost > 1:
            grant = await self._change(
                lambda bucket, now: take(
                    bucket, self._rate, now, cost=cost, patience_s=patience_s, priority=priority
                )
            )
            if not grant.tokens:
                raise ProviderThrottled(
                    "Our own rate budget is used up",
                    provider=self._provider,
                    retry_after_s=round(grant.wait_s, 3),
                )
            return grant.wait_s
        async with self._turn:
            if time.monotonic() - self._leased_at > FORGET_AFTER_S:
                self._tokens = 0
            if self._tokens == 0:
                grant = await self._change(
                    lambda bucket, now: lease(bucket, self._rate, now, want=self._slice)
                )
                self._tokens, self._leased_at = grant.tokens, time.monotonic()
                if not grant.tokens:
                    return max(0.01, grant.wait_s)
            self._tokens -= 1
            return 0.0

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
