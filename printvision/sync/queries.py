"""Every SELECT of syncs. Each starts from a scope; a row of another workspace is not found."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from printvision.platform.errors import NotFound
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import WorkspaceScope
from printvision.sync.models import SyncRunRow
from printvision.sync.schemas import LIVE, ListSyncs, SyncView, sync_view


def _syncs(scope: WorkspaceScope) -> Select[SyncRunRow]:
    return select(SyncRunRow).where(SyncRunRow.workspace_id == scope.workspace_id)


async def get_sync(scope: WorkspaceScope, sync_id: UUID, *, for_update: bool = False) -> SyncRunRow:
    """
    Raises:
        NotFound
    """
    query = _syncs(scope).where(SyncRunRow.id == sync_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await scope.session.execute(query)).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="sync", id=str(sync_id))
    return row


async def find_live_sync(scope: WorkspaceScope, connection_id: UUID) -> SyncRunRow | None:
    """The one sync of the connection that has not ended."""
    query = _syncs(scope).where(SyncRunRow.connection_id == connection_id, SyncRunRow.state.in_(LIVE))
    return (await scope.session.execute(query)).scalar_one_or_none()


async def find_carried_sync(scope: WorkspaceScope, sync_id: UUID, run_id: str) -> SyncRunRow | None:
    """The sync, locked, where it has not ended and the run is the one that carries it."""
    query = (
        _syncs(scope)
        .where(SyncRunRow.id == sync_id, SyncRunRow.run_id == run_id, SyncRunRow.state.in_(LIVE))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await scope.session.execute(query)).scalar_one_or_none()


async def find_next_blueprint(scope: WorkspaceScope, sync_id: UUID) -> str | None:
    """The id in the plan that is to be read next; None at the end of the plan, or where there is none yet."""
    query = select(SyncRunRow.plan.op("->>")(SyncRunRow.position)).where(
        SyncRunRow.workspace_id == scope.workspace_id, SyncRunRow.id == sync_id
    )
    return (await scope.session.execute(query)).scalar_one_or_none()


async def list_syncs(scope: WorkspaceScope, asked: ListSyncs) -> Page[SyncView]:
    query = _syncs(scope)
    if asked.connection_id is not None:
        query = query.where(SyncRunRow.connection_id == asked.connection_id)
    rows, next_cursor = await fetch_page(scope, query, SyncRunRow.id, asked)
    return Page([sync_view(row) for row in rows], next_cursor)
