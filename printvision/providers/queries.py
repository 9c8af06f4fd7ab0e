"""Every SELECT of connections."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, select

from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.scope import SystemScope, WorkspaceScope
from printvision.platform.statements import written
from printvision.providers.models import CallRow, ConnectionRow

_ONE: Final = select(ConnectionRow).where(
    ConnectionRow.workspace_id == bindparam("workspace_id", type_=Uuid()),
    ConnectionRow.id == bindparam("id", type_=Uuid()),
)


class Known(NamedTuple):
    """A connection as it is, for who only reads it."""

    id: UUID
    provider: str
    name: str
    base_url: str
    credentials: bytes
    webhook_secret: bytes | None
    oauth: bool
    tokens: bytes | None
    rate_requests: int | None
    sandbox: bool
    live: bool
    state: str
    state_detail: str | None
    account_name: str | None
    last_test: dict[str, Any] | None
    created_at: datetime


_THESE: Final = written(
    select(*(getattr(ConnectionRow, name) for name in Known._fields))
    .where(
        ConnectionRow.workspace_id == bindparam("workspace_id", type_=Uuid()),
        ConnectionRow.id == any_(bindparam("ids", type_=ARRAY(Uuid()))),
    )
    .order_by(ConnectionRow.id)
)


class SigningConnection(NamedTuple):
    """What tells whether a webhook is a connection's, in the order of `_SIGNING`; the secret is sealed."""

    id: UUID
    workspace_id: UUID
    provider: str
    webhook_secret: bytes | None


_SIGNING: Final = "SELECT id, workspace_id, provider, webhook_secret FROM connections WHERE id = ANY(%(ids)s)"


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


async def list_known(scope: WorkspaceScope, ids: Sequence[UUID]) -> list[Known]:
    """Those of `ids` that are this workspace's, in the order of their age."""
    key = {"workspace_id": scope.workspace_id, "ids": list(ids)}
    return [Known._make(row) for row in await run(scope.session, _THESE, key)]


async def find_any_connections(scope: SystemScope, ids: Collection[UUID]) -> list[SigningConnection]:
    """Whose webhooks are these? Asked before a workspace is known."""
    return [SigningConnection(*row) for row in await run(scope.session, _SIGNING, {"ids": list(ids)})]


async def list_calls(scope: WorkspaceScope, connection_id: UUID, *, limit: int) -> Sequence[CallRow]:
    """The newest first."""
    query = (
        select(CallRow)
        .where(CallRow.workspace_id == scope.workspace_id, CallRow.connection_id == connection_id)
        .order_by(CallRow.id.desc())
        .limit(limit)
    )
    return (await scope.session.execute(query)).scalars().all()
