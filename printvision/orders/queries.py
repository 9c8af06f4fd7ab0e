"""Every SELECT of orders. Each starts from a scope; a row of another workspace is not found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select

from printvision.orders.models import (
    DecisionRow,
    FulfilmentLineRow,
    FulfilmentRow,
    LineRow,
    OrderRow,
    ShipmentRow,
    SubmissionRow,
)
from printvision.orders.states import Stage
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope


def _orders(scope: WorkspaceScope) -> Select[OrderRow]:
    return select(OrderRow).where(OrderRow.workspace_id == scope.workspace_id)


async def get_order(scope: WorkspaceScope, order_id: UUID, *, for_update: bool = False) -> OrderRow:
    """
    Raises:
        NotFound
    """
    query = _orders(scope).where(OrderRow.id == order_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await scope.session.execute(query)).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="order", id=str(order_id))
    return row


async def find_order(
    scope: WorkspaceScope, shop_id: UUID, external_id: str, *, for_update: bool = False
) -> OrderRow | None:
    query = _orders(scope).where(OrderRow.shop_id == shop_id, OrderRow.external_id == external_id)
    return (
        await scope.session.execute(query.with_for_update() if for_update else query)
    ).scalar_one_or_none()


async def list_orders(
    scope: WorkspaceScope,
    *,
    limit: int,
    before: UUID | None = None,
    stage: Stage | None = None,
    held: bool | None = None,
    external_id: str | None = None,
    received_since: datetime | None = None,
) -> Sequence[OrderRow]:
    """The newest first; `before` is the last id of the page before."""
    query = _orders(scope).order_by(OrderRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(OrderRow.id < before)
    if stage is not None:
        query = query.where(OrderRow.stage == stage)
    if held is not None:
        query = query.where(OrderRow.held_at.is_not(None) if held else OrderRow.held_at.is_(None))
    if external_id is not None:
        query = query.where(OrderRow.external_id == external_id)
    if received_since is not None:
        query = query.where(OrderRow.received_at >= received_since)
    return (await scope.session.execute(query)).scalars().all()


async def list_lines(scope: WorkspaceScope, order_ids: Sequence[UUID]) -> Sequence[LineRow]:
    query = (
        select(LineRow)
        .where(LineRow.workspace_id == scope.workspace_id, LineRow.order_id.in_(order_ids))
        .order_by(LineRow.order_id, LineRow.position)
    )
    return (await scope.session.execute(query)).scalars().all()


async def list_fulfilments(scope: WorkspaceScope, order_ids: Sequence[UUID]) -> Sequence[FulfilmentRow]:
    query = (
        select(FulfilmentRow)
        .where(FulfilmentRow.workspace_id == scope.workspace_id, FulfilmentRow.order_id.in_(order_ids))
        .order_by(FulfilmentRow.order_id, FulfilmentRow.ordinal)
    )
    return (await scope.session.execute(query)).scalars().all()


async def list_live_fulfilments(scope: WorkspaceScope, order_id: UUID) -> list[FulfilmentRow]:
    """Those whose lines no other provider may have, in the order of their ordinals."""
    return [row for row in await list_fulfilments(scope, [order_id]) if row.given_up_at is None]


async def get_fulfilment(
    scope: WorkspaceScope, fulfilment_id: UUID, *, for_update: bool = False
) -> FulfilmentRow:
    query = select(FulfilmentRow).where(
        FulfilmentRow.workspace_id == scope.workspace_id, FulfilmentRow.id == fulfilment_id
    )
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await scope.session.execute(query)).scalar_one_or_none()
    if row is None:
        raise NotFound(kind="fulfilment", id=str(fulfilment_id))
    return row


async def list_fulfilment_lines(
    scope: WorkspaceScope, fulfilment_ids: Sequence[UUID]
) -> Sequence[FulfilmentLineRow]:
    query = select(FulfilmentLineRow).where(
        FulfilmentLineRow.workspace_id == scope.workspace_id,
        FulfilmentLineRow.fulfilment_id.in_(fulfilment_ids),
    )
    return (await scope.session.execute(query)).scalars().all()


async def list_submissions(scope: WorkspaceScope, fulfilment_ids: Sequence[UUID]) -> Sequence[SubmissionRow]:
    """All tries of these fulfilments, the current one of each last."""
    query = (
        select(SubmissionRow)
        .where(
            SubmissionRow.workspace_id == scope.workspace_id, SubmissionRow.fulfilment_id.in_(fulfilment_ids)
        )
        .order_by(SubmissionRow.fulfilment_id, SubmissionRow.generation)
    )
    return (await scope.session.execute(query)).scalars().all()


async def get_submission(
    scope: WorkspaceScope, fulfilment: FulfilmentRow, *, for_update: bool = False
) -> SubmissionRow:
    """The current try of a fulfilment."""
    query = select(SubmissionRow).where(
        SubmissionRow.workspace_id == scope.workspace_id,
        SubmissionRow.fulfilment_id == fulfilment.id,
        SubmissionRow.generation == fulfilment.generation,
    )
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await scope.session.execute(query)).scalar_one()


async def find_submission(
    scope: WorkspaceScope, connection_id: UUID, *, provider_ref: str | None, provider_order_id: str | None
) -> SubmissionRow | None:
    """The try a provider speaks of, by our reference or by their id."""
    query = select(SubmissionRow).where(
        SubmissionRow.workspace_id == scope.workspace_id, SubmissionRow.connection_id == connection_id
    )
    if provider_ref:
        query = query.where(SubmissionRow.provider_ref == provider_ref)
    elif provider_order_id:
        query = query.where(SubmissionRow.provider_order_id == provider_order_id)
    else:
        return None
    return (await scope.session.execute(query)).scalars().first()


async def list_shipments(scope: WorkspaceScope, fulfilment_ids: Sequence[UUID]) -> Sequence[ShipmentRow]:
    query = (
        select(ShipmentRow)
        .where(ShipmentRow.workspace_id == scope.workspace_id, ShipmentRow.fulfilment_id.in_(fulfilment_ids))
        .order_by(ShipmentRow.id)
    )
    return (await scope.session.execute(query)).scalars().all()


async def list_decisions(scope: WorkspaceScope, order_id: UUID) -> Sequence[DecisionRow]:
    """All routing decisions of an order, the newest first."""
    query = (
        select(DecisionRow)
        .where(DecisionRow.workspace_id == scope.workspace_id, DecisionRow.order_id == order_id)
        .order_by(DecisionRow.id.desc())
        .limit(50)
    )
    return (await scope.session.execute(query)).scalars().all()
