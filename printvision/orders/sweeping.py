"""Finding what was left lying: orders without a run, fulfilments not looked at, holds whose cause is gone.

Also drafts that a provider would begin by itself while their orders are held. Everything here is found by its state
alone, so whatever lost a run or a webhook is mended without knowing how.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import monotonic
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import TextClause, text

from printvision.orders import moves, queries
from printvision.orders.recalling import withdraw_restless_drafts
from printvision.orders.states import HoldReason
from printvision.orders.whole import lock_whole
from printvision.orders.workflows.follow import follow_fulfilment
from printvision.platform import clock, workflows
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, SystemScope, system_scope, workspace_scope
from printvision.providers import adapter_types

log = structlog.get_logger(__name__)

BATCH = 200
MOST_FAILURES = 8
DRAFT_OLD = timedelta(hours=2)  # the shortest time after which a provider begins a draft is a day
KEEP_RUNS = timedelta(days=7)
FORGET_EVERY_S = 3_600.0
SWEEPER = Principal.work("sweeper")

# A run that was just enqueued by a transaction still open is not visible, but neither is its run_id.
_WITHOUT_RUN = text(
    """
    SELECT o.id, o.workspace_id, o.run_id FROM (
        SELECT id, workspace_id, run_id, run_at, run_failures FROM orders
        WHERE stage IN ('received', 'checked', 'routed') AND held_at IS NULL
        UNION
        SELECT id, workspace_id, run_id, run_at, run_failures FROM orders WHERE recall_at IS NOT NULL
    ) o
    LEFT JOIN dbos.workflow_status w ON w.workflow_uuid = o.run_id
    WHERE (w.status IS NULL OR w.status NOT IN ('ENQUEUED', 'PENDING', 'DELAYED'))
      AND (o.run_at IS NULL
           OR o.run_at < now() - interval '1 second' * least(300, power(2, least(o.run_failures, 10))))
    ORDER BY o.id LIMIT :limit
    """
)
# A look waits in its queue for as long as the provider's rate makes it; another one would only lengthen the queue.
_NOT_LOOKED_AT = text(
    """
    SELECT f.id, f.workspace_id, f.look_run_id FROM fulfilments f
    LEFT JOIN dbos.workflow_status w ON w.workflow_uuid = f.look_run_id
    WHERE f.look_at <= now() AND (w.status IS NULL OR w.status NOT IN ('ENQUEUED', 'PENDING', 'DELAYED'))
    ORDER BY f.look_at LIMIT :limit
    """
)
_CAUSE_GONE = text(
    """
    SELECT o.id, o.workspace_id, o.run_id FROM orders o
    WHERE o.held_at IS NOT NULL AND (
        o.stage = 'received' AND o.hold_reason = 'not-live' AND EXISTS (
            SELECT FROM shops s WHERE s.id = o.shop_id AND s.live
        )
        OR o.stage = 'checked' AND o.hold_reason = 'connection' AND EXISTS (
            SELECT FROM (
                SELECT record FROM route_decisions d WHERE d.order_id = o.id ORDER BY d.id DESC LIMIT 1
            ) last
            JOIN connections c ON c.workspace_id = o.workspace_id AND c.state = 'active'
            WHERE last.record->'candidates'
                @> jsonb_build_array(jsonb_build_object('connection_id', c.id, 'failed', 'connection-paused'))
        )
        OR o.stage = 'routed' AND o.hold_reason IN ('connection', 'not-live') AND NOT EXISTS (
            SELECT FROM fulfilments f
            JOIN submissions s ON s.fulfilment_id = f.id AND s.generation = f.generation
            JOIN connections c ON c.id = f.connection_id
            WHERE f.order_id = o.id AND f.given_up_at IS NULL AND s.state <> 'committed'
              AND (c.state <> 'active' OR NOT c.live AND o.hold_reason = 'not-live')
        )
    )
    ORDER BY o.id LIMIT :limit
    """
)


_RESTLESS_DRAFTS = text(
    """
    SELECT o.id, o.workspace_id, o.run_id FROM submissions s
    JOIN fulfilments f ON f.id = s.fulfilment_id AND f.generation = s.generation AND f.given_up_at IS NULL
    JOIN orders o ON o.id = f.order_id
    WHERE (s.state = 'prepared' OR s.in_doubt)
      AND coalesce(s.prepared_at, s.created_at) < now() - make_interval(secs => :old_s)
      AND f.provider = ANY(:providers) AND o.held_at IS NOT NULL AND o.recall_at IS NULL
    ORDER BY o.id LIMIT :limit
    """
)


class Found(NamedTuple):
    """Something that was left lying; `run_id` is an order's last run."""

    id: UUID
    workspace_id: WorkspaceId
    run_id: str | None


Mend = Callable[[Found], Awaitable[None]]


class Sweeper:
    """One per worker process; several do no harm, since every find is judged again under its lock."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def run(self) -> None:
        """Sweep every few seconds, for ever."""
        forget_at = monotonic()
        while True:
            try:
                await self.sweep()
                if (
                    monotonic() >= forget_at
                ):  # it reads every run there is, which is not for every few seconds
                    forget_at = monotonic() + FORGET_EVERY_S
                    await self.forget()
            except Exception:
                log.exception("sweep.failed")
            await asyncio.sleep(self._platform.settings.worker.sweep_every_s)

    async def forget(self) -> int:
        """Delete the runs that ended long ago, a batch at a time; returns how many."""
        forgotten = 0
        while True:
            async with system_scope(self._platform, "forget runs") as scope:
                batch = await workflows.forget_finished_runs(scope, older_than=KEEP_RUNS)
            forgotten += batch
            if batch < workflows.FORGOTTEN_AT_ONCE:
                return forgotten

    async def sweep(self) -> int:
        """One round; returns how many things were set going again."""
        async with system_scope(self._platform, "sweeper") as scope:
            lost = await _found(scope, _WITHOUT_RUN)
            unseen = await _found(scope, _NOT_LOOKED_AT)
            freed = await _found(scope, _CAUSE_GONE)
            restless = await _restless(scope)
        mends = (
            (lost, self._run_again),
            (unseen, self._look),
            (freed, self._free),
            (restless, self._withdraw),
        )
        for found, mend in mends:
            for thing in found:
                await self._mend(mend, thing)
        return sum(len(found) for found, _ in mends)

    async def _mend(self, mend: Mend, thing: Found) -> None:
        # one thing that cannot be mended must not keep the others from it
        try:
            await mend(thing)
        except Exception:
            log.exception("sweep.not_mended", thing_id=str(thing.id))

    async def _run_again(self, found: Found) -> None:
        async with workspace_scope(self._platform, found.workspace_id, SWEEPER) as scope:
            order = await queries.get_order(scope, found.id, for_update=True)
            if order.run_id != found.run_id:
                return  # another sweeper was quicker, or something happened
            if order.held_at is not None and order.recall_at is None:
                return
            order.run_failures += 1
            if order.run_failures > MOST_FAILURES:
                moves.hold(
                    scope,
                    order,
                    HoldReason.OUR_FAULT,
                    "Its run broke again and again; the operator's log says why.",
                )
                if order.recall_at is None:
                    return  # a cancel is tried on, every few minutes: what is not taken back is printed
            log.warning("sweep.order_without_run", order_id=str(order.id), failures=order.run_failures)
            await moves.carry_on(scope, order)

    async def _look(self, found: Found) -> None:
        async with workspace_scope(self._platform, found.workspace_id, SWEEPER) as scope:
            row = await queries.get_fulfilment(scope, found.id, for_update=True)
            if row.look_at is None or row.look_at > clock.now() or row.look_run_id != found.run_id:
                return  # looked at, or asked for by a webhook, since it was found
            row.look_run_id = await workflows.start(scope, follow_fulfilment, row.id)
            row.look_at = clock.now() + timedelta(seconds=self._platform.settings.worker.follow_every_s)

    async def _free(self, found: Found) -> None:
        async with workspace_scope(self._platform, found.workspace_id, SWEEPER) as scope:
            order = await queries.get_order(scope, found.id, for_update=True)
            if order.hold_reason in {HoldReason.CONNECTION, HoldReason.NOT_LIVE}:
                moves.release(scope, order, by="sweeper")
                await moves.carry_on(scope, order)

    async def _withdraw(self, found: Found) -> None:
        async with workspace_scope(self._platform, found.workspace_id, SWEEPER) as scope:
            whole = await lock_whole(scope, found.id)
            if whole.order.held_at is not None and await withdraw_restless_drafts(scope, whole):
                await moves.carry_on(scope, whole.order)


async def _restless(scope: SystemScope) -> list[Found]:
    """Orders on hold with a draft at a provider that does not leave drafts alone."""
    providers = [key for key, kind in adapter_types().items() if not kind.capabilities.drafts_stay]
    found = await scope.session.execute(
        _RESTLESS_DRAFTS,
        {"providers": providers, "old_s": DRAFT_OLD.total_seconds(), "limit": BATCH},
    )
    return [Found(*row) for row in found]


async def _found(scope: SystemScope, query: TextClause) -> list[Found]:
    return [Found(*row) for row in await scope.session.execute(query, {"limit": BATCH})]
