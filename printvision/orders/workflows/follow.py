"""The story of a fulfilment from the provider to the buyer's door.

Looks are many and orders come first: looks wait in a queue of their own, in the order in which they were asked for, and
leave a part of the rate budget to what is being sent. How fast hundreds of them are worked off is set by that budget
alone; until its turn, each is asked for once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final

from printvision.orders import queries
from printvision.orders.following import plan_next_look, take_snapshot
from printvision.orders.reading import read
from printvision.orders.states import SubmissionState
from printvision.orders.steps import pause_if_refused
from printvision.orders.whole import lock_whole
from printvision.platform import clock, workflows
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Queue, Run, workflow
from printvision.providers import ready_adapter
from printvision.providers.sdk import Priority, ProviderError, ProviderNeedsAttention, ProviderUnavailable

FIRST_CLASS: Final = "0"  # the last hexadecimal digit of a run's id: one in sixteen


async def look(run: Run) -> None:
    """Read the order at its provider and take in what it says. An unavailable provider is asked again later."""
    async with run.scope() as scope:
        # from here on a webhook asks for another look: this reading may be older than what it tells
        begun = await queries.begin_look(scope, run.subject_id)
        ready = await ready_adapter(scope, begun.connection_id)
    if begun.provider_order_id is None or begun.state == SubmissionState.PLANNED:
        return
    try:
        adapter = ready.open(priority=priority_of(run.run_id))
        snapshot = await read(adapter.get(begun.provider_order_id))
    except ProviderError as error:
        await pause_if_refused(run, begun.connection_id, error)
        await _look_later(run, error)
        return
    async with run.scope() as scope:
        whole = await lock_whole(scope, begun.order_id)
        await take_snapshot(scope, whole, run.subject_id, snapshot)


def priority_of(run_id: str) -> Priority:
    """Orders come before looks; yet one look in sixteen has the right of an order, so that no stream of orders, however
    long, keeps looks from being made at all. A run keeps its right when another process takes it up. More would waste
    calls: an order's right is to several tokens at once, and a look uses two of them.
    """
    return Priority.ORDERS if run_id.endswith(FIRST_CLASS) else Priority.BULK


async def _look_later(run: Run, error: ProviderError) -> None:
    """Soon where the provider will be back; ever more rarely where it does not know the order, or we not its words."""
    wait_s = run.platform.settings.worker.follow_every_s
    if isinstance(error, ProviderUnavailable) and error.retry_after_s:
        wait_s = max(1.0, min(wait_s, error.retry_after_s))
    async with run.scope() as scope:
        fulfilment = await queries.get_fulfilment(scope, run.subject_id, for_update=True)
        if isinstance(error, ProviderUnavailable | ProviderNeedsAttention):
            fulfilment.look_at = clock.now() + timedelta(seconds=wait_s)
        else:
            plan_next_look(scope, fulfilment, moved=False)


@workflow("orders.follow", version=1, queue=Queue.LOOKS, remembers=False)
async def follow_fulfilment(run: Run) -> None:
    """One look. Webhooks and the sweeper ask for as many as it takes."""
    await run.step(look)


async def ask_for_looks(scope: WorkspaceScope, hints: Collection[queries.Hint]) -> set[queries.Hint]:
    """Enqueue a look at each fulfilment that is spoken of, unless one is waiting to begin: a burst costs one reading.

    Returns:
        The hints that speak of a fulfilment of ours.
    """
    known = await queries.find_submissions(scope, hints)
    for fulfilment in await queries.lock_fulfilments(scope, set(known.values())):
        if fulfilment.look_run_id is None:
            fulfilment.look_run_id = await workflows.start(scope, follow_fulfilment, fulfilment.id)
    return set(known)
