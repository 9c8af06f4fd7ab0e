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
from printvision.platform import rates as module
from printvision.platform.errors import InvalidSettings
from printvision.platform.rates import BUCKETS_KEPT, Buckets, Budget, Rates, TooManyRequests
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
    first, second = Rates(5, Secret(redis_url)), Rates(5, Secret(redis_url))
    yield first, second
    await first.close()
    await second.close()


def spends(buckets: Buckets, bucket: str, now_s: float, calls: int = 1) -> list[str]:
    """What each of some calls was told: what is left and when it is full, or when to come again."""
    budgets = [buckets.spend(bucket, now_s) for _ in range(calls)]
    return [f"no:{each.reset_s}" if each.refused else f"{each.remaining}:{each.reset_s}" for each in budgets]


def test_a_full_bucket_gives_its_budget_at_once_and_then_one_by_one():
    buckets = Buckets(5)

    assert spends(buckets, "a", 100.0, 6) == ["4:12", "3:24", "2:36", "1:48", "0:60", "no:12"]
    assert spends(buckets, "a", 105.0) == ["no:7"]
    assert spends(buckets, "a", 112.0, 2) == ["0:60", "no:12"]
    assert spends(buckets, "a", 400.0, 6) == ["4:12", "3:24", "2:36", "1:48", "0:60", "no:12"]


def test_a_dear_call_takes_its_cost_or_nothing():
    buckets = Buckets(5)

    assert buckets.spend("a", 0.0, 3) == Budget(limit=5, remaining=2, reset_s=36)
    assert buckets.spend("a", 0.0, 3) == Budget(limit=5, remaining=2, reset_s=12, refused=True)
    assert buckets.spend("a", 0.0, 2) == Budget(limit=5, remaining=0, reset_s=60)
    assert buckets.spend("a", 36.0, 3) == Budget(limit=5, remaining=0, reset_s=60)


def test_each_bucket_has_a_budget_of_its_own():
    buckets = Buckets(1)

    assert [spends(buckets, bucket, 0) for bucket in ("a", "b", "a")] == [["0:60"], ["0:60"], ["no:60"]]


def test_made_up_names_push_out_the_oldest_and_take_no_more_room():
    buckets = Buckets(1)

    for number in range(BUCKETS_KEPT + 1):
        buckets.spend(str(number), 0)

    assert spends(buckets, "0", 0) == ["0:60"]  # forgotten, so it is full again
    assert spends(buckets, str(BUCKETS_KEPT), 0) == ["no:60"]


@given(a_minute=st.integers(1, 1000), gaps=st.lists(st.floats(0, 30), max_size=60))
def test_no_minute_gives_more_than_twice_the_budget(a_minute: int, gaps: list[float]):
    buckets, now, given_at = Buckets(a_minute), 0.0, list[float]()
    for gap in gaps:
        now += gap
        given_at += [now for _ in range(min(a_minute, 5)) if not buckets.spend("a", now).refused]

    for start in given_at:
        assert sum(start <= at < start + 60 for at in given_at) <= 2 * a_minute


async def test_a_spent_budget_says_when_to_come_again():
    rates = Rates(2)
    assert [(await rates.spend("a")).remaining for _ in range(2)] == [1, 0]

    spent = await rates.spend("a")
    with pytest.raises(TooManyRequests) as refused:
        spent.require()

    assert refused.value.fields == {"retry_after_s": 30}
    (await rates.spend("b")).require()


async def test_a_call_dearer_than_the_budget_takes_all_of_it():
    rates = Rates(2)

    assert await rates.spend("a", 100) == Budget(limit=2, remaining=0, reset_s=60)
    assert (await rates.spend("a")).refused


async def test_a_wrong_address_of_redis_names_its_variable_and_hides_its_password():
    with pytest.raises(InvalidSettings) as refused:
        Rates(5, Secret("http://user:hush@host"))

    assert refused.value.fields == {"variable": "REDIS_URL"}
    assert "hush" not in str(refused.value)
    assert refused.value.__suppress_context__ is True


async def test_without_its_redis_a_process_goes_by_budgets_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "REDIS_TIMEOUT_S", 0.05)
    rates = Rates(2, Secret("redis://127.0.0.1:9"))  # discard: nobody listens there

    assert [(await rates.spend("a")).refused for _ in range(3)] == [False, False, True]
    await rates.close()


@pytest.mark.redis
async def test_with_redis_the_budget_is_one_over_all_processes(shared: tuple[Rates, Rates]):
    first, second = shared
    bucket = uuid4().hex

    left = [(await rates.spend(bucket, cost)) for rates, cost in ((first, 2), (second, 1), (first, 1))]
    assert [(each.remaining, each.refused) for each in left] == [(3, False), (2, False), (1, False)]
    assert (await second.spend(bucket)).remaining == 0
    for rates in shared:
        spent = await rates.spend(bucket)
        assert spent.refused
        assert 1 <= spent.reset_s <= 60
    assert not (await first.spend(uuid4().hex)).refused
