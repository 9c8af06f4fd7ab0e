"""What a call's outcome does to its delivery and its endpoint: the pauses, the rest, the end.

The pauses between tries are those that Standard Webhooks suggests, a little over a day in all. They belong to a
delivery. An endpoint that fails several times in a row is left alone as a whole, for half a minute and then longer; one
call at a time then tries whether it is back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import func, select

from printvision.hooks.calling import Outcome
from printvision.hooks.claiming import Claim
from printvision.hooks.events import EndpointDisabled
from printvision.hooks.models import DeliveryRow, DeliveryState, EndpointRow, EndpointState
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


async def record(scope: WorkspaceScope, claim: Claim, outcome: Outcome) -> None:
    """Write down what came of a claim's call. A late failure, after another has claimed it anew, changes nothing."""
    if outcome.delivered:
        values = {
            "id": claim.id,
            "endpoint_id": claim.endpoint_id,
            "workspace_id": scope.workspace_id,
            "status": outcome.status,
            "answer": outcome.answer,
        }
        await run(scope.session, _DELIVERED, values)
        await run(scope.session, _WELL, values)
        return
    endpoint = await scope.session.scalar(
        select(EndpointRow)
        .where(EndpointRow.workspace_id == scope.workspace_id, EndpointRow.id == claim.endpoint_id)
        .with_for_update(key_share=True)
    )
    delivery = await scope.session.scalar(
        select(DeliveryRow)
        .where(
            DeliveryRow.workspace_id == scope.workspace_id,
            DeliveryRow.id == claim.id,
            DeliveryRow.state == DeliveryState.WAITING,
            DeliveryRow.tries == claim.tries,
        )
        .with_for_update()
    )
    if endpoint is None or delivery is None:
        return
    _note_failure(delivery, outcome)
    _tire(scope, endpoint, outcome)


def _note_failure(delivery: DeliveryRow, outcome: Outcome) -> None:
    delivery.leased_until = None
    delivery.last_status, delivery.last_answer, delivery.last_error = (
        outcome.status,
        outcome.answer,
        outcome.error,
    )
    if delivery.tries >= TRIES:
        delivery.state = DeliveryState.FAILED
        delivery.done_at = clock.now()
    else:
        delivery.next_try_at = func.now() + PAUSES[delivery.tries - 1]


def _tire(scope: WorkspaceScope, endpoint: EndpointRow, outcome: Outcome) -> None:
    now = clock.now()
    endpoint.failures += 1
    endpoint.last_failure = outcome.failure
    failing_since = endpoint.failing_since = endpoint.failing_since or now
    if rest := rest_of(endpoint.failures, outcome.retry_after):
        endpoint.rest_until = now + rest
    if outcome.gone:
        _disable(scope, endpoint, "gone", "It answered 410: nothing more is to be sent to it.")
    elif _is_hopeless(scope, failing_since, now):
        _disable(
            scope,
            endpoint,
            "failing",
            f"Every call failed since {failing_since:%Y-%m-%d %H:%M} UTC.",
        )


def rest_of(failures: int, asked: timedelta) -> timedelta:
    """How long an endpoint is left alone after so many failures in a row, or as long as it asked if that is longer."""
    if failures < REST_AFTER:
        return asked
    return max(asked, min(FIRST_REST * 2 ** min(failures - REST_AFTER, 10), LONGEST_REST))


def _is_hopeless(scope: WorkspaceScope, failing_since: datetime, now: datetime) -> bool:
    return now - failing_since >= timedelta(seconds=scope.platform.settings.hooks.disable_after_s)


def _disable(scope: WorkspaceScope, endpoint: EndpointRow, reason: str, detail: str) -> None:
    if endpoint.state == EndpointState.ACTIVE:
        endpoint.state = EndpointState.DISABLED
        endpoint.state_detail = detail
        log.warning("hooks.endpoint_disabled", endpoint_id=str(endpoint.id), reason=reason)
        publish(scope, EndpointDisabled(subject_id=endpoint.id, reason=reason))
