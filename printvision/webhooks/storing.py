"""The rows of what was received: one for each message, however often it is delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from printvision.platform import clock
from printvision.platform.events import wake_after_commit
from printvision.platform.ids import new_id
from printvision.platform.scope import SystemScope
from printvision.platform.sealed import SealedAt
from printvision.webhooks.models import MessageRow, Source

_NEW = insert(MessageRow)
_STORE: Final = (
    _NEW.values(next_try_at=func.now(), tries=0)
    .on_conflict_do_update(
        index_elements=["source_id", "dedupe_key"],
        set_={"deliveries": MessageRow.deliveries + _NEW.excluded.deliveries},
    )
    .returning(MessageRow.id, MessageRow.source_id, MessageRow.dedupe_key)
)


class Receipt(msgspec.Struct, frozen=True):
    """What the sender is told: that it is stored, and whether it was before."""

    message_id: UUID
    again: bool


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that may be stored. Two of one `source_id` and `dedupe_key` are the same message."""

    workspace_id: UUID
    source: Source
    source_id: UUID
    topic: str
    dedupe_key: str
    signed: bool
    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> tuple[UUID, str]:
        return self.source_id, self.dedupe_key


async def store(scope: SystemScope, messages: Sequence[Message]) -> list[Receipt]:
    """Store messages, or count deliveries of known ones, in one statement; a receipt for each, in their order."""
    if not messages:
        return []
    rows: dict[tuple[UUID, str], dict[str, Any]] = {}
    for message in messages:
        if message.key in rows:
            rows[message.key]["deliveries"] += 1
        else:
            rows[message.key] = _row(scope, message)
    # in one order in every process, so that no two of them wait for each other's rows
    stored = await scope.session.execute(_STORE, [rows[key] for key in sorted(rows)])
    ids = {(row.source_id, row.dedupe_key): row.id for row in stored}
    wake_after_commit(scope)
    return [_receipt(message, ids[message.key], rows) for message in messages]


def _receipt(message: Message, stored_id: UUID, rows: dict[tuple[UUID, str], dict[str, Any]]) -> Receipt:
    """New to us is the first delivery of a row that is ours."""
    first = rows[message.key].pop("id", None)
    return Receipt(stored_id, again=stored_id != first)


def _row(scope: SystemScope, message: Message) -> dict[str, Any]:
    message_id = new_id()
    return {
        **msgspec.structs.asdict(message),
        "id": message_id,
        "body": scope.platform.keyring.seal(message.body, body_at(message.workspace_id, message_id)),
        "received_at": clock.now(),
        "deliveries": 1,
    }


def body_at(workspace_id: UUID, message_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "messages", "body", message_id)


def storable(words: str) -> str:
    """Words from outside as a text column takes them: it holds no NUL."""
    return words.replace("\x00", "")
