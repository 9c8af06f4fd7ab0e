"""Durable work: anything that takes longer than a request or talks to the outside.

A workflow is a registered function over one thing of one workspace. A *run* of it is enqueued inside the
transaction that made it necessary (`start`), so a roll-back leaves nothing; DBOS in the same database keeps it,
hands it to one process, and remembers its finished steps. The thing's own row is the truth: a run carries it as
far as it can go now and ends; waiting is a delayed run, not a parked coroutine. Every step may run twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Concatenate, Final, ParamSpec, TypeVar
from uuid import UUID

import structlog
from dbos import DBOS
from sqlalchemy import text

from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.runtime import Platform
from printvision.platform.scope import (
    AnyScope,
    Principal,
    SystemScope,
    WorkspaceScope,
    workspace_scope,
)
from printvision.platform.telemetry import WORKFLOW_STEPS, span

log = structlog.get_logger(__name__)

P = ParamSpec("P")
R = TypeVar("R")

ALIVE: Final = ("ENQUEUED", "PENDING", "DELAYED")


class Queue(StrEnum):
    """Where runs wait. Orders have their own, so that neither a large sync nor hundreds of looks delay one; so have
    tasks, whose callers may be waiting.
    """

    ORDERS = "orders"
    LOOKS = "looks"
    SYNC = "sync"
    TASKS = "tasks"


Remember = Callable[[str, Callable[[], Coroutine[Any, Any, Any]]], Awaitable[Any]]
"""Does a named step, or answers what it brought the last time."""


async def forgetful(name: str, step: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
    """Every step is done: a story told outside the engine, or one that does not remember."""
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
        """Do `verb(run, …)`; a story that remembers keeps its result, which must be JSON (structs come back as what
        they decode to).

        After a crash a remembered step is not done again; any other is, from its start.
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
    """A registered story. `name` is what runs are stored under; a changed story is a new `version`.

    A story that does not `remember` is told from its beginning after a crash. That is right where each step sees by the
    thing's row that it was done, and saves two transactions a step.
    """

    name: str
    version: int
    queue: Queue
    body: Body
    remembers: bool = True

    @property
    def stored_name(self) -> str:
        return f"{self.name}@{self.version}"


REGISTRY: dict[str, Workflow] = {}

Carry = Callable[[Workflow, str, WorkspaceId, UUID], Coroutine[Any, Any, None]]
carriers: list[Carry] = []
"""What does a run in this process: the engine that was started last."""


def workflow(
    name: str, *, version: int = 1, queue: Queue = Queue.ORDERS, remembers: bool = True
) -> Callable[[Body], Workflow]:
    """Register a workflow; the decorated name becomes the `Workflow` that `start` takes."""

    def register(body: Body) -> Workflow:
        made = Workflow(name, version, queue, body, remembers)
        if made.stored_name in REGISTRY:
            raise ValueError(f"two workflows are called {made.stored_name}")
        REGISTRY[made.stored_name] = made

        async def entry(run_id: str, workspace_id: str, subject_id: str) -> None:
            assert carriers, "a run was handed to a process that did not start the engine"
            await carriers[-1](made, run_id, WorkspaceId(UUID(workspace_id)), UUID(subject_id))

        DBOS.workflow(name=made.stored_name, max_recovery_attempts=1_000)(entry)
        return made

    return register


_ENQUEUE: Final = """
SELECT enqueue_run(
    %(name)s, %(queue)s, %(run_id)s, %(workspace_id)s, %(subject_id)s, %(delay_until_ms)s
)
"""


def new_run_id(story: Workflow, subject_id: UUID) -> str:
    """A name for a run that is yet to be started."""
    return f"{story.name}:{subject_id}:{new_id().hex}"


async def start(
    scope: AnyScope,
    story: Workflow,
    subject_id: UUID,
    *,
    run_id: str | None = None,
    after: timedelta = timedelta(0),
    workspace_id: WorkspaceId | None = None,
) -> str:
    """Enqueue a run in the scope's own transaction.

    Args:
        run_id: from `new_run_id`, where the row that keeps it was written before; else a new one.
        after: how long it waits at least.
        workspace_id: whose run it is, where the scope is the system's.

    Returns:
        The run's id, which is new each time; the row it serves keeps it so that the sweeper can tell a lost run.
    """
    run_id = run_id or new_run_id(story, subject_id)
    if isinstance(scope, WorkspaceScope):
        workspace_id = scope.workspace_id
    if workspace_id is None:
        raise ValueError("whose run is it? the system's scope has to name the workspace")
    until = int((clock.now() + after).timestamp() * 1000) if after > timedelta(0) else None
    values = {
        "name": story.stored_name,
        "queue": story.queue.value,
        "run_id": run_id,
        "workspace_id": str(workspace_id),
        "subject_id": str(subject_id),
        "delay_until_ms": until,
    }
    await run(scope.session, _ENQUEUE, values)
    return run_id


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
