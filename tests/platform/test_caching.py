"""Kept answers: given while nothing they tell of was written, on every process, whatever the store holds."""

from __future__ import annotations

import asyncio
import pickle
import statistics
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as bounded
from hypothesis import strategies as st
from redis.asyncio import Redis
from sqlalchemy import text

from printvision.cli.ports import free_port
from printvision.platform.caching import FRESH_S, Answers, Kept, Versions, answers_of, touch
from printvision.platform.caching import answers as answers_module
from printvision.platform.caching import stores as stores_module
from printvision.platform.caching import versions as versions_module
from printvision.platform.caching.disk import PRUNE_EVERY, Folder
from printvision.platform.caching.stores import REDIS_PREFIX, BoundedMemory, Inside, Outside, open_store
from printvision.platform.caching.versions import EVERYBODY, Tag, versions_of
from printvision.platform.errors import NotFound
from printvision.platform.events import Relay
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import CacheSettings, Settings
from printvision.platform.telemetry import REGISTRY
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.platform.test_rates import redis_url
from tests.waiting import until

__all__ = ["redis_url"]

MOST_BYTES = 1_000_000


@pytest.fixture
async def other(settings: Settings) -> AsyncGenerator[Platform]:
    """Another process over the same database."""
    async with open_platform(settings) as other:
        yield other


def minutes(workspace: MadeWorkspace, **changes: Any) -> Kept:
    """The question how long the workspace's send window is."""
    asked = Kept("test.minutes", f"minutes of {workspace.id}", workspace.id, ("things",), 60)
    return replace(asked, **changes)


async def read(workspace: MadeWorkspace) -> bytes:
    async with workspace.scope() as scope:
        found = await scope.session.scalar(
            text("SELECT send_window_minutes FROM workspaces WHERE id = :id"), {"id": workspace.id}
        )
    return str(found).encode()


async def write(workspace: MadeWorkspace, value: int, *tags: str) -> None:
    async with workspace.scope() as scope:
        await scope.session.execute(text("UPDATE workspaces SET send_window_minutes = :to"), {"to": value})
        touch(scope, *(tags or ("things",)))


def looks(operation: str, outcome: str) -> float:
    labels = {"operation": operation, "outcome": outcome}
    return REGISTRY.get_sample_value("printvision_cache_looks_total", labels) or 0


@dataclass
class Counted:
    """A computation that counts how often it is made and can be held up."""

    answer: bytes = b"answer"
    calls: int = 0
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    fails_with: Exception | None = None

    async def __call__(self) -> bytes:
        self.calls += 1
        self.begun.set()
        await self.go_on.wait()
        if self.fails_with:
            raise self.fails_with
        return self.answer

    @classmethod
    def free(cls, answer: bytes = b"answer") -> Counted:
        made = cls(answer)
        made.go_on.set()
        return made


async def let_others_run() -> None:
    """Nothing that they wait for takes any time."""
    for _ in range(20):
        await asyncio.sleep(0)


# -- what is given ---------------------------------------------------------------------------------------------


async def test_an_answer_is_computed_once_and_given_again(platform: Platform, workspace: MadeWorkspace):
    compute = Counted.free()
    before = looks("test.once", "miss"), looks("test.once", "hit")

    for _ in range(3):
        answer = await answers_of(platform).get(minutes(workspace, operation="test.once"), compute)
        assert answer == b"answer"

    assert compute.calls == 1
    assert (looks("test.once", "miss") - before[0], looks("test.once", "hit") - before[1]) == (1, 2)


async def test_a_write_is_seen_at_once_where_it_was_made(platform: Platform, workspace: MadeWorkspace):
    answers, asked = answers_of(platform), minutes(workspace, operation="test.stale")
    await write(workspace, 11)
    assert await answers.get(asked, lambda: read(workspace)) == b"11"
    before = looks("test.stale", "stale")

    await write(workspace, 12)

    assert await answers.get(asked, lambda: read(workspace)) == b"12"
    assert looks("test.stale", "stale") - before == 1


async def test_a_write_on_one_process_is_seen_on_another_within_a_tenth_of_a_second(
    platform: Platform, other: Platform, workspace: MadeWorkspace
):
    there = replace(workspace, platform=other)
    waits_s: list[float] = []
    for value in range(10, 30):
        await answers_of(other).get(minutes(there), lambda: read(there))  # what is kept there is of before

        await write(workspace, value)

        committed_s = time.perf_counter()
        while await answers_of(other).get(minutes(there), lambda: read(there)) != str(value).encode():
            pass
        waits_s.append(time.perf_counter() - committed_s)
    print(f"seen after {statistics.median(waits_s) * 1e3:.1f} ms, at most {max(waits_s) * 1e3:.1f} ms")

    assert statistics.median(waits_s) < 0.1
    assert max(waits_s) < 2  # a busy machine's; what holds of the process itself is the law below


async def test_a_write_that_is_rolled_back_drops_nothing(platform: Platform, workspace: MadeWorkspace):
    compute, answers = Counted.free(), answers_of(platform)
    await answers.get(minutes(workspace), compute)

    with suppress(NotFound):
        async with workspace.scope() as scope:
            touch(scope, "things")
            raise NotFound(kind="thing", id="1")
    versions_of(platform).forget()
    await answers.get(minutes(workspace), compute)

    assert compute.calls == 1


async def test_a_write_of_another_workspace_or_tag_drops_nothing(
    platform: Platform, workspace: MadeWorkspace
):
    compute, answers = Counted.free(), answers_of(platform)
    await answers.get(minutes(workspace), compute)

    await write(await make_workspace(platform), 15)
    await write(workspace, 15, "others")
    await answers.get(minutes(workspace), compute)

    assert compute.calls == 1


@pytest.mark.parametrize("whose", ["workspace", "everybody"])
async def test_what_is_written_for_everybody_drops_it_for_each(
    platform: Platform, workspace: MadeWorkspace, whose: str
):
    compute, answers = Counted.free(), answers_of(platform)
    asked = minutes(workspace, whose=workspace.id if whose == "workspace" else None)
    await answers.get(asked, compute)

    async with system_scope(platform, "test") as scope:
        touch(scope, "things")
    await answers.get(asked, compute)

    assert compute.calls == 2


# -- the law ---------------------------------------------------------------------------------------------------

steps = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.just(0.0)),
        st.tuples(st.sampled_from(["read 0", "read 1"]), st.just(0.0)),
        st.tuples(st.sampled_from(["begin", "finish"]), st.just(0.0)),
        st.tuples(st.just("pass"), st.sampled_from([0.01, 0.03, FRESH_S, 0.06])),
    ),
    min_size=4,
    max_size=24,
)


@given(steps)
@bounded(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_however_reads_and_writes_interleave_nothing_older_is_given_than_the_bound(
    platform: Platform, workspace: MadeWorkspace, steps: list[tuple[str, float]]
):
    """Three processes without any hint share a store; the third reads slowly and puts back what it read."""
    now_s = 1_000.0
    deaf = replace(platform, relay=Relay(None))
    store = Inside(MOST_BYTES)
    first, second, slow = (
        Answers(store, Versions(deaf, clock=lambda: now_s), longest=MOST_BYTES) for _ in range(3)
    )
    value, asked = 1, minutes(workspace)
    await write(workspace, value)
    committed = [(now_s - FRESH_S, value)]
    held: tuple[asyncio.Task[bytes], asyncio.Event] | None = None

    for what, seconds in steps:
        if what == "pass":
            now_s += seconds
        elif what == "write":
            value += 1
            await write(workspace, value)
            committed.append((now_s, value))
        elif what.startswith("read"):
            found = int(await (first, second)[int(what[-1])].get(asked, lambda: read(workspace)))
            assert found >= max(each for at_s, each in committed if at_s <= now_s - FRESH_S)
        elif what == "begin" and held is None:
            held = await _begin(slow, asked, lambda: read(workspace))
        elif what == "finish" and held is not None:
            held = await _finish(held)
    if held is not None:
        await _finish(held)


async def _begin(
    slow: Answers, asked: Kept, reading: Callable[[], Awaitable[bytes]]
) -> tuple[asyncio.Task[bytes], asyncio.Event] | None:
    """A read that has seen what it answers, and has yet to put it into the store."""
    seen, go_on = asyncio.Event(), asyncio.Event()

    async def compute() -> bytes:
        answer = await reading()
        seen.set()
        await go_on.wait()
        return answer

    task = asyncio.create_task(slow.get(asked, compute))
    waiting = asyncio.create_task(seen.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return None if task.done() else (task, go_on)


async def _finish(held: tuple[asyncio.Task[bytes], asyncio.Event]) -> None:
    held[1].set()
    await held[0]


# -- versions --------------------------------------------------------------------------------------------------


async def test_many_who_ask_at_once_are_one_statement(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    statements: list[int] = []

    async def counting(_: Any, __: str, values: dict[str, Any]) -> list[Any]:
        statements.append(len(values["tags"]))
        await asyncio.sleep(0)
        return []

    monkeypatch.setattr(versions_module, "run", counting)
    versions = Versions(platform)

    await asyncio.gather(*(versions.current([Tag(UUID(int=number % 7), "t")]) for number in range(100)))

    assert statements == [1, 7]  # one for the first, one for all who came meanwhile


async def test_a_wake_up_makes_it_ask_again(platform: Platform, workspace: MadeWorkspace):
    versions, tag = Versions(platform, clock=lambda: 0.0), Tag(workspace.id, "things")
    assert await versions.current([tag]) == (None,)
    await write(workspace, 12)  # which tells the process's own `Versions`, not these

    async def woken() -> bool:
        return platform.relay.generation > 0

    await until(woken)

    assert (await versions.current([tag]))[0] is not None


async def test_who_gives_up_asking_takes_nobody_along(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    answering = asyncio.Event()

    async def slow(*_: Any) -> list[Any]:
        await answering.wait()
        return [(EVERYBODY, "t", EVERYBODY)]

    monkeypatch.setattr(versions_module, "run", slow)
    versions = Versions(platform)
    first, second = (asyncio.create_task(versions.current([Tag(EVERYBODY, "t")])) for _ in range(2))
    await asyncio.sleep(0)

    first.cancel()
    answering.set()

    assert await second == (EVERYBODY,)


async def test_without_versions_it_is_computed(
    platform: Platform, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
):
    compute, answers = Counted.free(), answers_of(platform)
    await answers.get(minutes(workspace), compute)

    async def away(*_: Any) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(versions_module, "run", away)
    versions_of(platform).forget()

    assert await answers.get(minutes(workspace), compute) == b"answer"
    assert compute.calls == 2


# -- at the same time ------------------------------------------------------------------------------------------


async def test_of_many_at_once_one_computes(platform: Platform, workspace: MadeWorkspace):
    compute, answers = Counted(), answers_of(platform)
    asking = [asyncio.create_task(answers.get(minutes(workspace), compute)) for _ in range(50)]
    await compute.begun.wait()

    compute.go_on.set()

    assert set(await asyncio.gather(*asking)) == {b"answer"}
    assert compute.calls == 1


async def test_what_fails_for_one_is_asked_anew_by_each_who_waited(
    platform: Platform, workspace: MadeWorkspace
):
    failing, answers = Counted(fails_with=NotFound(kind="thing", id="1")), answers_of(platform)
    well = [Counted.free(str(number).encode()) for number in range(3)]
    refused = [replace(Counted.free(), fails_with=NotFound(kind="thing", id=str(each))) for each in (2, 3)]
    first = asyncio.create_task(answers.get(minutes(workspace), failing))
    await failing.begun.wait()
    waiting = [asyncio.create_task(answers.get(minutes(workspace), each)) for each in (*well, *refused)]
    await let_others_run()
    assert [each.calls for each in (*well, *refused)] == [0] * 5

    failing.go_on.set()

    outcomes = await asyncio.gather(first, *waiting, return_exceptions=True)
    assert outcomes == [failing.fails_with, b"0", b"1", b"2", *(each.fails_with for each in refused)]
    assert [each.calls for each in (failing, *well, *refused)] == [1] * 6
    assert await answers.get(minutes(workspace), Counted.free(b"later")) == b"later"


async def test_when_who_computes_leaves_the_next_one_does(platform: Platform, workspace: MadeWorkspace):
    leaving, staying, answers = Counted(), Counted.free(b"other"), answers_of(platform)
    first = asyncio.create_task(answers.get(minutes(workspace), leaving))
    await leaving.begun.wait()
    others = [asyncio.create_task(answers.get(minutes(workspace), staying)) for _ in range(5)]

    await let_others_run()

    first.cancel()

    assert set(await asyncio.gather(*others)) == {b"other"}
    assert (leaving.calls, staying.calls) == (1, 1)


async def test_nobody_waits_longer_than_the_bound(
    platform: Platform, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(answers_module, "WAIT_S", 0.01)
    hanging, answers = Counted(), answers_of(platform)
    first = asyncio.create_task(answers.get(minutes(workspace), hanging))
    await hanging.begun.wait()

    assert await answers.get(minutes(workspace), Counted.free(b"own")) == b"own"
    hanging.go_on.set()
    assert await first == b"answer"


# -- stores ----------------------------------------------------------------------------------------------------


async def test_what_is_too_long_is_not_kept(platform: Platform, workspace: MadeWorkspace):
    longest = platform.settings.cache.entry_bytes
    fits, longer = Counted.free(b"x" * longest), Counted.free(b"x" * (longest + 1))

    for compute in (fits, longer, fits, longer):
        await answers_of(platform).get(minutes(workspace, key=str(len(compute.answer))), compute)

    assert (fits.calls, longer.calls) == (1, 2)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3_000), st.booleans()), max_size=60))
async def test_memory_holds_no_more_than_it_may(puts: list[tuple[int, int, bool]]):
    memory = BoundedMemory(8_000)

    for key, size, put in puts:
        await (memory.set(str(key), b"x" * size, expire=60) if put else memory.delete(str(key)))

    assert memory.held_bytes == sum(len(key) + len(value) + 200 for key, (_, value) in memory.store.items())
    assert memory.held_bytes <= 8_000


async def test_memory_lets_go_what_was_not_asked_for_longest():
    store = Inside(3_000)
    for key in "ab":
        await store.keep(None, key, b"x" * 1_000, 60)
    await store.find(None, "a")

    await store.keep(None, "c", b"x" * 1_000, 60)

    assert [key for key in "abc" if await store.find(None, key)] == ["a", "c"]


def in_store(settings: Settings, store: Any, **more: Any) -> Settings:
    return Settings(
        data_dir=settings.data_dir,
        database=settings.database,
        cache=CacheSettings(store=store, **more),
        redis_url=more.get("redis_url"),
    )


async def test_a_folder_is_shared_by_processes(platform: Platform, other: Platform, workspace: MadeWorkspace):
    for each in (platform, other):
        each.settings = in_store(each.settings, "disk")
    compute = Counted.free()

    answers = [await answers_of(each).get(minutes(workspace), compute) for each in (platform, other)]

    assert (answers, compute.calls) == ([b"answer"] * 2, 1)
    assert b"answer" not in b"".join(path.read_bytes() for path in files(platform))


async def test_redis_is_shared_by_processes_and_drops_with_the_rest(
    platform: Platform, other: Platform, workspace: MadeWorkspace, redis_url: str
):
    for each in (platform, other):
        each.settings = Settings(
            data_dir=each.settings.data_dir, cache=CacheSettings(store="redis"), redis_url=Secret(redis_url)
        )
    await write(workspace, 11)
    there = replace(workspace, platform=other)
    compute = Counted.free()
    answers = [await answers_of(each).get(minutes(workspace), compute) for each in (platform, other)]
    assert (answers, compute.calls) == ([b"answer"] * 2, 1)

    await write(there, 12)

    assert await answers_of(other).get(minutes(workspace), lambda: read(there)) == b"12"


def files(platform: Platform) -> list[Path]:
    return [*(platform.settings.data_path / "cache").iterdir()]


class Bomb:
    def __reduce__(self) -> Any:
        return (pytest.fail, ("what lay in the store was executed",))


async def test_what_others_put_into_a_folder_is_neither_believed_nor_executed(
    platform: Platform, workspace: MadeWorkspace
):
    platform.settings = in_store(platform.settings, "disk")
    await answers_of(platform).get(minutes(workspace), Counted.free())
    (file,) = files(platform)
    kept = file.read_bytes()

    for hostile in (kept[:8] + pickle.dumps(Bomb()), kept[:-1] + b"x", b"", b"123", kept[:8] + b"9" * 40):
        file.write_bytes(hostile)
        compute = Counted.free(b"again")
        assert await answers_of(platform).get(minutes(workspace), compute) == b"again"
        assert compute.calls == 1


async def test_what_others_put_into_redis_is_neither_believed_nor_executed(
    platform: Platform, workspace: MadeWorkspace, redis_url: str
):
    platform.settings = Settings(
        data_dir=platform.settings.data_dir, cache=CacheSettings(store="redis"), redis_url=Secret(redis_url)
    )
    asked = minutes(workspace)
    async with Redis.from_url(redis_url) as redis:
        for hostile in (pickle.dumps(Bomb()), b"Bomb:" + pickle.dumps(Bomb()), b"bytes:x", b"17", b""):
            await redis.set(REDIS_PREFIX + asked.key, hostile)
            compute = Counted.free(b"again")
            assert await answers_of(platform).get(asked, compute) == b"again"
            assert compute.calls == 1


async def test_an_answer_of_another_question_is_not_taken(platform: Platform, workspace: MadeWorkspace):
    platform.settings = in_store(platform.settings, "disk")
    store = open_store(platform)
    await store.keep(workspace.id, "one", b"mine", 60)
    (mine,) = files(platform)
    await store.keep(workspace.id, "two", b"other", 60)
    (theirs,) = set(files(platform)) - {mine}

    theirs.write_bytes(mine.read_bytes())

    assert await store.find(workspace.id, "two") is None
    assert await store.find(None, "one") is None
    assert await store.find(workspace.id, "one") == b"mine"


async def test_without_its_redis_it_computes_and_leaves_it_alone_for_a_while(
    platform: Platform, workspace: MadeWorkspace
):
    platform.settings = Settings(
        data_dir=platform.settings.data_dir,
        cache=CacheSettings(store="redis"),
        redis_url=Secret(f"redis://127.0.0.1:{free_port()}/0"),
    )
    compute = Counted.free()

    for _ in range(3):
        assert await answers_of(platform).get(minutes(workspace), compute) == b"answer"

    assert compute.calls == 3


async def test_a_store_that_hangs_holds_nobody_up(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    class Hanging(Folder):
        async def get(self, key: str) -> bytes | None:
            await asyncio.Event().wait()
            return None

    monkeypatch.setattr(stores_module, "ANSWER_WITHIN_S", 0.01)
    store = Outside(Hanging(platform.settings.data_path / "cache", 10**6, 10**4), platform.keyring)

    assert await store.find(None, "key") is None


async def test_a_folder_holds_about_as_much_as_it_may(tmp_path: Path):
    folder = Folder(tmp_path / "cache", 100_000, 10_000)
    await folder.init()

    for number in range(3 * PRUNE_EVERY):
        await folder.set(str(number), b"x" * 2_000, expire=60)

    held = sum(path.stat().st_size for path in (tmp_path / "cache").iterdir())
    assert held <= 100_000
    assert await folder.get(str(3 * PRUNE_EVERY - 1)) == b"x" * 2_000
    assert await folder.get("0") is None


async def test_a_folder_forgets_what_has_lasted(tmp_path: Path):
    folder = Folder(tmp_path / "cache", 100_000, 10_000)
    await folder.init()
    await folder.set("gone", b"x", expire=-1)

    assert await folder.get("gone") is None
