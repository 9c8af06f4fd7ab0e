"""Choosing who makes what is still to be made, and writing down why."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import msgspec

from printvision.orders import moves
from printvision.orders.address import InvalidAddress, destination
from printvision.orders.asking import Asked, ask_and_choose
from printvision.orders.gathering import Gathered, gather
from printvision.orders.models import DecisionRow, FulfilmentLineRow, FulfilmentRow, OrderRow
from printvision.orders.records import write_record
from printvision.orders.routing import Basket, Bound, Part, Problem, choose, lifted, makeable
from printvision.orders.rules import Fallback
from printvision.orders.sealing import open_source
from printvision.orders.standing import catch_up
from printvision.orders.states import HoldReason, Stage
from printvision.orders.steps import (
    END,
    MOST_TRIES,
    Call,
    Next,
    TakeIn,
    Todo,
    come_back,
    hold_for_address,
    may_go_on,
    take_failure,
    wait_after,
)
from printvision.orders.submissions import plan_submission
from printvision.orders.whole import Whole
from printvision.platform import clock
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers.sdk import ProviderThrottled


async def choose_route(scope: WorkspaceScope, run: Run, whole: Whole) -> Todo | None:
    """Have providers asked what is needed to decide who makes a checked order."""
    del run
    order = whole.order
    if order.stage != Stage.CHECKED:
        return None
    if whole.live and not whole.pieces_left():
        # providers have all of it: another part was asked back and refused
        moves.advance(scope, order, Stage.ROUTED)
        catch_up(scope, whole)
        return None
    try:
        gathered = await gather(scope, whole)
    except InvalidAddress as error:
        hold_for_address(scope, order, error)
        return END
    return Todo([Call(ask_prices, gathered)])


async def ask_prices(run: Run, gathered: Gathered) -> TakeIn:
    """Ask providers and choose; what is decided is stored with a fulfilment and its reference for each part."""
    return partial(_settle, run=run, gathered=gathered, asked=await ask_and_choose(run, gathered))


def _is_the_same(scope: WorkspaceScope, whole: Whole, gathered: Gathered) -> bool:
    """Whether there are the same pieces to be made and they go to the same address as when it was gathered."""
    wanted = {line.line_id: line.quantity for line in gathered.problem.lines}
    try:
        recipient = destination(open_source(scope, whole.order).recipient)
    except InvalidAddress:
        return False
    return recipient == gathered.recipient and wanted == whole.pieces_left()


# -- what becomes of a decision --------------------------------------------------------------------------------------


async def _settle(scope: WorkspaceScope, whole: Whole, *, run: Run, gathered: Gathered, asked: Asked) -> Next:
    """Write down what was decided, unless another run was quicker or a later try may find more."""
    order = whole.order
    if not may_go_on(order):
        return Next.STOP
    if order.stage != Stage.CHECKED:
        return Next.ON
    if not _is_the_same(scope, whole, gathered):
        await come_back(scope, run, order, after=timedelta(0))  # it was changed meanwhile
        return Next.STOP
    return await _decide(scope, run, whole, asked)


async def _decide(scope: WorkspaceScope, run: Run, whole: Whole, asked: Asked) -> Next:
    order = whole.order
    if await _waits(scope, run, order, asked):
        return Next.STOP
    winner = asked.decision.winner
    _store(scope, order, asked)
    if winner is None:
        moves.hold(scope, order, _hold_reason(asked), asked.decision.why_not)
        return Next.STOP
    await _plan(scope, whole, asked.problem, winner)
    moves.advance(scope, order, Stage.ROUTED)
    return Next.ON


async def _waits(scope: WorkspaceScope, run: Run, order: OrderRow, asked: Asked) -> bool:
    """Whether the order waits: for a provider that is out of reach, or for a product that is being made there."""
    if asked.failure is not None and _misses(asked):
        if asked.problem.rules.fallback is Fallback.PERSON:
            _store(scope, order, asked)
            moves.hold(scope, order, HoldReason.PROVIDER_UNAVAILABLE, _out_of_reach(asked.problem))
        else:
            await take_failure(scope, run, order, asked.failure, tries=order.waits)
            if isinstance(asked.failure, ProviderThrottled):
                return True  # it waits for us, and not for them
    elif (
        asked.decision.winner is None
        and order.waits < MOST_TRIES
        and (at := _worth_another_try(order, asked))
    ):
        await come_back(scope, run, order, after=max(wait_after(order.waits), at - clock.now()))
    else:
        return False
    order.waits += 1
    return True


def _misses(asked: Asked) -> bool:
    """Whether somebody out of reach is to make it, by the rules: where nobody else can, or where they would rather wait
    for the best. One whose tariffs are not known is not known to be better.
    """
    if asked.decision.winner is None:
        return True
    if asked.problem.rules.fallback is Fallback.NEXT_BEST:
        return False
    best = choose(lifted(asked.problem, "unavailable")).winner
    away = {source.connection_id for source in asked.problem.sources if source.unavailable}
    return best is not None and any(part.connection_id in away for part in best.parts)


def _out_of_reach(problem: Problem) -> str:
    told = [
        f"{source.connection_name}: {source.unavailable}" for source in problem.sources if source.unavailable
    ]
    return "; ".join(told)


def _worth_another_try(order: OrderRow, asked: Asked) -> datetime | None:
    """When time alone may have brought a route: a product is made, or a connection is not avoided any more."""
    if asked.being_made:
        return clock.now()
    avoided = _avoided(order)
    sources = tuple(
        msgspec.structs.replace(source, excluded=None) if source.connection_id in avoided else source
        for source in asked.problem.sources
    )
    can = makeable(msgspec.structs.replace(asked.problem, sources=sources))
    return min(avoided.values()) if avoided and can else None


def _avoided(order: OrderRow) -> dict[UUID, datetime]:
    """The connections that it is kept from only for a while, and until when."""
    now = clock.now()
    until = {
        UUID(entry["connection_id"]): datetime.fromisoformat(entry["until"])
        for entry in order.excluded
        if entry.get("until")
    }
    return {connection_id: at for connection_id, at in until.items() if at > now}


def _hold_reason(asked: Asked) -> HoldReason:
    # the sweeper frees what only waits for a connection, by this decision
    if any(each.failed is Bound.CONNECTION_PAUSED for each in asked.decision.candidates):
        return HoldReason.CONNECTION
    too_long = any(source.address for source in asked.problem.sources)
    if too_long and makeable(lifted(asked.problem, "address")):
        return HoldReason.ADDRESS
    return HoldReason.NO_ROUTE


def _store(scope: WorkspaceScope, order: OrderRow, asked: Asked) -> None:
    record = write_record(asked)
    scope.session.add(
        DecisionRow(workspace_id=scope.workspace_id, order_id=order.id, decided_at=clock.now(), record=record)
    )


# -- what is planned -------------------------------------------------------------------------------------------------


async def _plan(scope: WorkspaceScope, whole: Whole, problem: Problem, winner: Basket) -> None:
    """A fulfilment for each part, with the next free ordinals: those that were given up keep theirs."""
    order = whole.order
    ordinal = max([row.ordinal for row in whole.fulfilments], default=-1) + 1
    reason = _reprint_reason(whole)
    quantities = {line.line_id: line.quantity for line in problem.lines}
    rows = [
        _fulfilment(scope, order, part, ordinal + number, reason) for number, part in enumerate(winner.parts)
    ]
    scope.session.add_all(rows)
    await scope.session.flush()
    for row, part in zip(rows, winner.parts, strict=True):
        whole.fulfilments.append(row)
        whole.parts += [
            FulfilmentLineRow(
                fulfilment_id=row.id,
                line_id=line_id,
                workspace_id=scope.workspace_id,
                offer_id=offer_id,
                quantity=quantities[line_id],
            )
            for line_id, offer_id in part.offers.items()
        ]
        plan_submission(scope, whole, row)
    scope.session.add_all(whole.parts)
    order.reprint_reason = None


def _fulfilment(
    scope: WorkspaceScope, order: OrderRow, part: Part, ordinal: int, reprint_reason: str | None
) -> FulfilmentRow:
    return FulfilmentRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        order_id=order.id,
        ordinal=ordinal,
        connection_id=part.connection_id,
        provider=part.provider,
        method=part.method,
        generation=0,
        looks=0,
        reprint_reason=reprint_reason,
        created_at=clock.now(),
    )


def _reprint_reason(whole: Whole) -> str | None:
    """Why the pieces are made a second time; None for the first. A reprint that was given up stays one."""
    left = whole.pieces_left()
    if not all(left.get(row.id, 0) <= row.reprints for row in whole.lines):
        return None
    given_up = [row.reprint_reason for row in whole.fulfilments if row.given_up_at and row.reprint_reason]
    return whole.order.reprint_reason or (given_up[-1] if given_up else None)
