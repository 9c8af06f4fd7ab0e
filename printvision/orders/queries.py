"""Every SELECT of orders. Each starts from a scope; a row of another workspace is not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select

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

Kind = TypeVar("Kind", OrderRow, FulfilmentRow)


def _orders(scope: WorkspaceScope) -> Select[OrderRow]:
    return select(OrderRow).where(OrderRow.workspace_id == scope.workspace_id)


async def get_order(scope: WorkspaceScope, order_id: UUID, *, for_update: bool = False) -> OrderRow:
    """
    Raises:
        NotFound
    """
    row = await _get(scope, OrderRow, order_id, for_update=for_update)
    if row is None:
        raise NotFound(kind="order", id=str(order_id))
    return row


async def _get(scope: WorkspaceScope, kind: type[Kind], id: UUID, *, for_update: bool) -> Kind | None:
    """A row that this transaction has read is not asked for again, unless to lock it."""
    if for_update:
        query = select(kind).where(kind.workspace_id == scope.workspace_id, kind.id == id)
        locking = query.with_for_update().execution_options(populate_existing=True)
        return (await scope.session.execute(locking)).scalar_one_or_none()
    row = await scope.session.get(kind, id)
    return row if row is not None and row.workspace_id == scope.workspace_id else None


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
    row = await _get(scope, FulfilmentRow, fulfilment_id, for_update=for_update)
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


class Hint(NamedTuple):
    """What a provider's message says about which order it means: our reference, or else their own id."""

    connection_id: UUID
    provider_ref: str | None
    provider_order_id: str | None


async def find_submissions(scope: WorkspaceScope, hints: Collection[Hint]) -> dict[Hint, UUID]:
    """The fulfilments that providers speak of, by their hint; a hint that speaks of none of ours is not in it."""
    refs = [hint.provider_ref for hint in hints if hint.provider_ref]
    ids = [hint.provider_order_id for hint in hints if not hint.provider_ref and hint.provider_order_id]
    if not refs and not ids:
        return {}
    row = SubmissionRow
    query = select(row.fulfilment_id, row.connection_id, row.provider_ref, row.provider_order_id).where(
        row.workspace_id == scope.workspace_id,
        or_(row.provider_ref.in_(refs), row.provider_order_id.in_(ids)),
    )
    found = (await scope.session.execute(query)).all()
    by_ref = {(each.connection_id, each.provider_ref): each.fulfilment_id for each in found}
    by_id = {(each.connection_id, each.provider_order_id): each.fulfilment_id for each in found}
    meant = {
        hint: by_ref.get((hint.connection_id, hint.provider_ref))
        if hint.provider_ref
        else by_id.get((hint.connection_id, hint.provider_order_id or ""))
        for hint in hints
    }
    return {hint: fulfilment_id for hint, fulfilment_id in meant.items() if fulfilment_id is not None}


async def lock_fulfilments(scope: WorkspaceScope, ids: Collection[UUID]) -> Sequence[FulfilmentRow]:
    """Several at once, in the order of their ids: the order in which everybody who locks several takes them."""
    query = (
        select(FulfilmentRow)
        .where(FulfilmentRow.workspace_id == scope.workspace_id, FulfilmentRow.id.in_(ids))
        .order_by(FulfilmentRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return (await scope.session.execute(query)).scalars().all()


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
