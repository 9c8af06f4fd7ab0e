"""What becomes of a fulfilment when a call about it fails."""

from __future__ import annotations

from datetime import timedelta

import structlog

from printvision.orders import events, moves, queries
from printvision.orders.following import settle
from printvision.orders.models import FulfilmentRow, OrderRow, SubmissionRow
from printvision.orders.rerouting import AVOID_FOR, fail_over
from printvision.orders.rulebook import get_rules
from printvision.orders.rules import Fallback
from printvision.orders.states import HoldReason, SubmissionState
from printvision.orders.steps import (
    Next,
    come_back,
    pause_if_refused,
    sentence,
    take_failure,
)
from printvision.orders.submissions import Turn, still_mine
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers.sdk import (
    ProviderConflict,
    ProviderError,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
)

log = structlog.get_logger(__name__)

TRIES_BEFORE_A_PERSON = 3  # some seven seconds, beside those that each try takes by itself
_LEAVES_DOUBT = (ProviderOutcomeUnknown, ProviderUnintelligible, ProviderConflict)


async def call_failed(run: Run, turn: Turn, error: ProviderError, *, call: str) -> Next:
    """Write down a failed call and do what its kind asks for: come back, give the part to another, or hold."""
    await pause_if_refused(run, turn.connection_id, error)
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        row = await still_mine(scope, turn)
        if row is None:
            log.info("submission.turn_lost", call=call, attempt=turn.attempt)
            return Next.STOP
        row.last_error = f"{error.code}: {error.detail or error.title}"[:1_000]
        row.refusals += 1
        if isinstance(error, ProviderOutcomeUnknown):
            row.unknown_outcomes += 1
            publish(scope, events.OutcomeUnknown(subject_id=order.id, call=call))
        if row.state == SubmissionState.COMMITTED:
            # a look has seen meanwhile that they took it
            settle(scope, order.id, row, call=call, had_worked=True)
            return Next.ON
        if not (error.after_unknown or isinstance(error, _LEAVES_DOUBT)):
            row.in_doubt = turn.in_doubt_before  # this call did not put it there
        if call == "commit" and isinstance(error, ProviderRejected):
            row.state = SubmissionState.PREPARED  # they said no, so nothing was told
        fulfilment = await queries.get_fulfilment(scope, turn.fulfilment_id)
        if _another_may_have_it(row, error, call) and await _fail_over(scope, order, fulfilment, error):
            await come_back(scope, run, order, after=timedelta(0))
        elif row.refusals >= TRIES_BEFORE_A_PERSON and await _wants_a_person(scope, error):
            moves.hold(scope, order, HoldReason.PROVIDER_UNAVAILABLE, sentence(error))
        else:
            await take_failure(scope, run, order, error, tries=row.refusals - 1)
    return Next.STOP


def _another_may_have_it(row: SubmissionRow, error: ProviderError, call: str) -> bool:
    """Whether the provider surely does not print it, or gives back what it refused to print."""
    if call == "commit":
        return isinstance(error, ProviderRejected)
    return not row.in_doubt and not isinstance(error, ProviderThrottled | ProviderUnintelligible)


async def _wants_a_person(scope: WorkspaceScope, error: ProviderError) -> bool:
    """Whether a provider that is away is a person's matter, by the rules. Our own rate limit never is."""
    if not isinstance(error, ProviderUnavailable) or isinstance(error, ProviderThrottled):
        return False
    return (await get_rules(scope)).fallback is Fallback.PERSON


async def _fail_over(
    scope: WorkspaceScope, order: OrderRow, fulfilment: FulfilmentRow, error: ProviderError
) -> bool:
    if order.held_at is not None:
        return False
    for_a_while = AVOID_FOR if isinstance(error, ProviderUnavailable) else None
    return await fail_over(scope, order, fulfilment, sentence(error), lasting=for_a_while)
