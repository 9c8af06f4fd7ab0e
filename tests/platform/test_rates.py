from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.cli.ports import free_port
from printvision.platform.errors import InvalidSettings
from printvision.platform.rates import Bucket, Budget, OwnBuckets, Policy, Rates, TooManyRequests, ledgers
from printvision.platform.rates.grants import BUCKETS_KEPT, Want
from printvision.platform.rates.ledgers import RedisLedger
from printvision.platform.redaction import Secret


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """A Redis of the environment's, or one that this run starts."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("missing: REDIS_URL or redis-server on the path")
    port = free_port()
    folder = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = subprocess.Popen(command, stdout=(folder / "log").open("wb"), stderr=subprocess.STDOUT)
    try:
        wait_until_it_listens(server, port, folder / "log")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(10)


def wait_until_it_listens(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 10
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"redis-server did not start:\n{log.read_text()}")
        time.sleep(0.01)


@pytest.fixture
async def shared(redis_url: str) -> AsyncGenerator[tuple[Rates, Rates]]:
    """Two processes' budgets of five a minute."""
    first, second = Rates(RedisLedger(Secret(redis_url))), Rates(RedisLedger(Secret(redis_url)))
    yield first, second
    await first.close()
    await second.close()


def key(whose: str, limit: int) -> Bucket:
    return Bucket(Policy.KEY, whose, limit)


def told(limit: int, remaining: int, reset_s: int, *, refused: bool = False) -> Budget:
    return Budget(Policy.KEY, limit, remaining, reset_s, refused)


def spends(buckets: OwnBuckets, bucket: Bucket, now_s: float, calls: int = 1) -> list[str]:
    """What each of some calls was told: what is left and when it is full, or when to come again."""
    budgets = [buckets.spend(bucket, 1, now_s) for _ in range(calls)]
    return [f"no:{each.reset_s}" if each.refused else f"{each.remaining}:{each.reset_s}" for each in budgets]


def test_a_full_bucket_gives_its_budget_at_once_and_then_one_by_one():
    buckets, five = OwnBuckets(), key("a", 5)

    assert spends(buckets, five, 100.0, 6) == ["4:12", "3:24", "2:36", "1:48", "0:60", "no:12"]
    assert spends(buckets, five, 105.0) == ["no:7"]
    assert spends(buckets, five, 112.0, 2) == ["0:60", "no:12"]
    assert spends(buckets, five, 400.0, 6) == ["4:12", "3:24", "2:36", "1:48", "0:60", "no:12"]


def test_a_dear_call_takes_its_cost_or_nothing():
    buckets, five = OwnBuckets(), key("a", 5)

    assert buckets.spend(five, 3, 0.0) == told(5, 2, 36)
    assert buckets.spend(five, 3, 0.0) == told(5, 2, 12, refused=True)
    assert buckets.spend(five, 2, 0.0) == told(5, 0, 60)
    assert buckets.spend(five, 3, 36.0) == told(5, 0, 60)


def test_each_bucket_has_a_budget_of_its_own():
    buckets, whose = OwnBuckets(), (key("a", 1), Bucket(Policy.WORKSPACE, "a", 1), key("b", 1), key("a", 1))

    assert [spends(buckets, bucket, 0) for bucket in whose] == [["0:60"], ["0:60"], ["0:60"], ["no:60"]]


def test_made_up_names_push_out_the_oldest_and_take_no_more_room():
    buckets = OwnBuckets()

    for number in range(BUCKETS_KEPT + 1):
        buckets.spend(key(str(number), 1), 1, 0)

    assert spends(buckets, key("0", 1), 0) == ["0:60"]  # forgotten, so it is full again
    assert spends(buckets, key(str(BUCKETS_KEPT), 1), 0) == ["no:60"]


@given(a_minute=st.integers(1, 1000), gaps=st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_gives_more_than_twice_the_budget(a_minute: int, gaps: list[float]):
    buckets, now, given_at = OwnBuckets(), 0.0, list[float]()
    for gap in gaps:
        now += gap
        for _ in range(min(a_minute, 5)):
            if not buckets.spend(key("a", a_minute), 1, now).refused:
                given_at.append(now)

    for start in given_at:
        assert sum(start <= at < start + 60 for at in given_at) <= 2 * a_minute


async def test_a_spent_budget_says_whose_it_is_and_when_to_come_again():
    rates = Rates()
    assert [(await rates.spend(key("a", 2))).remaining for _ in range(2)] == [1, 0]

    spent = await rates.spend(key("a", 2))
    with pytest.raises(TooManyRequests) as refused:
        spent.require()

    assert refused.value.fields == {"policy": Policy.KEY, "retry_after_s": 30}
    (await rates.spend(key("b", 2))).require()


async def test_a_call_dearer_than_the_budget_takes_all_of_it():
    rates = Rates()

    assert await rates.spend(key("a", 2), 100) == told(2, 0, 60)
    assert (await rates.spend(key("a", 2))).refused


async def test_a_wrong_address_of_redis_names_its_variable_and_hides_its_password():
    with pytest.raises(InvalidSettings) as refused:
        RedisLedger(Secret("http://user:hush@host"))

    assert refused.value.fields == {"variable": "REDIS_URL"}
    assert "hush" not in str(refused.value)
    assert refused.value.__suppress_context__ is True


async def test_without_its_redis_a_process_goes_by_budgets_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(ledgers, "REDIS_TIMEOUT_S", 0.05)
    rates = Rates(RedisLedger(Secret("redis://127.0.0.1:9")))  # discard: nobody listens there

    assert [(await rates.spend(key("a", 2))).refused for _ in range(3)] == [False, False, True]
    await rates.close()


@pytest.mark.redis
async def test_with_redis_the_budget_is_one_over_all_processes(shared: tuple[Rates, Rates]):
    first, second = shared
    bucket = key(uuid4().hex, 5)

    left = [(await rates.spend(bucket, cost)) for rates, cost in ((first, 2), (second, 1), (first, 1))]
    assert [(each.remaining, each.refused) for each in left] == [(3, False), (2, False), (1, False)]
    assert (await second.spend(bucket)).remaining == 0
    for rates in shared:
        spent = await rates.spend(bucket)
        assert spent.refused
        assert 1 <= spent.reset_s <= 12
    assert not (await first.spend(key(uuid4().hex, 5))).refused


@pytest.mark.redis
async def test_redis_grants_what_the_arithmetic_says(redis_url: str):
    ledger, own, bucket = RedisLedger(Secret(redis_url)), OwnBuckets(), key(uuid4().hex, 600)
    wants = [Want(bucket, 1, 30), Want(bucket, 50, 50), Want(bucket, 1, 700), Want(bucket, 1, 1)]

    asked = [(await ledger.lease([want]))[0] for want in wants]

    expected = [own.lease(want, 0.0) for want in wants]
    assert [given.calls for given in asked[:2]] == [given.calls for given in expected[:2]] == [30, 50]
    assert 520 <= asked[2].calls <= 530  # a tenth of a second gives one more
    assert asked[2].full_in_s == pytest.approx(60, abs=0.2)
    await ledger.close()
