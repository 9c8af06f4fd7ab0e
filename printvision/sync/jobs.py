"""What a schedule does about syncs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, text

from printvision.platform.scope import SystemScope
from printvision.platform.workflows import ALIVE
from printvision.sync.models import SyncRunRow
from printvision.sync.schemas import LIVE
from printvision.sync.workflow import enqueue

BATCH: Final = 100

_LOST = text(
    "NOT EXISTS (SELECT 1 FROM dbos.workflow_status w"
    " WHERE w.workflow_uuid = sync_runs.run_id AND w.status = ANY(:alive))"
)


async def restart_lost_syncs(scope: SystemScope) -> int:
    """Give a fresh run to syncs whose run has ended without ending them; returns how many."""
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
