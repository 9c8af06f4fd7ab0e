"""The rate budget of a connection, in a database row that all processes share.

A process leases a slice of tokens at a time and hands them out itself, so that not every call to a provider costs a
transaction. Tokens that are not used at once are soon forgotten: a slice is small, and a budget kept too low for a
second is better than a lock-out. The bucket is kept smaller by what it may regain meanwhile, so that tokens used late
never come on top of a full one. Bulk work has slices of its own, only of what is there beyond the reserve: a promise of
later tokens would eat up what orders may want by then. Its slices grow while they are used up and begin at a single
token again when one is not, so that work which is not urgent forgets none that an order could have used.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.providers.sdk import Priority, ProviderThrottled, Rate
from printvision.providers.sdk.budget import Bucket, Grant, lease, observe, penalise, refill_per_s, take

SLICE_SHARE: Final = 0.05
SLICE_MOST: Final = 50
FORGET_AFTER_S: Final = 1.0
FORGET_SHARE: Final = 1 / 60  # of the rate's own span, where that is shorter than a minute
ASK_AGAIN_S: Final = 0.01  # at the soonest

_ENSURE: Final = (
    "INSERT INTO rate_buckets (connection_id, workspace_id, tokens, at, blocked_until) VALUES"
    " (%(id)s, %(workspace_id)s, %(tokens)s, extract(epoch FROM clock_timestamp()), 0) ON CONFLICT DO NOTHING"
)
_READ: Final = (
    "SELECT tokens, at, blocked_until, extract(epoch FROM clock_timestamp())::float8 FROM rate_buckets"
    " WHERE connection_id = %(id)s FOR UPDATE"
)
_WRITE: Final = (
    "UPDATE rate_buckets SET tokens = %(tokens)s, at = %(at)s, blocked_until = %(blocked_until)s"
    " WHERE connection_id = %(id)s"
)


class Purse:
    """The tokens that a process has leased for one kind of work.

    Args:
        most: of one lease.
        grows: leases begin at one token, and double while each is used up in time.
    """

    def __init__(self, priority: Priority, *, most: int, lasts_s: float, grows: bool) -> None:
        self.priority = priority
        self.turn = asyncio.Lock()
        self._least = 1 if grows else most
        self._most = most
        self._want = self._least
        self._lasts_s = lasts_s
        self._tokens = 0
        self._leased_at = 0.0
        self._none_before = 0.0

    def spend(self, now: float) -> bool:
        """Use a token that is held; those that were held for too long are forgotten."""
        if now - self._leased_at > self._lasts_s:
            self._tokens = 0
        if not self._tokens:
            return False
        self._tokens -= 1
        return True

    def want(self, now: float) -> int:
        """How many to lease next."""
        used_up_in_time = now - self._leased_at <= self._lasts_s
        self._want = min(self._most, self._want * 2) if used_up_in_time else self._least
        return self._want

    def put(self, tokens: int, leased_at: float) -> None:
        self._tokens, self._leased_at = tokens, leased_at

    def empty(self) -> None:
        self._tokens = 0

    def ask_again(self, at: float) -> None:
        """There was none, and there is none before then."""
        self._none_before = at

    def wait_s(self, now: float) -> float:
        """How long not to ask again, where others of this process asked a moment ago."""
        return max(ASK_AGAIN_S, self._none_before - now) if now < self._none_before else 0.0


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
        lasts_s = min(FORGET_AFTER_S, rate.per.total_seconds() * FORGET_SHARE)
        self._rate = _smaller(rate, lasts_s) if self._slice > 1 else rate
        self._orders = Purse(Priority.ORDERS, most=self._slice, lasts_s=lasts_s, grows=False)
        self._bulk = Purse(Priority.BULK, most=self._slice, lasts_s=lasts_s, grows=True)

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
        async with self._orders.turn, self._bulk.turn:
            self._orders.empty()
            self._bulk.empty()
            await self._change(lambda bucket, now: Grant(penalise(bucket, self._rate, now, seconds), 0, 0.0))

    async def observe(self, remaining: int) -> None:
        # they count what we have leased but not used as left; only a figure below that is news
        if remaining < self._slice:
            await self._change(lambda bucket, now: Grant(observe(bucket, self._rate, now, remaining), 0, 0.0))

    async def _try(self, cost: int, priority: Priority) -> float:
        """0 where the tokens are ours now; else how many seconds to wait before asking again."""
        if cost > 1:
            return await self._take(cost, priority)
        purse = self._bulk if priority is Priority.BULK else self._orders
        async with purse.turn:
            now = time.monotonic()
            if purse.spend(now):
                return 0.0
            return purse.wait_s(now) or await self._lease(purse)

    async def _take(self, cost: int, priority: Priority) -> float:
        grant = await self._change(
            lambda bucket, now: take(bucket, self._rate, now, cost=cost, patience_s=0.0, priority=priority)
        )
        return 0.0 if grant.tokens else max(ASK_AGAIN_S, grant.wait_s)

    async def _lease(self, purse: Purse) -> float:
        """A slice, of which one token is for the caller."""
        began = time.monotonic()
        want = purse.want(began)
        grant = await self._change(
            lambda bucket, now: lease(bucket, self._rate, now, want=want, priority=purse.priority)
        )
        if grant.tokens:
            purse.put(grant.tokens - 1, began)
            return 0.0
        wait_s = max(ASK_AGAIN_S, grant.wait_s)
        purse.ask_again(time.monotonic() + wait_s)
        return wait_s

    async def _change(self, change: Callable[[Bucket, float], Grant]) -> Grant:
        key: dict[str, Any] = {"id": self._connection_id}
        async with self._platform.db.of_workspace(self._workspace_id) as transaction:
            session = transaction.session
            rows = await run(session, _READ, key)
            if not rows:
                first = {"workspace_id": self._workspace_id, "tokens": float(self._rate.requests)}
                await run(session, _ENSURE, key | first)
                rows = await run(session, _READ, key)
            if not rows:
                raise NotFound(kind="connection", id=str(self._connection_id))
            tokens, at, blocked_until, now = rows[0]
            grant = change(Bucket(tokens, at, blocked_until), now)
            bucket = grant.bucket
            await run(
                session,
                _WRITE,
                key | {"tokens": bucket.tokens, "at": bucket.at, "blocked_until": bucket.blocked_until},
            )
            return grant


def _smaller(rate: Rate, held_s: float) -> Rate:
    """A bucket that fills as fast and holds less: what it regains in `held_s` lies outside, in slices."""
    per_s = refill_per_s(rate)
    requests = max(1, int(rate.requests - per_s * held_s))
    return Rate(requests, timedelta(seconds=requests / per_s))
