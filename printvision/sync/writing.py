"""What was read, written down.

The catalogue is everybody's and goes in through the system login; prices, stock and the sync's own position
are the workspace's and go in together. A process that ends between the two reads the blueprint once more,
which then finds nothing new.
"""

from __future__ import annotations

from uuid import UUID

from printvision.catalog import (
    BlueprintWritten,
    VariantsVanished,
    Written,
    find_blueprint_ids,
    save_prices,
    save_stock,
    save_variants,
)
from printvision.platform.errors import NotFound
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope, system_scope
from printvision.platform.workflows import Run
from printvision.providers.sdk import ProviderError
from printvision.sync import progress, queries
from printvision.sync.errors import NotListed
from printvision.sync.models import SyncRunRow
from printvision.sync.progress import Task
from printvision.sync.reading import Reading

PURPOSE = "catalogue sync"


async def write_reading(run: Run, task: Task, blueprint: str, reading: Reading) -> None:
    """Write what was read of the blueprint at the task's position, and move on to the next one."""
    blank = await _write_blank(run, task, blueprint, reading)
    async with run.scope() as scope:
        row = await _at(scope, run, task)
        if row is None:
            return
        blueprint_id = blank.blueprint_id if blank else await _find_id(scope, task, blueprint)
        if blueprint_id is None:
            progress.note_problems(row, [progress.problem(blueprint, NotListed())])
        else:
            await _write_overlays(scope, row, blueprint_id, reading)
            _take_in(scope, row, task, blank)
        progress.step_on(row)


async def pass_over(run: Run, task: Task, blueprint: str, error: ProviderError) -> None:
    """Write down why the blueprint could not be read, and move on to the next one."""
    async with run.scope() as scope:
        row = await _at(scope, run, task)
        if row is not None:
            progress.note_problems(row, [progress.problem(blueprint, error)])
            progress.step_on(row)


async def _at(scope: WorkspaceScope, run: Run, task: Task) -> SyncRunRow | None:
    """The sync, where it is still this run's and still where it was when the provider was asked."""
    row = await queries.find_carried_sync(scope, run.subject_id, run.run_id)
    return row if row is not None and row.position == task.position else None


async def _write_blank(run: Run, task: Task, blueprint: str, reading: Reading) -> BlueprintWritten | None:
    if reading.variants is None:
        return None
    try:
        async with system_scope(run.platform, PURPOSE) as scope:
            return await save_variants(scope, task.provider, blueprint, reading.variants, reading.areas)
    except NotFound:
        return None


async def _find_id(scope: WorkspaceScope, task: Task, blueprint: str) -> UUID | None:
    return (await find_blueprint_ids(scope, task.provider, [blueprint])).get(blueprint)


async def _write_overlays(
    scope: WorkspaceScope, row: SyncRunRow, blueprint_id: UUID, reading: Reading
) -> None:
    prices = stock = Written()
    if reading.prices is not None:
        prices = await save_prices(scope, row.connection_id, blueprint_id, reading.prices)
    if reading.stock is not None:
        stock = await save_stock(scope, row.connection_id, blueprint_id, reading.stock)
    progress.count(
        row,
        blueprints=1,
        prices=prices.seen,
        stock=stock.seen,
        changed=prices.changed + stock.changed,
        gone=prices.gone + stock.gone,
    )


def _take_in(scope: WorkspaceScope, row: SyncRunRow, task: Task, blank: BlueprintWritten | None) -> None:
    if blank is None:
        return
    progress.count(row, variants=blank.seen, changed=blank.changed, gone=blank.gone)
    if blank.gone:
        publish(
            scope,
            VariantsVanished(
                subject_id=blank.blueprint_id,
                provider=task.provider,
                count=blank.gone,
                external_ids=list(blank.vanished),
            ),
        )
