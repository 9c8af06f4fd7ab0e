from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.providers.sdk import MemoryBudget, Priority, ProviderThrottled, Rate
from printvision.providers.sdk.budget import Bucket, full, lease, observe, penalise, refill, take

RATE = Rate(120, timedelta(seconds=60))  # one token every half second


def test_take_gives_the_whole_bucket_at_once_and_then_one_each_half_second() -> None:
    bucket = full(RATE, 100.0)
    waits: list[float] = []
    for _ in range(123):
        grant = take(bucket, RATE, 100.0, patience_s=10)
        bucket = grant.bucket
        waits.append(grant.wait_s)

    assert waits == [0.0] * 120 + [0.5, 1.0, 1.5]


def test_take_takes_nothing_where_the_wait_passes_the_patience() -> None:
    empty = Bucket(tokens=0.0, at=100.0)

    grant = take(empty, RATE, 100.0, cost=4, patience_s=1.9)

    assert (grant.tokens, grant.wait_s, grant.bucket) == (0, 2.0, empty)


def test_take_leaves_a_quarter_of_the_bucket_to_orders() -> None:
    nearly = Bucket(tokens=30.5, at=0.0)

    assert take(nearly, RATE, 0.0, patience_s=10, priority=Priority.BULK).wait_s == 0.25
    assert take(nearly, RATE, 0.0, patience_s=10, priority=Priority.ORDERS).wait_s == 0.0


def test_bulk_work_gets_its_turn_in_a_bucket_too_small_for_a_reserve() -> None:
    single = Rate(1, timedelta(seconds=1))

    assert take(full(single, 0.0), single, 0.0, patience_s=0, priority=Priority.BULK).tokens == 1
    assert take(Bucket(0.5, 0.0), single, 0.0, patience_s=0, priority=Priority.BULK).wait_s == 0.5


def test_refill_never_passes_the_brim_and_adds_nothing_when_the_clock_goes_back() -> None:
    assert refill(Bucket(tokens=119.0, at=0.0), RATE, 1_000.0).tokens == 120.0
    assert refill(Bucket(tokens=5.0, at=100.0), RATE, 50.0) == Bucket(tokens=5.0, at=100.0)


def test_penalise_empties_the_bucket_and_stops_the_refill_until_the_end() -> None:
    bucket = penalise(full(RATE, 0.0), RATE, 0.0, 60.0)

    assert take(bucket, RATE, 10.0, patience_s=100).wait_s == 50.5
    assert take(bucket, RATE, 60.5, patience_s=0).tokens == 1
    assert refill(bucket, RATE, 62.0).tokens == 4.0


def test_penalise_twice_keeps_the_later_end() -> None:
    bucket = penalise(penalise(full(RATE, 0.0), RATE, 0.0, 60.0), RATE, 1.0, 5.0)

    assert bucket.blocked_until == 60.0


def test_observe_believes_the_smaller_figure() -> None:
    assert observe(full(RATE, 0.0), RATE, 0.0, 3).tokens == 3.0
    assert observe(Bucket(tokens=2.0, at=0.0), RATE, 0.0, 100).tokens == 2.0


def test_lease_hands_out_what_is_there_and_says_when_there_will_be_more() -> None:
    first = lease(Bucket(tokens=7.9, at=0.0), RATE, 0.0, want=20)
    second = lease(first.bucket, RATE, 0.0, want=20)

    assert (first.tokens, first.wait_s) == (7, 0.0)
    assert (second.tokens, second.wait_s) == (0, pytest.approx(0.05))


def test_lease_gives_nothing_during_a_lockout() -> None:
    grant = lease(penalise(full(RATE, 0.0), RATE, 0.0, 60.0), RATE, 20.0, want=5)

    assert (grant.tokens, grant.wait_s) == (0, 40.5)


@given(
    steps=st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20), st.floats(0, 30)), min_size=1, max_size=60)
)
def test_take_never_promises_more_than_the_rate_allows(steps: list[tuple[float, int, float]]) -> None:
    bucket, now = full(RATE, 0.0), 0.0
    used: list[tuple[float, int]] = []
    for pause_s, cost, patience_s in steps:
        now += pause_s
        grant = take(bucket, RATE, now, cost=cost, patience_s=patience_s)
        bucket = grant.bucket
        assert grant.tokens in (0, cost)
        assert grant.tokens == 0 or grant.wait_s <= patience_s
        used += [(now + grant.wait_s, grant.tokens)]
    for begin, _ in used:
        inside = sum(tokens for at, tokens in used if begin <= at <= begin + 60)
        assert inside <= 120 + 120 + 20 * 1e-6  # a full bucket and one minute's refill


async def test_memory_budget_wakes_waiters_in_their_turn() -> None:
    budget = MemoryBudget(Rate(1, timedelta(seconds=0.01)), provider="inkwell")
    order: list[int] = []

    async def call(number: int) -> None:
        await budget.acquire(patience_s=5)
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(8)))

    assert order == list(range(8))


async def test_memory_budget_refuses_those_who_were_promised_a_token_before_a_lockout() -> None:
    budget = MemoryBudget(Rate(1, timedelta(seconds=0.05)), provider="inkwell")
    await budget.acquire(patience_s=1)
    waiting = asyncio.ensure_future(budget.acquire(patience_s=1))
    await asyncio.sleep(0)

    await budget.penalise(60)

    with pytest.raises(ProviderThrottled) as caught:
        await waiting
    assert caught.value.retry_after_s == pytest.approx(60, abs=1)
