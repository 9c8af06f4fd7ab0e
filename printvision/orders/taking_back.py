"""The step that takes back what was asked for: cancelled at its provider and read back.

Where a call may still land, it is claimed first: the same reference is sent again, so that whatever lands is this one,
and that one is cancelled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from printvision.orders import events, queries
from printvision.orders.address import InvalidAddress
from printvision.orders.following import take_snapshot
from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.printing import print_order
from printvision.orders.reading import answered
from printvision.orders.recalling import finish, give_up, recalled
from printvision.orders.sealing import open_wanted
from printvision.orders.states import Stage, SubmissionState
from printvision.orders.steps import Next, come_back, pause_if_refused, wait_after
from printvision.orders.submissions import Turn, still_mine, take_turn
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import open_adapter
from printvision.providers.sdk import (
    Adapter,
    Ending,
    OrderSnapshot,
    PrintOrder,
    ProviderError,
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


async def take_back(run: Run) -> Next:
    """Where the order is asked back: cancel what is at its providers, read it back, and do what it was asked for."""
    wanted = await _next_turns(run)
    if wanted is None:
        return Next.ON
    for one in wanted:
        await _take_back_one(run, one)
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        if order.recall_for is None:
            return Next.STOP  # it was refused, or the order ended meanwhile
        if await recalled(scope, order):
            return Next.STOP
        await finish(scope, order)
        return Next.STOP if Stage(order.stage).ended or order.held_at is not None else Next.ON


async def _next_turns(run: Run) -> list[Wanted] | None:
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        if order.recall_at is None or Stage(order.stage).ended:
            return None
        return [await _wanted(scope, run, order, row) for row in await recalled(scope, order)]


async def _wanted(scope: WorkspaceScope, run: Run, order: OrderRow, row: FulfilmentRow) -> Wanted:
    turn = await take_turn(scope, run, row)
    claim = None
    if turn.provider_order_id is None and turn.in_doubt_before:
        try:
            claim = await print_order(scope, order, row, turn.provider_ref, to=open_wanted(scope, order))
        except InvalidAddress:
            claim = (
                None  # nothing can be made of it until somebody mends the address, so it is looked for only
            )
    return Wanted(turn, claim)


# -- one fulfilment ----------------------------------------------------------------------------------------------


async def _take_back_one(run: Run, wanted: Wanted) -> None:
    turn = wanted.turn
    if turn.state is SubmissionState.CANCELLED:
        await _note(run, turn, None)
        return
    try:
        async with open_adapter(run.platform, run.workspace_id, turn.connection_id) as adapter:
            snapshot = await _cancel_there(adapter, wanted)
    except ProviderRejected as error:
        await _refused(run, turn, error)
    except ProviderError as error:
        await pause_if_refused(run, turn.connection_id, error)
        await _later(run, turn, error)
    else:
        await _note(run, turn, snapshot)


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


async def _note(run: Run, turn: Turn, snapshot: OrderSnapshot | None) -> None:
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        row = await still_mine(scope, turn)
        if row is None:
            return
        if snapshot is not None:
            row.provider_order_id = snapshot.provider_order_id
            await take_snapshot(scope, turn.fulfilment_id, snapshot)
            if snapshot.ending is not Ending.CANCELLED:
                await come_back(scope, run, order, after=wait_after(row.refusals))
                row.refusals += 1
                return
        row.state = SubmissionState.CANCELLED
        row.in_doubt = False
        give_up(await queries.get_fulfilment(scope, turn.fulfilment_id, for_update=True))
        publish(scope, events.OrderGivenBack(subject_id=order.id, connection_id=turn.connection_id))


async def _later(run: Run, turn: Turn, error: ProviderError) -> None:
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        row = await still_mine(scope, turn)
        if row is None:
            return
        row.refusals += 1
        row.last_error = f"{error.code}: {error.detail or error.title}"[:1_000]
        await come_back(scope, run, order, after=wait_after(row.refusals))


async def _refused(run: Run, turn: Turn, error: ProviderRejected) -> None:
    """Too late: this part goes on as if nobody had asked, and the order's page says why."""
    async with run.scope() as scope:
        order = await queries.get_order(scope, run.subject_id, for_update=True)
        if await still_mine(scope, turn) is None or order.recall_for is None:
            return
        fulfilment = await queries.get_fulfilment(scope, turn.fulfilment_id, for_update=True)
        fulfilment.recalled_at = None
        order.recall_refused = error.detail or error.title
        publish(scope, events.OrderRecallRefused(subject_id=order.id))
