"""A process may be killed at any instant of a task: nothing is made twice, nothing is left out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from printvision.api import execution
from printvision.api.tasks.workflow import carry_task
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, workspace_scope
from printvision.platform.settings import Settings, WorkerSettings, environment
from printvision.platform.workflows import Run
from tests.api.tasks.conftest import Desk, order
from tests.shared import ROOT
from tests.waiting import until

MANY = 200
KILLS = 3
POINTS = 12  # two of each of the transactions of a task of three items: begun, read, made, refused, made, read again
ENDPOINT = {"name": "Mine", "url": "https://1.1.1.1/hook"}  # made again it is another; nobody calls it


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Fuse:
    """Kills just before or just after a commit, at the `at`-th of these points."""

    at: int
    passed: int = 0

    def point(self) -> None:
        self.passed += 1
        if self.passed == self.at:
            raise Killed

    @asynccontextmanager
    async def scope(
        self, platform: Platform, workspace_id: WorkspaceId, principal: Principal, **more: Any
    ) -> AsyncGenerator[WorkspaceScope]:
        async with workspace_scope(platform, workspace_id, principal, **more) as scope:
            yield scope
            self.point()
        self.point()


@dataclass(frozen=True)
class FusedRun(Run):
    fuse: Fuse = field(default_factory=lambda: Fuse(0))

    def scope(self) -> Any:
        return self.fuse.scope(self.platform, self.workspace_id, self.principal)


async def carried_through_a_kill(desk: Desk, monkeypatch: pytest.MonkeyPatch, at: int) -> tuple[Any, Fuse]:
    """A task of three calls that each make another thing, of which one is bad; what became of it."""
    task = await desk.start([ENDPOINT, {"name": "No address"}, ENDPOINT], "hooks.create")
    run, fuse = await desk.run_of(task["id"]), Fuse(at)
    with monkeypatch.context() as patched:
        patched.setattr(execution, "workspace_scope", fuse.scope)
        fused = FusedRun(run.platform, run.run_id, run.workspace_id, run.subject_id, run.workflow, fuse=fuse)
        with suppress(Killed):
            await carry_task.body(fused)
    return (await desk.carry(task["id"]) if fuse.passed >= at else await desk.get(task["id"])), fuse


@pytest.mark.parametrize("at", range(1, POINTS + 1))
async def test_a_kill_at_any_commit_makes_each_call_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at: int
):
    ended, fuse = await carried_through_a_kill(desk, monkeypatch, at)

    assert (ended["state"], ended["done"], ended["failed"]) == ("done", 2, 1)
    assert [each["status"] for each in await desk.results(ended["id"])] == [201, 400, 201]
    assert await endpoints(desk) == 2
    assert fuse.passed <= POINTS


async def endpoints(desk: Desk) -> int:
    async with desk.workspace.scope() as scope:
        return (await scope.session.execute(text("SELECT count(*) FROM hook_endpoints"))).scalar_one()


async def test_there_are_no_more_commits_than_those(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    ended, fuse = await carried_through_a_kill(desk, monkeypatch, POINTS + 1)

    assert (ended["state"], fuse.passed) == ("done", POINTS)


# -- of real processes -------------------------------------------------------------------------------------------------

StartWorker = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start_worker(settings: Settings, tmp_path: Path) -> Generator[StartWorker]:
    """Starts a worker over the test's database, of a process of its own."""
    quick = msgspec.structs.replace(settings, worker=WorkerSettings(poll_s=0.1, stale_after_s=1.0))
    begun: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "workers.log").open("ab") as log:
            begun.append(
                subprocess.Popen(
                    [sys.executable, "-m", "printvision", "worker"],
                    cwd=ROOT,
                    env=os.environ | environment(quick),
                    stdout=log,
                    stderr=log,
                )
            )
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.wait()


@pytest.mark.system
async def test_two_hundred_orders_are_made_once_through_kills(desk: Desk, start_worker: StartWorker):
    task = await desk.start([order(number) for number in range(MANY)])
    step = MANY // (KILLS + 1)

    for kill in range(1, KILLS + 1):
        worker = start_worker()

        async def far_enough(least: int = kill * step) -> bool:
            return (await desk.get(task["id"]))["done"] >= least

        await until(far_enough, within_s=60)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert (await desk.get(task["id"]))["state"] == "running"
    start_worker()

    async def over() -> Any:
        shown = await desk.get(task["id"])
        return shown if shown["ended_at"] else None

    ended = await until(over, within_s=60)

    assert (ended["state"], ended["total"], ended["done"], ended["failed"]) == ("done", MANY, MANY, 0)
    assert await desk.orders() == [f"A-{number}" for number in range(MANY)]
    results = await desk.results(task["id"])
    assert [each["index"] for each in results] == list(range(MANY))
    assert {each["status"] for each in results} == {201}
    assert [each["output"]["external_id"] for each in results] == [f"A-{number}" for number in range(MANY)]
    assert await received(desk) == MANY
    assert [event[1] for event in await desk.events()] == ["tasks.started", "tasks.finished"]


async def received(desk: Desk) -> int:
    async with desk.workspace.scope() as scope:
        statement = "SELECT count(*) FROM events WHERE kind = 'orders.received'"
        return (await scope.session.execute(text(statement))).scalar_one()
