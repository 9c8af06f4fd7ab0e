"""Every SELECT that serves a workspace."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, func, select

from printvision.hooks.models import DeliveryRow, EndpointRow
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope


def endpoints(scope: WorkspaceScope) -> Select[EndpointRow]:
    return select(EndpointRow).where(EndpointRow.workspace_id == scope.workspace_id)


async def count_endpoints(scope: WorkspaceScope) -> int:
    """How many there are; nobody else adds one until the transaction ends."""
    lock = func.hashtextextended(f"hook_endpoints {scope.workspace_id}", 0)
    await scope.session.execute(select(func.pg_advisory_xact_lock(lock)))
    count = select(func.count()).where(EndpointRow.workspace_id == scope.workspace_id)
    return (await scope.session.execute(count)).scalar_one()


async def get_endpoint(scope: WorkspaceScope, endpoint_id: UUID, *, for_update: bool = False) -> EndpointRow:
    """
    Raises:
        NotFound
    """
    query = endpoints(scope).where(EndpointRow.id == endpoint_id)
    if for_update:
        # read anew, since the worker may have changed it after an earlier look in this transaction
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    row = await scope.session.scalar(query)
    if row is None:
        raise NotFound(kind="endpoint", id=str(endpoint_id))
    return row


def deliveries(scope: WorkspaceScope, endpoint_id: UUID) -> Select[DeliveryRow]:
    return select(DeliveryRow).where(
        DeliveryRow.workspace_id == scope.workspace_id, DeliveryRow.endpoint_id == endpoint_id
    )
