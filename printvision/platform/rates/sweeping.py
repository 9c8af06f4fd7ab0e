"""Buckets that are full again are forgotten, so there are never more rows than callers of the last minutes."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from printvision.platform.db import run
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

log = structlog.get_logger(__name__)

FORGET_EVERY_S: Final = 60.0
FORGOTTEN_AT_ONCE: Final = 5_000
# Rows that somebody is at are left for the next time: it never waits, so it holds nobody up for good.
_FORGET: Final = """
DELETE FROM call_budgets WHERE bucket IN (
    SELECT bucket FROM call_budgets WHERE full_at <= now() LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING 1
"""


class BudgetSweeper:
    """One per worker process; several do no harm."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Forget every minute, for ever."""
        while True:
            try:
                await self.forget()
            except Exception:
                log.exception("rates.not_forgotten")
            await asyncio.sleep(FORGET_EVERY_S)

    async def forget(self) -> int:
        """Delete the buckets that are full, some at a time; returns how many."""
        forgotten = 0
        while True:
            async with system_scope(self._platform, "forget full budgets", atomic=False) as scope:
                batch = len(await run(scope.session, _FORGET, {"most": FORGOTTEN_AT_ONCE}))
            forgotten += batch
            if batch < FORGOTTEN_AT_ONCE:
                return forgotten
