"""What a call's outcome does to its delivery and its endpoint: the pauses, the rest, the end.

The pauses between tries are those that Standard Webhooks suggests, a little over a day in all. They belong to a
delivery. An endpoint that fails several times in a row is left alone as a whole, for half a minute and then longer; one
call at a time then tries whether it is back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import structlog

from printvision.hooks.calling import Outcome
from printvision.hooks.claiming import Claim
from printvision.hooks.events import EndpointDisabled
from printvision.hooks.models import EndpointState
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope

log = structlog.get_logger(__name__)

PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
)
TRIES: Final = len(PAUSES) + 1
REST_AFTER: Final = 5
FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=15)

_DELIVERED: Final = """
UPDATE hook_deliveries SET state = 'delivered', done_at = now(), leased_until = NULL,
    last_status = %(status)s, last_answer = %(answer)s, last_error = NULL
WHERE id = %(id)s AND workspace_id = %(workspace_id)s AND state = 'waiting'
"""
_WELL: Final = """
UPDATE hook_endpoints SET failures = 0, failing_since = NULL, last_failure = NULL, rest_until = NULL
WHERE id = %(endpoint_id)s AND workspace_id = %(workspace_id)s AND (failures > 0 OR rest_until IS NOT NULL)
"""

_ENDPOINT: Final = """
SELECT state, failures, failing_since FROM hook_endpoints
WHERE id = %(endpoint_id)s AND workspace_id = %(workspace_id)s FOR NO KEY UPDATE
"""
_FAILED: Final = """
WITH noted AS (
    UPDATE hook_deliveries SET leased_until = NULL,
        last_status = %(status)s, last_answer = %(answer)s, last_error = %(error)s,
        state = CASE WHEN %(pause)s::interval IS NULL THEN 'failed' ELSE state END,
        done_at = CASE WHEN %(pause)s::interval IS NULL THEN now() END,
        next_try_at = coalesce(now() + %(pause)s::interval, next_try_at)
    WHERE id = %(id)s AND workspace_id = %(workspace_id)s AND state = 'waiting' AND tries = %(tries)s
    RETURNING endpoint_id
)
UPDATE hook_endpoints e SET
    failures = %(failures)s, failing_since = %(failing_since)s, last_failure = %(failure)s,
    rest_until = coalesce(%(rest_until)s, e.rest_until),
    state = coalesce(%(state)s, e.state), state_detail = coalesce(%(detail)s, e.state_detail)
FROM noted WHERE e.id = noted.endpoint_id
RETURNING e.id
"""


async def record(scope: WorkspaceScope, claim: Claim, outcome: Outcome) -> None:
    """Write down what came of a claim's call. A late failure, after another has claimed it anew, changes nothing."""
    values: dict[str, Any] = {
        "id": claim.id,
        "endpoint_id": claim.endpoint_id,
        "workspace_id": scope.workspace_id,
        "status": outcome.status,
        "answer": outcome.answer,
    }
    if outcome.delivered:
        await run(scope.session, _DELIVERED, values)
        await run(scope.session, _WELL, values)
        return
    # the endpoint is locked before the delivery, as where it is deleted
    for state, failures, failing_since in await run(scope.session, _ENDPOINT, values):
        now = clock.now()
        since = failing_since or now
        end = _end_of(scope, outcome, since, now) if state == EndpointState.ACTIVE else None
        rest = rest_of(failures + 1, outcome.retry_after)
        values |= {
            "tries": claim.tries,
            "error": outcome.error,
            "pause": PAUSES[claim.tries - 1] if claim.tries < TRIES else None,
            "failures": failures + 1,
            "failing_since": since,
            "failure": outcome.failure,
            "rest_until": now + rest if rest else None,
            "state": EndpointState.DISABLED.value if end else None,
            "detail": end.detail if end else None,
        }
        if await run(scope.session, _FAILED, values) and end:
            log.warning("hooks.endpoint_disabled", endpoint_id=str(claim.endpoint_id), reason=end.reason)
            publish(scope, EndpointDisabled(subject_id=claim.endpoint_id, reason=end.reason))


def rest_of(failures: int, asked: timedelta) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row, or as long as it asked if that is longer."""
    if failures < REST_AFTER:
        return asked
    return max(asked, min(FIRST_REST * 2 ** min(failures - REST_AFTER, 10), LONGEST_REST))


class _End(NamedTuple):
    """Why nothing more is sent to an endpoint: for machines, and in words."""

    reason: str
    detail: str


def _end_of(scope: WorkspaceScope, outcome: Outcome, failing_since: datetime, now: datetime) -> _End | None:
    if outcome.gone:
        return _End("gone", "It answered 410: nothing more is to be sent to it.")
    if now - failing_since >= timedelta(seconds=scope.platform.settings.hooks.disable_after_s):
        return _End("failing", f"Every call failed since {failing_since:%Y-%m-%d %H:%M} UTC.")
    return None
