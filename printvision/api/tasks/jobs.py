"""Tasks whose durable run is lost are set going again; those that ended long ago are forgotten."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

import structlog
from sqlalchemy import select, text

from printvision.api.tasks.models import TaskRow
from printvision.api.tasks.workflow import carry_task
from printvision.platform import workflows
from printvision.platform.ids import WorkspaceId
from printvision.platform.retention import Retention
from printvision.platform.runtime import Platform
from printvision.platform.scope import SystemScope, system_scope
from printvision.platform.workflows import ALIVE, new_run_id

log = structlog.get_logger(__name__)

BATCH: Final = 100

_LOST = text(
    "NOT EXISTS (SELECT 1 FROM dbos.workflow_status w"
    " WHERE w.workflow_uuid = tasks.run_id AND w.status = ANY(:alive))"
)
ENDED_TASKS: Final = Retention(
    "ended tasks",
    """
    DELETE FROM tasks WHERE id IN (
        SELECT id FROM tasks WHERE ended_at <= %(before)s ORDER BY ended_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ) RETURNING 1
    """,
    keep=timedelta(days=7),
    every_s=600.0,
    most=20,  # each with up to ten thousand items
)


class TaskSweeper:
    """One per worker process; several do no harm."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            try:
                async with system_scope(self._platform, "task sweeper") as scope:
                    await restart_lost_tasks(scope)
            except Exception:
                log.exception("tasks.sweep_failed")
            await asyncio.sleep(self._platform.settings.worker.sweep_every_s)


async def restart_lost_tasks(scope: SystemScope) -> int:
    """Give a fresh run to tasks whose run has ended without ending them; returns how many.

    A run that hands on at this very moment may look lost. It then finds that another carries the task, and stops.
    """
    query = (
        select(TaskRow)
        .where(TaskRow.ended_at.is_(None), _LOST.bindparams(alive=list(ALIVE)))
        .order_by(TaskRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    lost = (await scope.session.scalars(query)).all()
    for row in lost:
        row.failures += 1
        row.run_id = new_run_id(carry_task, row.id)
        await workflows.start(
            scope, carry_task, row.id, run_id=row.run_id, workspace_id=WorkspaceId(row.workspace_id)
        )
    return len(lost)
