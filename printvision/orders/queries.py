"""Every SELECT of orders. Each starts from a scope; a row of another workspace is not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, Select, Uuid, bindparam, or_, select, text

from printvision.orders.models import (
    DecisionRow,
    FulfilmentLineRow,
    FulfilmentRow,
    LineRow,
    OrderRow,
    ShipmentRow,
    SubmissionRow,
)
from printvision.platform.errors import NotFound
from printvision.platform.scope import WorkspaceScope

Row = TypeVar("Row")

# What a run asks for again and again is put together once: that is a third of what such a statement costs.
_OURS: Final[BindParameter[UUID]] = bindparam("workspace_id", type_=Uuid())
_THESE: Final[BindParameter[UUID]] = bindparam("ids", type_=Uuid(), expanding=True)
_ORDER: Final = select(OrderRow).where(OrderRow.workspace_id == _OURS, OrderRow.id == bindparam("id"))
_FULFILMENT: Final = select(FulfilmentRow).where(
    FulfilmentRow.workspace_id == _OURS, FulfilmentRow.id == bindparam("id")
)
_LINES: Final = (
    select(LineRow)
    .where(LineRow.workspace_id == _OURS, LineRow.order_id.in_(_THESE))
    .order_by(LineRow.order_id, LineRow.position)
)
_FULFILMENTS: Final = (
    select(FulfilmentRow)
    .where(FulfilmentRow.workspace_id == _OURS, FulfilmentRow.order_id.in_(_THESE))
    .order_by(FulfilmentRow.order_id, FulfilmentRow.ordinal)
)
_PARTS: Final = select(FulfilmentLineRow).where(
    FulfilmentLineRow.workspace_id == _OURS, FulfilmentLineRow.fulfilment_id.in_(_THESE)
)
_SHIPMENTS: Final = (
    select(ShipmentRow)
    .where(ShipmentRow.workspace_id == _OURS, ShipmentRow.fulfilment_id.in_(_THESE))
    .order_by(ShipmentRow.id)
)


def _locking(query: Select[Row]) -> Select[Row]:
    return query.with_for_update().execution_options(populate_existing=True)


_LOCK_ORDER: Final = _locking(_ORDER)
_LOCK_FULFILMENT: Final = _locking(_FULFILMENT)
# In the order of their ids: the order in which everybody who locks several takes them.
_LOCK_GIVEN: Final = (
    select(FulfilmentRow, SubmissionRow)
    .join(
        SubmissionRow,
        (SubmissionRow.fulfilment_id == FulfilmentRow.id)
        & (SubmissionRow.generation == FulfilmentRow.generation),
    )
    .where(FulfilmentRow.workspace_id == _OURS, FulfilmentRow.order_id == bindparam("id"))
    .order_by(FulfilmentRow.id)
    .with_for_update()
    .execution_options(populate_existing=True)
)
_LINES_AND_PARTS: Final = (
    select(LineRow, FulfilmentLineRow)
    .outerjoin(FulfilmentLineRow, FulfilmentLineRow.line_id == LineRow.id)
    .where(LineRow.workspace_id == _OURS, LineRow.order_id == bindparam("id"))
    .order_by(LineRow.position)
    .execution_options(populate_existing=True)
)


_BEGIN_LOOK: Final = text(
    """
    UPDATE fulfilments f SET look_run_id = NULL FROM submissions s
    WHERE f.workspace_id = :workspace_id AND f.id = :id
      AND s.fulfilment_id = f.id AND s.generation = f.generation
    RETURNING f.order_id, f.connection_id, s.provider_order_id, s.state
    """
)


async def _one(scope: WorkspaceScope, query: Select[Row], id: UUID) -> Row | None:
    values = {"workspace_id": scope.workspace_id, "id": id}
    return (await scope.session.execute(query, values)).scalar_one_or_none()


async def _all(scope: WorkspaceScope, query: Select[Row], ids: Sequence[UUID]) -> Sequence[Row]:
    values = {"workspace_id": scope.workspace_id, "ids": ids}
    return (await scope.session.execute(query, values)).scalars().all()


def orders(scope: WorkspaceScope) -> Select[OrderRow]:
    return select(OrderRow).where(OrderRow.workspace_id == scope.workspace_id)


async def get_order(scope: WorkspaceScope, order_id: UUID, *, for_update: bool = False) -> OrderRow:
    """
    Raises:
        NotFound
    """
    if for_update:
        row = await _one(scope, _LOCK_ORDER, order_id)
    else:
        row = await scope.session.get(OrderRow, order_id)
    if row is None or row.workspace_id != scope.workspace_id:
        raise NotFound(kind="order", id=str(order_id))
    return row


async def find_order(
    scope: WorkspaceScope, shop_id: UUID, external_id: str, *, for_update: bool = False
) -> OrderRow | None:
    query = orders(scope).where(OrderRow.shop_id == shop_id, OrderRow.external_id == external_id)
    return (
        await scope.session.execute(query.with_for_update() if for_update else query)
    ).scalar_one_or_none()


async def lock_given(scope: WorkspaceScope, order_id: UUID) -> list[tuple[FulfilmentRow, SubmissionRow]]:
    """What of an order was given to providers: each fulfilment with its current try, locked."""
    values = {"workspace_id": scope.workspace_id, "id": order_id}
    return [(row, submission) for row, submission in await scope.session.execute(_LOCK_GIVEN, values)]


async def list_lines_and_parts(
    scope: WorkspaceScope, order_id: UUID
) -> tuple[list[LineRow], list[FulfilmentLineRow]]:
    """The lines of one order, in their order, and which pieces of them each fulfilment has."""
    values = {"workspace_id": scope.workspace_id, "id": order_id}
    lines: dict[UUID, LineRow] = {}
    parts: list[FulfilmentLineRow | None] = []
    for line, part in await scope.session.execute(_LINES_AND_PARTS, values):
        lines[line.id] = line
        parts.append(part)
    return list(lines.values()), [part for part in parts if part is not None]


async def list_lines(scope: WorkspaceScope, order_ids: Sequence[UUID]) -> Sequence[LineRow]:
    return await _all(scope, _LINES, order_ids)


async def list_fulfilments(scope: WorkspaceScope, order_ids: Sequence[UUID]) -> Sequence[FulfilmentRow]:
    return await _all(scope, _FULFILMENTS, order_ids)


async def list_live_fulfilments(scope: WorkspaceScope, order_id: UUID) -> list[FulfilmentRow]:
    """Those whose lines no other provider may have, in the order of their ordinals."""
    return [row for row in await list_fulfilments(scope, [order_id]) if row.given_up_at is None]


async def get_fulfilment(
    scope: WorkspaceScope, fulfilment_id: UUID, *, for_update: bool = False
) -> FulfilmentRow:
    if for_update:
        row = await _one(scope, _LOCK_FULFILMENT, fulfilment_id)
    else:
        row = await scope.session.get(FulfilmentRow, fulfilment_id)
    if row is None or row.workspace_id != scope.workspace_id:
        raise NotFound(kind="fulfilment", id=str(fulfilment_id))
    return row


async def list_fulfilment_lines(
    scope: WorkspaceScope, fulfilment_ids: Sequence[UUID]
) -> Sequence[FulfilmentLineRow]:
    return await _all(scope, _PARTS, fulfilment_ids)


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


class Begun(NamedTuple):
    """A fulfilment that is looked at now."""

    order_id: UUID
    connection_id: UUID
    provider_order_id: str | None
    state: str


async def begin_look(scope: WorkspaceScope, fulfilment_id: UUID) -> Begun:
    """Note that nobody waits any more to look at the fulfilment, and tell where to look.

    Raises:
        NotFound
    """
    values = {"workspace_id": scope.workspace_id, "id": fulfilment_id}
    row = (await scope.session.execute(_BEGIN_LOOK, values)).one_or_none()
    if row is None:
        raise NotFound(kind="fulfilment", id=str(fulfilment_id))
    return Begun(*row)


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
    return await _all(scope, _SHIPMENTS, fulfilment_ids)


async def list_decisions(scope: WorkspaceScope, order_id: UUID) -> Sequence[DecisionRow]:
    """All routing decisions of an order, the newest first."""
    query = (
        select(DecisionRow)
        .where(DecisionRow.workspace_id == scope.workspace_id, DecisionRow.order_id == order_id)
        .order_by(DecisionRow.id.desc())
        .limit(50)
    )
    return (await scope.session.execute(query)).scalars().all()
