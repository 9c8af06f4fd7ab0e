"""The engine that carries runs in a process, and the watch over those of other processes.

Each process has a fresh executor id and a heartbeat. A process that falls silent is declared dead by the living and its
runs are queued again; one that was only stalled finds, before its next call to the outside, that its attempt has been
taken (see `orders.submissions`).
"""

from __future__ import annotations

import asyncio
import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
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
from printvision.platform.scope import SystemScope, system_scope
from printvision.platform.step_results import JsonSerializer
from printvision.platform.telemetry import span
from printvision.platform.workflows import Queue, Run, Workflow, carriers, durable, forgetful

log = structlog.get_logger(__name__)

# One version for all builds: a run's truth is in our rows, so a newer build may finish an older build's run.
APPLICATION_VERSION: Final = "1"
BESIDES: Final = {Queue.LOOKS: 24, Queue.SYNC: 4, Queue.TASKS: 4}
"""Runs at once in one process, beside those that send orders."""
RARELY: Final = {Queue.SYNC: 5, Queue.TASKS: 2}
"""How much more rarely than others a queue is looked at: each look costs some three milliseconds, needed or not."""
BEGUN_LATE: Final = 3
"""So many times as long as a process may be silent, a claimed run may take to begin in one that lives."""


class ExecutorRow(Model):
    """A process that carries runs, and when it was last heard of."""

    __tablename__ = "executors"

    executor_id: Mapped[str] = mapped_column(Text, primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    pid: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)


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
        carriers.append(self.carry)
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
                worker_concurrency=settings.concurrency if queue is Queue.ORDERS else BESIDES[queue],
                polling_interval_sec=settings.poll_s * RARELY.get(queue, 1),
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
        carriers.remove(self.carry)
        async with system_scope(self._platform, "executor goodbye") as scope:
            await forget_executors(scope, [self.executor_id])

    async def carry(self, story: Workflow, run_id: str, workspace_id: WorkspaceId, subject_id: UUID) -> None:
        """Do a run that DBOS has claimed for this process."""
        remember = durable if story.remembers else forgetful
        run = Run(self._platform, run_id, workspace_id, subject_id, story.name, remember)
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
        # a process that is short of time begins late what it has claimed; a run begun twice does no harm
        silence = timedelta(seconds=self._platform.settings.worker.stale_after_s * BEGUN_LATE)
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
