"""Taking back what was asked for: cancelled at its provider and read back.

Where a call may still land, it is claimed first: the same reference is sent again, so that whatever lands is this one,
and that one is cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from printvision.orders import events
from printvision.orders.address import InvalidAddress
from printvision.orders.following import take_snapshot
from printvision.orders.models import FulfilmentRow
from printvision.orders.printing import print_order
from printvision.orders.reading import answered
from printvision.orders.recalling import finish, give_up
from printvision.orders.sealing import open_wanted
from printvision.orders.states import Stage, SubmissionState
from printvision.orders.steps import END, Call, Next, TakeIn, Todo, come_back, may_go_on, wait_after
from printvision.orders.submissions import Turn, still_mine, take_turn
from printvision.orders.whole import Whole
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import pause_connection, ready_adapter
from printvision.providers.sdk import (
    Adapter,
    Ending,
    OrderSnapshot,
    PrintOrder,
    ProviderError,
    ProviderNeedsAttention,
    ProviderNotFound,
    ProviderRejected,
    ProviderUnavailable,
)

UNCLAIMED = "They may have it, and it cannot be claimed before its address is mended"


@dataclass(frozen=True)
class Wanted:
    """A fulfilment that is asked back; `claim` is what it would be claimed with."""

    turn: Turn
    claim: PrintOrder | None


async def take_back(scope: WorkspaceScope, run: Run, whole: Whole) -> Todo | None:
    """Where the order is asked back: have it cancelled at its providers, and do what it was asked for once it is."""
    order = whole.order
    if order.recall_at is None or Stage(order.stage).ended:
        return None if may_go_on(order) else END
    if whole.recalled:
        return Todo([Call(cancel, await _wanted(scope, run, whole, row)) for row in whole.recalled])
    await finish(scope, whole)
    return None if may_go_on(order) else END


async def _wanted(scope: WorkspaceScope, run: Run, whole: Whole, row: FulfilmentRow) -> Wanted:
    turn = take_turn(run, whole, row, await ready_adapter(scope, row.connection_id))
    claim = None
    if turn.provider_order_id is None and turn.in_doubt_before:
        try:
            claim = await print_order(
                scope, whole, row, turn.provider_ref, to=open_wanted(scope, whole.order)
            )
        except InvalidAddress:
            claim = (
                None  # nothing can be made of it until somebody mends the address, so it is looked for only
            )
    return Wanted(turn, claim)


# -- one fulfilment ----------------------------------------------------------------------------------------------


async def cancel(run: Run, wanted: Wanted) -> TakeIn:
    """Have one fulfilment cancelled where it lies."""
    turn = wanted.turn
    if turn.state is SubmissionState.CANCELLED:
        return partial(_cancelled, run=run, turn=turn, snapshot=None)
    try:
        snapshot = await _cancel_there(turn.ready.open(), wanted)
    except ProviderRejected as error:
        return partial(_refused, turn=turn, error=error)
    except ProviderError as error:
        return partial(_later, run=run, turn=turn, error=error)
    return partial(_cancelled, run=run, turn=turn, snapshot=snapshot)


async def _cancel_there(adapter: Adapter[Any], wanted: Wanted) -> OrderSnapshot | None:
    """Cancel it and read it back; None where it is proved that they do not have it.

    Raises:
        ProviderRejected: too late.
        ProviderError: it cannot be said now.
    """
    turn = wanted.turn
    if turn.provider_order_id is not None:
        try:
            return await answered(adapter.cancel(turn.provider_order_id))
        except ProviderNotFound:
            if turn.state in {SubmissionState.PLANNED, SubmissionState.PREPARED}:
                return None  # somebody deleted the draft, and with it what could have been printed
            raise
    if not turn.in_doubt_before:
        return None
    found = await _find(adapter, turn.provider_ref) or await _claim(adapter, wanted)
    return await answered(adapter.cancel(found.provider_order_id)) if found else None


async def _find(adapter: Adapter[Any], ref: str) -> OrderSnapshot | None:
    return await adapter.find(ref) if adapter.capabilities.find_by_ref else None


async def _claim(adapter: Adapter[Any], wanted: Wanted) -> OrderSnapshot | None:
    """Send the same reference again, so that a call that lands late finds its place taken.

    What they refuse to take now was not taken before either, if they would know it by its reference.

    Raises:
        ProviderUnavailable: there is no address to claim it with, and what lands late would be printed.
        ProviderRejected: they refuse it and cannot be asked for the reference, so nothing is proved.
    """
    if wanted.claim is None:
        if adapter.capabilities.drafts_stay:
            return None  # what lands late is a draft that nobody confirms
        raise ProviderUnavailable(UNCLAIMED, provider=adapter.key, retry_after_s=None)
    try:
        return await adapter.prepare(wanted.claim)
    except ProviderRejected:
        found = await adapter.find(wanted.turn.provider_ref)
        if found is None and not adapter.capabilities.find_by_ref:
            raise
        return found


# -- what it brought -------------------------------------------------------------------------------------------------


async def _cancelled(
    scope: WorkspaceScope, whole: Whole, *, run: Run, turn: Turn, snapshot: OrderSnapshot | None
) -> Next:
    row = still_mine(whole, turn)
    if row is None:
        return Next.STOP
    if snapshot is not None:
        row.provider_order_id = snapshot.provider_order_id
        await take_snapshot(scope, whole, turn.fulfilment_id, snapshot)
        if snapshot.ending is not Ending.CANCELLED:
            await come_back(scope, run, whole.order, after=wait_after(row.refusals))
            row.refusals += 1
            return Next.STOP
    row.state = SubmissionState.CANCELLED
    row.in_doubt = False
    give_up(whole.fulfilment(turn.fulfilment_id))
    publish(scope, events.OrderGivenBack(subject_id=whole.order.id, connection_id=turn.connection_id))
    return Next.ON


async def _later(scope: WorkspaceScope, whole: Whole, *, run: Run, turn: Turn, error: ProviderError) -> Next:
    if isinstance(error, ProviderNeedsAttention):
        await pause_connection(scope, turn.connection_id, error.detail or error.title)
    row = still_mine(whole, turn)
    if row is not None:
        row.refusals += 1
        row.last_error = f"{error.code}: {error.detail or error.title}"[:1_000]
        await come_back(scope, run, whole.order, after=wait_after(row.refusals))
    return Next.STOP


async def _refused(scope: WorkspaceScope, whole: Whole, *, turn: Turn, error: ProviderRejected) -> Next:
    """Too late: this part goes on as if nobody had asked, and the order's page says why."""
    order = whole.order
    if still_mine(whole, turn) is None or order.recall_for is None:
        return Next.STOP
    whole.fulfilment(turn.fulfilment_id).recalled_at = None
    order.recall_refused = error.detail or error.title
    publish(scope, events.OrderRecallRefused(subject_id=order.id))
    return Next.ON
