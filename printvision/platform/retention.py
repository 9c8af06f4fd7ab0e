"""How long rows are kept that are of no use any more: each domain declares it, one loop a worker forgets them.

Several workers do no harm: a statement leaves what another is at for the next time, so nobody waits for anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, LiteralString

import structlog

from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

log = structlog.get_logger(__name__)

LOOK_EVERY_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Retention:
    """
    Args:
        of: what it is of, in logs.
        forget: deletes `%(most)s` rows that are older than `%(before)s`, at most and SKIP LOCKED; gives a row for each.
        keep: how old they are then.
        every_s: how often it is looked for them.
        most: at once, in one transaction.
    """

    of: str
    forget: LiteralString
    keep: timedelta
    every_s: float
    most: int = 5_000


async def forget(platform: Platform, retention: Retention) -> int:
    """Delete all that has been kept long enough, some at a time; returns how many rows."""
    forgotten = 0
    values = {"before": clock.now() - retention.keep, "most": retention.most}
    while True:
        async with system_scope(platform, f"forget {retention.of}", atomic=False) as scope:
            batch = len(await run(scope.session, retention.forget, values))
        forgotten += batch
        if batch < retention.most:
            return forgotten


class Forgetter:
    """Forgets what the retentions say, each at its time; one that fails holds up no other."""

    def __init__(self, platform: Platform, retentions: Sequence[Retention]) -> None:
        self._platform = platform
        self._due_s = dict.fromkeys(retentions, 0.0)

    async def run(self) -> None:
        """Forget, for ever."""
        loop = asyncio.get_running_loop()
        while True:
            for retention, due_s in self._due_s.items():
                if loop.time() >= due_s:
                    await self._forget(retention)
                    self._due_s[retention] = loop.time() + retention.every_s
            await asyncio.sleep(LOOK_EVERY_S)

    async def _forget(self, retention: Retention) -> None:
        try:
            await forget(self._platform, retention)
        except Exception:
            log.exception("retention.not_forgotten", of=retention.of)
