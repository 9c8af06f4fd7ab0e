"""Carrying a sync without an engine: each run in turn, at once, as long as the row names a new one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from printvision.platform.workflows import Run
from printvision.sync import StartSync, SyncView, request_sync
from printvision.sync.models import SyncRunRow
from printvision.sync.queries import get_sync
from printvision.sync.schemas import LIVE, sync_view
from printvision.sync.workflow import sync_catalog
from tests.factories.workspaces import MadeWorkspace

P = ParamSpec("P")
R = TypeVar("R")


class Killed(BaseException):
    """The process ends here."""


@dataclass(frozen=True)
class DirectRun(Run):
    """A run whose steps are simply done: what the engine does where it remembers none of them."""

    async def step(
        self, verb: Callable[Concatenate[Run, P], Awaitable[R]], *args: P.args, **kwargs: P.kwargs
    ) -> R:
        return await verb(self, *args, **kwargs)


async def start(workspace: MadeWorkspace, connection_id: UUID, **wanted: Any) -> SyncView:
    async with workspace.scope() as scope:
        return await request_sync(scope, StartSync(connection_id=connection_id, **wanted))


async def look(workspace: MadeWorkspace, sync_id: UUID) -> SyncView:
    async with workspace.scope() as scope:
        return sync_view(await get_sync(scope, sync_id))


async def row_of(workspace: MadeWorkspace, sync_id: UUID) -> SyncRunRow:
    async with workspace.scope() as scope:
        return await get_sync(scope, sync_id)


async def run_of(workspace: MadeWorkspace, sync_id: UUID) -> DirectRun:
    row = await row_of(workspace, sync_id)
    assert row.run_id is not None
    return DirectRun(workspace.platform, row.run_id, workspace.id, sync_id, sync_catalog.name)


async def carry_once(workspace: MadeWorkspace, sync_id: UUID) -> SyncView:
    """One run, to its end."""
    await sync_catalog.body(await run_of(workspace, sync_id))
    return await look(workspace, sync_id)


async def carry(workspace: MadeWorkspace, sync_id: UUID) -> SyncView:
    """Run after run until the sync has ended."""
    for _ in range(100):
        view = await carry_once(workspace, sync_id)
        if view.state not in LIVE:
            return view
    raise AssertionError("the sync goes on for ever")


async def sync(workspace: MadeWorkspace, connection_id: UUID, **wanted: Any) -> SyncView:
    return await carry(workspace, (await start(workspace, connection_id, **wanted)).id)
