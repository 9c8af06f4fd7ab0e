"""What was left lying is found by its state alone, and only that."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from printvision.orders import Sweeper, sweeping
from printvision.orders.cancelling import cancel_order
from printvision.orders.holding import hold_order, release_order
from printvision.orders.states import HoldReason, Stage
from printvision.orders.sweeping import MOST_FAILURES
from printvision.orders.workflows.follow import follow_fulfilment
from printvision.platform import clock, workflows
from printvision.platform.scope import system_scope
from tests.orders.carrying import asked, carry, end, look, lose, send, settle
from tests.orders.vendor import Vendor

LONG_AGO = timedelta(days=1)


async def sweep(vendor: Vendor) -> int:
    return await Sweeper(vendor.platform).sweep()


async def left_lying(vendor: Vendor, external_id: str = "1001", **columns: Any) -> UUID:
    """An order whose run is gone, and has been for long."""
    order_id = await vendor.place(external_id)
    await lose(vendor, order_id)
    await vendor.set(order_id, run_at=clock.now() - LONG_AGO, **columns)
    return order_id


# -- orders without a run ----------------------------------------------------------------------------------------------


async def test_an_order_whose_run_is_lost_gets_another(vendor: Vendor):
    order_id = await left_lying(vendor)

    assert await sweep(vendor) == 1

    (waiting,) = await asked(vendor, order_id)
    order = await vendor.order(order_id)
    assert (waiting.run_id, waiting.after_s, order.run_failures) == (order.run_id, 0, 1)
    assert await sweep(vendor) == 0
    await settle(vendor, order_id)
    order = await vendor.order(order_id)
    assert (order.stage, order.run_failures) == (Stage.SENT, 0)
    assert await vendor.printed(order_id) == [("TEE-M", 1)]


@pytest.mark.parametrize("status", ["ERROR", "SUCCESS", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"])
async def test_an_order_whose_run_ended_before_its_time_gets_another(vendor: Vendor, status: str):
    order_id = await vendor.place()
    (waiting,) = await asked(vendor, order_id)
    await end(vendor, waiting.run_id, status)
    await vendor.set(order_id, run_at=clock.now() - LONG_AGO)

    await sweep(vendor)

    (another,) = await asked(vendor, order_id)
    assert another.run_id != waiting.run_id


@pytest.mark.parametrize("status", ["ENQUEUED", "PENDING", "DELAYED"])
async def test_an_order_with_a_run_is_left_alone(vendor: Vendor, status: str):
    order_id = await vendor.place()
    (waiting,) = await asked(vendor, order_id)
    await end(vendor, waiting.run_id, status)
    await vendor.set(order_id, run_at=clock.now() - LONG_AGO)

    assert await sweep(vendor) == 0

    order = await vendor.order(order_id)
    assert (order.run_id, order.run_failures) == (waiting.run_id, 0)


@pytest.mark.parametrize(("failures", "pause_s"), [(0, 1), (3, 8), (8, 256), (9, 300), (100_000, 300)])
async def test_a_run_that_breaks_again_and_again_is_tried_ever_more_rarely(
    vendor: Vendor, failures: int, pause_s: int
):
    order_id = await left_lying(vendor, run_failures=failures)
    await vendor.set(order_id, run_at=clock.now() - timedelta(seconds=pause_s * 0.7))
    assert await sweep(vendor) == 0

    await vendor.set(order_id, run_at=clock.now() - timedelta(seconds=pause_s * 1.3))
    assert await sweep(vendor) == 1


async def test_at_last_the_operator_is_told(vendor: Vendor):
    order_id = await left_lying(vendor, run_failures=MOST_FAILURES)

    await sweep(vendor)

    order = await vendor.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.RECEIVED, HoldReason.OUR_FAULT)
    assert (await asked(vendor, order_id), await sweep(vendor)) == ([], 0)
    async with vendor.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(vendor, order_id)
    order = await vendor.order(order_id)
    assert (order.stage, order.run_failures) == (Stage.SENT, 0)


async def test_two_sweepers_at_once_do_it_once(vendor: Vendor):
    order_id = await left_lying(vendor)
    sent = await send(vendor, "1002")
    await vendor.silent(sent)

    await asyncio.gather(*(sweep(vendor) for _ in range(4)))

    assert len(await asked(vendor, order_id)) == 1
    assert (await vendor.order(order_id)).run_failures == 1
    assert len(await asked(vendor, (await vendor.fulfilment(sent)).id)) == 1


@pytest.mark.parametrize("stage", [Stage.DELIVERED, Stage.NOT_PRINTABLE, Stage.CANCELLED])
async def test_an_ended_order_needs_nothing(vendor: Vendor, stage: Stage):
    await left_lying(vendor, stage=stage)

    assert await sweep(vendor) == 0


async def test_a_held_order_waits_for_its_person(vendor: Vendor):
    order_id = await left_lying(vendor)
    async with vendor.workspace.scope() as scope:
        await hold_order(scope, order_id, reason="asking the buyer")

    assert await sweep(vendor) == 0
    assert await asked(vendor, order_id) == []


# -- orders that are wanted back ---------------------------------------------------------------------------------------


async def test_a_cancel_whose_run_is_lost_gets_another_even_over_a_hold(vendor: Vendor):
    await vendor.switch(live=False)
    order_id = await send(vendor)
    async with vendor.workspace.scope() as scope:
        await cancel_order(scope, order_id, reason="changed my mind")
    await lose(vendor, order_id)
    await vendor.set(order_id, run_at=clock.now() - LONG_AGO)

    assert await sweep(vendor) == 1

    await settle(vendor, order_id)
    assert (await vendor.order(order_id)).stage == Stage.CANCELLED


async def test_a_cancel_is_tried_for_ever_and_told_of(vendor: Vendor):
    """What is not taken back is printed."""
    order_id = await send(vendor)
    async with vendor.workspace.scope() as scope:
        await cancel_order(scope, order_id, reason="changed my mind")
    for _ in range(MOST_FAILURES + 3):
        await lose(vendor, order_id)
        await vendor.set(order_id, run_at=clock.now() - LONG_AGO)
        assert await sweep(vendor) == 1
        assert len(await asked(vendor, order_id)) == 1
        assert await sweep(vendor) == 0

    assert (await vendor.order(order_id)).hold_reason == HoldReason.OUR_FAULT
    await settle(vendor, order_id)
    assert (await vendor.order(order_id)).stage == Stage.CANCELLED


# -- fulfilments -------------------------------------------------------------------------------------------------------


async def test_an_order_whose_webhooks_are_silent_is_looked_at(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor)
    await vendor.until_delivered_there(order_id)
    fulfilment = await vendor.fulfilment(order_id)
    assert await sweep(vendor) == 0
    await vendor.silent(order_id)

    assert await sweep(vendor) == 1

    (waiting,) = await asked(vendor, fulfilment.id)
    assert waiting.story is follow_fulfilment
    assert (await vendor.fulfilment(order_id)).look_run_id == waiting.run_id
    await settle(vendor, fulfilment.id)
    assert (await vendor.order(order_id)).stage == Stage.DELIVERED
    await vendor.set(order_id, run_at=clock.now() - LONG_AGO)
    assert await sweep(vendor) == 0


async def test_a_look_that_was_lost_is_asked_for_again(vendor: Vendor):
    order_id = await send(vendor)
    fulfilment = await vendor.fulfilment(order_id)
    await vendor.silent(order_id)
    await sweep(vendor)
    await lose(vendor, fulfilment.id)

    await vendor.silent(order_id)
    assert await sweep(vendor) == 1

    assert len(await asked(vendor, fulfilment.id)) == 1


async def test_a_draft_and_an_order_taken_back_are_not_looked_at(vendor: Vendor):
    order_id = await send(vendor)
    async with vendor.workspace.scope() as scope:
        await cancel_order(scope, order_id, reason="changed my mind")
    await settle(vendor, order_id)
    await vendor.switch(live=False)
    draft_id = await send(vendor, "1002")
    await look(vendor, draft_id)

    assert (await vendor.fulfilment(order_id)).look_at is None
    assert (await vendor.fulfilment(draft_id)).look_at is None
    assert await sweep(vendor) == 0


async def test_the_sweep_goes_on_past_what_cannot_be_mended(vendor: Vendor, monkeypatch: pytest.MonkeyPatch):
    broken, sound = await left_lying(vendor, "1001"), await left_lying(vendor, "1002")
    real = Sweeper._run_again

    async def run_again(sweeper: Sweeper, found: Any) -> None:
        if found.id == broken:
            raise RuntimeError("its row cannot be read")
        await real(sweeper, found)

    monkeypatch.setattr(Sweeper, "_run_again", run_again)

    await sweep(vendor)

    assert (await asked(vendor, broken), len(await asked(vendor, sound))) == ([], 1)
    await carry(vendor, sound)


async def test_runs_that_ended_long_ago_are_forgotten_to_the_last(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workflows, "FORGOTTEN_AT_ONCE", 1)
    order_id = await vendor.place()
    await end(vendor, (await asked(vendor, order_id))[0].run_id, "SUCCESS")
    monkeypatch.setattr(sweeping, "KEEP_RUNS", timedelta(seconds=-60))

    assert await Sweeper(vendor.platform).forget() == 1
    assert await Sweeper(vendor.platform).forget() == 0
    assert await asked(vendor, order_id) == []


async def test_drafts_that_would_begin_by_themselves_are_found_by_an_index(vendor: Vendor):
    asked = sweeping._RESTLESS_DRAFTS.text  # pyright: ignore[reportPrivateUsage]
    values = {"providers": ["printify"], "old_s": 7200.0, "limit": sweeping.BATCH}
    async with system_scope(vendor.platform, "test") as scope:
        await scope.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = await scope.session.execute(text(f"EXPLAIN {asked}"), values)

        assert "ix_submissions_drafts" in "\n".join(row[0] for row in plan)
