"""Asking for back what lies at providers, and what becomes of an order once that is proved.

Nothing is given to anybody else, ended or changed on a guess: a fulfilment is given up only where its provider never
heard of it, refused it, or was read back as having cancelled it.
"""

from __future__ import annotations

from collections.abc import Sequence

from printvision.orders import events, lines, moves
from printvision.orders.models import FulfilmentRow
from printvision.orders.standing import catch_up
from printvision.orders.states import HoldReason, RecallFor, Stage, SubmissionState
from printvision.orders.whole import Whole
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
    whole: Whole,
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
    order = whole.order
    moves.recall(order, purpose, reason)
    if only is None:
        order.recall_refused = None  # whoever refused is asked again
    for row in whole.live if only is None else only:
        if not _on_its_way(row):
            row.recalled_at = clock.now()
    _give_up_the_unheard(whole)
    if whole.recalled:
        publish(scope, events.OrderRecalled(subject_id=order.id, purpose=order.recall_for or purpose))
        return False
    await finish(scope, whole)
    return True


def _on_its_way(row: FulfilmentRow) -> bool:
    return row.progress in {Progress.SHIPPED, Progress.DELIVERED}


def _give_up_the_unheard(whole: Whole) -> None:
    """Those of which no provider can know: no call was begun, or none that could have put them there."""
    for row in whole.recalled:
        submission = whole.submissions[row.id]
        if submission.provider_order_id is None and not submission.in_doubt:
            submission.state = SubmissionState.CANCELLED
            submission.attempt += 1  # a run that holds a turn finds it gone
            give_up(row)


def give_up(row: FulfilmentRow) -> None:
    """It is proved that this provider does not print it: its lines are free."""
    row.given_up_at = clock.now()
    row.recalled_at = row.look_at = None


async def withdraw_restless_drafts(scope: WorkspaceScope, whole: Whole) -> bool:
    """Ask a held order's drafts back from providers that begin drafts by themselves after a while.

    Returns:
        Whether there are any. A run is to be asked for then.
    """
    if whole.order.recall_for is not None:
        return False
    tries = whole.submissions
    restless = [
        row
        for row in whole.live
        if not adapter_type(row.provider).capabilities.drafts_stay
        and (tries[row.id].state == SubmissionState.PREPARED or tries[row.id].in_doubt)
    ]
    if restless:
        await ask_back(scope, whole, RecallFor.WITHDRAW, WITHDRAWN, only=restless)
    return bool(restless)


async def finish(scope: WorkspaceScope, whole: Whole) -> None:
    """Everything that was asked back is given up or refused: make of the order what was wanted."""
    order = whole.order
    purpose, reason, refused = RecallFor(order.recall_for or ""), order.recall_reason, order.recall_refused
    moves.end_recall(order)
    kept = bool(whole.live)
    if purpose is RecallFor.BY_HAND:
        lines.drop_left(whole, SENT_BY_HAND)
        moves.release(scope, order, by="by hand")
        moves.advance(scope, order, Stage.SHIPPED, reason=reason)
    elif kept and refused is not None:
        _too_late(scope, whole, purpose)
    elif purpose is RecallFor.CANCEL:
        _cancel(scope, whole, reason, kept=kept)
    elif purpose is RecallFor.CHANGE:
        await _change(scope, whole, kept=kept)
    else:
        if purpose is RecallFor.REROUTE:
            publish(scope, events.OrderRerouted(subject_id=order.id, why=reason or ""))
        moves.advance(scope, order, Stage.CHECKED, reason=reason)


def _cancel(scope: WorkspaceScope, whole: Whole, reason: str | None, *, kept: bool) -> None:
    if not kept:
        moves.advance(scope, whole.order, Stage.CANCELLED, reason=reason)
        return
    whole.order.recall_refused = PARTLY_GONE
    lines.drop_left(whole, "cancelled")
    catch_up(scope, whole)


async def _change(scope: WorkspaceScope, whole: Whole, *, kept: bool) -> None:
    """Judge it anew; where a part is on its way, its lines stay and only what is left goes to the new address."""
    order = whole.order
    if order.recipient_wanted is not None:
        order.recipient, order.recipient_wanted = order.recipient_wanted, None
    if order.hold_reason != HoldReason.PERSON:
        moves.release(scope, order, by="change", waved_through=False)
    if kept:
        moves.advance(scope, order, Stage.CHECKED)
        return
    await lines.rewrite(scope, whole)
    moves.advance(scope, order, Stage.RECEIVED)


def _too_late(scope: WorkspaceScope, whole: Whole, purpose: RecallFor) -> None:
    """A provider prints some of it: that part goes on. What was given up is for nobody or, but for a cancel, for
    another provider.
    """
    order = whole.order
    order.recipient_wanted = None
    if purpose is RecallFor.CANCEL:
        lines.drop_left(whole, "cancelled")
    elif whole.pieces_left():
        moves.advance(scope, order, Stage.CHECKED, reason=order.recall_reason)
    if purpose is RecallFor.CHANGE:
        moves.hold(scope, order, HoldReason.CHANGED_AFTER_SENDING, f"{TOO_LATE} {order.recall_refused}")
    catch_up(scope, whole)
