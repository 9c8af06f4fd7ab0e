"""Whether keys of a while ago still open anything: for what stays open longer than a call."""

from __future__ import annotations

from collections.abc import Collection, Set
from typing import Final
from uuid import UUID

from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.scope import SystemScope

_FIND_DEAD: Final = """
SELECT asked.id FROM unnest(%(ids)s::uuid[]) AS asked (id)
WHERE NOT EXISTS (
  SELECT FROM api_keys k
  WHERE k.id = asked.id AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
)
"""


async def find_dead_keys(scope: SystemScope, key_ids: Collection[UUID]) -> Set[UUID]:
    """Which of these keys are revoked, expired or gone with their workspace; one statement, however many."""
    rows = await run(scope.session, _FIND_DEAD, {"ids": list(key_ids), "now": clock.now()})
    return {row[0] for row in rows}
