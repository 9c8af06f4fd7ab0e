"""Giving a fulfilment to its provider, at most once.

The reference is derived from the order itself and stored before the first call, so every retry, recovery and restore
says the same words. Each call to the outside is preceded by an owner check: whoever is about to call takes the next
attempt and commits it; a process that was stalled meanwhile finds its attempt gone and stops. What a call brought is
written only by the holder of the attempt.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from printvision.orders import events, lines, moves, queries
from printvision.orders.address import InvalidAddress
from printvision.orders.following import settle, take_snapshot
from printvision.orders.models import FulfilmentRow, OrderRow, SubmissionRow
from printvision.orders.printing import print_order
from printvision.orders.reading import answered, read
from printvision.orders.rerouting import AVOID_FOR, fail_over
from printvision.orders.rulebook import get_rules
from printvision.orders.rules import Fallback
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.steps import (
    Next,
    come_back,
    hold_for_address,
    locked,
    pause_if_refused,
    sentence,
    take_failure,
    wait_after,
)
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import adapter_type, find_connection, open_adapter
from printvision.providers.sdk import (
    Ending,
    OrderSnapshot,
    PrintOrder,
    Progress,
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


def reference(
    key: bytes, *, workspace_id: UUID, shop_id: UUID, external_id: str, ordinal: int, generation: int
) -> str:
    """The submission's 32 hex digits: equal for the same part of the same order, unguessable without the key."""
    words = "\x1f".join((str(workspace_id), str(shop_id), external_id, str(ordinal), str(generation)))
    return hmac.new(key, words.encode(), hashlib.sha256).hexdigest()[:32]


def plan_submission(scope: WorkspaceScope, order: OrderRow, fulfilment: FulfilmentRow) -> SubmissionRow:
    """Store the reference under which the fulfilment will be given to its provider."""
    row = SubmissionRow(
        workspace_id=scope.workspace_id,
        fulfilment_id=fulfilment.id,
        connection_id=fulfilment.connection_id,
        generation=fulfilment.generation,
        provider_ref=reference(
            scope.platform.keyring.derive("submission-ref"),
            workspace_id=scope.workspace_id,
            shop_id=order.shop_id,
            external_id=order.external_id,
            ordinal=fulfilment.ordinal,
            generation=fulfilment.generation,
        ),
        created_at=clock.now(),
    )
    scope.session.add(row)
    return row


async def plan_resend(scope: WorkspaceScope, order: OrderRow) -> None:
    """Plan another try for every fulfilment that is proved cancelled at its provider: a new generation each."""
    for fulfilment in await queries.list_live_fulfilments(scope, order.id):
        if fulfilment.ending != Ending.CANCELLED:
            continue
        before = await queries.get_submission(scope, fulfilment, for_update=True)
        before.state = SubmissionState.CANCELLED
        fulfilment.generation += 1
        fulfilment.progress = fulfilment.ending = fulfilment.status_word = fulfilment.look_at = None
        fulfilment.hold = fulfilment.as_of = fulfilment.read_at = None
        fulfilment.cost_minor = fulfilment.cost_currency = None
        plan_submission(scope, order, fulfilment)
    # pieces that another gave up meanwhile have no route yet
    left = await lines.pieces_left(scope, order.id)
    moves.advance(scope, order, Stage.CHECKED if left else Stage.ROUTED)


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


async def take_turn(scope: WorkspaceScope, run: Run, fulfilment: FulfilmentRow) -> Turn:
    """Take the next attempt; it holds from the commit of this transaction until somebody takes another."""
    row = await queries.get_submission(scope, fulfilment, for_update=True)
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
    )


async def still_mine(scope: WorkspaceScope, turn: Turn) -> SubmissionRow | None:
    """The submission, locked, where nobody has taken another attempt since; None where this turn is over."""
    fulfilment = await queries.get_fulfilment(scope, turn.fulfilment_id, for_update=True)
    row = await queries.get_submission(scope, fulfilment, for_update=True)
    return row if row.id == turn.submission_id and row.attempt == turn.attempt else None


# -- prepare ---------------------------------------------------------------------------------------------------------


async def prepare(run: Run) -> Next:
    """Put every fulfilment of the order at its provider as a draft. Repeating it makes no second draft."""
    async with run.scope() as scope:
        if await locked(scope, run.subject_id) is None:
            return Next.STOP
        fulfilments = await queries.list_live_fulfilments(scope, run.subject_id)
    return await _each(run, fulfilments, _prepare_one)


async def _each(
    run: Run, fulfilments: Sequence[FulfilmentRow], verb: Callable[[Run, UUID], Awaitable[Next]]
) -> Next:
    """Every one, though another has to wait: a provider that is away keeps no part from the others."""
    ended = [await verb(run, fulfilment.id) for fulfilment in fulfilments]
    return Next.STOP if Next.STOP in ended else Next.ON


async def _prepare_one(run: Run, fulfilment_id: UUID) -> Next:
    async with run.scope() as scope:
        order = await locked(scope, run.subject_id)
        if order is None:
            return Next.STOP
        fulfilment = await queries.get_fulfilment(scope, fulfilment_id, for_update=True)
        submission = await queries.get_submission(scope, fulfilment)
        if submission.state != SubmissionState.PLANNED or fulfilment.given_up_at:
            return Next.ON
        drafts_stay = adapter_type(fulfilment.provider).capabilities.drafts_stay
        if not drafts_stay and not await _may_commit(scope, run, order, fulfilment):
            return Next.STOP
        try:
            wanted = await print_order(scope, order, fulfilment, submission.provider_ref)
        except InvalidAddress as error:
            hold_for_address(scope, order, error)
            return Next.STOP
        turn = await take_turn(scope, run, fulfilment)
    return await _call_prepare(run, turn, wanted)


async def _call_prepare(run: Run, turn: Turn, wanted: PrintOrder) -> Next:
    try:
        async with open_adapter(run.platform, run.workspace_id, turn.connection_id) as adapter:
            snapshot = await answered(adapter.prepare(wanted))
    except ProviderError as error:
        return await _failed(run, turn, error, call="prepare")
    async with run.scope() as scope:
        order = await locked(scope, run.subject_id)
        row = await still_mine(scope, turn)
        if row is None:
            return Next.STOP
        settle(scope, run.subject_id, row, call="prepare", had_worked=True)
        row.provider_order_id = snapshot.provider_order_id
        row.in_doubt = False
        row.prepared_at = row.prepared_at or clock.now()
        row.state = SubmissionState.PREPARED
        await take_snapshot(scope, turn.fulfilment_id, snapshot)
        return Next.ON if order is not None else Next.STOP


# -- commit ----------------------------------------------------------------------------------------------------------


async def commit(run: Run) -> Next:
    """Have every prepared fulfilment printed, once the send window is over and its connection is live."""
    async with run.scope() as scope:
        if await locked(scope, run.subject_id) is None:
            return Next.STOP
        fulfilments = await queries.list_live_fulfilments(scope, run.subject_id)
    return await _each(run, fulfilments, _commit_one)


async def _commit_one(run: Run, fulfilment_id: UUID) -> Next:
    async with run.scope() as scope:
        order = await locked(scope, run.subject_id)
        if order is None:
            return Next.STOP
        fulfilment = await queries.get_fulfilment(scope, fulfilment_id, for_update=True)
        submission = await queries.get_submission(scope, fulfilment)
        if submission.state == SubmissionState.COMMITTED or fulfilment.given_up_at:
            return Next.ON
        if submission.state not in {SubmissionState.PREPARED, SubmissionState.COMMITTING}:
            return Next.STOP  # planned by another run since this one prepared what there was
        if not await _may_commit(scope, run, order, fulfilment):
            return Next.STOP
        turn = await take_turn(scope, run, fulfilment)
        # told before the call, so that whoever comes after a crash reads back first
        (await queries.get_submission(scope, fulfilment)).state = SubmissionState.COMMITTING
    try:
        snapshot, told_before = await _call_commit(run, turn)
    except ProviderError as error:
        return await _failed(run, turn, error, call="commit")
    return await _committed(run, turn, snapshot, told_before=told_before)


async def _may_commit(scope: WorkspaceScope, run: Run, order: OrderRow, fulfilment: FulfilmentRow) -> bool:
    now = clock.now()
    if order.not_before is not None and now < order.not_before:
        await come_back(scope, run, order, after=order.not_before - now)
        return False
    connection = await find_connection(scope, fulfilment.connection_id)
    if connection is None or not connection.active:
        detail = connection.state_detail if connection else "the connection is gone"
        moves.hold(scope, order, HoldReason.CONNECTION, f"The connection is paused: {detail}")
        return False
    if not connection.live:
        moves.hold(
            scope,
            order,
            HoldReason.NOT_LIVE,
            f"{connection.name} is not live: the order is a draft there. Switch it live and this order goes on.",
        )
        return False
    return True


async def _call_commit(run: Run, turn: Turn) -> tuple[OrderSnapshot, bool]:
    """Tell the provider to print, unless reading the order shows that it was told before or cannot be told yet.

    Returns:
        The order, and whether it was already accepted when it was read.
    """
    assert turn.provider_order_id is not None, "a prepared submission knows the provider's id"
    async with open_adapter(run.platform, run.workspace_id, turn.connection_id) as adapter:
        if turn.read_first:
            seen = await read(adapter.get(turn.provider_order_id))
            if seen.progress.rank >= Progress.ACCEPTED.rank or seen.ending is Ending.CANCELLED:
                return seen, True
            if not seen.cost_ready:
                return seen, False
        try:
            return await answered(adapter.commit(turn.provider_order_id)), False
        except ProviderRejected:
            seen = await read(adapter.get(turn.provider_order_id))
            if seen.ending is not Ending.CANCELLED:
                raise
            return seen, False  # somebody cancelled the draft there


async def _committed(run: Run, turn: Turn, snapshot: OrderSnapshot, *, told_before: bool) -> Next:
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        row = await still_mine(scope, turn)
        if row is None:
            return Next.STOP
        if snapshot.progress.rank < Progress.ACCEPTED.rank and snapshot.ending is None:
            # their costs are not calculated yet: it stays a draft until they are
            row.state = SubmissionState.PREPARED
            await come_back(scope, run, order, after=wait_after(row.refusals))
            row.refusals += 1
            return Next.STOP
        settle(scope, run.subject_id, row, call="commit", had_worked=told_before)
        if snapshot.ending is None:
            row.state = SubmissionState.COMMITTED
            row.committed_at = clock.now()
            row.refusals = 0
        else:
            row.state = SubmissionState.PREPARED
        await take_snapshot(scope, turn.fulfilment_id, snapshot)
        return Next.ON


# -- what went wrong -------------------------------------------------------------------------------------------------


async def _failed(run: Run, turn: Turn, error: ProviderError, *, call: str) -> Next:
    """Write down a failed call and do what its kind asks for."""
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
