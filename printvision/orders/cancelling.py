"""Taking an order back, as long as nobody prints it."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import events, moves, queries
from printvision.orders.errors import OrderNotCancellable
from printvision.orders.following import take_snapshot
from printvision.orders.models import OrderRow
from printvision.orders.states import Stage, SubmissionState
from printvision.orders.steps import Next, come_back, pause_if_refused, wait_after
from printvision.orders.submissions import Turn, still_mine, take_turn
from printvision.platform import clock
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import open_adapter
from printvision.providers.sdk import (
    Ending,
    OrderSnapshot,
    ProviderError,
    ProviderNotFound,
    ProviderRejected,
)

TOO_LATE = frozenset({Stage.PRINTING, Stage.SHIPPED, Stage.DELIVERED, Stage.CANCELLED, Stage.NOT_PRINTABLE})


async def cancel_order(scope: WorkspaceScope, order_id: UUID, *, reason: str) -> None:
    """Stop an order that no provider has begun to print.

    What was not sent ends at once; what lies at a provider is taken back there by a run and ends when that is read
    back.

    Raises:
        OrderNotCancellable
    """
    scope.require(Permission.ORDERS_CANCEL)
    order = await queries.get_order(scope, order_id, for_update=True)
    if Stage(order.stage) in TOO_LATE:
        raise OrderNotCancellable(order_id=order.id, current=Stage(order.stage))
    order.cancel_wanted_at = clock.now()
    order.cancel_reason = reason
    if not await _was_sent(scope, order):
        await _end(scope, order)
        return
    await moves.carry_on(scope, order)


async def _was_sent(scope: WorkspaceScope, order: OrderRow) -> bool:
    """Whether a provider may have heard of the order: some call was begun, answered or not."""
    fulfilments = await queries.list_fulfilments(scope, [order.id])
    submissions = await queries.list_submissions(scope, [row.id for row in fulfilments])
    return any(row.attempt > 0 for row in submissions)


async def _end(scope: WorkspaceScope, order: OrderRow) -> None:
    order.cancel_wanted_at = None
    moves.advance(scope, order, Stage.CANCELLED, reason=order.cancel_reason)


async def take_back(run: Run) -> Next:
    """Where a cancel is wanted: cancel every fulfilment at its provider and read it back; else nothing.

    An order whose fulfilments are all proved cancelled has ended; one that is refused goes on, and says so.
    """
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        if order.cancel_wanted_at is None or Stage(order.stage).ended:
            return Next.ON
        if not await _was_sent(scope, order):
            await _end(scope, order)
            return Next.STOP
        fulfilments = await queries.list_fulfilments(scope, [order.id])
        turns = [await take_turn(scope, run, row) for row in fulfilments]
    proved = [await _take_back_one(run, turn) for turn in turns]
    if all(proved):
        async with run.scope() as scope:
            order = await queries.get_order(scope, run.subject_id, for_update=True)
            await _end(scope, order)
    return Next.STOP


async def _take_back_one(run: Run, turn: Turn) -> bool:
    """Whether this fulfilment is proved cancelled."""
    if turn.state is SubmissionState.CANCELLED:
        return True
    try:
        snapshot = await _cancel_there(run, turn)
    except ProviderRejected as error:
        await _refused(run, error)
        return False
    except ProviderError as error:
        await pause_if_refused(run, turn.connection_id, error)
        async with run.scope() as scope:
            order = await queries.get_order(scope, run.subject_id, for_update=True)
            row = await still_mine(scope, turn)
            if row is not None:
                row.refusals += 1
                row.last_error = f"{error.code}: {error.detail or error.title}"[:1_000]
                await come_back(scope, run, order, after=wait_after(row.refusals))
        return False
    return await _note(run, turn, snapshot)


async def _cancel_there(run: Run, turn: Turn) -> OrderSnapshot | None:
    """Cancel it; None where they do not know it and were never told to print it."""
    async with open_adapter(run.platform, run.workspace_id, turn.connection_id) as adapter:
        provider_order_id = turn.provider_order_id
        if provider_order_id is None:
            found = await adapter.find(turn.provider_ref)
            if found is None:
                return None
            provider_order_id = found.provider_order_id
        try:
            return await adapter.cancel(provider_order_id)
        except ProviderNotFound:
            if turn.state in {SubmissionState.PLANNED, SubmissionState.PREPARED}:
                return None  # somebody deleted the draft
            raise


async def _note(run: Run, turn: Turn, snapshot: OrderSnapshot | None) -> bool:
    async with run.scope() as scope:
        await queries.get_order(scope, run.subject_id, for_update=True)
        row = await still_mine(scope, turn)
        if row is None:
            return False
        if snapshot is None:
            # Not known there proves only that no draft is there *now*: a timed-out prepare may still land. It would
            # be a draft that nobody commits, so nothing can be printed by it.
            row.state = SubmissionState.CANCELLED
            return True
        row.provider_order_id = snapshot.provider_order_id
        await take_snapshot(scope, turn.fulfilment_id, snapshot)
        if snapshot.ending is not Ending.CANCELLED:
            return False
        row.state = SubmissionState.CANCELLED
        return True


async def _refused(run: Run, error: ProviderRejected) -> None:
    """Too late: the order goes on as if nobody had asked, and its page says why."""
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        order.cancel_wanted_at = None
        order.cancel_refused = error.detail or error.title
        publish(scope, events.OrderCancelRefused(subject_id=order.id))
        await moves.carry_on(scope, order)
