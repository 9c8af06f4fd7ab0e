"""The story of a sync: settle what to read, then read one blueprint after another.

The row's position moves with every blueprint, so a run that is killed is begun again and goes on where it
was; only the list is taken anew if it was not yet complete. Between two blueprints the row is looked at: a
sync that was cancelled, or that another run carries, goes no further. A run reads a slice and hands on to
the next, so that a large catalogue never keeps the others waiting.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from printvision.platform import workflows
from printvision.platform.errors import NotFound, PrintVisionError
from printvision.platform.ids import WorkspaceId
from printvision.platform.scope import AnyScope
from printvision.platform.workflows import Queue, Run, workflow
from printvision.providers import open_adapter
from printvision.providers.sdk import (
    Adapter,
    Priority,
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
    ProviderUnintelligible,
)
from printvision.sync import progress, queries
from printvision.sync.listing import take_listing
from printvision.sync.models import SyncRunRow
from printvision.sync.reading import read_blueprint
from printvision.sync.schemas import SyncState
from printvision.sync.writing import pass_over, write_reading

SLICE: Final = 25  # blueprints; some four calls each


@workflow("sync.catalog", queue=Queue.SYNC)
async def sync_catalog(run: Run) -> None:
    """Carry a sync as far as one run goes."""
    if await run.step(take_list) and await run.step(read_slice):
        await run.step(hand_on)


async def take_list(run: Run) -> bool:
    """Settle which blueprints are read; False where this run has nothing more to do."""
    async with run.scope() as scope:
        task = await progress.next_task(scope, run)
    if task is None or task.planned:
        return task is not None
    try:
        listing = await take_listing(run, task)
    except (ProviderError, NotFound) as error:
        await set_back(run, error)
        return False
    async with run.scope() as scope:
        row = await queries.find_carried_sync(scope, run.subject_id, run.run_id)
        if row is None:
            return False
        progress.settle(row, listing.plan, unlisted=listing.unlisted)
        progress.count(row, changed=listing.changed, gone=listing.gone)
    return True


async def read_slice(run: Run) -> bool:
    """Read the next blueprints, each written down with the new position; True where some may be left."""
    async with run.scope() as scope:
        task = await progress.next_task(scope, run)
    if task is None:
        return False
    try:
        async with open_adapter(
            run.platform, run.workspace_id, task.connection_id, priority=Priority.BULK
        ) as adapter:
            for _ in range(SLICE):
                if not await _read_next(run, adapter):
                    return False
    except (ProviderError, NotFound) as error:
        await set_back(run, error)
        return False
    return True


async def hand_on(run: Run) -> None:
    """Let a fresh run go on, behind whatever else waits."""
    async with run.scope() as scope:
        row = await queries.find_carried_sync(scope, run.subject_id, run.run_id)
        if row is not None:
            await enqueue(scope, row)


async def set_back(run: Run, error: PrintVisionError) -> None:
    """Come back later where the provider cannot answer now, a bounded number of times; else give up.

    A refused credential ends the sync and does not pause the connection: a token may serve orders and not the
    catalogue, and an order that it does not serve says so itself.
    """
    async with run.scope() as scope:
        row = await queries.find_carried_sync(scope, run.subject_id, run.run_id)
        if row is None:
            return
        row.failures += 1
        if isinstance(error, ProviderUnavailable) and row.failures < progress.MAX_FAILURES:
            await enqueue(scope, row, after=progress.wait_after(row.failures, error.retry_after_s))
        else:
            progress.fail(scope, row, error)


async def enqueue(scope: AnyScope, row: SyncRunRow, *, after: timedelta = timedelta(0)) -> None:
    """Start a run, which alone carries the sync from now on."""
    row.state = SyncState.QUEUED
    row.run_id = await workflows.start(
        scope, sync_catalog, row.id, after=after, workspace_id=WorkspaceId(row.workspace_id)
    )


async def _read_next(run: Run, adapter: Adapter[Any]) -> bool:
    """Read one blueprint; False where the plan is done or the run is to stop."""
    async with run.scope() as scope:
        task = await progress.next_task(scope, run)
        if task is None:
            return False
        if task.blueprint is None:
            await progress.finish(scope, run)
            return False
    try:
        reading = await read_blueprint(adapter, task.blueprint, task.kinds)
    except (ProviderRejected, ProviderUnintelligible) as error:  # of this blueprint; the next may be sound
        await pass_over(run, task, task.blueprint, error)
    else:
        await write_reading(run, task, task.blueprint, reading)
    return True
