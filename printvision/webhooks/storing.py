"""The rows of what was received: one for each message, however often it is delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from printvision.platform import clock
from printvision.platform.events import wake_after_commit
from printvision.platform.ids import new_id
from printvision.platform.scope import SystemScope
from printvision.platform.sealed import SealedAt
from printvision.webhooks.models import Source

# Arrays keep it one statement whatever their length, prepared once; bytes travel as they are (`%b`).
_STORE: Final = """
INSERT INTO messages (
    id, workspace_id, source, source_id, topic, dedupe_key, signed, headers, body, received_at, next_try_at,
    deliveries, tries
)
SELECT
    id, workspace_id, source, source_id, topic, dedupe_key, signed, headers::jsonb, body, %(at)s, now(),
    deliveries, 0
FROM unnest(
    %(id)s::uuid[], %(workspace_id)s::uuid[], %(source)s::text[], %(source_id)s::uuid[], %(topic)s::text[],
    %(dedupe_key)s::text[], %(signed)s::bool[], %(headers)s::text[], %(body)b::bytea[], %(deliveries)s::int[]
) AS given (id, workspace_id, source, source_id, topic, dedupe_key, signed, headers, body, deliveries)
ON CONFLICT (source_id, dedupe_key) DO UPDATE SET deliveries = messages.deliveries + excluded.deliveries
RETURNING id, source_id, dedupe_key
"""


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
    ids = [new_id() for _ in messages]
    copies: dict[tuple[UUID, str], list[int]] = defaultdict(list)
    for place, message in enumerate(messages):
        copies[message.key].append(place)
    # in one order in every process, so that no two of them wait for each other's rows
    rows = [
        _row(scope, messages[places[0]], ids[places[0]], deliveries=len(places))
        for _, places in sorted(copies.items())
    ]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    connection = await scope.session.connection()
    stored = await connection.exec_driver_sql(_STORE, {**columns, "at": clock.now()})
    known = {(row.source_id, row.dedupe_key): row.id for row in stored}
    wake_after_commit(scope)
    return [
        Receipt(known[message.key], again=known[message.key] != message_id)
        for message, message_id in zip(messages, ids, strict=True)
    ]


def _row(scope: SystemScope, message: Message, message_id: UUID, *, deliveries: int) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(message),
        "id": message_id,
        "headers": msgspec.json.encode(message.headers).decode(),
        "body": scope.platform.keyring.seal(message.body, body_at(message.workspace_id, message_id)),
        "deliveries": deliveries,
    }


def body_at(workspace_id: UUID, message_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "messages", "body", message_id)


def storable(words: str) -> str:
    """Words from outside as a text column takes them: it holds no NUL."""
    return words.replace("\x00", "")
