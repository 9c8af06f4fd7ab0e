"""What this process saw of the API's use since it last wrote it down.

It is written every few seconds by one statement, and once more when the process ends in order; of one that is killed
the seconds since are lost. Counted is whatever is known to be somebody's, refused or not; unknown keys are nobody's.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple

import structlog
from psycopg.types.json import Jsonb

from printvision.accounts import SignedIn
from printvision.api.problems import status_of
from printvision.api.use.times import BUCKETS, bucket_of
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import WorkspaceId
from printvision.platform.operations import Operation
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, system_scope
from printvision.platform.telemetry import count_unwritten_use

log = structlog.get_logger(__name__)

WRITE_EVERY_S: Final = 5.0
MOST_GATHERED: Final = 20_000
LAST_WITHIN_S: Final = 2.0
WRITTEN_AT_ONCE: Final = 2_000
GIVEN_UP: Final = 499  # by the caller, or at the time limit

# In one order, so that two processes never wait for each other; a workspace that was deleted meanwhile is passed over.
_WRITE: Final = """
INSERT INTO api_use AS u (workspace_id, hour, caller, operation, status, calls, total_ms, took)
SELECT r.workspace_id, r.hour, r.caller, r.operation, r.status, r.calls, r.total_ms, r.took
FROM jsonb_to_recordset(%(rows)s) AS r (
    workspace_id uuid, hour timestamptz, caller text, operation text, status int,
    calls bigint, total_ms float8, took bigint[]
) JOIN workspaces w ON w.id = r.workspace_id
ORDER BY 1, 2, 3, 4, 5
ON CONFLICT (workspace_id, hour, caller, operation, status) DO UPDATE SET
    calls = u.calls + excluded.calls,
    total_ms = u.total_ms + excluded.total_ms,
    took = ARRAY(
        SELECT t.a + t.b FROM unnest(u.took, excluded.took) WITH ORDINALITY AS t (a, b, place) ORDER BY t.place
    )
"""


class Key(NamedTuple):
    """What is counted together."""

    workspace_id: WorkspaceId
    hour: datetime
    caller: str
    operation: str
    status: int


@dataclass(slots=True)
class Count:
    calls: int = 0
    total_ms: float = 0.0
    took: list[int] = field(default_factory=lambda: [0] * BUCKETS)

    def add(self, other: Count) -> None:
        self.calls += other.calls
        self.total_ms += other.total_ms
        self.took = [mine + theirs for mine, theirs in zip(self.took, other.took, strict=True)]


class ApiUse:
    """The use that one process gathers; `api_use_of` gives it. It never holds more than `MOST_GATHERED` counts."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._counts: dict[Key, Count] = {}
        self._task: asyncio.Task[None] | None = None
        self._writing: asyncio.Task[None] | None = None

    def count(
        self, who: SignedIn, operation: Operation[Any, Any], error: BaseException | None, ms: float
    ) -> None:
        """Count a call, whatever became of it."""
        if error is None:
            status = operation.rest.status
        else:
            status = GIVEN_UP if isinstance(error, asyncio.CancelledError) else status_of(error)
        self.note(who, operation.key, status, ms)

    def note(self, who: SignedIn, operation: str, status: int, ms: float) -> None:
        """One call was answered; what somebody does outside of any workspace is no workspace's use."""
        if who.workspace_id is None:
            return
        principal = who.principal
        caller = principal.id if principal.actor is Actor.KEY else f"{principal.actor}:{principal.id}"
        hour = clock.now().replace(minute=0, second=0, microsecond=0)
        count = self._count(Key(who.workspace_id, hour, caller, operation, status))
        if count is not None:
            count.calls += 1
            count.total_ms += ms
            count.took[bucket_of(ms)] += 1
        if self._task is None:
            self._task = asyncio.create_task(self._write_often(), name="api-use")

    async def write(self) -> None:
        """Write down what was gathered; what cannot be is kept for the next time."""
        gathered, self._counts = self._counts, {}
        while gathered:
            part = {key: gathered.pop(key) for key in list(gathered)[:WRITTEN_AT_ONCE]}
            try:
                async with system_scope(self._platform, "api use", atomic=False) as scope:
                    await run(scope.session, _WRITE, {"rows": Jsonb([_row(*each) for each in part.items()])})
            except BaseException:
                self._take_back(gathered | part)
                raise

    async def close(self) -> None:
        """Write down the rest."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        try:
            async with asyncio.timeout(LAST_WITHIN_S):
                if self._writing is not None:
                    await asyncio.wait({self._writing})  # what fails of it is taken back, and written next
                await self.write()
        except Exception:
            log.exception("api_use.lost", counts=len(self._counts))

    async def _write_often(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            self._writing = asyncio.create_task(self.write())
            try:
                await asyncio.shield(self._writing)
            except Exception:
                log.exception("api_use.not_written")

    def _count(self, key: Key) -> Count | None:
        count = self._counts.get(key)
        if count is None:
            if len(self._counts) >= MOST_GATHERED:
                count_unwritten_use()
                return None
            count = self._counts[key] = Count()
        return count

    def _take_back(self, counts: dict[Key, Count]) -> None:
        for key, count in counts.items():
            if (there := self._count(key)) is not None:
                there.add(count)


def _row(key: Key, count: Count) -> dict[str, object]:
    return {
        "workspace_id": str(key.workspace_id),
        "hour": key.hour.isoformat(),
        "caller": key.caller,
        "operation": key.operation,
        "status": key.status,
        "calls": count.calls,
        "total_ms": count.total_ms,
        "took": count.took,
    }


def api_use_of(platform: Platform) -> ApiUse:
    """The process's one `ApiUse`, made on first use; what it holds is written when the platform closes."""
    use = platform.extras.get(ApiUse)
    if not isinstance(use, ApiUse):
        use = platform.extras[ApiUse] = ApiUse(platform)
        platform.on_close(use.close)
    return use
