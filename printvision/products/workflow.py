"""The story of a product that a provider wants of an offer: look for it where it may exist, else make it.

The row says that the provider is being asked before it is, and every try takes an attempt: what a try brought is
written only by the holder of the last one. A try that was cut off, or whose outcome nobody knows, is followed by one
that searches the provider for our SKU before it makes anything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from printvision.catalog import is_id
from printvision.platform import clock, workflows
from printvision.platform.errors import NotFound
from printvision.platform.ids import WorkspaceId
from printvision.platform.scope import AnyScope, WorkspaceScope
from printvision.platform.workflows import Queue, Run, workflow
from printvision.products import progress
from printvision.products.models import ProvisionRow
from printvision.products.progress import Turn
from printvision.products.schemas import ProvisionState
from printvision.providers import open_adapter, pause_connection
from printvision.providers.sdk import (
    Adapter,
    Priority,
    ProviderConflict,
    ProviderError,
    ProviderNeedsAttention,
    ProviderThrottled,
    ProviderUnavailable,
    ProviderUnintelligible,
    Provisioned,
    Provisioner,
)


@workflow("products.provision", queue=Queue.SYNC)
async def provision_offer(run: Run) -> None:
    """One try. Where it brings nothing and time may help, a later run is in the queue."""
    await run.step(provision)


async def provision(run: Run) -> None:
    """See that the offer's product exists at its provider, and write down what it is called there."""
    async with run.scope() as scope:
        turn = await progress.take_turn(scope, run)
    if turn is None:
        return
    try:
        async with open_adapter(
            run.platform, run.workspace_id, turn.offer.connection_id, priority=Priority.BULK
        ) as adapter:
            made = await _find_or_make(run, turn, adapter)
    except ProviderError as error:
        await set_back(run, turn, error)
    except NotFound:
        return  # the connection was deleted, and the row with it
    else:
        if made is not None:
            await _write_down(run, turn, made)


async def set_back(run: Run, turn: Turn, error: ProviderError) -> None:
    """Do what a provider's error asks for: come back later, wait for the connection, or have a person look."""
    async with run.scope() as scope:
        row = await progress.find_held(scope, run, turn)
        if isinstance(error, ProviderNeedsAttention):
            await pause_connection(scope, turn.offer.connection_id, error.detail or error.title)
        if row is None:
            return
        if isinstance(error, ProviderNeedsAttention):
            progress.note(row, error)
            row.state = ProvisionState.WANTED
            row.run_id = row.next_try_at = None  # the sweeper goes on once the connection is active again
        elif isinstance(error, ProviderUnavailable | ProviderConflict):
            await _come_back(scope, row, error)
        else:
            progress.fail(scope, row, error)


async def enqueue(scope: AnyScope, row: ProvisionRow, *, after: timedelta = timedelta(0)) -> None:
    """Start a run, which alone carries the product from now on."""
    row.state = ProvisionState.WANTED
    row.next_try_at = clock.now() + after if after else None
    row.run_id = await workflows.start(
        scope, provision_offer, row.offer_id, after=after, workspace_id=WorkspaceId(row.workspace_id)
    )


async def _find_or_make(run: Run, turn: Turn, adapter: Adapter[Any]) -> Provisioned | None:
    """The product; None where this turn was over before it had to be made."""
    assert isinstance(adapter, Provisioner), "only such a provider's offers are provisioned"
    if turn.tried_before:
        if (found := await adapter.find_product(turn.spec)) is not None:
            return _sensible(found, adapter.key)
        async with run.scope() as scope:  # the search may have taken long
            if await progress.find_held(scope, run, turn) is None:
                return None
    return _sensible(await adapter.make_product(turn.spec), adapter.key)


def _sensible(made: Provisioned, provider: str) -> Provisioned:
    if not is_id(made.external_id):
        raise ProviderUnintelligible("They gave the product no usable id", provider=provider)
    return made


async def _write_down(run: Run, turn: Turn, made: Provisioned) -> None:
    async with run.scope() as scope:
        row = await progress.find_held(scope, run, turn)
        if row is not None:
            await progress.finish(scope, row, turn, made)


async def _come_back(
    scope: WorkspaceScope, row: ProvisionRow, error: ProviderUnavailable | ProviderConflict
) -> None:
    """Try again later, a bounded number of times; a used-up rate is nobody's failure."""
    asked_s = error.retry_after_s if isinstance(error, ProviderUnavailable) else None
    after = progress.wait_after(row.failures, asked_s)
    if not isinstance(error, ProviderThrottled):
        row.failures += 1
    if row.failures < progress.MAX_FAILURES:
        progress.note(row, error)
        await enqueue(scope, row, after=after)
    else:
        progress.fail(scope, row, error, again_at=clock.now() + after)
