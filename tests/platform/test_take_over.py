"""A worker that dies or stands still is replaced within a quarter of a minute, with the settings everybody has."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psycopg
import pytest

from printvision.orders.states import Stage, SubmissionState
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.settings import Settings, WorkerSettings, environment
from printvision.platform.workflows import start
from printvision.providers.queries import list_calls
from printvision.providers.simulators.faults import Delay, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.factories.workspaces import MadeWorkspace
from tests.orders.vendor import Vendor
from tests.platform import stories
from tests.platform.stories import Trace, Traces
from tests.processes import wait_until
from tests.providers.simulators.running import NEVER, Running, quick, running
from tests.shared import ROOT
from tests.waiting import until

pytestmark = pytest.mark.system

TAKEN_UP_WITHIN = timedelta(seconds=15)
STARTS_WITHIN_S = 30.0
RUNS = 6
ONE_TEE = [("TEE-M", 1)]
SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]


class Executors:
    """The processes that are said to live, as the tables' owner sees them."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._url = libpq_url(urls.owner)

    def seen_at(self, process: subprocess.Popen[bytes]) -> datetime | None:
        """When a process was last heard of."""
        with psycopg.connect(self._url) as owner:
            row = owner.execute("SELECT seen_at FROM executors WHERE pid = %s", (process.pid,)).fetchone()
        return row[0] if row else None

    def wait_for(self, process: subprocess.Popen[bytes]) -> None:
        wait_until(lambda: self.seen_at(process), within_s=STARTS_WITHIN_S)

    def wait_for_beat(self, process: subprocess.Popen[bytes]) -> None:
        """Return just after it was heard of: dying then, it is believed to live for longest."""
        before = self.seen_at(process)
        wait_until(lambda: self.seen_at(process) != before)


@pytest.fixture
def executors(database_urls: DatabaseUrls) -> Executors:
    return Executors(database_urls)


StartWorker = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Generator[StartWorker]:
    """Starts a process over the test's database, by its module, with the worker's settings as they are by default."""
    usual = environment(msgspec.structs.replace(settings, worker=WorkerSettings()))
    begun: list[subprocess.Popen[bytes]] = []

    def make(*module: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "workers.log").open("ab") as log:
            begun.append(
                subprocess.Popen(
                    [sys.executable, "-m", *module], cwd=ROOT, env=os.environ | usual, stdout=log, stderr=log
                )
            )
        return begun[-1]

    yield make
    for process in begun:
        process.kill()
        process.wait()


# -- dead --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def traces(database_urls: DatabaseUrls) -> Traces:
    stories.make_tables(database_urls)
    return Traces(database_urls)


async def test_the_runs_of_a_killed_worker_are_taken_up_in_time(
    workspace: MadeWorkspace, traces: Traces, executors: Executors, start_worker: StartWorker
):
    """Killed in the midst of a step, just after it was heard of, which is when it takes longest to be missed."""
    killed = start_worker("tests.platform.workflow_process")
    executors.wait_for(killed)
    subjects = [uuid4() for _ in range(RUNS)]
    for subject_id in subjects:
        async with workspace.scope() as scope:
            await start(scope, stories.waiting, subject_id)
    wait_until(lambda: all(len(steps(traces, subject_id)) == 1 for subject_id in subjects))
    living = start_worker("tests.platform.workflow_process")
    executors.wait_for(living)

    executors.wait_for_beat(living)  # it has looked for the dead, and found none
    executors.wait_for_beat(killed)
    killed_at = datetime.now(UTC)
    killed.send_signal(signal.SIGKILL)
    wait_until(
        lambda: all(len(steps(traces, subject_id)) == 2 for subject_id in subjects),
        within_s=2 * TAKEN_UP_WITHIN.total_seconds(),
    )

    again = [steps(traces, subject_id)[1] for subject_id in subjects]
    assert {step.pid for step in again} == {living.pid}
    assert max(step.at for step in again) - killed_at < TAKEN_UP_WITHIN


def steps(traces: Traces, subject_id: UUID) -> Sequence[Trace]:
    """Each time the step in which the worker is killed was begun."""
    return [trace for trace in traces.of(subject_id) if trace.what == "waiting"]


# -- stalled -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def slow_printful(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(quick(tmp_path / "slow", stages=NEVER)) as printful:
        yield printful


async def in_a_call(vendor: Vendor, external_id: str, operation: str, seconds: float) -> UUID:
    """An order whose worker has called and waits; what it called for is done and answered so many seconds later."""
    late = Delay(share=1.0, operations=(operation,), times=1, min_s=seconds, max_s=seconds)
    await vendor.printful.set(Faults(latency=late))
    order_id = await vendor.place(external_id)

    async def called() -> bool:
        return (await vendor.printful.health())["faults"].get("latency") == 1

    await until(called)
    return order_id


@dataclass(frozen=True)
class Written:
    """All that a late writer could spoil."""

    stage: str
    held: str | None
    submission: tuple[Any, ...]
    story: tuple[str, ...]
    accepted: tuple[tuple[str, int], ...]
    printed: tuple[tuple[str, int], ...]


async def written(vendor: Vendor, order_id: UUID) -> Written:
    order, (row,) = await vendor.order(order_id), await vendor.submissions(order_id)
    return Written(
        stage=order.stage,
        held=order.hold_reason,
        submission=(
            *(
                row.generation,
                row.state,
                row.attempt,
                row.provider_order_id,
                row.unknown_outcomes,
                row.refusals,
            ),
            *(row.last_error, row.prepared_at, row.committed_at),
        ),
        story=tuple(await vendor.story(order_id)),
        accepted=tuple(await vendor.ledger(order_id, LedgerEvent.ACCEPTED)),
        printed=tuple(await vendor.printed(order_id)),
    )


async def test_a_worker_that_stood_still_prints_nothing_twice_and_writes_nothing_late(
    workspace: MadeWorkspace, slow_printful: Running, executors: Executors, start_worker: StartWorker
):
    """It stands still while it drafts one order and commits two others, until another worker has sent all three. Two
    of its calls are answered meanwhile; the third reaches the provider when the order has long been committed.
    """
    vendor = await Vendor.open(workspace, slow_printful)
    stalled = start_worker("printvision", "worker")
    executors.wait_for(stalled)
    order_ids = [
        await in_a_call(vendor, "late", "orders.confirm", 17.0),
        await in_a_call(vendor, "committing", "orders.confirm", 4.0),
        await in_a_call(vendor, "drafting", "orders.create", 3.0),
    ]
    stalled.send_signal(signal.SIGSTOP)
    stalled_at = datetime.now(UTC)
    attempts = [(await vendor.submission(order_id)).attempt for order_id in order_ids]
    await vendor.printful.set(Faults())
    taking = start_worker("printvision", "worker")

    async def all_sent() -> bool:
        return {(await vendor.order(order_id)).stage for order_id in order_ids} == {Stage.SENT}

    await until(all_sent, within_s=30.0)
    committed = [(await vendor.submission(order_id)).committed_at or stalled_at for order_id in order_ids]
    before = [await written(vendor, order_id) for order_id in order_ids]
    stalled.send_signal(signal.SIGCONT)
    executors.wait_for(stalled)  # it was declared dead, and is heard of again
    await until(lambda: refused_confirmation(vendor, order_ids[0]), within_s=30.0)
    stalled.send_signal(signal.SIGTERM)  # it ends once it has finished what it had begun
    assert stalled.wait(timeout=30) == 0

    assert [await written(vendor, order_id) for order_id in order_ids] == before
    for order_id, attempt, now in zip(order_ids, attempts, before, strict=True):
        row = await vendor.submission(order_id)
        assert (now.stage, now.held, row.state) == (Stage.SENT, None, SubmissionState.COMMITTED)
        assert (list(now.story), row.attempt > attempt) == (SENT, True)
        assert (list(now.accepted), list(now.printed)) == (ONE_TEE, ONE_TEE)
    assert max(committed) - stalled_at < TAKEN_UP_WITHIN
    assert taking.poll() is None


async def refused_confirmation(vendor: Vendor, order_id: UUID) -> bool:
    """Whether the call that came late was answered: the order is confirmed already."""
    path = f"/v2/orders/{(await vendor.submission(order_id)).provider_order_id}/confirmation"
    async with vendor.workspace.scope() as scope:
        calls = [row.record for row in await list_calls(scope, vendor.connection_id, limit=200)]
    return sorted(call["status"] for call in calls if call["path"] == path) == [200, 400]
