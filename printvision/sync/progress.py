"""How a sync's row moves. Each verb changes the row it is given, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import msgspec

from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.providers import find_connection
from printvision.sync import queries
from printvision.sync.errors import NothingRead, NotListed, SyncLost
from printvision.sync.events import CatalogSynced, SyncFailed
from printvision.sync.models import SyncRunRow
from printvision.sync.schemas import SyncCounters, SyncKind, SyncProblem, SyncState

MAX_FAILURES: Final = 12
PROBLEMS_KEPT: Final = 20
DETAIL_KEPT: Final = 500
FIRST_WAIT_S: Final = 5.0
LONGEST_WAIT_S: Final = 900.0


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is to do next.

    Args:
        planned: whether the list was taken.
        blueprint: what to read; None at the end of the plan.
    """

    connection_id: UUID
    provider: str
    kinds: frozenset[SyncKind]
    wanted: tuple[str, ...] | None
    planned: bool
    position: int
    blueprint: str | None


async def next_task(scope: WorkspaceScope, run: Run) -> Task | None:
    """What the run does now; None where the sync has ended or is carried by another run."""
    row = await queries.find_carried_sync(scope, run.subject_id, run.run_id)
    connection = await find_connection(scope, row.connection_id) if row else None
    if row is None or connection is None:
        return None
    if row.failures >= MAX_FAILURES:
        fail(scope, row, SyncLost())
        return None
    row.state = SyncState.RUNNING
    row.started_at = row.started_at or clock.now()
    return Task(
        connection_id=row.connection_id,
        provider=connection.provider,
        kinds=frozenset(SyncKind(kind) for kind in row.kinds),
        wanted=None if row.wanted is None else tuple(row.wanted),
        planned=row.total is not None,
        position=row.position,
        blueprint=await queries.find_next_blueprint(scope, row.id),
    )


def settle(row: SyncRunRow, plan: Sequence[str], *, unlisted: Collection[str] = ()) -> None:
    """Say which blueprints are read, in order, and which that were asked for cannot be."""
    row.plan = list(plan)
    row.total = len(plan)
    note_problems(row, [problem(name, NotListed()) for name in unlisted])


def count(row: SyncRunRow, **more: int) -> None:
    """Add to the counters."""
    counters = msgspec.convert(row.counters, SyncCounters).plus(**more)
    row.counters = msgspec.to_builtins(counters)


def step_on(row: SyncRunRow) -> None:
    """The blueprint at the position is done with."""
    row.position += 1
    row.failures = 0


def note_problems(row: SyncRunRow, problems: Collection[SyncProblem]) -> None:
    """Count passed-over blueprints and keep the first few."""
    count(row, skipped=len(problems))
    kept: list[dict[str, Any]] = [*row.problems, *msgspec.to_builtins(problems)]
    row.problems = kept[:PROBLEMS_KEPT]


def problem(blueprint: str, error: PrintVisionError) -> SyncProblem:
    return SyncProblem(
        blueprint=blueprint, code=error.code, detail=(error.detail or error.title)[:DETAIL_KEPT]
    )


async def finish(scope: WorkspaceScope, run: Run) -> None:
    """The plan is done; a sync that read nothing of what it should has failed."""
    row = await queries.find_carried_sync(scope, run.subject_id, run.run_id)
    assert row is not None, "the caller has the row locked"
    counters = msgspec.convert(row.counters, SyncCounters)
    if counters.skipped and not counters.blueprints:
        fail(scope, row, NothingRead())
        return
    row.state = SyncState.DONE
    row.finished_at = clock.now()
    publish(
        scope,
        CatalogSynced(
            subject_id=row.id,
            connection_id=row.connection_id,
            blueprints=counters.blueprints,
            changed=counters.changed,
            gone=counters.gone,
            skipped=counters.skipped,
        ),
    )


def fail(scope: WorkspaceScope, row: SyncRunRow, error: PrintVisionError) -> None:
    """Give up, and say why."""
    row.state = SyncState.FAILED
    row.finished_at = clock.now()
    row.error = error.code
    row.error_detail = (error.detail or error.title)[:DETAIL_KEPT]
    publish(scope, SyncFailed(subject_id=row.id, connection_id=row.connection_id, code=error.code))


def wait_after(failures: int, asked_s: float | None) -> timedelta:
    """How long to leave the provider alone: what it asked for, and at least 5 s doubling to 15 min."""
    doubled = FIRST_WAIT_S * 2 ** min(failures, 10)
    return timedelta(seconds=max(asked_s or 0.0, min(LONGEST_WAIT_S, doubled)))
