"""The record of a connection's last calls: buffered in the process, written in batches, kept short."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from printvision.platform.db import run
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, workspace_scope
from printvision.platform.telemetry import count_provider_call
from printvision.providers.sdk import CallRecord
from printvision.providers.sdk.reply import NUL

log = structlog.get_logger(__name__)

WRITE_EVERY_S = 1.0
MOST_BUFFERED = 2_000


class CallLog:
    """All recorders of a process. A call that finds the buffer full pushes out the oldest."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._keep = platform.settings.providers.calls_kept
        self._waiting: deque[tuple[WorkspaceId, UUID, CallRecord]] = deque(maxlen=MOST_BUFFERED)
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def recorder(self, workspace_id: WorkspaceId, connection_id: UUID) -> ConnectionRecorder:
        return ConnectionRecorder(self, workspace_id, connection_id)

    def put(self, workspace_id: WorkspaceId, connection_id: UUID, call: CallRecord) -> None:
        count_provider_call(call.provider, call.template, call.error or "ok", call.duration_ms / 1_000)
        if self._keep == 0:
            return
        self._waiting.append((workspace_id, connection_id, call))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_soon(), name="call-log")

    async def close(self) -> None:
        """Write what waits; a write under way is not cut off."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def _write_soon(self) -> None:
        while self._waiting:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), WRITE_EVERY_S)
            await self._write()

    async def _write(self) -> None:
        by_connection: dict[tuple[WorkspaceId, UUID], list[CallRecord]] = {}
        for workspace_id, connection_id, call in [self._waiting.popleft() for _ in range(len(self._waiting))]:
            by_connection.setdefault((workspace_id, connection_id), []).append(call)
        for (workspace_id, connection_id), calls in by_connection.items():
            try:
                async with workspace_scope(self._platform, workspace_id, Principal.work("call log")) as scope:
                    await _store(scope, connection_id, calls[-self._keep :], keep=self._keep)
            except SQLAlchemyError as error:  # such as a connection that was removed meanwhile
                log.warning("call_log.lost", calls=len(calls), error=str(error))


class ConnectionRecorder:
    """The `Recorder` of one connection."""

    def __init__(self, calls: CallLog, workspace_id: WorkspaceId, connection_id: UUID) -> None:
        self._calls = calls
        self._workspace_id = workspace_id
        self._connection_id = connection_id

    def record(self, call: CallRecord) -> None:
        self._calls.put(self._workspace_id, self._connection_id, call)


_ADD: Final = """
    INSERT INTO connection_calls (workspace_id, connection_id, at, record)
    SELECT %(workspace_id)s, %(connection_id)s, (call.value->>'at')::timestamptz, call.value
    FROM jsonb_array_elements(%(calls)s::jsonb) WITH ORDINALITY call
    ORDER BY call.ordinality
    """
_FORGET: Final = """
    DELETE FROM connection_calls
    WHERE workspace_id = %(workspace_id)s AND connection_id = %(connection_id)s AND id < (
        SELECT id FROM connection_calls
        WHERE workspace_id = %(workspace_id)s AND connection_id = %(connection_id)s
        ORDER BY id DESC OFFSET %(beyond)s LIMIT 1
    )
    """


async def _store(
    scope: WorkspaceScope, connection_id: UUID, calls: Sequence[CallRecord], *, keep: int
) -> None:
    its: dict[str, Any] = {"workspace_id": scope.workspace_id, "connection_id": connection_id}
    await run(scope.session, _ADD, its | {"calls": _storable(calls)})
    await run(scope.session, _FORGET, its | {"beyond": keep - 1})


def _storable(calls: Sequence[CallRecord]) -> str:
    """As jsonb takes it: it holds no NUL, and an answer may hold anything."""
    return NUL.sub(rb"\1", msgspec.json.encode(calls)).decode()
