"""Taking in what was stored, once each, in the transaction that does its work.

A message that fails is tried again with growing pauses and given up after a day with its error kept; it never stands
in the way of the others.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import msgspec
import structlog
from sqlalchemy import ColumnElement, func, select, text

from printvision.channels.shopify import from_shopify_delivery
from printvision.orders import ask_for_look_by, take_in
from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, system_scope, workspace_scope
from printvision.providers import adapter_types, find_connection
from printvision.webhooks.models import MessageRow, Source
from printvision.webhooks.storing import body_at, storable

log = structlog.get_logger(__name__)

AT_ONCE = 8
BATCH = 100
TRIES = 35  # with pauses of 2 s, doubling to an hour: about a day
LONGEST_PAUSE_S = 3_600
_WAITING = text(
    "SELECT id, workspace_id FROM messages WHERE done_at IS NULL AND next_try_at <= now()"
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
        """Take in what waits, up to a batch; returns how many were looked at."""
        async with system_scope(self._platform, "inbox") as scope:
            waiting = (await scope.session.execute(_WAITING, {"limit": BATCH})).all()
        await asyncio.gather(*(self._one(WorkspaceId(row.workspace_id), row.id) for row in waiting))
        return len(waiting)

    async def _one(self, workspace_id: WorkspaceId, message_id: UUID) -> None:
        async with self._room:
            try:
                await self._take_in(workspace_id, message_id)
            except Exception as error:
                log.exception("inbox.message_failed", message_id=str(message_id))
                try:
                    await self._failed(workspace_id, message_id, error)
                except Exception:  # it is still waiting, and found again
                    log.exception("inbox.failure_not_noted", message_id=str(message_id))

    async def _take_in(self, workspace_id: WorkspaceId, message_id: UUID) -> None:
        async with workspace_scope(self._platform, workspace_id, _principal(message_id)) as scope:
            message = await _claim(scope, message_id, MessageRow.next_try_at <= func.now())
            if message is not None:
                message.outcome = await _take(scope, message)
                message.done_at = clock.now()

    async def _failed(self, workspace_id: WorkspaceId, message_id: UUID, error: Exception) -> None:
        async with workspace_scope(self._platform, workspace_id, _principal(message_id)) as scope:
            message = await _claim(scope, message_id)
            if message is None:
                return
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


def _principal(message_id: UUID) -> Principal:
    return Principal.work(f"message:{message_id}")


async def _claim(
    scope: WorkspaceScope, message_id: UUID, *conditions: ColumnElement[bool]
) -> MessageRow | None:
    """The message, ours until the transaction ends; None where another process has it, or it is done or not due."""
    query = (
        select(MessageRow)
        .where(
            MessageRow.workspace_id == scope.workspace_id,
            MessageRow.id == message_id,
            MessageRow.done_at.is_(None),
            *conditions,
        )
        .with_for_update(skip_locked=True)
    )
    return (await scope.session.execute(query)).scalar_one_or_none()


async def _take(scope: WorkspaceScope, message: MessageRow) -> str:
    """Do what a message asks for; returns what became of it, in a word."""
    body = scope.platform.keyring.open(message.body, body_at(message.workspace_id, message.id))
    if message.source == Source.SHOP:
        return await _take_order(scope, message, body)
    return await _take_hints(scope, message, body)


async def _take_order(scope: WorkspaceScope, message: MessageRow, body: bytes) -> str:
    order = from_shopify_delivery(message.topic, body)
    if order is None:
        return "unused"
    taken = await take_in(scope, message.source_id, order)
    return "created" if taken.created else "changed" if taken.changed else "known"


async def _take_hints(scope: WorkspaceScope, message: MessageRow, body: bytes) -> str:
    connection = await find_connection(scope, message.source_id)
    if connection is None:
        return "unused"
    events = adapter_types()[connection.provider].read_webhook(body)
    asked = [
        await ask_for_look_by(
            scope, connection.id, provider_ref=event.ref, provider_order_id=event.provider_order_id
        )
        for event in events
        if event.known
    ]
    return "looked" if any(asked) else "unused"
