"""Which blueprints a sync reads: settled once, from the provider's list or from what is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from printvision.catalog import list_known_blueprints, mark_missing_blueprints, save_blueprints
from printvision.platform.scope import system_scope
from printvision.platform.workflows import Run
from printvision.providers import open_adapter
from printvision.providers.sdk import Adapter, Blueprint, Priority
from printvision.sync.progress import Task
from printvision.sync.reading import list_blueprints
from printvision.sync.schemas import SyncKind
from printvision.sync.writing import PURPOSE


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be read, in order; `unlisted` was asked for and is not to be had."""

    plan: Sequence[str]
    unlisted: Sequence[str] = ()
    changed: int = 0
    gone: int = 0


async def take_listing(run: Run, task: Task) -> Listing:
    """Settle the plan; a sync of the catalogue takes the provider's list for it and writes it down.

    Raises:
        ProviderError
    """
    if SyncKind.CATALOG in task.kinds:
        async with open_adapter(
            run.platform, run.workspace_id, task.connection_id, priority=Priority.BULK
        ) as adapter:
            return await _ask(run, task, adapter)
    if task.wanted is not None:
        return Listing(plan=task.wanted)
    async with run.scope() as scope:
        return Listing(plan=await list_known_blueprints(scope, task.provider))


async def _ask(run: Run, task: Task, adapter: Adapter[Any]) -> Listing:
    asked_for = None if task.wanted is None else frozenset(task.wanted)
    listed: dict[str, Blueprint] = {}
    changed = 0
    async for batch in list_blueprints(adapter):
        fit = [said for said in batch if asked_for is None or said.external_id in asked_for]
        listed |= {said.external_id: msgspec.structs.replace(said, raw={}) for said in fit}
        async with system_scope(run.platform, PURPOSE) as scope:
            changed += (await save_blueprints(scope, task.provider, fit)).changed
    if task.wanted is not None:
        return Listing(
            plan=[wanted for wanted in task.wanted if wanted in listed],
            unlisted=[wanted for wanted in task.wanted if wanted not in listed],
            changed=changed,
        )
    async with system_scope(run.platform, PURPOSE) as scope:
        missing = await mark_missing_blueprints(scope, task.provider, listed)
    return Listing(
        plan=[name for name, said in listed.items() if not said.discontinued],
        changed=changed,
        gone=missing.gone,
    )
