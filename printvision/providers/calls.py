"""The record of a connection's last calls: buffered in the process, written in batches, kept short."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, workspace_scope
from printvision.platform.telemetry import count_provider_call
from printvision.providers.models import CallRow
from printvision.providers.sdk import CallRecord

log = structlog.get_logger(__name__)

WRITE_EVERY_S = 1.0
MOST_BUFFERED = 2_000


class CallLog:
    """All recorders of a process. A call that finds the buffer full pushes out the oldest."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._waiting: deque[tuple[WorkspaceId, UUID, CallRecord]] = deque(maxlen=MOST_BUFFERED)
        self._task: asyncio.Task[None] | None = None

    def recorder(self, workspace_id: WorkspaceId, connection_id: UUID) -> ConnectionRecorder:
        return ConnectionRecorder(self, workspace_id, connection_id)

    def put(self, workspace_id: WorkspaceId, connection_id: UUID, call: CallRecord) -> None:
        count_provider_call(call.provider, call.template, call.error or "ok", call.duration_ms / 1_000)
        self._waiting.append((workspace_id, connection_id, call))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._write_soon(), name="call-log")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._write()

    async def _write_soon(self) -> None:
        while self._waiting:
            await asyncio.sleep(WRITE_EVERY_S)
            await self._write()

    async def _write(self) -> None:
        taken = [self._waiting.popleft() for _ in range(len(self._waiting))]
        by_workspace: dict[WorkspaceId, list[tuple[UUID, CallRecord]]] = {}
        for workspace_id, connection_id, call in taken:
            by_workspace.setdefault(workspace_id, []).append((connection_id, call))
        for workspace_id, calls in by_workspace.items():
            try:
                async with workspace_scope(self._platform, workspace_id, Principal.work("call log")) as scope:
                    await _store(scope, calls, keep=self._platform.settings.providers.calls_kept)
            except SQLAlchemyError as error:
                log.warning("call_log.lost", calls=len(calls), error=str(error))


class ConnectionRecorder:
    """The `Recorder` of one connection."""

    def __init__(self, calls: CallLog, workspace_id: WorkspaceId, connection_id: UUID) -> None:
        self._calls = calls
        self._workspace_id = workspace_id
        self._connection_id = connection_id

    def record(self, call: CallRecord) -> None:
        self._calls.put(self._workspace_id, self._connection_id, call)


async def _store(scope: WorkspaceScope, calls: list[tuple[UUID, CallRecord]], *, keep: int) -> None:
    await scope.session.execute(
        insert(CallRow),
        [
            {
                "workspace_id": scope.workspace_id,
                "connection_id": connection_id,
                "at": call.at,
                "record": msgspec.to_builtins(call, builtin_types=()),
            }
            for connection_id, call in calls
        ],
    )
    for connection_id in {connection_id for connection_id, _ in calls}:
        oldest_kept = (
            select(CallRow.id)
            .where(CallRow.connection_id == connection_id, CallRow.workspace_id == scope.workspace_id)
            .order_by(CallRow.id.desc())
            .offset(max(0, keep - 1))
            .limit(1)
            .scalar_subquery()
        )
        await scope.session.execute(
            delete(CallRow).where(
                CallRow.workspace_id == scope.workspace_id,
                CallRow.connection_id == connection_id,
                CallRow.id < oldest_kept,
            )
        )
