"""One budget for all processes: never more than the rate, a part kept for orders, a lock-out kept by everybody."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event

from printvision.platform.db import libpq_url
from printvision.platform.errors import NotFound
from printvision.platform.runtime import Platform
from printvision.providers.budget import SharedBudget
from printvision.providers.schemas import AddConnection
from printvision.providers.sdk import Priority, ProviderThrottled, Rate
from printvision.providers.service import add_connection
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.waiting import until

SLOW = Rate(120, timedelta(minutes=10))  # one more every 5 s: none while a test looks
ROOM, SLICE = 119, 6
FAST = Rate(200, timedelta(seconds=1))

MakeBudget = Callable[..., SharedBudget]


async def connect(workspace: MadeWorkspace) -> UUID:
    wanted = AddConnection(provider="printful", name="Print house", credentials={"token": "not-a-real-one"})
    async with workspace.scope() as scope:
        return (await add_connection(scope, wanted)).id


@pytest.fixture
async def connection_id(workspace: MadeWorkspace) -> UUID:
    return await connect(workspace)


@pytest.fixture
async def process(workspace: MadeWorkspace, connection_id: UUID) -> MakeBudget:
    """Makes the budget of one connection as another process has it."""

    def make(rate: Rate = SLOW) -> SharedBudget:
        return SharedBudget(workspace.platform, workspace.id, connection_id, rate, provider="printful")

    return make


async def drain(budget: SharedBudget, *, priority: Priority = Priority.ORDERS, most: int = 1_000) -> int:
    """Take what is there now; returns how many calls it allowed."""
    for count in range(most):
        try:
            await budget.acquire(patience_s=0, priority=priority)
        except ProviderThrottled:
            return count
    return most


async def throttled(budget: SharedBudget, *, priority: Priority = Priority.ORDERS) -> float:
    """After how many seconds it says to come back."""
    with pytest.raises(ProviderThrottled) as refused:
        await budget.acquire(patience_s=0, priority=priority)
    assert refused.value.fields["provider"] == "printful"
    return refused.value.fields["retry_after_s"]


async def stored_tokens(platform: Platform) -> list[float]:
    with psycopg.connect(libpq_url(platform.urls.owner)) as owner:
        return [row[0] for row in owner.execute("SELECT tokens FROM rate_buckets")]


# -- the rate ----------------------------------------------------------------------------------------------------------


async def test_two_processes_share_one_bucket(process: MakeBudget):
    first, second = process(), process()

    taken = await drain(first, most=50) + await drain(second) + await drain(first)

    assert ROOM <= taken <= ROOM + 1


async def test_several_processes_never_pass_the_rate(process: MakeBudget):
    """A token is taken by the database's clock before we look at ours, so each is counted late, never early."""
    budgets = [process(FAST) for _ in range(3)]
    granted: list[float] = []
    began = time.monotonic()

    async def call(budget: SharedBudget) -> None:
        while time.monotonic() - began < 0.7:
            try:
                await budget.acquire(patience_s=0.1)
            except ProviderThrottled:
                continue
            granted.append(time.monotonic() - began)

    await asyncio.gather(*(call(budget) for budget in budgets for _ in range(5)))

    for count, at_s in enumerate(sorted(granted), start=1):
        assert count <= FAST.requests + FAST.requests * at_s
    assert len(granted) >= 150


async def test_the_bucket_is_smaller_by_what_it_regains_while_tokens_are_held(
    process: MakeBudget, platform: Platform
):
    """A slice used a second late comes on top of what came back meanwhile; never of a full bucket."""
    await process(Rate(120, timedelta(minutes=1))).acquire(patience_s=0)

    assert [round(tokens) for tokens in await stored_tokens(platform)] == [118 - SLICE]


async def test_what_a_lost_process_had_leased_is_all_that_is_lost(process: MakeBudget):
    lost = process()
    await lost.acquire(patience_s=0)
    del lost

    assert await drain(process()) >= ROOM - SLICE


async def test_a_new_process_does_not_begin_with_a_full_bucket(process: MakeBudget):
    await drain(process())

    assert await drain(process()) <= 1


async def test_two_processes_that_begin_at_once_make_one_bucket(process: MakeBudget, platform: Platform):
    await asyncio.gather(*(process().acquire(patience_s=1) for _ in range(4)))

    assert len(await stored_tokens(platform)) == 1


async def test_each_connection_has_a_bucket_of_its_own(workspace: MadeWorkspace, process: MakeBudget):
    other = SharedBudget(
        workspace.platform, workspace.id, await connect(workspace), SLOW, provider="printful"
    )
    await drain(process())

    assert await drain(other) >= ROOM


async def test_a_lower_agreed_rate_counts_at_once(process: MakeBudget):
    await process().acquire(patience_s=0)

    assert await drain(process(Rate(10, timedelta(seconds=60)))) == 10


async def test_another_workspace_cannot_use_the_budget(
    platform: Platform, process: MakeBudget, connection_id: UUID
):
    await process().acquire(patience_s=0)
    stranger = await make_workspace(platform)
    foreign = SharedBudget(platform, stranger.id, connection_id, SLOW, provider="printful")

    with pytest.raises(NotFound):
        await foreign.acquire(patience_s=0)

    assert [round(tokens) for tokens in await stored_tokens(platform)] == [ROOM - SLICE]


# -- patience ----------------------------------------------------------------------------------------------------------


async def test_without_tokens_it_says_when_to_come_back(process: MakeBudget):
    budget = process()
    await drain(budget)

    assert 0 < await throttled(budget) <= 5


async def test_a_patient_caller_gets_the_next_token(process: MakeBudget):
    budget = process(FAST)
    await drain(budget)

    async with asyncio.timeout(20):
        await budget.acquire(patience_s=10)


async def test_everybody_who_waits_gets_a_token_in_the_end(process: MakeBudget):
    budgets = [process(FAST), process(FAST)]
    await drain(budgets[0])

    async with asyncio.timeout(20):
        await asyncio.gather(*(budget.acquire(patience_s=15) for budget in budgets for _ in range(40)))


async def test_who_waits_in_one_process_does_not_ask_the_database_again_and_again(
    process: MakeBudget, platform: Platform
):
    budget = process()
    await drain(budget)
    asked: list[str] = []
    engine = platform.db.app.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    many = (budget.acquire(patience_s=0) for _ in range(50))
    answers = await asyncio.gather(*many, return_exceptions=True)

    assert sum(isinstance(answer, ProviderThrottled) for answer in answers) >= 49
    assert sum("FOR UPDATE" in statement for statement in asked) <= 2


async def test_a_call_that_is_throttled_has_taken_nothing(process: MakeBudget, platform: Platform):
    budget = process()
    await drain(budget)
    before = await stored_tokens(platform)

    for priority in Priority:
        await throttled(budget, priority=priority)

    [left] = await stored_tokens(platform)
    assert left >= before[0]


async def test_a_call_that_was_given_up_while_it_waited_has_taken_nothing(
    process: MakeBudget, platform: Platform
):
    budget = process()
    await drain(budget)
    before = await stored_tokens(platform)

    async def another(tokens: list[float]) -> bool:
        return await stored_tokens(platform) != tokens  # each look refills it a little

    waiting = asyncio.create_task(budget.acquire(patience_s=60, priority=Priority.BULK))
    await until(lambda: another(before))

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    [left] = await stored_tokens(platform)
    assert left >= before[0]


async def test_several_calls_at_once_are_taken_whole_or_not_at_all(process: MakeBudget, platform: Platform):
    budget = process()
    await budget.acquire(cost=100, patience_s=0)
    [left] = await stored_tokens(platform)

    with pytest.raises(ProviderThrottled):
        await budget.acquire(cost=100, patience_s=0)

    assert 19 <= left < 20
    assert (await stored_tokens(platform))[0] >= left


# -- bulk --------------------------------------------------------------------------------------------------------------


async def test_bulk_work_leaves_a_quarter_to_orders(process: MakeBudget):
    bulk = await drain(process(), priority=Priority.BULK)
    orders = await drain(process())

    assert 89 <= bulk <= 90
    assert 29 <= orders <= 31


async def test_bulk_work_that_is_seldom_takes_one_at_a_time(process: MakeBudget, platform: Platform):
    """What it held and did not use would be lost to orders too."""
    await process().acquire(patience_s=0, priority=Priority.BULK)

    assert [round(tokens) for tokens in await stored_tokens(platform)] == [ROOM - 1]


async def test_much_bulk_work_asks_the_database_seldom(process: MakeBudget, platform: Platform):
    budget = process()
    asked: list[str] = []
    engine = platform.db.app.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *call: asked.append(call[2]))

    for _ in range(60):
        await budget.acquire(patience_s=0, priority=Priority.BULK)

    # 1, 2, 4, and then whole slices: not 60, also where the machine is slow and some are forgotten
    assert 10 <= sum("FOR UPDATE" in statement for statement in asked) <= 20


async def test_several_processes_of_bulk_work_never_pass_the_rate(process: MakeBudget):
    budgets = [process(FAST) for _ in range(3)]
    granted: list[float] = []
    began = time.monotonic()

    async def call(budget: SharedBudget, priority: Priority) -> None:
        while time.monotonic() - began < 0.7:
            try:
                await budget.acquire(patience_s=0.1, priority=priority)
            except ProviderThrottled:
                continue
            granted.append(time.monotonic() - began)

    await asyncio.gather(*(call(budget, priority) for budget in budgets for priority in Priority))

    for count, at_s in enumerate(sorted(granted), start=1):
        assert count <= FAST.requests + FAST.requests * at_s
    assert len(granted) >= 150


async def test_bulk_work_that_waits_does_not_take_what_orders_will_want(process: MakeBudget):
    """Promised tokens would: sixty patient readers of a catalogue would leave orders thirty seconds of nothing."""
    budget = process()
    await drain(budget, priority=Priority.BULK)
    waiting = [
        asyncio.create_task(process().acquire(patience_s=60, priority=Priority.BULK)) for _ in range(60)
    ]
    await asyncio.sleep(0)

    assert await drain(process()) >= 29

    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_bulk_work_goes_on_when_there_is_enough_again(process: MakeBudget):
    budget = process(FAST)
    await drain(budget, priority=Priority.BULK)

    async with asyncio.timeout(20):
        await budget.acquire(patience_s=10, priority=Priority.BULK)


async def test_bulk_work_is_done_even_at_a_rate_of_one(process: MakeBudget):
    budget = process(Rate(1, timedelta(milliseconds=50)))

    async with asyncio.timeout(20):
        for _ in range(3):
            await budget.acquire(patience_s=10, priority=Priority.BULK)


# -- what the provider says --------------------------------------------------------------------------------------------


async def test_a_lock_out_is_kept_by_every_process(process: MakeBudget):
    told, other = process(), process()

    await told.penalise(30)

    for budget in (told, other):
        for priority in Priority:
            assert (
                25
                < await throttled(budget, priority=priority)
                <= 30 + 5 + (150 if priority is Priority.BULK else 0)
            )


async def test_tokens_leased_before_a_lock_out_are_gone_at_once_where_it_was_told(process: MakeBudget):
    told, other = process(), process()
    await told.acquire(patience_s=0)
    await other.acquire(patience_s=0)

    await told.penalise(30)

    assert await drain(told) == 0
    assert await drain(other) <= SLICE - 1  # and these, after a second, are forgotten too


async def test_a_lease_under_way_does_not_outlive_a_lock_out(process: MakeBudget):
    budget = process()
    leasing = asyncio.create_task(budget.acquire(patience_s=0))
    await asyncio.sleep(0)
    await budget.penalise(30)
    await asyncio.gather(leasing, return_exceptions=True)

    assert await drain(budget) == 0


async def test_after_a_lock_out_tokens_come_one_by_one(process: MakeBudget):
    brisk = Rate(60, timedelta(seconds=6))
    told, other = process(brisk), process(brisk)
    await told.penalise(0.05)
    began = time.monotonic()

    async with asyncio.timeout(20):
        await other.acquire(patience_s=10)

    assert 1 + await drain(other) <= 1 + 10 * (time.monotonic() - began)


async def test_a_shorter_lock_out_does_not_end_a_longer_one(process: MakeBudget):
    budget = process()
    await budget.penalise(30)
    await budget.penalise(1)

    assert await throttled(budget) > 25


async def test_what_they_say_is_left_counts_for_every_process(process: MakeBudget):
    told, other = process(), process()

    await told.observe(3)

    assert await drain(other) <= 4


async def test_what_they_say_is_left_adds_nothing(process: MakeBudget):
    budget = process()
    await drain(budget)

    await budget.observe(5)
    await budget.observe(100_000)

    assert await drain(budget) <= 1


@pytest.mark.parametrize("nonsense", [-5, 0])
async def test_a_figure_below_nothing_is_nothing(process: MakeBudget, nonsense: int):
    budget = process()

    await budget.observe(nonsense)

    assert 0 < await throttled(budget) <= 5
