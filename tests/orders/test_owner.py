"""Two processes with the same order: one print, and the one that was stalled writes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

import pytest

from printvision.orders.cancelling import cancel_order
from printvision.orders.sending import commit, prepare
from printvision.orders.states import Stage, SubmissionState
from printvision.orders.whole import lock_whole
from printvision.orders.workflows.fulfil import fulfil_order
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import route, run, send, settle
from tests.orders.hooks import Seen, hooked
from tests.orders.vendor import Vendor

SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]
ONE_TEE = [("TEE-M", 1)]
CREATE, CONFIRM = "/v2/orders", "/confirmation"


class Stall:
    """The first call that fits stands still, before it is sent or after it was answered, until it is let go."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._taken = False
        self.reached = asyncio.Event()
        self.let_go = asyncio.Event()

    async def __call__(self, call: Seen) -> None:
        if not self._taken and call.method == "POST" and call.path.endswith(self._path):
            self._taken = True
            self.reached.set()
            await self.let_go.wait()


@contextmanager
def stalled(vendor: Vendor, path: str, *, after: bool) -> Generator[Stall]:
    stall = Stall(path)
    with hooked(vendor, after=stall) if after else hooked(vendor, before=stall):
        yield stall


async def carry_by(vendor: Vendor, order_id: UUID, process: str) -> None:
    await fulfil_order.body(run(vendor, order_id, run_id=process))


async def sent_once(vendor: Vendor, order_id: UUID) -> None:
    order, (submission,) = await vendor.order(order_id), await vendor.submissions(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert (submission.state, submission.unknown_outcomes) == (SubmissionState.COMMITTED, 0)
    assert await vendor.story(order_id) == SENT
    assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE
    assert await vendor.printed(order_id) == ONE_TEE


async def test_two_runs_of_an_order_at_once_print_it_once(vendor: Vendor):
    for number in range(5):
        order_id = await vendor.place(str(number))

        await asyncio.gather(*(carry_by(vendor, order_id, process) for process in "abc"))

        await settle(vendor, order_id)
        await sent_once(vendor, order_id)


@pytest.mark.parametrize("path", [CREATE, CONFIRM])
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
async def test_a_process_that_stood_still_meanwhile_writes_nothing(vendor: Vendor, path: str, after: bool):
    order_id = await vendor.place()
    with stalled(vendor, path, after=after) as stall:
        slow = asyncio.create_task(carry_by(vendor, order_id, "slow"))
        await stall.reached.wait()
        await carry_by(vendor, order_id, "quick")
        await settle(vendor, order_id)
        await sent_once(vendor, order_id)
        before = await vendor.submission(order_id)

        stall.let_go.set()
        await slow

    after_it = await vendor.submission(order_id)
    assert (after_it.attempt, after_it.owner, after_it.committed_at) == (
        before.attempt,
        before.owner,
        before.committed_at,
    )
    await sent_once(vendor, order_id)


@pytest.mark.parametrize("path", [CREATE, CONFIRM])
@pytest.mark.parametrize("after", [False, True], ids=["before the call", "after the call"])
async def test_a_process_that_stood_still_cannot_undo_a_cancel(vendor: Vendor, path: str, after: bool):
    order_id = await vendor.place()
    with stalled(vendor, path, after=after) as stall:
        slow = asyncio.create_task(carry_by(vendor, order_id, "slow"))
        await stall.reached.wait()
        async with vendor.workspace.scope() as scope:
            await cancel_order(scope, order_id, reason="changed my mind")
        await settle(vendor, order_id)
        assert (await vendor.order(order_id)).stage == Stage.CANCELLED

        stall.let_go.set()
        await slow
    await settle(vendor, order_id)

    order, submission = await vendor.order(order_id), await vendor.submission(order_id)
    assert (order.stage, submission.state) == (Stage.CANCELLED, SubmissionState.CANCELLED)
    assert await vendor.ledger(order_id, LedgerEvent.PRINTED) == []
    # also where the call had not been made yet: its reference was claimed first, so that it found its place taken
    assert await vendor.printful.status(f"@{submission.provider_ref}") == "canceled"


async def test_a_run_leaves_what_was_planned_behind_its_back_to_whoever_planned_it(vendor: Vendor):
    order_id = await vendor.place()
    behind = run(vendor, order_id, run_id="behind")
    async with behind.scope() as scope:
        nothing_yet = await prepare(scope, behind, await lock_whole(scope, order_id))
        assert nothing_yet is None
    await route(vendor, order_id)

    async with behind.scope() as scope:
        todo = await commit(scope, behind, await lock_whole(scope, order_id))
        assert todo is not None
        assert (list(todo.calls), todo.last) == ([], True)

    submission = await vendor.submission(order_id)
    assert (submission.state, submission.attempt) == (SubmissionState.PLANNED, 0)
    await settle(vendor, order_id)
    await sent_once(vendor, order_id)


async def test_an_attempt_is_taken_before_each_call(vendor: Vendor):
    order_id = await send(vendor)

    submission = await vendor.submission(order_id)

    assert submission.attempt >= 2  # one for the draft, and one each time it was to be confirmed
    assert submission.owner == (await vendor.order(order_id)).run_id
