"""The rows of what was received: one for each message, however often it is delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.events import wake_after_commit
from printvision.platform.ids import new_id
from printvision.platform.scope import SystemScope
from printvision.platform.sealed import SealedAt
from printvision.webhooks.models import Source

# One statement whatever their number, prepared once; bodies travel as they are (`%b`).
_STORE: Final = """
INSERT INTO messages (
    id, workspace_id, source, source_id, topic, dedupe_key, signed, headers, deliveries, body, received_at,
    next_try_at, tries
)
SELECT given.*, %(at)s, now(), 0
FROM ROWS FROM (
    jsonb_to_recordset(%(facts)s::jsonb) AS (
        id uuid, workspace_id uuid, source text, source_id uuid, topic text, dedupe_key text, signed bool,
        headers jsonb, deliveries int
    ),
    unnest(%(bodies)b::bytea[])
) AS given
ON CONFLICT (source_id, dedupe_key) DO UPDATE SET deliveries = messages.deliveries + excluded.deliveries
RETURNING source_id, dedupe_key, id
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
    facts: list[dict[str, Any]] = []
    bodies: list[bytes] = []
    for _, places in sorted(copies.items()):
        message, message_id = messages[places[0]], ids[places[0]]
        facts.append(_facts(message, message_id, deliveries=len(places)))
        bodies.append(scope.platform.keyring.seal(message.body, body_at(message.workspace_id, message_id)))
    values = {"at": clock.now(), "facts": msgspec.json.encode(facts).decode(), "bodies": bodies}
    known = {(source_id, key): row_id for source_id, key, row_id in await run(scope.session, _STORE, values)}
    wake_after_commit(scope)
    return [
        Receipt(known[message.key], again=known[message.key] != message_id)
        for message, message_id in zip(messages, ids, strict=True)
    ]


def _facts(message: Message, message_id: UUID, *, deliveries: int) -> dict[str, Any]:
    return {
        "id": message_id,
        "workspace_id": message.workspace_id,
        "source": message.source,
        "source_id": message.source_id,
        "topic": message.topic,
        "dedupe_key": message.dedupe_key,
        "signed": message.signed,
        "headers": message.headers,
        "deliveries": deliveries,
    }


def body_at(workspace_id: UUID, message_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "messages", "body", message_id)


def storable(words: str) -> str:
    """Words from outside as a text column takes them: it holds no NUL."""
    return words.replace("\x00", "")
