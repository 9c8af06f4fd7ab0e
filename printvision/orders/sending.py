"""Putting every part at its provider, then having it printed, at most once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from printvision.orders import moves
from printvision.orders.address import InvalidAddress
from printvision.orders.failing import call_failed
from printvision.orders.following import settle, take_snapshot
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.printing import print_order
from printvision.orders.reading import answered, read
from printvision.orders.states import HoldReason, SubmissionState
from printvision.orders.steps import (
    MOST_TRIES,
    Call,
    Next,
    TakeIn,
    Todo,
    come_back,
    hold_for_address,
    may_go_on,
    wait_after,
)
from printvision.orders.submissions import Turn, still_mine, take_turn
from printvision.orders.whole import Whole
from printvision.platform import clock
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.products import ensure_provisions, get_offers, wants_products
from printvision.providers import ConnectionView, adapter_type, ready_adapter
from printvision.providers.sdk import (
    Ending,
    OrderSnapshot,
    PrintOrder,
    Progress,
    ProviderError,
    ProviderRejected,
)


@dataclass(frozen=True)
class ToPrepare:
    """A part that is to be put at its provider, as what."""

    turn: Turn
    wanted: PrintOrder


# -- prepare ---------------------------------------------------------------------------------------------------------


async def prepare(scope: WorkspaceScope, run: Run, whole: Whole) -> Todo | None:
    """Have every part put at its provider as a draft. Repeating it makes no second draft.

    One that cannot be put there yet keeps no other from it, but nothing is printed before all are there.
    """
    planned = [row for row in whole.live if whole.submissions[row.id].state == SubmissionState.PLANNED]
    if not planned:
        return None
    calls = [await _to_prepare(scope, run, whole, row) for row in planned]
    return Todo([call for call in calls if call is not None], last=None in calls)


async def _to_prepare(
    scope: WorkspaceScope, run: Run, whole: Whole, fulfilment: FulfilmentRow
) -> Call[ToPrepare] | None:
    order = whole.order
    if not may_go_on(order):
        return None  # another part had it held
    ready = await ready_adapter(scope, fulfilment.connection_id)
    drafts_stay = adapter_type(fulfilment.provider).capabilities.drafts_stay
    if not drafts_stay and not await _may_commit(scope, run, order, ready.connection):
        return None
    try:
        ref = whole.submissions[fulfilment.id].provider_ref
        wanted = await print_order(scope, whole, fulfilment, ref)
    except InvalidAddress as error:
        hold_for_address(scope, order, error)
        return None
    if wants_products(fulfilment.provider) and _lacks_products(wanted):
        await _have_products_made(scope, run, whole, fulfilment)
        return None
    return Call(put_there, ToPrepare(take_turn(run, whole, fulfilment, ready), wanted))


def _lacks_products(wanted: PrintOrder) -> bool:
    return any(item.product_external_id is None for item in wanted.items)


async def _have_products_made(
    scope: WorkspaceScope, run: Run, whole: Whole, fulfilment: FulfilmentRow
) -> None:
    """What was there when the route was chosen is not any more: a picture changed, or somebody deleted it there."""
    order = whole.order
    offers = await get_offers(
        scope, [part.offer_id for part in whole.parts if part.fulfilment_id == fulfilment.id]
    )
    await ensure_provisions(scope, offers.values())
    if order.waits >= MOST_TRIES:
        detail = f"What is ordered at {fulfilment.provider} is a product of its own, and it could not be made there."
        moves.hold(scope, order, HoldReason.PROVIDER_REJECTED, detail)
        return
    await come_back(scope, run, order, after=wait_after(order.waits))
    order.waits += 1


async def put_there(run: Run, about: ToPrepare) -> TakeIn:
    """Put one part at its provider as a draft."""
    turn = about.turn
    try:
        snapshot = await answered(turn.ready.open().prepare(about.wanted))
    except ProviderError as error:
        return partial(call_failed, run=run, turn=turn, error=error, call="prepare")
    return partial(_prepared, turn=turn, snapshot=snapshot)


async def _prepared(scope: WorkspaceScope, whole: Whole, *, turn: Turn, snapshot: OrderSnapshot) -> Next:
    row = still_mine(whole, turn)
    if row is None:
        return Next.STOP
    settle(scope, whole.order.id, row, call="prepare", had_worked=True)
    row.provider_order_id = snapshot.provider_order_id
    row.in_doubt = False
    row.prepared_at = row.prepared_at or clock.now()
    row.state = SubmissionState.PREPARED
    await take_snapshot(scope, whole, turn.fulfilment_id, snapshot)
    return Next.ON


# -- commit ----------------------------------------------------------------------------------------------------------


async def commit(scope: WorkspaceScope, run: Run, whole: Whole) -> Todo | None:
    """Have every prepared part printed, once the send window is over and its connection is live."""
    drafts = [row for row in whole.live if whole.submissions[row.id].state != SubmissionState.COMMITTED]
    calls = [await _to_commit(scope, run, whole, row) for row in drafts]
    return Todo([call for call in calls if call is not None], last=True)


async def _to_commit(
    scope: WorkspaceScope, run: Run, whole: Whole, fulfilment: FulfilmentRow
) -> Call[Turn] | None:
    submission = whole.submissions[fulfilment.id]
    if submission.state not in {SubmissionState.PREPARED, SubmissionState.COMMITTING}:
        return None
    ready = await ready_adapter(scope, fulfilment.connection_id)
    if not may_go_on(whole.order) or not await _may_commit(scope, run, whole.order, ready.connection):
        return None
    turn = take_turn(run, whole, fulfilment, ready)
    # told before the call, so that whoever comes after a crash reads back first
    submission.state = SubmissionState.COMMITTING
    return Call(have_printed, turn)


async def _may_commit(scope: WorkspaceScope, run: Run, order: OrderRow, connection: ConnectionView) -> bool:
    now = clock.now()
    if order.not_before is not None and now < order.not_before:
        await come_back(scope, run, order, after=order.not_before - now)
        return False
    if not connection.active:
        moves.hold(
            scope, order, HoldReason.CONNECTION, f"The connection is paused: {connection.state_detail}"
        )
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


async def have_printed(run: Run, turn: Turn) -> TakeIn:
    """Have one part printed."""
    try:
        snapshot, told_before = await _have_printed(turn)
    except ProviderError as error:
        return partial(call_failed, run=run, turn=turn, error=error, call="commit")
    return partial(_committed, run=run, turn=turn, snapshot=snapshot, told_before=told_before)


async def _have_printed(turn: Turn) -> tuple[OrderSnapshot, bool]:
    """Tell the provider to print, unless reading the order shows that it was told before or cannot be told yet.

    Returns:
        The order, and whether it was already accepted when it was read.
    """
    assert turn.provider_order_id is not None, "a prepared submission knows the provider's id"
    adapter = turn.ready.open()
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


async def _committed(
    scope: WorkspaceScope, whole: Whole, *, run: Run, turn: Turn, snapshot: OrderSnapshot, told_before: bool
) -> Next:
    row = still_mine(whole, turn)
    if row is None:
        return Next.STOP
    if snapshot.progress.rank < Progress.ACCEPTED.rank and snapshot.ending is None:
        # their costs are not calculated yet: it stays a draft until they are
        row.state = SubmissionState.PREPARED
        await come_back(scope, run, whole.order, after=wait_after(row.refusals))
        row.refusals += 1
        return Next.STOP
    settle(scope, whole.order.id, row, call="commit", had_worked=told_before)
    if snapshot.ending is None:
        row.state = SubmissionState.COMMITTED
        row.committed_at = clock.now()
        row.refusals = 0
    else:
        row.state = SubmissionState.PREPARED
    await take_snapshot(scope, whole, turn.fulfilment_id, snapshot)
    return Next.ON
