"""What becomes of a fulfilment when a call about it fails."""

from __future__ import annotations

from datetime import timedelta

import structlog

from printvision.orders import events, moves
from printvision.orders.following import settle
from printvision.orders.models import SubmissionRow
from printvision.orders.rerouting import AVOID_FOR, fail_over
from printvision.orders.rulebook import get_rules
from printvision.orders.rules import Fallback
from printvision.orders.states import HoldReason, SubmissionState
from printvision.orders.steps import (
    Next,
    come_back,
    sentence,
    take_failure,
)
from printvision.orders.submissions import Turn, still_mine
from printvision.orders.whole import Whole
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import pause_connection
from printvision.providers.sdk import (
    ProviderConflict,
    ProviderError,
    ProviderNeedsAttention,
    ProviderOutcomeUnknown,
    ProviderRejected,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
)

log = structlog.get_logger(__name__)

TRIES_BEFORE_A_PERSON = 3  # some seven seconds, beside those that each try takes by itself
_LEAVES_DOUBT = (ProviderOutcomeUnknown, ProviderUnintelligible, ProviderConflict)


async def call_failed(
    scope: WorkspaceScope, whole: Whole, *, run: Run, turn: Turn, error: ProviderError, call: str
) -> Next:
    """Write down a failed call and do what its kind asks for: come back, give the part to another, or hold."""
    order = whole.order
    if isinstance(error, ProviderNeedsAttention):
        await pause_connection(scope, turn.connection_id, error.detail or error.title)
    row = still_mine(whole, turn)
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
    if _another_may_have_it(row, error, call) and await _fail_over(scope, whole, turn, error):
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


async def _fail_over(scope: WorkspaceScope, whole: Whole, turn: Turn, error: ProviderError) -> bool:
    if whole.order.held_at is not None:
        return False
    for_a_while = AVOID_FOR if isinstance(error, ProviderUnavailable) else None
    fulfilment = whole.fulfilment(turn.fulfilment_id)
    return await fail_over(scope, whole, fulfilment, sentence(error), lasting=for_a_while)
