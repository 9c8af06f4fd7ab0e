"""Steps three and four: put every part at its provider, then have it printed, at most once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from printvision.orders import moves, queries
from printvision.orders.address import InvalidAddress
from printvision.orders.failing import call_failed
from printvision.orders.following import settle, take_snapshot
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.printing import print_order
from printvision.orders.reading import answered, read
from printvision.orders.states import HoldReason, SubmissionState
from printvision.orders.steps import (
    MOST_TRIES,
    Next,
    come_back,
    hold_for_address,
    locked,
    wait_after,
)
from printvision.orders.submissions import Turn, still_mine, take_turn
from printvision.platform import clock
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.products import ensure_provisions, get_offers, wants_products
from printvision.providers import adapter_type, find_connection, open_adapter
from printvision.providers.sdk import (
    Ending,
    OrderSnapshot,
    PrintOrder,
    Progress,
    ProviderError,
    ProviderRejected,
)

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
        if wants_products(fulfilment.provider) and _lacks_products(wanted):
            await _have_products_made(scope, run, order, fulfilment)
            return Next.STOP
        turn = await take_turn(scope, run, fulfilment)
    return await _call_prepare(run, turn, wanted)


def _lacks_products(wanted: PrintOrder) -> bool:
    return any(item.product_external_id is None for item in wanted.items)


async def _have_products_made(
    scope: WorkspaceScope, run: Run, order: OrderRow, fulfilment: FulfilmentRow
) -> None:
    """What was there when the route was chosen is not any more: a picture changed, or somebody deleted it there."""
    parts = await queries.list_fulfilment_lines(scope, [fulfilment.id])
    offers = await get_offers(scope, [part.offer_id for part in parts])
    await ensure_provisions(scope, offers.values())
    if order.waits >= MOST_TRIES:
        detail = f"What is ordered at {fulfilment.provider} is a product of its own, and it could not be made there."
        moves.hold(scope, order, HoldReason.PROVIDER_REJECTED, detail)
        return
    await come_back(scope, run, order, after=wait_after(order.waits))
    order.waits += 1


async def _call_prepare(run: Run, turn: Turn, wanted: PrintOrder) -> Next:
    try:
        async with open_adapter(run.platform, run.workspace_id, turn.connection_id) as adapter:
            snapshot = await answered(adapter.prepare(wanted))
    except ProviderError as error:
        return await call_failed(run, turn, error, call="prepare")
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
        return await call_failed(run, turn, error, call="commit")
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
