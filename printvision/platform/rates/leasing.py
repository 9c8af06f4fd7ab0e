"""Asking the shared buckets: one question at a time, with everything in it that anybody waits for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from printvision.platform.rates.budget import Bucket
from printvision.platform.rates.grants import Want
from printvision.platform.rates.ledgers import Ledger, LedgerSilent
from printvision.platform.rates.slices import Slices
from printvision.platform.telemetry import count_slice

BUCKETS_AT_ONCE: Final = 500
CLOSED_WITHIN_S: Final = 1.0

_Asked = asyncio.Future[LedgerSilent | None]


class Leasing:
    """Fills the slices of one process. However many calls wait, one connection is used and one statement is under way,
    and whoever stops waiting leaves it as it is."""

    def __init__(self, ledger: Ledger, slices: Slices, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._slices = slices
        self._clock = clock
        self._waiting: dict[str, tuple[Bucket, int, _Asked]] = {}
        self._task: asyncio.Task[None] | None = None

    async def fill(self, bucket: Bucket, cost: int) -> None:
        """Have a bucket asked for what a call needs, and wait until it has answered, whatever it said.

        Raises:
            LedgerSilent
        """
        known = self._waiting.get(bucket.name)
        asked = known[2] if known else asyncio.get_running_loop().create_future()
        self._waiting[bucket.name] = (bucket, max(cost, known[1] if known else 0), asked)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._ask(), name="lease-budgets")
        if error := await asyncio.shield(asked):
            raise error

    async def close(self) -> None:
        """Wait for what is under way: a statement that is cancelled may leave its connection behind."""
        if self._task is not None:
            await asyncio.wait([self._task], timeout=CLOSED_WITHIN_S)
            self._task.cancel()
        await self._ledger.close()

    async def _ask(self) -> None:
        while self._waiting:
            names = list(self._waiting)[:BUCKETS_AT_ONCE]
            asked = [self._waiting.pop(name) for name in names]
            error: LedgerSilent | None = None
            try:
                await self._lease([(bucket, cost) for bucket, cost, _ in asked])
            except LedgerSilent as silent:
                error = silent
            for *_, future in asked:
                if not future.done():
                    future.set_result(error)

    async def _lease(self, asked: list[tuple[Bucket, int]]) -> None:
        now_s = self._clock()
        wants: list[Want] = [self._slices.want(bucket, cost, now_s) for bucket, cost in asked]
        for want, given in zip(wants, await self._ledger.lease(wants), strict=True):
            self._slices.put(want, given, now_s)
            if given.calls:
                count_slice(want.bucket.policy)
