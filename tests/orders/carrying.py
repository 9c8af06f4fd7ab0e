"""Carrying orders without an engine: every run that was asked for, one after the other, delays left out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from printvision.orders.checking import check
from printvision.orders.routes import choose_route
from printvision.orders.sending import prepare
from printvision.orders.steps import Next, Todo
from printvision.orders.whole import Whole, lock_whole
from printvision.orders.workflows.follow import follow_fulfilment
from printvision.orders.workflows.fulfil import fulfil_order, make
from printvision.platform.scope import WorkspaceScope, system_scope
from printvision.platform.workflows import Run, Workflow
from tests.orders.vendor import Vendor

MOST_RUNS = 300
STORIES = {story.stored_name: story for story in (fulfil_order, follow_fulfilment)}


@dataclass(frozen=True)
class Asked:
    """A run that waits in the queue, and for how long it was put off."""

    run_id: str
    story: Workflow
    after_s: float


async def asked(vendor: Vendor, subject_id: UUID) -> list[Asked]:
    """The runs about an order or a fulfilment that wait, the first asked for first."""
    rows = await _engine(
        vendor,
        "SELECT workflow_uuid, name, greatest(0, coalesce(delay_until_epoch_ms, 0) - created_at) / 1000.0"
        " FROM dbos.workflow_status WHERE workflow_uuid LIKE :about AND status IN ('ENQUEUED', 'DELAYED')"
        " ORDER BY created_at, workflow_uuid",
        about=f"%:{subject_id}:%",
    )
    return [Asked(run_id, STORIES[name], float(after_s)) for run_id, name, after_s in rows]


async def carry(vendor: Vendor, order_id: UUID) -> None:
    """The oldest run that waits for the order, to its end.

    Raises:
        AssertionError: none does.
    """
    (first, *_) = await asked(vendor, order_id) or [None]
    assert first is not None, "nothing was asked for"
    await _carry(vendor, order_id, first)


async def settle(vendor: Vendor, order_id: UUID) -> None:
    """Every run that is asked for, until no more is."""
    for _ in range(MOST_RUNS):
        waiting = await asked(vendor, order_id)
        if not waiting:
            return
        await _carry(vendor, order_id, waiting[0])
    raise AssertionError(f"{MOST_RUNS} runs, and still another is asked for")


async def send(vendor: Vendor, external_id: str = "1001", **order: Any) -> UUID:
    """Place an order and carry it as far as it goes by itself."""
    order_id = await vendor.place(external_id, **order)
    await settle(vendor, order_id)
    return order_id


async def look(vendor: Vendor, order_id: UUID) -> None:
    """One reading of the order at its provider, whether it was asked for or not."""
    fulfilment = await vendor.fulfilment(order_id)
    await follow_fulfilment.body(run(vendor, fulfilment.id, follow_fulfilment))


def run(vendor: Vendor, subject_id: UUID, story: Workflow = fulfil_order, *, run_id: str = "by-hand") -> Run:
    """A run that nobody asked for."""
    return Run(vendor.platform, run_id, vendor.workspace.id, subject_id, story.name)


async def route(vendor: Vendor, order_id: UUID) -> None:
    """Choose who makes the order, and stop there: nobody is asked to make anything."""
    await _through(run(vendor, order_id), check, choose_route)


async def draft(vendor: Vendor, order_id: UUID) -> None:
    """Choose who makes the order and have it drafted there, and stop: nobody is told to print."""
    await route(vendor, order_id)
    await _through(run(vendor, order_id), prepare)


async def _through(
    by_hand: Run, *stages: Callable[[WorkspaceScope, Run, Whole], Awaitable[Todo | None]]
) -> None:
    """Some stages of a run, to the answers of the calls that the last of them asks for."""
    async with by_hand.scope() as scope:
        whole = await lock_whole(scope, by_hand.subject_id)
        *_, todo = [await stage(scope, by_hand, whole) for stage in stages]
    assert todo is not None
    answers = await make(by_hand, todo.calls)
    async with by_hand.scope() as scope:
        whole = await lock_whole(scope, by_hand.subject_id)
        assert [await take_in(scope, whole) for take_in in answers] == [Next.ON]


async def end(vendor: Vendor, run_id: str, status: str) -> None:
    """Have the engine remember a run as ended so."""
    query = "UPDATE dbos.workflow_status SET status = :status WHERE workflow_uuid = :run_id RETURNING 1"
    await _engine(vendor, query, status=status, run_id=run_id)


async def lose(vendor: Vendor, subject_id: UUID) -> int:
    """Have the engine forget all runs about a thing; how many there were."""
    query = "DELETE FROM dbos.workflow_status WHERE workflow_uuid LIKE :about RETURNING 1"
    return len(await _engine(vendor, query, about=f"%:{subject_id}:%"))


async def _carry(vendor: Vendor, order_id: UUID, wanted: Asked) -> None:
    try:
        await wanted.story.body(run(vendor, order_id, wanted.story, run_id=wanted.run_id))
    except BaseException:
        await end(vendor, wanted.run_id, "ERROR")
        raise
    await end(vendor, wanted.run_id, "SUCCESS")


async def _engine(vendor: Vendor, query: str, **values: object) -> Sequence[Any]:
    async with system_scope(vendor.platform, "the engine") as scope:
        return (await scope.session.execute(text(query), values)).all()
