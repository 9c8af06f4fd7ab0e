"""Which of the calls that are still kept were about something, by the words that name it at the provider."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec

from printvision.platform.db import run
from printvision.platform.scope import WorkspaceScope

MOST = 100
LEAST_LETTERS: Final = 6  # a shorter word is in other numbers too

_ABOUT: Final = """
SELECT call.connection_id, call.at, record->>'provider', record->>'method', record->>'template',
       (record->>'status')::integer, record->>'error', (record->>'attempt')::integer,
       (record->>'duration_ms')::double precision
FROM connection_calls call
WHERE workspace_id = %(workspace_id)s AND connection_id = ANY(%(connections)s) AND EXISTS (
    SELECT FROM unnest(%(words)s::text[]) word
    WHERE strpos(record->>'path', word) > 0 OR strpos(record->>'request', word) > 0
       OR strpos(record->>'response', word) > 0
)
ORDER BY call.id DESC LIMIT %(limit)s
"""


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """A call to a provider, without what was said in it.

    Args:
        template: the path, ids by their names.
        status: None where no answer came; `error` says why.
    """

    connection_id: UUID
    at: datetime
    provider: str
    method: str
    template: str
    status: int | None
    error: str | None
    attempt: int
    duration_ms: float


_NAMES: Final = tuple(each.name for each in msgspec.structs.fields(Called))


async def list_calls_about(
    scope: WorkspaceScope, connections: Collection[UUID], words: Collection[str]
) -> list[Called]:
    """The newest first, `MOST` at most. Only a connection's last calls are kept, so that the look through them has a
    bound.
    """
    values = {
        "workspace_id": scope.workspace_id,
        "connections": list(connections),
        "words": [word for word in words if len(word) >= LEAST_LETTERS],
        "limit": MOST,
    }
    rows = await run(scope.session, _ABOUT, values)
    return [msgspec.convert(dict(zip(_NAMES, row, strict=True)), Called) for row in rows]
