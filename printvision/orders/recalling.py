"""Asking for back what lies at providers, and what becomes of an order once that is proved.

Nothing is given to anybody else, ended or changed on a guess: a fulfilment is given up only where its provider never
heard of it, refused it, or was read back as having cancelled it.
"""

from __future__ import annotations

from collections.abc import Sequence

from printvision.orders import events, lines, moves, queries
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.standing import catch_up
from printvision.orders.states import HoldReason, RecallFor, Stage, SubmissionState
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.providers import adapter_type
from printvision.providers.sdk import Progress

WITHDRAWN = "held while this provider begins drafts by itself"
SENT_BY_HAND = "sent-by-hand"
PARTLY_GONE = "A part of it was on its way already."
TOO_LATE = (
    "It was changed, but the provider would not give it back. Release it to let it go on as it was sent. The provider"
    " says:"
)


async def ask_back(
    scope: WorkspaceScope,
    order: OrderRow,
    purpose: RecallFor,
    reason: str,
    *,
    only: Sequence[FulfilmentRow] | None = None,
) -> bool:
    """Ask for the order's fulfilments back, or for some of them; those that are on their way are past that.

    Where no provider has heard of any, they are given up at once and the order is what `purpose` makes of it.

    Returns:
        Whether that is done already; else the order's next run does it.
    """
    moves.recall(order, purpose, reason)
    if only is None:
        order.recall_refused = None  # whoever refused is asked again
    for row in await queries.list_live_fulfilments(scope, order.id) if only is None else only:
        if not _on_its_way(row):
            row.recalled_at = clock.now()
    await _give_up_the_unheard(scope, order)
    if await recalled(scope, order):
        publish(scope, events.OrderRecalled(subject_id=order.id, purpose=order.recall_for or purpose))
        return False
    await finish(scope, order)
    return True


def _on_its_way(row: FulfilmentRow) -> bool:
    return row.progress in {Progress.SHIPPED, Progress.DELIVERED}


async def recalled(scope: WorkspaceScope, order: OrderRow) -> list[FulfilmentRow]:
    """The fulfilments that are asked back and not given up yet."""
    return [row for row in await queries.list_live_fulfilments(scope, order.id) if row.recalled_at]


async def _give_up_the_unheard(scope: WorkspaceScope, order: OrderRow) -> None:
    """Those of which no provider can know: no call was begun, or none that could have put them there."""
    for row in await recalled(scope, order):
        submission = await queries.get_submission(scope, row, for_update=True)
        if submission.provider_order_id is None and not submission.in_doubt:
            submission.state = SubmissionState.CANCELLED
            submission.attempt += 1  # a run that holds a turn finds it gone
            give_up(row)


def give_up(row: FulfilmentRow) -> None:
    """It is proved that this provider does not print it: its lines are free."""
    row.given_up_at = clock.now()
    row.recalled_at = row.look_at = None


async def withdraw_restless_drafts(scope: WorkspaceScope, order: OrderRow) -> bool:
    """Ask a held order's drafts back from providers that begin drafts by themselves after a while.

    Returns:
        Whether there are any. A run is to be asked for then.
    """
    if order.recall_for is not None:
        return False
    live = await queries.list_live_fulfilments(scope, order.id)
    submissions = {
        row.fulfilment_id: row for row in await queries.list_submissions(scope, [row.id for row in live])
    }
    restless = [
        row
        for row in live
        if not adapter_type(row.provider).capabilities.drafts_stay
        and (submissions[row.id].state == SubmissionState.PREPARED or submissions[row.id].in_doubt)
    ]
    if restless:
        await ask_back(scope, order, RecallFor.WITHDRAW, WITHDRAWN, only=restless)
    return bool(restless)


async def finish(scope: WorkspaceScope, order: OrderRow) -> None:
    """Everything that was asked back is given up or refused: make of the order what was wanted."""
    purpose, reason, refused = RecallFor(order.recall_for or ""), order.recall_reason, order.recall_refused
    moves.end_recall(order)
    kept = bool(await queries.list_live_fulfilments(scope, order.id))
    if purpose is RecallFor.BY_HAND:
        await lines.drop_left(scope, order.id, SENT_BY_HAND)
        moves.release(scope, order, by="by hand")
        moves.advance(scope, order, Stage.SHIPPED, reason=reason)
    elif kept and refused is not None:
        await _too_late(scope, order, purpose)
    elif purpose is RecallFor.CANCEL:
        await _cancel(scope, order, reason, kept=kept)
    elif purpose is RecallFor.CHANGE:
        await _change(scope, order, kept=kept)
    else:
        if purpose is RecallFor.REROUTE:
            publish(scope, events.OrderRerouted(subject_id=order.id, why=reason or ""))
        moves.advance(scope, order, Stage.CHECKED, reason=reason)


async def _cancel(scope: WorkspaceScope, order: OrderRow, reason: str | None, *, kept: bool) -> None:
    if not kept:
        moves.advance(scope, order, Stage.CANCELLED, reason=reason)
        return
    order.recall_refused = PARTLY_GONE
    await lines.drop_left(scope, order.id, "cancelled")
    await catch_up(scope, order)


async def _change(scope: WorkspaceScope, order: OrderRow, *, kept: bool) -> None:
    """Judge it anew; where a part is on its way, its lines stay and only what is left goes to the new address."""
    if order.recipient_wanted is not None:
        order.recipient, order.recipient_wanted = order.recipient_wanted, None
    if order.hold_reason != HoldReason.PERSON:
        moves.release(scope, order, by="change", waved_through=False)
    if kept:
        moves.advance(scope, order, Stage.CHECKED)
        return
    await lines.rewrite(scope, order)
    moves.advance(scope, order, Stage.RECEIVED)


async def _too_late(scope: WorkspaceScope, order: OrderRow, purpose: RecallFor) -> None:
    """A provider prints some of it: that part goes on. What was given up is for nobody or, but for a cancel, for
    another provider.
    """
    order.recipient_wanted = None
    if purpose is RecallFor.CANCEL:
        await lines.drop_left(scope, order.id, "cancelled")
    elif await lines.pieces_left(scope, order.id):
        moves.advance(scope, order, Stage.CHECKED, reason=order.recall_reason)
    if purpose is RecallFor.CHANGE:
        moves.hold(scope, order, HoldReason.CHANGED_AFTER_SENDING, f"{TOO_LATE} {order.recall_refused}")
    await catch_up(scope, order)
