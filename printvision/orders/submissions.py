"""The tries to give a fulfilment to its provider: their references, and whose turn it is.

The reference is derived from the order itself and stored before the first call, so every retry, recovery and restore
says the same words. Each call to the outside is preceded by an owner check: whoever is about to call takes the next
attempt and commits it; a process that was stalled meanwhile finds its attempt gone and stops. What a call brought is
written only by the holder of the attempt.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, field
from uuid import UUID

from printvision.orders import moves
from printvision.orders.models import FulfilmentRow, SubmissionRow
from printvision.orders.states import Stage, SubmissionState
from printvision.orders.whole import Whole
from printvision.platform import clock
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import ReadyAdapter
from printvision.providers.sdk import Ending


def reference(
    key: bytes, *, workspace_id: UUID, shop_id: UUID, external_id: str, ordinal: int, generation: int
) -> str:
    """The submission's 32 hex digits: equal for the same part of the same order, unguessable without the key."""
    words = "\x1f".join((str(workspace_id), str(shop_id), external_id, str(ordinal), str(generation)))
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()[:32]


def plan_submission(scope: WorkspaceScope, whole: Whole, fulfilment: FulfilmentRow) -> None:
    """Store the reference under which the fulfilment will be given to its provider."""
    row = SubmissionRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        fulfilment_id=fulfilment.id,
        connection_id=fulfilment.connection_id,
        generation=fulfilment.generation,
        provider_ref=reference(
            scope.platform.keyring.derive("submission-ref"),
            workspace_id=scope.workspace_id,
            shop_id=whole.order.shop_id,
            external_id=whole.order.external_id,
            ordinal=fulfilment.ordinal,
            generation=fulfilment.generation,
        ),
        state=SubmissionState.PLANNED,
        attempt=0,
        in_doubt=False,
        unknown_outcomes=0,
        unknown_resolved=0,
        refusals=0,
        created_at=clock.now(),
    )
    scope.session.add(row)
    whole.submissions[fulfilment.id] = row


def plan_resend(scope: WorkspaceScope, whole: Whole) -> None:
    """Plan another try for every fulfilment that is proved cancelled at its provider: a new generation each."""
    for fulfilment in whole.live:
        if fulfilment.ending != Ending.CANCELLED:
            continue
        whole.submissions[fulfilment.id].state = SubmissionState.CANCELLED
        fulfilment.generation += 1
        fulfilment.progress = fulfilment.ending = fulfilment.status_word = fulfilment.look_at = None
        fulfilment.hold = fulfilment.as_of = fulfilment.read_at = None
        fulfilment.cost_minor = fulfilment.cost_currency = None
        plan_submission(scope, whole, fulfilment)
    # pieces that another gave up meanwhile have no route yet
    moves.advance(scope, whole.order, Stage.CHECKED if whole.pieces_left() else Stage.ROUTED)


@dataclass(frozen=True)
class Turn:
    """The right to call a provider about one submission, taken just before the call."""

    submission_id: UUID
    fulfilment_id: UUID
    connection_id: UUID
    attempt: int
    state: SubmissionState
    provider_ref: str
    provider_order_id: str | None
    read_first: bool
    in_doubt_before: bool
    ready: ReadyAdapter = field(repr=False)


def take_turn(run: Run, whole: Whole, fulfilment: FulfilmentRow, ready: ReadyAdapter) -> Turn:
    """Take the next attempt; it holds from the commit of this transaction until somebody takes another."""
    row = whole.submissions[fulfilment.id]
    row.attempt += 1
    row.owner = run.run_id
    in_doubt_before, row.in_doubt = row.in_doubt, row.in_doubt or row.provider_order_id is None
    return Turn(
        submission_id=row.id,
        fulfilment_id=fulfilment.id,
        connection_id=row.connection_id,
        attempt=row.attempt,
        state=SubmissionState(row.state),
        provider_ref=row.provider_ref,
        provider_order_id=row.provider_order_id,
        # it may have been told before, or they had not told its cost yet: what they say now decides
        read_first=row.state == SubmissionState.COMMITTING or fulfilment.cost_minor is None,
        in_doubt_before=in_doubt_before,
        ready=ready,
    )


def still_mine(whole: Whole, turn: Turn) -> SubmissionRow | None:
    """The submission, where nobody has taken another attempt since; None where this turn is over."""
    row = whole.submissions.get(turn.fulfilment_id)
    return row if row is not None and row.id == turn.submission_id and row.attempt == turn.attempt else None
