"""The use of the API is kept for ninety days."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

log = structlog.get_logger(__name__)

KEEP: Final = timedelta(days=90)
FORGET_EVERY_S: Final = 3_600.0
FORGOTTEN_AT_ONCE: Final = 5_000
_FORGET: Final = """
DELETE FROM api_use WHERE ctid IN (
    SELECT ctid FROM api_use WHERE hour < %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING 1
"""


class UseSweeper:
    """One per worker process; several do no harm."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Forget every hour, for ever."""
        while True:
            try:
                await self.forget()
            except Exception:
                log.exception("api_use.not_forgotten")
            await asyncio.sleep(FORGET_EVERY_S)

    async def forget(self) -> int:
        """Delete what is older than ninety days, some at a time; returns how many rows."""
        forgotten = 0
        values = {"before": clock.now() - KEEP, "most": FORGOTTEN_AT_ONCE}
        while True:
            async with system_scope(self._platform, "forget old use", atomic=False) as scope:
                batch = len(await run(scope.session, _FORGET, values))
            forgotten += batch
            if batch < FORGOTTEN_AT_ONCE:
                return forgotten
