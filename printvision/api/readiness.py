"""Whether requests can be served: the database answers, has this build's shape, and a worker does what is due."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from printvision.platform.db import run
from printvision.platform.errors import PrintVisionError
from printvision.platform.migrations import Revisions, revisions
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope

LOOK_LIMIT_S: Final = 1.0
LOOK_KEPT_S: Final = 1.0
WORKER_SILENT: Final = timedelta(seconds=60)

_SHAPE: Final = "SELECT version_num FROM alembic_version"
# Runs that wait are of an index. One that was delayed is due only then.
_QUEUE: Final = """
SELECT (SELECT extract(epoch FROM now() - max(seen_at)) FROM executors)::float8,
       (SELECT extract(epoch FROM now()) - min(greatest(created_at, coalesce(delay_until_epoch_ms, 0))) / 1000.0
        FROM dbos.workflow_status WHERE status = 'ENQUEUED' AND queue_name IS NOT NULL)::float8
"""


class NotReady(PrintVisionError):
    """`wrong` says what, in words."""

    status = 503
    code = "health/not-ready"
    title = "This server cannot serve requests now"
    action = "Send requests to another server, and see what `wrong` says."
    wrong: list[str]


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """What was found.

    Args:
        worker_seen_s: how long ago a worker was last heard of.
        oldest_due_s: how long the run that is due for longest has waited; 0 where none waits.
    """

    status: str = "ok"
    schema: str
    worker_seen_s: float
    oldest_due_s: float


class Readiness:
    """Looked at once a second at most, however many ask."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._at_s = float("-inf")
        self._found: Ready | list[str] = []

    async def require(self, platform: Platform) -> Ready:
        """
        Raises:
            NotReady
        """
        async with self._lock:
            if time.monotonic() - self._at_s > LOOK_KEPT_S:
                self._found = await _look(platform)
                self._at_s = time.monotonic()
            found = self._found
        if isinstance(found, Ready):
            return found
        raise NotReady(wrong=found)


async def _look(platform: Platform) -> Ready | list[str]:
    try:
        known = await asyncio.to_thread(revisions)
        async with asyncio.timeout(LOOK_LIMIT_S):
            async with system_scope(platform, "readiness", atomic=False) as scope:
                await run(scope.session, "SELECT 1")
                return await _look_closely(scope.session, known)
    except TimeoutError:
        return [f"The database does not answer within {LOOK_LIMIT_S:g} s"]
    except Exception:  # noqa: BLE001 - whatever it is, it is told without its text, which may name hosts and logins
        return ["The database cannot be reached"]


async def _look_closely(session: AsyncSession, known: Revisions) -> Ready | list[str]:
    try:
        shape = str((await run(session, _SHAPE))[0][0])
        seen_s, waits_s = (await run(session, _QUEUE))[0]
    except (DBAPIError, IndexError):  # tables are missing, or this login may not see them yet
        return ["The database has not this build's shape: run `printvision migrate`"]
    wrong: list[str] = []
    if known.is_behind(shape):
        wrong.append(
            f"The database is at {shape} and this build wants {known.head}: run `printvision migrate`"
        )
    if seen_s is None:
        wrong.append("No worker runs: nothing that is due is carried out")
    elif seen_s > WORKER_SILENT.total_seconds():
        wrong.append(f"No worker has been heard of for {seen_s:.0f} s: nothing that is due is carried out")
    if wrong:
        return wrong
    return Ready(schema=shape, worker_seen_s=_tenths(seen_s or 0.0), oldest_due_s=_tenths(waits_s or 0.0))


def _tenths(seconds: float) -> float:
    return max(0.0, round(seconds, 1))
