"""What the outside may ask of syncs."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope
from printvision.sync import queries, service
from printvision.sync.features import SYNC
from printvision.sync.schemas import GetSync, ListSyncs, StartSync, SyncView, sync_view


@operation(
    "connections.sync",
    title="Read a connection's catalogue, prices and stock",
    feature=SYNC,
    permission=Permission.CONNECTIONS_SYNC,
    rest=Rest("POST", "/connections/{connection_id}/sync", status=202),
    idempotent=True,
    audit=True,
    rate_cost=10,
)
async def start(scope: WorkspaceScope, input: StartSync) -> SyncView:
    """One sync of a connection runs at a time: while one does, it is the answer."""
    return await service.request_sync(scope, input)


@operation(
    "syncs.get",
    title="Show how far a sync is",
    feature=SYNC,
    permission=Permission.CONNECTIONS_READ,
    rest=Rest("GET", "/syncs/{sync_id}"),
)
async def get(scope: WorkspaceScope, input: GetSync) -> SyncView:
    scope.require(Permission.CONNECTIONS_READ)
    return sync_view(await queries.get_sync(scope, input.sync_id))


@operation(
    "syncs.list",
    title="List syncs",
    feature=SYNC,
    permission=Permission.CONNECTIONS_READ,
    rest=Rest("GET", "/syncs"),
)
async def list_all(scope: WorkspaceScope, input: ListSyncs) -> Page[SyncView]:
    """The newest first."""
    scope.require(Permission.CONNECTIONS_READ)
    return await queries.list_syncs(scope, input)


@operation(
    "syncs.cancel",
    title="Stop a sync",
    feature=SYNC,
    permission=Permission.CONNECTIONS_SYNC,
    rest=Rest("POST", "/syncs/{sync_id}/cancel"),
    idempotent=True,
    audit=True,
)
async def cancel(scope: WorkspaceScope, input: GetSync) -> SyncView:
    """It stops before its next blueprint. What it has read stays."""
    return await service.cancel_sync(scope, input.sync_id)
