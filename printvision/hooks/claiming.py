"""Which deliveries are called next: fair between endpoints, within each one's bounds, over all processes.

The endpoint that was served longest ago comes first. Its row is locked while its deliveries are claimed, so its bounds,
calls at once and calls a minute, hold exactly, however many workers there are; who finds it locked takes another. A
claim is a lease: where nothing is heard of the call by its end, the delivery is due again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from printvision.platform.db import run
from printvision.platform.ids import WorkspaceId
from printvision.platform.scope import SystemScope

EACH_AT_ONCE: Final = 4
BURST: Final = timedelta(seconds=5)
"""So much of a minute's calls may go at once after a silence, and one at least."""


class Claim(msgspec.Struct, frozen=True):
    """A delivery that this process is to call; `tries` tells this claim from a later one."""

    id: UUID
    workspace_id: WorkspaceId
    endpoint_id: UUID
    tries: int
    body: str
    url: str
    secrets: bytes


# An endpoint whose last call failed gets one call at a time.
_CANDIDATES: Final = """
SELECT e.id FROM hook_endpoints e
CROSS JOIN LATERAL (
    SELECT FROM hook_deliveries d
    WHERE d.endpoint_id = e.id AND d.state = 'waiting' AND d.next_try_at <= now() LIMIT 1
) due
CROSS JOIN LATERAL (
    SELECT count(*) FROM hook_deliveries d WHERE d.endpoint_id = e.id AND d.leased_until > now()
) called
WHERE e.state = 'active' AND (e.failures > 0) = %(failing)s AND (e.rest_until IS NULL OR e.rest_until <= now())
  AND called.count < %(each)s
  AND greatest(e.full_at, now()) + interval '1 minute' / e.calls_a_minute
      <= now() + greatest(%(burst)s, interval '1 minute' / e.calls_a_minute)
ORDER BY e.served_at, e.id LIMIT %(limit)s FOR NO KEY UPDATE OF e SKIP LOCKED
"""
# The rooms are counted anew: the locks may have come after others' claims. A thousandth call forgives a rounding.
_CLAIM: Final = """
WITH room AS (
    SELECT e.id, least(
        %(share)s,
        %(each)s - (SELECT count(*) FROM hook_deliveries d WHERE d.endpoint_id = e.id AND d.leased_until > now()),
        floor(extract(epoch FROM
            now() + greatest(%(burst)s, interval '1 minute' / e.calls_a_minute) - greatest(e.full_at, now())
        ) * e.calls_a_minute / 60 + 0.001)::bigint
    ) AS calls
    FROM hook_endpoints e WHERE e.id = ANY(%(ids)s)
),
chosen AS (
    SELECT d.id FROM room CROSS JOIN LATERAL (
        SELECT d.id FROM hook_deliveries d
        WHERE d.endpoint_id = room.id AND d.state = 'waiting' AND d.next_try_at <= now()
        ORDER BY d.next_try_at LIMIT greatest(room.calls, 0) FOR UPDATE SKIP LOCKED
    ) d
),
claimed AS (
    UPDATE hook_deliveries d
    SET tries = d.tries + 1, tried_at = now(), leased_until = now() + %(lease)s, next_try_at = now() + %(lease)s
    FROM chosen WHERE d.id = chosen.id
    RETURNING d.id, d.workspace_id, d.endpoint_id, d.tries, d.body
),
served AS (
    UPDATE hook_endpoints e SET
        served_at = now(),
        full_at = greatest(e.full_at, now()) + interval '1 minute' / e.calls_a_minute * counted.calls
    FROM (SELECT endpoint_id, count(*) AS calls FROM claimed GROUP BY endpoint_id) counted
    WHERE e.id = counted.endpoint_id
)
SELECT c.id, c.workspace_id, c.endpoint_id, c.tries, c.body, e.url, e.secrets
FROM claimed c JOIN hook_endpoints e ON e.id = c.endpoint_id
"""


async def claim(scope: SystemScope, *, most: int, failing: bool, lease: timedelta) -> list[Claim]:
    """Claim deliveries that are due.

    Args:
        most: claims, 1 or more.
        failing: of endpoints whose last call failed, or of the others.
        lease: longer than a call can last.
    """
    values: dict[str, Any] = {
        "failing": failing,
        "burst": BURST,
        "limit": most,
        "each": 1 if failing else EACH_AT_ONCE,
    }
    ids = [row[0] for row in await run(scope.session, _CANDIDATES, values)]
    if not ids:
        return []
    share = max(1, most // len(ids))
    rows = await run(scope.session, _CLAIM, {**values, "ids": ids, "share": share, "lease": lease})
    return [Claim(*row) for row in rows]
