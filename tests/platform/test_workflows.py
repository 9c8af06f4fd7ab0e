"""Durable runs: enqueued with their cause, carried once, remembered, taken up when their process is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest
from dbos import DBOS
from sqlalchemy import text

from printvision.orders.steps import Next
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.engine import Engine, silent_executors
from printvision.platform.errors import NotFound, PrintVisionError
from printvision.platform.money import Money
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings, environment
from printvision.platform.step_results import JsonSerializer
from printvision.platform.workflows import Run, Workflow, forget_finished_runs, start, workflow
from tests.database import ROOT
from tests.factories.workspaces import MadeWorkspace
from tests.platform import stories
from tests.platform.stories import CUT, Traces
from tests.processes import wait_until
from tests.waiting import until

ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
THREE = ["first", "second, told first's word!", "last"]


@pytest.fixture
def traces(database_urls: DatabaseUrls) -> Traces:
    stories.make_tables(database_urls)
    return Traces(database_urls)


@pytest.fixture
async def engine(platform: Platform, traces: Traces) -> AsyncGenerator[Engine]:
    engine = Engine(platform)
    await engine.start()
    yield engine
    await engine.stop(grace_s=0)


class Runs:
    """What the engine keeps of runs, as the tables' owner sees it."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._url = libpq_url(urls.owner)

    def _ask(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url, autocommit=True) as owner:
            cursor = owner.execute(statement.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def all(self) -> dict[str, str]:
        """The state of every run by its id."""
        return dict(self._ask("SELECT workflow_uuid, status FROM dbos.workflow_status"))  # pyright: ignore[reportArgumentType]

    def state(self, run_id: str) -> str | None:
        return self.all().get(run_id)

    def kept_of(self, run_id: str) -> dict[str, int]:
        """How many rows each of the engine's tables has of the run."""
        columns = self._ask(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'dbos'"
            " AND column_name IN ('workflow_uuid', 'workflow_id', 'destination_uuid')"
        )
        counts = {
            table: self._ask(f"SELECT count(*) FROM dbos.{table} WHERE {column} = %s", run_id)[0][0]
            for table, column in columns
        }
        return {table: count for table, count in counts.items() if count}

    def executor(self, run_id: str) -> str:
        [(executor_id,)] = self._ask(
            "SELECT executor_id FROM dbos.workflow_status WHERE workflow_uuid = %s", run_id
        )
        return executor_id

    def steps(self, run_id: str) -> list[str]:
        rows = self._ask(
            "SELECT function_name FROM dbos.operation_outputs WHERE workflow_uuid = %s ORDER BY function_id",
            run_id,
        )
        return [name for (name,) in rows]

    def give_to(self, run_id: str, executor_id: str) -> None:
        """As if a process by that id had taken it and was carrying it."""
        self._ask(
            "UPDATE dbos.workflow_status SET status = 'PENDING', executor_id = %s, application_version = '1'"
            " WHERE workflow_uuid = %s",
            executor_id,
            run_id,
        )

    def end(self, run_id: str, status: str, *, ago: timedelta) -> None:
        ended_ms = int((datetime.now(UTC) - ago).timestamp() * 1000)
        self._ask(
            "UPDATE dbos.workflow_status SET status = %s, updated_at = %s WHERE workflow_uuid = %s",
            status,
            ended_ms,
            run_id,
        )

    def executors(self) -> dict[str, int]:
        """The processes that are said to live, with their pids."""
        return dict(self._ask("SELECT executor_id, pid FROM executors"))  # pyright: ignore[reportArgumentType]

    def add_executor(self, executor_id: str, *, silent_s: float) -> None:
        self._ask(
            "INSERT INTO executors (executor_id, host, pid, started_at, seen_at)"
            " VALUES (%s, 'elsewhere', 1, now(), now() - make_interval(secs => %s))",
            executor_id,
            silent_s,
        )


@pytest.fixture
def runs(database_urls: DatabaseUrls) -> Runs:
    return Runs(database_urls)


async def begin(
    workspace: MadeWorkspace, story: Workflow, *, after: timedelta = timedelta(0)
) -> tuple[str, UUID]:
    """Enqueue a run of the story about a new thing; the run's id and the thing's."""
    subject_id = uuid4()
    async with workspace.scope() as scope:
        return await start(scope, story, subject_id, after=after), subject_id


async def ended(runs: Runs, run_id: str) -> str:
    """The state in which the run ended."""

    async def state() -> str | None:
        found = await asyncio.to_thread(runs.state, run_id)
        return found if found not in {"ENQUEUED", "PENDING", "DELAYED"} else None

    return await until(state) or ""


# -- enqueued ----------------------------------------------------------------------------------------------------------


async def test_a_roll_back_leaves_no_run(workspace: MadeWorkspace, runs: Runs):
    with suppress(ZeroDivisionError):
        async with workspace.scope() as scope:
            await start(scope, stories.three, uuid4())
            raise ZeroDivisionError

    assert runs.all() == {}


@pytest.mark.usefixtures("engine")
async def test_a_run_begins_when_its_cause_has_committed(
    workspace: MadeWorkspace, runs: Runs, traces: Traces
):
    subject_id = uuid4()
    async with workspace.scope() as scope:
        run_id = await start(scope, stories.three, subject_id)
        later, _ = await begin(workspace, stories.three)
        assert await ended(runs, later) == "SUCCESS"
        assert traces.of(subject_id) == []

    assert await ended(runs, run_id) == "SUCCESS"
    assert traces.words(subject_id) == THREE


async def test_every_run_has_an_id_of_its_own(workspace: MadeWorkspace, runs: Runs):
    subject_id = uuid4()
    async with workspace.scope() as scope:
        ids = [await start(scope, stories.three, subject_id) for _ in range(3)]

    assert runs.all() == dict.fromkeys(ids, "ENQUEUED")
    assert len(set(ids)) == 3
    assert all(run_id.startswith(f"test.three:{subject_id}:") for run_id in ids)


async def test_the_system_says_whose_run_it_enqueues(
    platform: Platform, workspace: MadeWorkspace, runs: Runs
):
    async with system_scope(platform, "test") as scope:
        run_id = await start(scope, stories.three, uuid4(), workspace_id=workspace.id)

    assert runs.state(run_id) == "ENQUEUED"


async def test_the_system_does_not_enqueue_a_run_of_nobody(platform: Platform, runs: Runs):
    async with system_scope(platform, "test") as scope:
        with pytest.raises(ValueError, match="workspace"):
            await start(scope, stories.three, uuid4())

    assert runs.all() == {}


def test_two_stories_of_one_name_and_version_are_refused():
    async def other(run: Run) -> None: ...

    with pytest.raises(ValueError, match=r"test\.three@1"):
        workflow("test.three")(other)


# -- carried -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("engine")
async def test_a_run_does_its_steps_once_and_in_order(workspace: MadeWorkspace, runs: Runs, traces: Traces):
    begun = [
        await begin(workspace, story) for story in (stories.three, stories.three_in_bulk) for _ in range(5)
    ]

    for run_id, subject_id in begun:
        assert await ended(runs, run_id) == "SUCCESS"
        assert traces.words(subject_id) == THREE
        assert runs.steps(run_id) == ["first", "second", "last"]


@pytest.mark.usefixtures("engine")
async def test_a_delayed_run_does_not_begin_early(workspace: MadeWorkspace, runs: Runs, traces: Traces):
    much_later, _ = await begin(workspace, stories.three, after=timedelta(hours=1))
    asked_at = datetime.now(UTC)
    soon, subject_id = await begin(workspace, stories.three, after=timedelta(seconds=1.5))
    at_once, _ = await begin(workspace, stories.three)

    assert [await ended(runs, run_id) for run_id in (at_once, soon)] == ["SUCCESS", "SUCCESS"]
    assert runs.state(much_later) == "DELAYED"
    assert traces.of(subject_id)[0].at >= asked_at + timedelta(seconds=1.499)  # they keep whole milliseconds


@pytest.mark.usefixtures("engine")
async def test_a_run_that_fails_ends_and_keeps_no_other_from_going_on(
    workspace: MadeWorkspace, runs: Runs, traces: Traces
):
    failing = [
        await begin(workspace, story) for story in (stories.refused, stories.broken, stories.object_answered)
    ]
    sound, subject_id = await begin(workspace, stories.three)

    assert {await ended(runs, run_id) for run_id, _ in failing} == {"ERROR"}
    assert await ended(runs, sound) == "SUCCESS"
    assert traces.words(subject_id) == THREE
    assert [traces.words(subject) for _, subject in failing] == [["first", "refused"], ["broken"], ["object"]]


# -- remembered --------------------------------------------------------------------------------------------------------


class Colour(Enum):
    RED = "red"


class Answer(msgspec.Struct):
    price: Money
    sizes: tuple[str, ...]


AN_ID = UUID("0198f000-0000-7000-8000-000000000001")


@pytest.mark.parametrize(
    ("result", "remembered"),
    [
        (None, None),
        (True, True),
        (2**53 + 1, 2**53 + 1),
        (-1.5, -1.5),
        ("Größe \N{T-SHIRT} \x00 \n", "Größe \N{T-SHIRT} \x00 \n"),
        (Next.STOP, Next.STOP),
        (Colour.RED, "red"),
        (AN_ID, str(AN_ID)),
        (Decimal("1.10"), "1.10"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00Z"),
        (date(2026, 3, 1), "2026-03-01"),
        (timedelta(seconds=90), "PT90S"),
        (b"\x00\xff", "AP8="),
        ([1, (2, 3)], [1, [2, 3]]),
        ({AN_ID: [Next.ON]}, {str(AN_ID): ["on"]}),
        (frozenset({1}), [1]),
        (Answer(Money(5, "EUR"), ("S",)), {"price": {"amount_minor": 5, "currency": "EUR"}, "sizes": ["S"]}),
        (msgspec.Raw(b'{"a":1}'), {"a": 1}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_result_is_remembered_as_what_it_decodes_to(result: object, remembered: object):
    kept = JsonSerializer().serialize(result)

    assert "\x00" not in kept  # which no text column holds
    assert JsonSerializer().deserialize(kept) == remembered


def test_what_is_no_json_is_refused_rather_than_remembered_wrongly():
    with pytest.raises(TypeError):
        JsonSerializer().serialize(object())


@pytest.mark.parametrize(
    ("error", "remembered"),
    [
        (NotFound("Gone", kind="order", id="1"), (NotFound, "Gone", {"kind": "order", "id": "1"})),
        (NotFound(kind="order", id=AN_ID), (NotFound, None, {"kind": "order", "id": str(AN_ID)})),
        (PrintVisionError(odd=object), (PrintVisionError, None, {"odd": "<class 'object'>"})),
    ],
)
def test_an_error_of_ours_is_remembered_as_what_it_was(error: PrintVisionError, remembered: tuple[Any, ...]):
    again = JsonSerializer().deserialize(JsonSerializer().serialize(error))

    assert (type(again), again.detail, again.fields) == remembered


@pytest.mark.parametrize("error", [KeyError("token"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "odd")])
def test_any_other_error_is_remembered_by_its_name_and_words(error: Exception):
    again = JsonSerializer().deserialize(JsonSerializer().serialize(error))

    assert type(again) is RuntimeError
    assert str(again) == f"{type(error).__name__}: {error}"


async def test_only_runs_that_ended_long_ago_are_forgotten(
    platform: Platform, workspace: MadeWorkspace, runs: Runs
):
    week, ages = timedelta(days=7), {"old": timedelta(days=8), "young": timedelta(days=6)}
    begun = {
        (status, age): (await begin(workspace, stories.three))[0]
        for status in (*ENDED, "PENDING", "ENQUEUED", "DELAYED")
        for age in ages
    }
    for (status, age), run_id in begun.items():
        runs.end(run_id, status, ago=ages[age])

    async with system_scope(platform, "test") as scope:
        forgotten = await forget_finished_runs(scope, older_than=week)

    gone = {which for which, run_id in begun.items() if runs.state(run_id) is None}
    assert gone == {(status, "old") for status in ENDED}
    assert forgotten == len(ENDED)


@pytest.mark.usefixtures("engine")
async def test_of_a_forgotten_run_nothing_is_left(platform: Platform, workspace: MadeWorkspace, runs: Runs):
    run_id, _ = await begin(workspace, stories.three)
    assert await ended(runs, run_id) == "SUCCESS"
    assert runs.kept_of(run_id)["operation_outputs"] == 3
    runs.end(run_id, "SUCCESS", ago=timedelta(days=8))

    async with system_scope(platform, "test") as scope:
        await forget_finished_runs(scope, older_than=timedelta(days=7))

    assert runs.kept_of(run_id) == {}


# -- taken up ----------------------------------------------------------------------------------------------------------


async def test_silent_and_unknown_executors_are_found_and_living_ones_are_not(
    platform: Platform, workspace: MadeWorkspace, runs: Runs
):
    runs.add_executor("living", silent_s=0.5)
    runs.add_executor("silent", silent_s=1.5)
    for executor_id in ("living", "silent", "unknown"):
        runs.give_to((await begin(workspace, stories.three))[0], executor_id)
    await begin(workspace, stories.three)

    async with system_scope(platform, "test") as scope:
        found = await silent_executors(scope, timedelta(seconds=1))

    assert sorted(found) == ["silent", "unknown"]


async def test_runs_of_the_dead_are_taken_up_and_those_of_the_living_are_left(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, engine: Engine
):
    runs.add_executor("living", silent_s=-600)
    lost, of_lost = await begin(workspace, stories.three, after=timedelta(hours=1))
    kept, of_kept = await begin(workspace, stories.three, after=timedelta(hours=1))
    runs.give_to(lost, "dead")
    runs.give_to(kept, "living")

    assert await ended(runs, lost) == "SUCCESS"

    assert traces.words(of_lost) == THREE
    assert runs.executor(lost) == engine.executor_id
    assert (runs.state(kept), runs.executor(kept), traces.of(of_kept)) == ("PENDING", "living", [])


async def test_a_run_that_was_claimed_and_never_began_is_given_back_and_done(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, engine: Engine
):
    lost, of_lost = await begin(workspace, stories.three, after=timedelta(hours=1))
    runs.give_to(lost, engine.executor_id)

    assert await ended(runs, lost) == "SUCCESS"

    assert traces.words(of_lost) == THREE


async def test_a_process_does_not_take_itself_for_dead(
    workspace: MadeWorkspace, runs: Runs, engine: Engine, platform: Platform
):
    """It may have been stalled, and come to look for the silent before it was heard of again."""
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(text("UPDATE executors SET seen_at = now() - interval '1 hour'"))

        assert await silent_executors(scope, timedelta(seconds=1)) == [engine.executor_id]
        assert engine.executor_id not in await engine.take_over()


async def test_a_take_over_repeated_or_by_two_at_once_takes_nothing_from_the_living(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, engine: Engine
):
    """What DBOS promises of the private call that take-over rests on: only what the named executors still hold."""
    held, subject_id = await begin(workspace, stories.waiting)
    await until(lambda: has(traces, subject_id, "waiting"))

    for _ in range(3):
        await asyncio.to_thread(DBOS._recover_pending_workflows, ["dead", "another"])

    assert (runs.state(held), runs.executor(held)) == ("PENDING", engine.executor_id)
    traces.raise_flag()
    assert await ended(runs, held) == "SUCCESS"
    assert traces.words(subject_id) == ["first", "waiting", "last"]


async def has(traces: Traces, subject_id: UUID, what: str) -> bool:
    return what in await asyncio.to_thread(traces.words, subject_id)


async def test_a_process_that_stops_is_not_waited_for(platform: Platform, traces: Traces, runs: Runs):
    engine = Engine(platform)
    await engine.start()
    assert runs.executors() == {engine.executor_id: os.getpid()}

    await engine.stop(grace_s=0)

    assert runs.executors() == {}


# -- killed ------------------------------------------------------------------------------------------------------------


@dataclass
class Worker:
    """A process of ours that carries the stories."""

    process: subprocess.Popen[str]
    executor_id: str

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def ended(self) -> int:
        return self.process.wait(timeout=30)


StartWorkers = Callable[[int], list[Worker]]


@pytest.fixture
def start_workers(settings: Settings, traces: Traces, tmp_path: Path) -> Generator[StartWorkers]:
    """Starts processes at once and returns when all of them carry runs."""
    begun: list[subprocess.Popen[str]] = []

    def make(count: int) -> list[Worker]:
        with (tmp_path / "workers.log").open("a") as log:
            processes = [
                subprocess.Popen(
                    [sys.executable, "-m", "tests.platform.workflow_process"],
                    cwd=ROOT,
                    env=os.environ | environment(settings),
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
                for _ in range(count)
            ]
        begun.extend(processes)
        return [Worker(process, executor_id_of(process, tmp_path / "workers.log")) for process in processes]

    yield make
    for process in begun:
        process.kill()
        process.wait()


def executor_id_of(process: subprocess.Popen[str], log: Path) -> str:
    """What it says when it is ready: the first line without a sign of a log line."""
    assert process.stdout is not None
    for line in process.stdout:
        with suppress(ValueError):
            return str(UUID(line.strip()))
    raise AssertionError(f"the worker did not start:\n{log.read_text()}")


@pytest.mark.system
async def test_after_a_crash_a_finished_step_is_remembered_and_the_cut_one_done_again(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, start_workers: StartWorkers
):
    run_id, subject_id = await begin(workspace, stories.cut)
    [crashing] = start_workers(1)
    assert await asyncio.to_thread(crashing.ended) == CUT
    assert (runs.state(run_id), traces.words(subject_id)) == ("PENDING", ["first", "cut"])

    [second] = start_workers(1)

    assert await ended(runs, run_id) == "SUCCESS"
    assert traces.words(subject_id) == ["first", "cut", "cut", "second, told first's word."]
    assert crashing.executor_id != second.executor_id
    assert runs.executor(run_id) == second.executor_id
    assert runs.executors() == {second.executor_id: second.process.pid}


@pytest.mark.system
async def test_after_a_crash_a_story_that_does_not_remember_is_told_from_its_beginning(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, start_workers: StartWorkers
):
    run_id, subject_id = await begin(workspace, stories.cut_forgetful)
    [crashing] = start_workers(1)
    assert await asyncio.to_thread(crashing.ended) == CUT

    start_workers(1)

    assert await ended(runs, run_id) == "SUCCESS"
    assert traces.words(subject_id) == ["first", "cut", "first", "cut", "second, told first's word."]


@pytest.mark.system
async def test_a_remembered_failure_takes_the_story_the_same_way_again(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, start_workers: StartWorkers
):
    run_id, subject_id = await begin(workspace, stories.catching)
    [crashing] = start_workers(1)
    assert await asyncio.to_thread(crashing.ended) == CUT

    start_workers(1)

    assert await ended(runs, run_id) == "SUCCESS"
    assert traces.words(subject_id) == [
        "refused",
        "second, told It is not there, thing",
        "cut",
        "cut",
        "last",
    ]


@pytest.mark.system
async def test_the_runs_of_a_killed_process_are_taken_up_by_a_living_one_and_done_to_the_end(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, start_workers: StartWorkers
):
    killed, living = start_workers(2)
    begun = [await begin(workspace, stories.waiting) for _ in range(12)]
    await until(lambda: all_wait(traces, begun))
    carried = {run_id: runs.executor(run_id) for run_id, _ in begun}
    assert set(carried.values()) <= {killed.executor_id, living.executor_id}

    killed.send(signal.SIGKILL)
    wait_until(lambda: set(runs.executors()) == {living.executor_id})
    traces.raise_flag()

    for run_id, subject_id in begun:
        assert await ended(runs, run_id) == "SUCCESS"
        tries = 2 if carried[run_id] == killed.executor_id else 1
        assert traces.words(subject_id) == ["first", *["waiting"] * tries, "last"]
        assert runs.executor(run_id) == living.executor_id


async def all_wait(traces: Traces, begun: list[tuple[str, UUID]]) -> bool:
    return all([await has(traces, subject_id, "waiting") for _, subject_id in begun])


@pytest.mark.system
async def test_a_stalled_process_that_wakes_up_finds_its_run_taken_and_does_no_further_step(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, start_workers: StartWorkers
):
    [stalled] = start_workers(1)
    run_id, subject_id = await begin(workspace, stories.waiting)
    await until(lambda: has(traces, subject_id, "waiting"))
    stalled.send(signal.SIGSTOP)
    [taking] = start_workers(1)
    wait_until(lambda: runs.executor(run_id) == taking.executor_id)
    wait_until(lambda: traces.words(subject_id).count("waiting") == 2)

    traces.raise_flag()
    assert await ended(runs, run_id) == "SUCCESS"
    stalled.send(signal.SIGCONT)
    wait_until(lambda: stalled.executor_id in runs.executors())  # it is heard of again
    another, _ = await begin(workspace, stories.three)
    assert await ended(runs, another) == "SUCCESS"

    assert traces.words(subject_id) == ["first", "waiting", "waiting", "last"]
    assert runs.executor(run_id) == taking.executor_id


@pytest.mark.system
async def test_a_process_that_is_told_to_stop_leaves_its_runs_to_others_at_once(
    workspace: MadeWorkspace, runs: Runs, traces: Traces, start_workers: StartWorkers
):
    [stopping] = start_workers(1)
    run_id, subject_id = await begin(workspace, stories.waiting)
    await until(lambda: has(traces, subject_id, "waiting"))
    [taking] = start_workers(1)

    stopping.send(signal.SIGTERM)
    await asyncio.to_thread(stopping.ended)

    assert set(runs.executors()) == {taking.executor_id}
    traces.raise_flag()
    assert await ended(runs, run_id) == "SUCCESS"
    assert traces.words(subject_id)[0] == "first"
    assert traces.words(subject_id)[-1] == "last"
    assert traces.words(subject_id).count("last") == 1
