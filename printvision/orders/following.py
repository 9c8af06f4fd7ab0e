"""Taking in what a provider says about an order, until it is delivered."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import structlog

from printvision.orders import events, moves, queries
from printvision.orders.models import FulfilmentRow, OrderRow, ShipmentRow, SubmissionRow
from printvision.orders.progress import Known, merge, newer
from printvision.orders.rerouting import fail_over
from printvision.orders.standing import catch_up
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.whole import Whole
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope
from printvision.platform.sealed import SealedAt
from printvision.providers import adapter_type
from printvision.providers.sdk import Ending, OrderSnapshot, Parcel, ParcelState, Progress

log = structlog.get_logger(__name__)

THEIR_HOLDS = frozenset({HoldReason.PROVIDER_HOLD, HoldReason.PROVIDER_PAYMENT})
LONGEST_LOOK = timedelta(hours=12)
CANCELLED_THERE = "The provider cancelled the order; release it to send it anew."


async def take_snapshot(
    scope: WorkspaceScope, whole: Whole, fulfilment_id: UUID, seen: OrderSnapshot
) -> None:
    """Merge one reading of a provider's order into its fulfilment, its parcels and its order.

    A reading of an earlier try that comes late says nothing about the one that took its place, and one that is older
    than what we know (its reader stood still) tells of no trouble that was not over since; a cancel alone counts
    however late it comes.
    """
    order, fulfilment = whole.order, whole.fulfilment(fulfilment_id)
    submission = whole.submissions[fulfilment_id]
    if seen.provider_order_id != submission.provider_order_id:
        log.info("following.of_an_earlier_try", order_id=str(order.id))
        return
    shipments = {row.external_id: row for row in await queries.list_shipments(scope, [fulfilment_id])}
    known = _known(fulfilment, shipments)
    counts = newer(known, seen) or seen.ending is Ending.CANCELLED
    merged = merge(known, seen)
    _write_fulfilment(fulfilment, merged)
    if seen.raw and counts:
        at = SealedAt(scope.workspace_id, "fulfilments", "told", fulfilment_id)
        fulfilment.told = scope.platform.keyring.seal_json(seen.raw, at)
    for parcel in merged.parcels.values():
        _write_parcel(scope, order, fulfilment, shipments.get(parcel.external_id), parcel)
    for word in seen.unknown_words:
        publish(
            scope,
            events.ProviderWordUnknown(subject_id=order.id, provider=fulfilment.provider, word=word[:100]),
        )
    if submission.state == SubmissionState.COMMITTING and _was_accepted(seen):
        # a look, asked for by a webhook, was quicker than the run that is to read the unknown outcome back
        submission.state = SubmissionState.COMMITTED
        submission.committed_at = clock.now()
        settle(scope, order.id, submission, call="commit", had_worked=True)
    elif (
        submission.state == SubmissionState.PREPARED
        and _was_accepted(seen)
        and fulfilment.given_up_at is None
    ):
        _printed_unasked(scope, fulfilment, submission)
    if counts and seen.ending is Ending.FAILED and submission.state == SubmissionState.COMMITTED:
        # what bounced can be committed again once its cause is mended
        submission.state = SubmissionState.PREPARED
        if Stage(order.stage).committed and not _sent_by_hand(order):
            moves.advance(scope, order, Stage.ROUTED)
    plan_next_look(scope, fulfilment, moved=_way(merged) != _way(known))
    if fulfilment.given_up_at is None:
        catch_up(scope, whole)
        if counts:
            await _heed_trouble(scope, whole, fulfilment, seen)


def settle(
    scope: WorkspaceScope, order_id: UUID, submission: SubmissionRow, *, call: str, had_worked: bool
) -> None:
    """Note that a provider answered about a submission: whatever was unknown of it is known now."""
    if submission.unknown_outcomes > submission.unknown_resolved:
        submission.unknown_resolved = submission.unknown_outcomes
        publish(scope, events.OutcomeResolved(subject_id=order_id, call=call, had_worked=had_worked))
    submission.last_error = None
    submission.refusals = 0


def _printed_unasked(scope: WorkspaceScope, fulfilment: FulfilmentRow, submission: SubmissionRow) -> None:
    """They began a draft by themselves: it is printed, so it counts as sent, and the vendor is told."""
    submission.state = SubmissionState.COMMITTED
    submission.committed_at = clock.now()
    publish(
        scope,
        events.PrintedUnasked(subject_id=fulfilment.order_id, connection_id=fulfilment.connection_id),
    )


def _was_accepted(seen: OrderSnapshot) -> bool:
    return seen.ending is None and seen.progress.rank >= Progress.ACCEPTED.rank


def _way(known: Known) -> object:
    """What moves when an order moves; words, holds and costs may be told anew without it."""
    return (
        known.progress,
        known.ending,
        {parcel.external_id: parcel.state for parcel in known.parcels.values()},
    )


def _known(fulfilment: FulfilmentRow, shipments: dict[str, ShipmentRow]) -> Known:
    return Known(
        progress=Progress(fulfilment.progress) if fulfilment.progress else None,
        ending=Ending(fulfilment.ending) if fulfilment.ending else None,
        status_word=fulfilment.status_word,
        hold=fulfilment.hold,
        cost=Money(fulfilment.cost_minor, fulfilment.cost_currency)
        if fulfilment.cost_minor is not None and fulfilment.cost_currency
        else None,
        parcels={external_id: _parcel(row) for external_id, row in shipments.items()},
        as_of=fulfilment.as_of,
        read_at=fulfilment.read_at,
    )


def _parcel(row: ShipmentRow) -> Parcel:
    return Parcel(
        external_id=row.external_id,
        state=ParcelState(row.state),
        carrier=row.carrier,
        service=row.service,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
        lines=row.lines,
        raw=row.raw,
    )


def _write_fulfilment(row: FulfilmentRow, known: Known) -> None:
    row.progress = known.progress
    row.ending = known.ending
    row.status_word = known.status_word
    row.hold = known.hold
    row.as_of = known.as_of
    row.read_at = known.read_at
    if known.cost is not None:
        row.cost_minor = known.cost.amount_minor
        row.cost_currency = known.cost.currency


def _write_parcel(
    scope: WorkspaceScope, order: OrderRow, fulfilment: FulfilmentRow, row: ShipmentRow | None, parcel: Parcel
) -> None:
    moved = row is None or row.state != parcel.state
    if row is None:
        row = ShipmentRow(
            workspace_id=scope.workspace_id, fulfilment_id=fulfilment.id, external_id=parcel.external_id
        )
        scope.session.add(row)
    row.state = parcel.state
    row.carrier = parcel.carrier
    row.service = parcel.service
    row.tracking_number = parcel.tracking_number
    row.tracking_url = parcel.tracking_url
    row.shipped_at = parcel.shipped_at
    row.delivered_at = parcel.delivered_at
    row.lines = dict(parcel.lines)
    row.raw = dict(parcel.raw)
    if moved:
        publish(
            scope,
            events.ParcelMoved(subject_id=order.id, shipment=parcel.external_id, state=parcel.state),
        )


def plan_next_look(scope: WorkspaceScope, row: FulfilmentRow, *, moved: bool) -> None:
    """When to ask again if no webhook comes: soon while things move, ever more rarely while they do not."""
    if row.given_up_at or _waits_for_us(row) or _over(row):
        row.look_at = None
        return
    row.looks = 0 if moved else row.looks + 1
    every = timedelta(seconds=scope.platform.settings.worker.follow_every_s)
    row.look_at = clock.now() + min(every * 2 ** min(max(row.looks - 3, 0), 10), max(every, LONGEST_LOOK))


def _waits_for_us(row: FulfilmentRow) -> bool:
    """A draft does not move by itself, except where they approve drafts by themselves."""
    if row.progress is None or row.progress == Progress.DRAFT:
        return row.progress is None or adapter_type(row.provider).capabilities.drafts_stay
    return False


def _over(row: FulfilmentRow) -> bool:
    return row.progress == Progress.DELIVERED or row.ending == Ending.CANCELLED


async def _heed_trouble(
    scope: WorkspaceScope, whole: Whole, fulfilment: FulfilmentRow, seen: OrderSnapshot
) -> None:
    """A provider's own hold or cancel needs a person; when their hold ends, so does ours. What they could not make
    goes to another, where the workspace wants that and there is one. What is asked back, or was sent by hand, is no
    trouble any more.
    """
    order = whole.order
    if Stage(order.stage).ended or fulfilment.recalled_at is not None or _sent_by_hand(order):
        return
    if order.hold_reason in THEIR_HOLDS and not _still_held(whole, fulfilment, seen):
        moves.release(scope, order, by="provider")
        if not Stage(order.stage).committed:  # another part has still to be given
            await moves.carry_on(scope, order)
    if seen.ending is Ending.CANCELLED:
        moves.hold(scope, order, HoldReason.PROVIDER_CANCELLED, seen.ending_detail or CANCELLED_THERE)
    elif seen.ending is Ending.FAILED:
        detail = seen.ending_detail or "The provider could not accept the order."
        if order.held_at is None and await fail_over(scope, whole, fulfilment, detail):
            await moves.carry_on(scope, order)
        else:
            moves.hold(scope, order, HoldReason.PROVIDER_REJECTED, detail)
    elif seen.hold is not None:
        reason = HoldReason.PROVIDER_PAYMENT if seen.unpaid else HoldReason.PROVIDER_HOLD
        moves.hold(scope, order, reason, seen.hold)


def _still_held(whole: Whole, fulfilment: FulfilmentRow, seen: OrderSnapshot) -> bool:
    """Whether a provider still holds some part of it: this one, by what was just read, or another."""
    if seen.hold is not None and seen.ending is None:
        return True
    return any(row.hold and not row.ending for row in whole.live if row.id != fulfilment.id)


def _sent_by_hand(order: OrderRow) -> bool:
    return order.by_hand is not None and order.stage == Stage.SHIPPED
