"""Every SELECT of connections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, select

from printvision.platform.errors import NotFound
from printvision.platform.scope import SystemScope, WorkspaceScope
from printvision.providers.models import CallRow, ConnectionRow

_ONE: Final = select(ConnectionRow).where(
    ConnectionRow.workspace_id == bindparam("workspace_id", type_=Uuid()),
    ConnectionRow.id == bindparam("id", type_=Uuid()),
)
_THESE: Final = (
    select(ConnectionRow)
    .where(
        ConnectionRow.workspace_id == bindparam("workspace_id", type_=Uuid()),
        ConnectionRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
    )
    .order_by(ConnectionRow.id)
)


def connections(scope: WorkspaceScope) -> Select[ConnectionRow]:
    return select(ConnectionRow).where(ConnectionRow.workspace_id == scope.workspace_id)


async def get_connection(
    scope: WorkspaceScope, connection_id: UUID, *, for_update: bool = False
) -> ConnectionRow:
    """
    Raises:
        NotFound
    """
    query = _ONE.with_for_update() if for_update else _ONE
    key = {"workspace_id": scope.workspace_id, "id": connection_id}
    row = (await scope.session.execute(query, key)).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="connection", id=str(connection_id))
    return row


async def list_connection_rows(scope: WorkspaceScope, ids: Sequence[UUID]) -> Sequence[ConnectionRow]:
    """Those of `ids` that are this workspace's, in the order of their age."""
    key = {"workspace_id": scope.workspace_id, "ids": list(ids)}
    return (await scope.session.scalars(_THESE, key)).all()


async def find_any_connections(scope: SystemScope, ids: Collection[UUID]) -> dict[UUID, ConnectionRow]:
    """Whose webhooks are these? Asked before a workspace is known."""
    rows = await scope.session.scalars(select(ConnectionRow).where(ConnectionRow.id.in_(ids)))
    return {row.id: row for row in rows}


async def list_calls(scope: WorkspaceScope, connection_id: UUID, *, limit: int) -> Sequence[CallRow]:
    """The newest first."""
    query = (
        select(CallRow)
        .where(CallRow.workspace_id == scope.workspace_id, CallRow.connection_id == connection_id)
        .order_by(CallRow.id.desc())
        .limit(limit)
    )
    return (await scope.session.execute(query)).scalars().all()
