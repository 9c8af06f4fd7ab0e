"""The verbs of syncs."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from printvision.accounts import Permission
from printvision.platform import clock
from printvision.platform.errors import NotFound
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope
from printvision.providers import find_connection
from printvision.sync import queries
from printvision.sync.events import SyncCancelled, SyncRequested
from printvision.sync.models import SyncRunRow
from printvision.sync.schemas import LIVE, StartSync, SyncState, SyncView, sync_view
from printvision.sync.workflow import enqueue

TRIES: Final = 5


async def request_sync(scope: WorkspaceScope, wanted: StartSync) -> SyncView:
    """Begin a sync; where one of the connection has not ended, that one is answered, whatever it reads.

    Raises:
        NotFound: no such connection in this workspace.
    """
    scope.require(Permission.CONNECTIONS_SYNC)
    if await find_connection(scope, wanted.connection_id) is None:
        raise NotFound(kind="connection", id=str(wanted.connection_id))
    for _ in range(TRIES):
        if (begun := await _begin(scope, wanted)) is not None:
            return sync_view(begun)
        if (live := await queries.find_live_sync(scope, wanted.connection_id)) is not None:
            return sync_view(live)
    raise AssertionError("a sync was live at each insert and had ended at each look")


async def cancel_sync(scope: WorkspaceScope, sync_id: UUID) -> SyncView:
    """Stop a sync before its next blueprint; one that has ended stays as it ended.

    Raises:
        NotFound
    """
    scope.require(Permission.CONNECTIONS_SYNC)
    row = await queries.get_sync(scope, sync_id, for_update=True)
    if row.state in LIVE:
        row.state = SyncState.CANCELLED
        row.finished_at = clock.now()
        publish(scope, SyncCancelled(subject_id=row.id, connection_id=row.connection_id))
    return sync_view(row)


async def _begin(scope: WorkspaceScope, wanted: StartSync) -> SyncRunRow | None:
    """A new sync with its run; None where another of the connection has not ended."""
    blueprints = wanted.blueprints
    statement = (
        insert(SyncRunRow)
        .values(
            id=new_id(),
            workspace_id=scope.workspace_id,
            connection_id=wanted.connection_id,
            kinds=sorted(set(wanted.kinds)),
            wanted=None if blueprints is None else list(dict.fromkeys(blueprints)),
            state=SyncState.QUEUED,
            position=0,
            counters={},
            problems=[],
            failures=0,
            requested_at=clock.now(),
        )
        .on_conflict_do_nothing(
            index_elements=["connection_id"], index_where=text("state IN ('queued', 'running')")
        )
        .returning(SyncRunRow)
    )
    row = (await scope.session.execute(statement)).scalar_one_or_none()
    if row is not None:
        await enqueue(scope, row)
        publish(scope, SyncRequested(subject_id=row.id, connection_id=row.connection_id))
    return row
