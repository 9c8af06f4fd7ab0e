"""Several processes that share one bucket, with a clock that is held."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from printvision.platform.rates import PERIOD_S, Bucket, Budget, OwnBuckets, Policy
from printvision.platform.rates.grants import BUCKETS_KEPT, Grant, Want
from printvision.platform.rates.slices import Slices

MAX_COST = 5


@dataclass
class Process:
    """A process as `Rates` makes it, with the shared bucket at hand."""

    shared: OwnBuckets
    slices: Slices = field(default_factory=Slices)
    asked: int = 0

    def spend(self, bucket: Bucket, cost: int, now_s: float) -> Budget:
        cost = min(cost, bucket.limit)
        budget = self.slices.spend(bucket, cost, now_s)
        if budget is None:
            self.asked += 1
            want = self.slices.want(bucket, cost, now_s)
            self.slices.put(want, self.shared.lease(want, now_s), now_s)
            budget = self.slices.spend(bucket, cost, now_s)
        assert budget is not None, "the bucket has just answered"
        return budget


def key(limit: int) -> Bucket:
    return Bucket(Policy.KEY, "a", limit)


def slice_of(limit: int) -> int:
    """The most that a process may hold."""
    return max(1, limit // 20, min(MAX_COST, limit))


calls = st.tuples(
    st.integers(0, 3),  # which process
    st.integers(1, MAX_COST),
    st.sampled_from([0.0, 0.001, 0.05, 0.6, 3.0, 70.0]),  # since the calls before
    st.sampled_from([1, 2, 30]),  # how many of the same
)


@settings(deadline=None, max_examples=300)
@given(
    limit=st.sampled_from([1, 3, 20, 60, 199, 200, 1_000, 6_000]),
    processes=st.integers(1, 4),
    run=st.lists(calls, max_size=120),
)
def test_together_they_let_through_the_budget_within_a_slice_for_each(
    limit: int, processes: int, run: list[tuple[int, int, float, int]]
):
    shared, bucket, now_s = OwnBuckets(), key(limit), 0.0
    those = [Process(shared) for _ in range(processes)]
    slack, refill = processes * slice_of(limit), limit / PERIOD_S
    # what one bucket would hold that knew of each call at once, and one with the slices on top
    level = most = float(limit)
    for who, cost, gap_s, times in run:
        now_s += gap_s
        level, most = min(limit, level + gap_s * refill), min(limit + slack, most + gap_s * refill)
        taken = min(cost, limit)
        for _ in range(times):
            if those[who % processes].spend(bucket, cost, now_s).refused:
                assert level < max(taken, limit // 100) + slack + 0.01
            else:
                level, most = level - taken, most - taken
                assert most > -0.01


def test_what_is_held_is_spent_without_asking():
    process, bucket = Process(OwnBuckets()), key(6_000)

    for _ in range(60):
        process.spend(bucket, 1, 0.0)

    assert process.asked == 1
    process.spend(bucket, 1, 0.0)
    assert process.asked == 2


def test_slices_grow_with_use_up_to_a_twentieth():
    process, bucket = Process(OwnBuckets()), key(6_000)

    for _ in range(60 + 3 * 300):  # a hundredth, then a twentieth each
        process.spend(bucket, 1, 1.0)

    assert process.asked == 4


def test_a_bucket_that_is_drained_is_not_asked_for_each_call():
    process, bucket, now_s = Process(OwnBuckets()), key(6_000), 0.0
    while not process.spend(bucket, 1, now_s).refused:
        pass
    asked = process.asked

    spent = 0
    for _ in range(6_100):  # over six seconds, in which 600 calls come back
        now_s += 0.001
        spent += not process.spend(bucket, 1, now_s).refused

    assert (spent, process.asked - asked) == (600, 10)


def test_a_budget_is_spent_to_its_last_call():
    shared, bucket = OwnBuckets(), key(6_000)
    process = Process(shared)

    assert sum(not process.spend(bucket, 1, 0.0).refused for _ in range(6_100)) == 6_000
    assert Process(shared).spend(bucket, 1, 0.0).refused


def test_a_refusal_says_when_there_is_enough():
    process, bucket = Process(OwnBuckets()), key(60)
    for _ in range(60):
        process.spend(bucket, 1, 0.0)

    refused = process.spend(bucket, 5, 0.0)

    assert refused == Budget(Policy.KEY, 60, 0, 5, refused=True)
    assert process.spend(bucket, 5, 4.9).refused
    assert not process.spend(bucket, 5, 5.0).refused


def test_what_a_dead_process_held_has_come_back_within_the_minute():
    shared, bucket = OwnBuckets(), key(600)
    dead, other = Process(shared), Process(shared)
    dead.spend(bucket, 1, 0.0)

    assert sum(not other.spend(bucket, 1, 0.0).refused for _ in range(700)) == 594
    assert sum(not other.spend(bucket, 1, 60.0).refused for _ in range(700)) == 600


def test_another_limit_takes_effect_with_the_next_call():
    process = Process(OwnBuckets())
    process.spend(key(6_000), 1, 0.0)

    assert process.spend(key(100), 1, 0.0).limit == 100


def test_made_up_names_take_no_more_room():
    slices = Slices()
    for number in range(BUCKETS_KEPT + 1):
        bucket = Bucket(Policy.ADDRESS, str(number), 100)
        slices.put(slices.want(bucket, 1, 0.0), Grant(1, 0.6), 0.0)

    assert slices.spend(Bucket(Policy.ADDRESS, "0", 100), 1, 0.0) is None  # it would be asked for anew
    assert slices.spend(Bucket(Policy.ADDRESS, "1", 100), 1, 0.0) is not None


def test_no_more_than_a_slice_is_held_whatever_was_held_before():
    process, bucket = Process(OwnBuckets()), key(200)
    for cost in (1, 1, 5, 1, 1, 1):  # of a slice of 2, then of one of 10: 2 are left
        process.spend(bucket, cost, 0.0)

    assert process.slices.want(bucket, 5, 0.0) == Want(bucket, 3, 8)
