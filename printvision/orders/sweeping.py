"""Finding what was left lying: orders without a run, fulfilments not looked at, holds whose cause is gone.

Everything here is found by its state alone, so whatever lost a run or a webhook is mended without knowing how.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import TextClause, text

from printvision.orders import moves, queries
from printvision.orders.states import HoldReason
from printvision.orders.workflows.follow import follow_fulfilment
from printvision.platform import clock, workflows
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, SystemScope, system_scope, workspace_scope

log = structlog.get_logger(__name__)

Mend = Callable[[WorkspaceId, UUID], Awaitable[None]]

BATCH = 200
MOST_FAILURES = 8
KEEP_RUNS = timedelta(days=7)
SWEEPER = Principal.work("sweeper")

# A run that was just enqueued by a transaction still open is not visible, but neither is its run_id.
_WITHOUT_RUN = text(
    """
    SELECT o.id, o.workspace_id, w.status FROM orders o
    LEFT JOIN dbos.workflow_status w ON w.workflow_uuid = o.run_id
    WHERE (o.stage IN ('received', 'checked', 'routed') AND o.held_at IS NULL OR o.cancel_wanted_at IS NOT NULL)
      AND (w.status IS NULL OR w.status NOT IN ('ENQUEUED', 'PENDING', 'DELAYED'))
      AND (o.run_at IS NULL OR o.run_at < now() - interval '1 second' * least(300, power(2, o.run_failures)))
    ORDER BY o.id LIMIT :limit
    """
)
_NOT_LOOKED_AT = text(
    "SELECT id, workspace_id FROM fulfilments WHERE look_at <= now() ORDER BY look_at LIMIT :limit"
)
_CAUSE_GONE = text(
    """
    SELECT DISTINCT o.id, o.workspace_id FROM orders o
    JOIN fulfilments f ON f.order_id = o.id JOIN connections c ON c.id = f.connection_id
    WHERE o.held_at IS NOT NULL AND c.state = 'active'
      AND (o.hold_reason = 'connection' OR o.hold_reason = 'not-live' AND c.live)
      AND o.stage IN ('received', 'checked', 'routed')
    LIMIT :limit
    """
)


class Sweeper:
    """One per worker process; several do no harm, since every find is judged again under its lock."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Sweep every few seconds, for ever."""
        while True:
            try:
                await self.sweep()
            except Exception:
                log.exception("sweep.failed")
            await asyncio.sleep(self._platform.settings.worker.sweep_every_s)

    async def sweep(self) -> int:
        """One round; returns how many things were set going again."""
        async with system_scope(self._platform, "sweeper") as scope:
            lost = await _found(scope, _WITHOUT_RUN)
            unseen = await _found(scope, _NOT_LOOKED_AT)
            freed = await _found(scope, _CAUSE_GONE)
            await workflows.forget_finished_runs(scope, older_than=KEEP_RUNS)
        for found, mend in ((lost, self._run_again), (unseen, self._look), (freed, self._free)):
            for workspace_id, thing_id in found:
                await self._mend(mend, workspace_id, thing_id)
        return len(lost) + len(unseen) + len(freed)

    async def _mend(self, mend: Mend, workspace_id: WorkspaceId, thing_id: UUID) -> None:
        # one thing that cannot be mended must not keep the others from it
        try:
            await mend(workspace_id, thing_id)
        except Exception:
            log.exception("sweep.not_mended", thing_id=str(thing_id))

    async def _run_again(self, workspace_id: WorkspaceId, order_id: UUID) -> None:
        async with workspace_scope(self._platform, workspace_id, SWEEPER) as scope:
            order = await queries.get_order(scope, order_id, for_update=True)
            if order.held_at is not None and order.cancel_wanted_at is None:
                return
            order.run_failures += 1
            if order.run_failures > MOST_FAILURES:
                moves.hold(
                    scope,
                    order,
                    HoldReason.OUR_FAULT,
                    "Its run broke again and again; the operator's log says why.",
                )
                return
            log.warning("sweep.order_without_run", order_id=str(order_id), failures=order.run_failures)
            await moves.carry_on(scope, order)

    async def _look(self, workspace_id: WorkspaceId, fulfilment_id: UUID) -> None:
        async with workspace_scope(self._platform, workspace_id, SWEEPER) as scope:
            row = await queries.get_fulfilment(scope, fulfilment_id, for_update=True)
            if row.look_at is None or row.look_at > clock.now():
                return
            # a look that waits in the queue since the last time was lost or is late: either way another one is due
            row.look_run_id = await workflows.start(scope, follow_fulfilment, row.id)
            row.look_at = clock.now() + timedelta(seconds=self._platform.settings.worker.follow_every_s)

    async def _free(self, workspace_id: WorkspaceId, order_id: UUID) -> None:
        async with workspace_scope(self._platform, workspace_id, SWEEPER) as scope:
            order = await queries.get_order(scope, order_id, for_update=True)
            if order.hold_reason in {HoldReason.CONNECTION, HoldReason.NOT_LIVE}:
                moves.release(scope, order, by="sweeper")
                await moves.carry_on(scope, order)


async def _found(scope: SystemScope, query: TextClause) -> list[tuple[WorkspaceId, UUID]]:
    rows = await scope.session.execute(query, {"limit": BATCH})
    return [(WorkspaceId(row.workspace_id), row.id) for row in rows]
