"""A call's part of a budget."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import structlog

from printvision.platform.rates.budget import Bucket, Budget
from printvision.platform.rates.grants import OwnBuckets
from printvision.platform.rates.leasing import Leasing
from printvision.platform.rates.ledgers import Ledger, LedgerSilent, PostgresLedger, RedisLedger
from printvision.platform.rates.slices import Slices
from printvision.platform.runtime import Platform
from printvision.platform.telemetry import count_rate_refusal

log = structlog.get_logger(__name__)

LEASED_WITHIN_S: Final = 0.5
LEFT_ALONE_S: Final = 5.0


class Rates:
    """The budgets as this process sees them; close when done.

    While the shared buckets do not answer, each process goes by budgets of its own: orders go on.

    Args:
        ledger: where the shared buckets are; None where this process is the only one.
    """

    def __init__(self, ledger: Ledger | None = None) -> None:
        self._own = OwnBuckets()
        self._slices = Slices()
        self._leasing = Leasing(ledger, self._slices) if ledger else None
        self._left_alone_until_s = 0.0

    async def spend(self, bucket: Bucket, cost: int = 1) -> Budget:
        """Take `cost` calls out of a bucket, or all that a full one holds where that is less.

        It waits for nothing where this process holds enough of the bucket, or knows that there is not enough in it.

        Returns:
            What is left; `require()` of it says no where there was not enough.
        """
        cost = min(cost, bucket.limit)
        now_s = time.monotonic()
        if self._leasing is None or now_s < self._left_alone_until_s:
            budget = self._own.spend(bucket, cost, now_s)
        else:
            budget = self._slices.spend(bucket, cost, now_s)
            if budget is None:
                budget = await self._spend_leased(self._leasing, bucket, cost)
        if budget.refused:
            count_rate_refusal(bucket.policy)
        return budget

    async def _spend_leased(self, leasing: Leasing, bucket: Bucket, cost: int) -> Budget:
        budget: Budget | None = None
        try:
            async with asyncio.timeout(LEASED_WITHIN_S):
                while budget is None:  # what was leased may have been spent by others who waited
                    await leasing.fill(bucket, cost)
                    budget = self._slices.spend(bucket, cost, time.monotonic())
        except (LedgerSilent, TimeoutError) as error:
            now_s = time.monotonic()
            if now_s >= self._left_alone_until_s:
                log.warning("rates.ledger_silent", error=str(error) or type(error).__name__)
                self._left_alone_until_s = now_s + LEFT_ALONE_S
            return self._own.spend(bucket, cost, now_s)
        return budget

    async def close(self) -> None:
        if self._leasing is not None:
            await self._leasing.close()


def rates_of(platform: Platform) -> Rates:
    """The process's one `Rates`, made on first use: with Redis where there is one, else with PostgreSQL."""
    rates = platform.extras.get(Rates)
    if not isinstance(rates, Rates):
        redis_url = platform.settings.redis_url
        rates = Rates(RedisLedger(redis_url) if redis_url else PostgresLedger(platform))
        platform.extras[Rates] = rates
    return rates
