"""Everything that may happen to an order, at once: no deadlock, no second print, and an end that fits the truth."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from printvision.orders import Hint, Sweeper, ask_for_looks
from printvision.orders.cancelling import cancel_order
from printvision.orders.errors import OrderNotCancellable, OrderNotHeld, OrderNotHoldable
from printvision.orders.holding import hold_order, release_order
from printvision.orders.states import Stage
from printvision.orders.workflows.follow import follow_fulfilment
from printvision.orders.workflows.fulfil import fulfil_order
from printvision.providers.simulators.faults import Delay, Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import run, settle
from tests.orders.shopify import cancelled, deliver, line, order
from tests.orders.vendor import Vendor

REFUSALS = (OrderNotCancellable, OrderNotHeld, OrderNotHoldable)
Verb = Callable[[], Awaitable[object]]


class Crowd:
    """Everybody who has something to do with an order."""

    def __init__(self, vendor: Vendor, shop_id: UUID, order_id: UUID) -> None:
        self.vendor = vendor
        self.shop_id = shop_id
        self.order_id = order_id

    def verbs(self) -> list[Verb]:
        return [
            self.carry,
            self.carry,
            self.carry,
            self.hold,
            self.release,
            self.look,
            self.sweep,
            self.change,
        ]

    async def carry(self) -> None:
        await fulfil_order.body(run(self.vendor, self.order_id))

    async def hold(self) -> None:
        async with self.vendor.workspace.scope() as scope:
            await hold_order(scope, self.order_id, reason="asking the buyer")

    async def release(self) -> None:
        async with self.vendor.workspace.scope() as scope:
            await release_order(scope, self.order_id)

    async def cancel(self) -> None:
        async with self.vendor.workspace.scope() as scope:
            await cancel_order(scope, self.order_id, reason="changed my mind")

    async def look(self) -> None:
        for fulfilment in await self.vendor.fulfilments(self.order_id):
            submission = await self.vendor.submission(self.order_id)
            async with self.vendor.workspace.scope() as scope:
                await ask_for_looks(scope, [Hint(self.vendor.connection_id, submission.provider_ref, None)])
            await follow_fulfilment.body(run(self.vendor, fulfilment.id, follow_fulfilment))

    async def sweep(self) -> None:
        await Sweeper(self.vendor.platform).sweep()

    async def change(self) -> None:
        await deliver(self.vendor, self.shop_id, order(line(quantity=2), age=5))

    async def cancel_in_the_shop(self) -> None:
        await deliver(self.vendor, self.shop_id, cancelled(line(quantity=2), age=9))


async def all_at_once(verbs: list[Verb], chance: random.Random) -> None:
    """Each verb twice, in an order of chance; what an order's state forbids may be refused, nothing else may fail."""
    wanted = verbs * 2
    chance.shuffle(wanted)
    outcomes = await asyncio.gather(*(verb() for verb in wanted), return_exceptions=True)
    unexpected = [
        outcome
        for outcome in outcomes
        if isinstance(outcome, BaseException) and not isinstance(outcome, REFUSALS)
    ]
    if unexpected:
        raise BaseExceptionGroup("not all went well", unexpected)


async def until_it_rests(crowd: Crowd) -> Stage:
    """Let go of every hold and carry it to its end."""
    for _ in range(20):
        await settle(crowd.vendor, crowd.order_id)
        row = await crowd.vendor.order(crowd.order_id)
        if row.held_at is None and row.recall_at is None and (row.stage in {Stage.SENT, Stage.CANCELLED}):
            return Stage(row.stage)
        if row.held_at is not None:
            await crowd.release()
        await crowd.carry()
    raise AssertionError(f"it does not come to rest: {row.stage} {row.hold_reason} {row.recall_at}")


@pytest.mark.parametrize("seed", range(4))
async def test_an_order_in_a_crowd_is_printed_once(vendor: Vendor, seed: int):
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    crowd = Crowd(vendor, shop_id, row.id)
    await vendor.printful.set(
        Faults(
            latency=Delay(share=0.5, min_s=0.0, max_s=0.03),
            dropped=Fault(share=0.2, operations=("orders.*",), times=6),
        )
    )

    await all_at_once(crowd.verbs(), random.Random(seed))

    assert await until_it_rests(crowd) is Stage.SENT
    assert len(await vendor.submissions(row.id)) == 1
    assert len(await vendor.printed(row.id)) == 1
    assert len(await vendor.ledger(row.id, LedgerEvent.ACCEPTED)) == 1


@pytest.mark.parametrize("seed", range(4))
async def test_an_order_cancelled_in_a_crowd_is_not_printed(vendor: Vendor, seed: int):
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    crowd = Crowd(vendor, shop_id, row.id)
    await vendor.printful.set(Faults(latency=Delay(share=0.5, min_s=0.0, max_s=0.03)))

    await all_at_once([*crowd.verbs(), crowd.cancel, crowd.cancel_in_the_shop], random.Random(seed))

    assert await until_it_rests(crowd) is Stage.CANCELLED
    assert await vendor.ledger(row.id, LedgerEvent.PRINTED) == []
    for submission in await vendor.submissions(row.id):
        if submission.provider_order_id is not None:
            assert await vendor.printful.status(submission.provider_order_id) == "canceled"
