"""Looking after orders when there are more to look at than a provider may be asked about."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from printvision.orders.states import Stage
from printvision.orders.sweeping import Sweeper
from printvision.orders.workflows.follow import follow_fulfilment, priority_of
from printvision.platform import clock, workflows
from printvision.platform.engine import Engine
from printvision.platform.ids import new_id
from printvision.providers import open_adapter
from printvision.providers.models import ConnectionRow
from printvision.providers.sdk import Priority
from tests.orders.carrying import asked, lose, run, send
from tests.orders.vendor import Vendor
from tests.waiting import until

DUE = 90
CALLERS = 4


async def allow(vendor: Vendor, calls_a_minute: int) -> None:
    changed = update(ConnectionRow).where(ConnectionRow.id == vendor.connection_id)
    async with vendor.workspace.scope() as scope:
        await scope.session.execute(changed.values(rate_requests=calls_a_minute))


# -- orders come first -------------------------------------------------------------------------------------------------


async def test_an_order_is_sent_before_the_looks_that_were_due_when_it_came(vendor: Vendor):
    """With twenty calls a minute the looks take minutes: behind them, so would the order."""
    followed = (await vendor.fulfilment(await send(vendor, "followed"))).id
    await allow(vendor, 20)
    async with vendor.workspace.scope() as scope:
        for _ in range(DUE):
            await workflows.start(scope, follow_fulfilment, followed)
    order_id = await vendor.place("new")

    engine = Engine(vendor.platform)
    await engine.start()
    try:

        async def sent() -> bool:
            return (await vendor.order(order_id)).stage == Stage.SENT

        await until(sent, within_s=60)
        waiting = len(await asked(vendor, followed))
    finally:
        await engine.stop(grace_s=0)

    assert waiting > DUE / 2
    assert await vendor.printed(order_id) == [("TEE-M", 1)]


# -- and yet looks are made --------------------------------------------------------------------------------------------


@asynccontextmanager
async def orders_take_all(vendor: Vendor, order_id: UUID, calls_a_minute: int) -> AsyncGenerator[None]:
    """As long as it lasts, calls with the right of orders use all that the provider allows."""
    await allow(vendor, calls_a_minute)
    number = (await vendor.submission(order_id)).provider_order_id or ""
    made = 0

    async def call_on() -> None:
        nonlocal made
        while True:
            async with open_adapter(vendor.platform, vendor.workspace.id, vendor.connection_id) as adapter:
                await adapter.get(number)
            made += 1

    async def used_up() -> bool:
        return made > calls_a_minute

    callers = [asyncio.create_task(call_on()) for _ in range(CALLERS)]
    await until(used_up)
    yield
    for caller in callers:
        caller.cancel()
    await asyncio.gather(*callers, return_exceptions=True)


async def test_a_stream_of_orders_that_uses_every_call_keeps_no_look_waiting_for_ever(vendor: Vendor):
    """All others are put off, not lost: another run of theirs has the right to a call that orders have."""
    order_ids = [await send(vendor, digit) for digit in "0123"]
    due = {f"look-{digit}": (await vendor.fulfilment(order_ids[int(digit)])).id for digit in "0123"}

    began = clock.now()
    async with orders_take_all(vendor, order_ids[0], 300):
        await asyncio.gather(
            *(
                follow_fulfilment.body(run(vendor, fulfilment_id, follow_fulfilment, run_id=run_id))
                for run_id, fulfilment_id in due.items()
            )
        )

    followed = [await vendor.fulfilment(order_id) for order_id in order_ids]
    assert [row.looks for row in followed] == [1, 0, 0, 0]
    put_off = [(row.look_at or began) - began for row in followed[1:]]
    assert max(put_off) < timedelta(minutes=1)


def test_one_look_in_sixteen_has_the_right_of_an_order_and_keeps_it():
    run_ids = [f"orders.follow:x:{new_id().hex}" for _ in range(4_000)]

    first_class = [run_id for run_id in run_ids if priority_of(run_id) is Priority.ORDERS]

    assert 150 < len(first_class) < 350
    assert {priority_of(run_id) for run_id in first_class} == {Priority.ORDERS}


# -- and none twice ----------------------------------------------------------------------------------------------------


async def test_a_look_that_waits_for_its_turn_is_not_asked_for_again(vendor: Vendor):
    """Else the queue grows for as long as more are due than the provider may be asked about."""
    order_id = await send(vendor)
    fulfilment_id = (await vendor.fulfilment(order_id)).id

    for _ in range(3):
        await vendor.silent(order_id)
        await Sweeper(vendor.platform).sweep()

    assert len(await asked(vendor, fulfilment_id)) == 1


async def test_a_look_whose_run_was_lost_is_asked_for_again(vendor: Vendor):
    order_id = await send(vendor)
    fulfilment_id = (await vendor.fulfilment(order_id)).id
    await vendor.silent(order_id)
    await Sweeper(vendor.platform).sweep()

    assert await lose(vendor, fulfilment_id) == 1
    await vendor.silent(order_id)
    await Sweeper(vendor.platform).sweep()

    assert len(await asked(vendor, fulfilment_id)) == 1
