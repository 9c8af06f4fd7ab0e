"""Syncs whose durable run is lost are found by their state alone and set going again."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from sqlalchemy import select, text

from printvision.platform.runtime import Platform
from printvision.platform.scope import SystemScope, system_scope
from printvision.platform.workflows import ALIVE
from printvision.sync.models import SyncRunRow
from printvision.sync.schemas import LIVE
from printvision.sync.workflow import enqueue

log = structlog.get_logger(__name__)

BATCH: Final = 100

_LOST = text(
    "NOT EXISTS (SELECT 1 FROM dbos.workflow_status w"
    " WHERE w.workflow_uuid = sync_runs.run_id AND w.status = ANY(:alive))"
)


class SyncSweeper:
    """One per worker process; several do no harm."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            try:
                async with system_scope(self._platform, "sync sweeper") as scope:
                    await restart_lost_syncs(scope)
            except Exception:
                log.exception("sync.sweep_failed")
            await asyncio.sleep(self._platform.settings.worker.sweep_every_s)


async def restart_lost_syncs(scope: SystemScope) -> int:
    """Give a fresh run to syncs whose run has ended without ending them; returns how many.

    A run that is enqueued at this very moment may look lost. It then finds that another carries the sync, and stops.
    """
    query = (
        select(SyncRunRow)
        .where(SyncRunRow.state.in_(LIVE), _LOST.bindparams(alive=list(ALIVE)))
        .order_by(SyncRunRow.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    lost = (await scope.session.scalars(query)).all()
    for row in lost:
        row.failures += 1
        await enqueue(scope, row)
    return len(lost)
