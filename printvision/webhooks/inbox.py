"""Taking in what was stored, once each, in the transaction that does its work.

A message that fails is tried again with growing pauses and given up after a day with its error kept; it never stands
in the way of the others.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import ColumnElement, func, select, text

from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, system_scope, workspace_scope
from printvision.webhooks.models import MessageRow, Source
from printvision.webhooks.storing import storable
from printvision.webhooks.taking import take

log = structlog.get_logger(__name__)

AT_ONCE = 8
BATCH = 100
TRIES = 35  # with pauses of 2 s, doubling to an hour: about a day
LONGEST_PAUSE_S = 3_600
_WAITING = text(
    "SELECT id, workspace_id, source FROM messages WHERE done_at IS NULL AND next_try_at <= now()"
    " ORDER BY next_try_at, id LIMIT :limit"
)


class Inbox:
    """Drains the stored messages in one process; several processes share the work row by row."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Drain after every wake-up and every second, for ever."""
        async for _ in self._platform.relay.ticks():
            try:
                while await self.drain() == BATCH:
                    pass
            except Exception:
                log.exception("inbox.failed")

    async def drain(self) -> int:
        """Take in what waits, up to a batch; returns how many were looked at.

        What providers tell a workspace is taken in together, for much of it is about the same orders.
        """
        async with system_scope(self._platform, "inbox") as scope:
            waiting = (await scope.session.execute(_WAITING, {"limit": BATCH})).all()
        hints: dict[WorkspaceId, list[UUID]] = defaultdict(list)
        for row in waiting:
            if row.source == Source.PROVIDER:
                hints[WorkspaceId(row.workspace_id)].append(row.id)
        orders = ((WorkspaceId(row.workspace_id), [row.id]) for row in waiting if row.source == Source.SHOP)
        await asyncio.gather(*(self._some(*each) for each in (*hints.items(), *orders)))
        return len(waiting)

    async def _some(self, workspace_id: WorkspaceId, ids: Sequence[UUID]) -> None:
        """Messages that are taken in together; where that fails, each is by itself, and the one at fault noted."""
        try:
            async with self._room:
                await self._take_in(workspace_id, ids)
        except Exception as error:
            if len(ids) > 1:
                log.warning("inbox.taken_one_by_one", messages=len(ids), exc_info=error)
                await asyncio.gather(*(self._some(workspace_id, [message_id]) for message_id in ids))
                return
            log.exception("inbox.message_failed", message_id=str(ids[0]))
            try:
                await self._failed(workspace_id, ids[0], error)
            except Exception:  # it is still waiting, and found again
                log.exception("inbox.failure_not_noted", message_id=str(ids[0]))

    async def _take_in(self, workspace_id: WorkspaceId, ids: Sequence[UUID]) -> None:
        async with workspace_scope(self._platform, workspace_id, _principal(ids)) as scope:
            messages = await _claim(scope, ids, MessageRow.next_try_at <= func.now())
            for message, outcome in zip(messages, await take(scope, messages), strict=True):
                message.outcome = outcome
                message.done_at = clock.now()

    async def _failed(self, workspace_id: WorkspaceId, message_id: UUID, error: Exception) -> None:
        async with workspace_scope(self._platform, workspace_id, _principal([message_id])) as scope:
            for message in await _claim(scope, [message_id]):
                message.tries += 1
                message.error = storable(_told(error))[:1_000]
                pause = timedelta(seconds=min(LONGEST_PAUSE_S, 2 ** min(message.tries, 20)))
                message.next_try_at = func.now() + pause
                # what cannot be read today cannot be read tomorrow; what failed on our side may mend
                if message.tries >= TRIES or (isinstance(error, PrintVisionError) and error.status < 500):
                    message.done_at = clock.now()
                    message.outcome = "failed"


def _told(error: Exception) -> str:
    """What a person is told; of errors that are not ours only the name, for their words may hold anything."""
    if not isinstance(error, PrintVisionError):
        return type(error).__name__
    fields = msgspec.json.encode(error.fields, enc_hook=str).decode() if error.fields else ""
    return f"{error.code}: {error} {fields}".rstrip()


def _principal(ids: Sequence[UUID]) -> Principal:
    return Principal.work(f"message:{ids[0]}" if len(ids) == 1 else "inbox")


async def _claim(
    scope: WorkspaceScope, ids: Sequence[UUID], *conditions: ColumnElement[bool]
) -> Sequence[MessageRow]:
    """The messages, ours until the transaction ends, without those that another process has or that are not due."""
    query = (
        select(MessageRow)
        .where(
            MessageRow.workspace_id == scope.workspace_id,
            MessageRow.id.in_(ids),
            MessageRow.done_at.is_(None),
            *conditions,
        )
        .order_by(MessageRow.id)
        .with_for_update(skip_locked=True)
    )
    return (await scope.session.execute(query)).scalars().all()
