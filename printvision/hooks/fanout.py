"""From events to deliveries: each event once for each endpoint that wants it, in the order of their transactions.

One process at a time reads. What was read and what was written of it are committed together with the cursor; the unique
key over endpoint and event says the same once more.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from printvision.hooks.payload import body_of
from printvision.platform.db import run
from printvision.platform.events import (
    Position,
    Stored,
    get_position,
    read_events,
    save_position,
    wake_after_commit,
)
from printvision.platform.ids import new_id
from printvision.platform.scope import SystemScope

READER: Final = "hooks"
BATCH: Final = 200
SKIP_EVERY_S: Final = 10.0

_TAKE_TURN: Final = "SELECT pg_try_advisory_xact_lock(hashtextextended('hooks fan-out', 0))"
_IS_ANY: Final = "SELECT EXISTS (SELECT FROM hook_endpoints)"
# In one statement, so that both are of one snapshot: what is older than it was committed while there was no endpoint.
_SKIP: Final = """
INSERT INTO event_cursors (reader, xid, seq)
SELECT %(reader)s, pg_snapshot_xmin(pg_current_snapshot()), 0 WHERE NOT EXISTS (SELECT FROM hook_endpoints)
ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, seq = excluded.seq
"""
# The lock keeps them from being deleted before their deliveries are there.
_ENDPOINTS: Final = """
SELECT id, workspace_id, kinds, created_at FROM hook_endpoints
WHERE workspace_id = ANY(%(workspace_ids)s) ORDER BY id FOR KEY SHARE
"""
_WRITE: Final = """
INSERT INTO hook_deliveries
    (id, workspace_id, endpoint_id, event_seq, kind, subject_id, body, happened_at, state, tries, next_try_at)
SELECT id, workspace_id, endpoint_id, event_seq, kind, subject_id, body, happened_at, 'waiting', 0, now()
FROM jsonb_to_recordset(%(deliveries)s::jsonb) AS delivery (
    id uuid, workspace_id uuid, endpoint_id uuid, event_seq bigint, kind text, subject_id uuid, body text,
    happened_at timestamptz
)
ON CONFLICT (endpoint_id, event_seq) DO NOTHING
"""


class _Endpoint(msgspec.Struct, frozen=True):
    id: UUID
    workspace_id: UUID
    kinds: list[str]
    created_at: datetime

    def wants(self, event: Stored) -> bool:
        return event.at >= self.created_at and (not self.kinds or event.kind in self.kinds)


class FanOut:
    """The reader of one process."""

    def __init__(self) -> None:
        self._skipped_at_s = float("-inf")

    async def read(self, scope: SystemScope, *, limit: int = BATCH) -> int:
        """Write the deliveries of the next events, in the scope's transaction; returns how many events were read: none
        where another process is reading.
        """
        if not (await run(scope.session, _TAKE_TURN))[0][0]:
            return 0
        if not (await run(scope.session, _IS_ANY))[0][0]:
            await self._skip(scope)
            return 0
        events = await read_events(scope, await get_position(scope, READER), limit=limit)
        if events:
            await _write(scope, events)
            await save_position(scope, READER, Position(events[-1].xid, events[-1].seq))
        return len(events)

    async def _skip(self, scope: SystemScope) -> None:
        """With no endpoint anywhere, keep up with the events now and then, so that the first need not wait for all of
        the past to be read.
        """
        now_s = time.monotonic()
        if now_s - self._skipped_at_s >= SKIP_EVERY_S:
            await run(scope.session, _SKIP, {"reader": READER})
            self._skipped_at_s = now_s


async def _write(scope: SystemScope, events: Sequence[Stored]) -> None:
    workspace_ids = list({event.workspace_id for event in events})
    wanting: dict[UUID, list[_Endpoint]] = defaultdict(list)
    for row in await run(scope.session, _ENDPOINTS, {"workspace_ids": workspace_ids}):
        wanting[row[1]].append(_Endpoint(*row))
    deliveries = [
        delivery
        for event in events
        for delivery in _deliveries(
            event, [each.id for each in wanting[event.workspace_id] if each.wants(event)]
        )
    ]
    if deliveries:
        await run(scope.session, _WRITE, {"deliveries": msgspec.json.encode(deliveries).decode()})
        wake_after_commit(scope)


def _deliveries(event: Stored, endpoint_ids: Sequence[UUID]) -> list[dict[str, object]]:
    """One for each endpoint, all with the same body."""
    if not endpoint_ids:
        return []
    shared = {
        "workspace_id": event.workspace_id,
        "event_seq": event.seq,
        "kind": event.kind,
        "subject_id": event.subject_id,
        "body": body_of(
            kind=event.kind,
            at=event.at,
            workspace_id=event.workspace_id,
            subject_id=event.subject_id,
            data=event.data,
        ),
        "happened_at": event.at,
    }
    return [{"id": new_id(), "endpoint_id": endpoint_id, **shared} for endpoint_id in endpoint_ids]
