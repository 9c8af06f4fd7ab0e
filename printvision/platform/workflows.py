"""Durable work: anything that takes longer than a request or talks to the outside.

A workflow is a registered function over one thing of one workspace. A *run* of it is enqueued inside the
transaction that made it necessary (`start`), so a roll-back leaves nothing; DBOS in the same database keeps it,
hands it to one process, and remembers its finished steps. The thing's own row is the truth: a run carries it as
far as it can go now and ends; waiting is a delayed run, not a parked coroutine. Every step may run twice.

Each process has a fresh executor id and a heartbeat. A process that falls silent is declared dead by the living and its
runs are queued again; one that was only stalled finds, before its next call to the outside, that its attempt has been
taken (see `orders.submissions`).
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

import psycopg
import structlog
from dbos import DBOS, DBOSConfig
from sqlalchemy import Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform import clock
from printvision.platform.db import Model, UtcTime, libpq_url
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.runtime import Platform
from printvision.platform.scope import (
    AnyScope,
    Principal,
    SystemScope,
    WorkspaceScope,
    system_scope,
    workspace_scope,
)
from printvision.platform.step_results import JsonSerializer
from printvision.platform.telemetry import WORKFLOW_STEPS, span

log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

# One version for all builds: a run's truth is in our rows, so a newer build may finish an older build's run.
APPLICATION_VERSION: Final = "1"
ALIVE: Final = ("ENQUEUED", "PENDING", "DELAYED")


class Queue(StrEnum):
    """Where runs wait. Orders have their own, so that a large sync never delays one."""

    ORDERS = "orders"
    SYNC = "sync"


class ExecutorRow(Model):
    """A process that carries runs, and when it was last heard of."""

    __tablename__ = "executors"

    executor_id: Mapped[str] = mapped_column(Text, primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    pid: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


Remember = Callable[[str, Callable[[], Coroutine[Any, Any, Any]]], Awaitable[Any]]
"""Does a named step, or answers what it brought the last time."""


async def forgetful(name: str, step: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Every step is done: a story told outside the engine."""
    del name
    return await step()


async def durable(name: str, step: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """A step that was finished before the process died is not done again."""
    return await DBOS.run_step_async({"name": name}, step)


@dataclass(frozen=True)
class Run:
    """One execution of a workflow: whose it is, about what, and the platform it runs on."""

    platform: Platform
    run_id: str
    workspace_id: WorkspaceId
    subject_id: UUID
    workflow: str
    remember: Remember = field(default=forgetful, repr=False)

    @property
    def principal(self) -> Principal:
        return Principal.work(self.run_id)

    def scope(self) -> AbstractAsyncContextManager[WorkspaceScope]:
        """A transaction on the run's workspace."""
        return workspace_scope(self.platform, self.workspace_id, self.principal)

    async def step(
        self, verb: Callable[Concatenate[Run, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Do `verb(run, …)` and remember its result, which must be JSON (structs come back as what they decode to).

        After a crash a remembered step is not done again; one that was cut off is, from its start.
        """
        name = getattr(verb, "__name__", "step")

        async def traced() -> R:
            with span("workflow.step", workflow=self.workflow, step=name, run_id=self.run_id):
                result = await verb(self, *args, **kwargs)
            WORKFLOW_STEPS.labels(self.workflow, name).inc()
            return result

        return await self.remember(name, traced)


Body = Callable[[Run], Awaitable[None]]


@dataclass(frozen=True)
class Workflow:
    """A registered story. `name` is what runs are stored under; a changed story is a new `version`."""

    name: str
    version: int
    queue: Queue
    body: Body

    @property
    def stored_name(self) -> str:
        return f"{self.name}@{self.version}"


REGISTRY: dict[str, Workflow] = {}
_engine: Engine | None = None


def workflow(name: str, *, version: int = 1, queue: Queue = Queue.ORDERS) -> Callable[[Body], Workflow]:
    """Register a workflow; the decorated name becomes the `Workflow` that `start` takes."""

    def register(body: Body) -> Workflow:
        made = Workflow(name, version, queue, body)
        if made.stored_name in REGISTRY:
            raise ValueError(f"two workflows are called {made.stored_name}")
        REGISTRY[made.stored_name] = made

        async def entry(run_id: str, workspace_id: str, subject_id: str) -> None:
            assert _engine is not None, "a run was handed to a process that did not start the engine"
            await _engine.carry(made, run_id, WorkspaceId(UUID(workspace_id)), UUID(subject_id))

        DBOS.workflow(name=made.stored_name, max_recovery_attempts=1_000)(entry)
        return made

    return register


_ENQUEUE = text("SELECT enqueue_run(:name, :queue, :run_id, :workspace_id, :subject_id, :delay_until_ms)")


async def start(
    scope: AnyScope,
    story: Workflow,
    subject_id: UUID,
    *,
    after: timedelta = timedelta(0),
    workspace_id: WorkspaceId | None = None,
) -> str:
    """Enqueue a run in the scope's own transaction.

    Args:
        after: how long it waits at least.
        workspace_id: whose run it is, where the scope is the system's.

    Returns:
        The run's id, which is new each time; the row it serves keeps it so that the sweeper can tell a lost run.
    """
    run_id = f"{story.name}:{subject_id}:{new_id().hex}"
    if isinstance(scope, WorkspaceScope):
        workspace_id = scope.workspace_id
    if workspace_id is None:
        raise ValueError("whose run is it? the system's scope has to name the workspace")
    until = int((clock.now() + after).timestamp() * 1000) if after > timedelta(0) else None
    await scope.session.execute(
        _ENQUEUE,
        {
            "name": story.stored_name,
            "queue": story.queue.value,
            "run_id": run_id,
            "workspace_id": str(workspace_id),
            "subject_id": str(subject_id),
            "delay_until_ms": until,
        },
    )
    return run_id


class Engine:
    """The workflow engine of one process. Start it inside the event loop that is to carry the runs."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.executor_id = str(new_id())
        self._stopping = threading.Event()
        self._heartbeat = threading.Thread(target=self._beat, name="heartbeat", daemon=True)
        self._watch: asyncio.Task[None] | None = None
        self._under_way: set[str] = set()
        self._dbos: DBOS | None = None

    async def start(self) -> None:
        """Begin to take runs. Every workflow that this process may be handed is registered by now."""
        global _engine  # noqa: PLW0603 -- DBOS itself is one per process
        _engine = self
        settings = self._platform.settings.worker
        config: DBOSConfig = {
            "name": "printvision",
            "system_database_url": self._platform.urls.direct,
            "executor_id": self.executor_id,
            "application_version": APPLICATION_VERSION,
            "run_migrations": False,
            "serializer": JsonSerializer(),
            "sys_db_pool_size": self._platform.settings.database.pool_size,
            "log_level": "WARNING",
        }
        self._dbos = DBOS(config=config)
        self._write_heartbeat()
        self._heartbeat.start()
        DBOS.launch()
        for queue in Queue:
            await DBOS.register_queue_async(
                queue.value,
                worker_concurrency=settings.concurrency if queue is Queue.ORDERS else 4,
                polling_interval_sec=settings.poll_s,
            )
        self._watch = asyncio.create_task(self._take_over(), name="take-over")

    async def stop(self, *, grace_s: int = 5) -> None:
        """Stop taking runs, give those under way `grace_s` seconds, and say goodbye: others need not wait."""
        if self._watch:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=grace_s)
        self._stopping.set()
        self._heartbeat.join(5)
        # DBOS put its own pool in the loop's place and has just closed it
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="after-runs"))
        async with system_scope(self._platform, "executor goodbye") as scope:
            await forget_executors(scope, [self.executor_id])

    async def carry(self, story: Workflow, run_id: str, workspace_id: WorkspaceId, subject_id: UUID) -> None:
        """Do a run that DBOS has claimed for this process."""
        run = Run(self._platform, run_id, workspace_id, subject_id, story.name, durable)
        self._under_way.add(run_id)
        with (
            structlog.contextvars.bound_contextvars(run_id=run_id, workspace_id=str(workspace_id)),
            span("workflow.run", workflow=story.name, run_id=run_id),
        ):
            try:
                await story.body(run)
            except Exception:
                log.exception("workflow.failed", workflow=story.name)
                raise
            finally:
                self._under_way.discard(run_id)

    def _beat(self) -> None:
        # A thread, so that a long computation on the loop is not taken for death.
        every = self._platform.settings.worker.stale_after_s / 5
        while not self._stopping.wait(every):
            try:
                self._write_heartbeat()
            except psycopg.Error as error:
                log.warning("heartbeat.failed", error=str(error))

    def _write_heartbeat(self) -> None:
        with psycopg.connect(
            libpq_url(self._platform.urls.system), connect_timeout=5, autocommit=True
        ) as connection:
            connection.execute(
                "INSERT INTO executors (executor_id, host, pid, started_at, seen_at)"
                " VALUES (%s, %s, %s, now(), now()) ON CONFLICT (executor_id) DO UPDATE SET seen_at = now()",
                (self.executor_id, socket.gethostname(), os.getpid()),
            )

    async def _take_over(self) -> None:
        every = self._platform.settings.worker.stale_after_s / 4
        while True:
            try:
                await self.take_over()
                await self.give_back()
            except Exception:
                log.exception("take_over.failed")
            await asyncio.sleep(every)

    async def take_over(self) -> list[str]:
        """Queue the runs of silent processes again. A process that was stalled does not take itself for dead.

        Returns:
            The executor ids that were declared dead.
        """
        silence = timedelta(seconds=self._platform.settings.worker.stale_after_s)
        async with system_scope(self._platform, "take-over") as scope:
            silent = await silent_executors(scope, silence)
        dead = [executor_id for executor_id in silent if executor_id != self.executor_id]
        if dead:
            log.warning("take_over", executors=dead)
            await asyncio.to_thread(DBOS._recover_pending_workflows, dead)  # pyright: ignore[reportPrivateUsage]
            async with system_scope(self._platform, "take-over") as scope:
                await forget_executors(scope, dead)
        return dead

    async def give_back(self) -> list[str]:
        """Queue runs again that were claimed for this process and never began here.

        DBOS claims a run before it looks for its workflow; one that this build does not know would stay claimed for as
        long as the process lives.

        Returns:
            The run ids.
        """
        silence = timedelta(seconds=self._platform.settings.worker.stale_after_s)
        async with system_scope(self._platform, "give back") as scope:
            claimed = await claimed_runs(scope, self.executor_id, silence)
        lost = [run_id for run_id in claimed if run_id not in self._under_way]
        if lost:
            log.error("runs_given_back", run_ids=lost)
            await asyncio.to_thread(self._queue_again, lost)
        return lost

    def _queue_again(self, run_ids: list[str]) -> None:
        assert self._dbos is not None, "the engine was not started"
        database = self._dbos._sys_db  # pyright: ignore[reportPrivateUsage]
        for run_id in run_ids:
            # the queue named here counts only for runs that have none
            database.reenqueue_for_recovery(run_id, [self.executor_id], Queue.ORDERS.value)


async def claimed_runs(scope: SystemScope, executor_id: str, for_at_least: timedelta) -> list[str]:
    """Runs an executor claimed that long ago and has not finished."""
    before_ms = int((clock.now() - for_at_least).timestamp() * 1000)
    rows = await scope.session.execute(
        text(
            "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING'"
            " AND executor_id = :executor_id AND coalesce(started_at_epoch_ms, updated_at) < :before"
        ),
        {"executor_id": executor_id, "before": before_ms},
    )
    return [row[0] for row in rows]


async def silent_executors(scope: SystemScope, silence: timedelta) -> list[str]:
    """Executors not heard of for `silence` by the database's clock, and those with runs but no row at all."""
    rows = await scope.session.execute(
        text(
            "SELECT executor_id FROM executors WHERE seen_at < now() - :silence"
            " UNION SELECT DISTINCT executor_id FROM dbos.workflow_status w WHERE status = 'PENDING'"
            " AND NOT EXISTS (SELECT 1 FROM executors e WHERE e.executor_id = w.executor_id)"
        ),
        {"silence": silence},
    )
    return [row[0] for row in rows if row[0]]


async def forget_executors(scope: SystemScope, executor_ids: list[str]) -> None:
    await scope.session.execute(
        text("DELETE FROM executors WHERE executor_id = ANY(:ids)"), {"ids": executor_ids}
    )


# What a run was given, what it answered and what its steps did hang on nothing but its id: each is deleted by itself.
_FORGET = text(
    """
    WITH ended AS (
        SELECT workflow_uuid FROM dbos.workflow_status
        WHERE status IN ('SUCCESS', 'ERROR', 'CANCELLED', 'MAX_RECOVERY_ATTEMPTS_EXCEEDED')
          AND updated_at < :before LIMIT :limit FOR UPDATE SKIP LOCKED
    ),
    inputs AS (DELETE FROM dbos.workflow_input i USING ended e WHERE i.workflow_uuid = e.workflow_uuid),
    outputs AS (DELETE FROM dbos.workflow_output o USING ended e WHERE o.workflow_uuid = e.workflow_uuid),
    steps AS (DELETE FROM dbos.operation_outputs s USING ended e WHERE s.workflow_uuid = e.workflow_uuid)
    DELETE FROM dbos.workflow_status w USING ended e WHERE w.workflow_uuid = e.workflow_uuid RETURNING 1
    """
)
FORGOTTEN_AT_ONCE: Final = 5_000


async def forget_finished_runs(scope: SystemScope, *, older_than: timedelta) -> int:
    """Delete runs (with their steps) that ended before; returns how many. What happened stays in events and rows."""
    before_ms = int((clock.now() - older_than).timestamp() * 1000)
    result = await scope.session.execute(_FORGET, {"before": before_ms, "limit": FORGOTTEN_AT_ONCE})
    return len(result.all())
