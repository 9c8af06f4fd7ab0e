"""Products whose durable run is lost, or whose connection is active again, are found by their state alone."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog
from sqlalchemy import or_, select, text

from printvision.platform import clock
from printvision.platform.runtime import Platform
from printvision.platform.scope import SystemScope, system_scope
from printvision.platform.workflows import ALIVE
from printvision.products.models import ProvisionRow
from printvision.products.schemas import ProvisionState
from printvision.products.workflow import enqueue

log = structlog.get_logger(__name__)

BATCH: Final = 100

_LOST = text(
    "NOT EXISTS (SELECT 1 FROM dbos.workflow_status w"
    " WHERE w.workflow_uuid = provisions.run_id AND w.status = ANY(:alive))"
)
_CONNECTION_ACTIVE = text(
    "EXISTS (SELECT 1 FROM connections c WHERE c.id = provisions.connection_id AND c.state = 'active')"
)


class ProvisionSweeper:
    """One per worker process; several do no harm."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Look every few seconds, for ever."""
        while True:
            try:
                async with system_scope(self._platform, "provision sweeper") as scope:
                    await restart_lost_provisions(scope)
            except Exception:
                log.exception("provision.sweep_failed")
            await asyncio.sleep(self._platform.settings.worker.sweep_every_s)


async def restart_lost_provisions(scope: SystemScope) -> int:
    """Give a fresh run to products on their way that have none; returns how many.

    A run that is enqueued at this very moment may look lost. It then finds that another carries the product, and stops.
    """
    query = (
        select(ProvisionRow)
        .where(
            ProvisionRow.state.in_((ProvisionState.WANTED, ProvisionState.MAKING)),
            or_(ProvisionRow.next_try_at.is_(None), ProvisionRow.next_try_at <= clock.now()),
            _LOST.bindparams(alive=list(ALIVE)),
            _CONNECTION_ACTIVE,
        )
        .order_by(ProvisionRow.offer_id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    found = (await scope.session.scalars(query)).all()
    for row in found:
        if row.run_id is not None:  # without one it only waited for its connection
            row.failures += 1
        await enqueue(scope, row)
    return len(found)
