"""Rows to what crosses the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from printvision.orders import queries, schemas
from printvision.orders.by_hand import tracking_of
from printvision.orders.models import FulfilmentRow, LineRow, OrderRow, ShipmentRow, SubmissionRow
from printvision.orders.possible import still_possible
from printvision.orders.sealing import open_source
from printvision.orders.states import HoldReason, RecallFor, Stage, SubmissionState
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope


def order_view(row: OrderRow | Shown) -> schemas.OrderView:
    hold = None
    if row.held_at is not None and row.hold_reason is not None:
        hold = schemas.HoldView(
            reason=HoldReason(row.hold_reason), detail=row.hold_detail or "", since=row.held_at
        )
    return schemas.OrderView(
        id=row.id,
        shop_id=row.shop_id,
        external_id=row.external_id,
        number=row.number,
        stage=Stage(row.stage),
        reason=row.reason,
        hold=hold,
        country=row.country,
        test=row.test,
        placed_at=row.placed_at,
        received_at=row.received_at,
        stage_at=row.stage_at,
    )


_SHOWN: Final = """
SELECT
    id, shop_id, external_id, number, stage, reason, hold_reason, hold_detail, held_at, country, test, placed_at,
    received_at, stage_at
FROM orders WHERE workspace_id = %(workspace_id)s AND id = %(id)s
"""


class Shown(NamedTuple):
    """What is shown of an order in a list, in the order of `_SHOWN`."""

    id: UUID
    shop_id: UUID
    external_id: str
    number: str
    stage: str
    reason: str | None
    hold_reason: str | None
    hold_detail: str | None
    held_at: datetime | None
    country: str | None
    test: bool
    placed_at: datetime
    received_at: datetime
    stage_at: datetime


async def show_order(scope: WorkspaceScope, order_id: UUID) -> schemas.OrderView:
    """
    Raises:
        NotFound
    """
    rows = await run(scope.session, _SHOWN, {"workspace_id": scope.workspace_id, "id": order_id})
    if not rows:
        raise NotFound(kind="order", id=str(order_id))
    return order_view(Shown(*rows[0]))


async def order_detail(scope: WorkspaceScope, order_id: UUID) -> schemas.OrderDetail:
    """
    Raises:
        NotFound
    """
    row = await queries.get_order(scope, order_id)
    fulfilments = await queries.list_fulfilments(scope, [row.id])
    ids = [fulfilment.id for fulfilment in fulfilments]
    submissions = await queries.list_submissions(scope, ids)
    shipments = await queries.list_shipments(scope, ids)
    parts = await queries.list_fulfilment_lines(scope, ids)
    lines = await queries.list_lines(scope, [row.id])
    return schemas.OrderDetail(
        order=order_view(row),
        recipient=open_source(scope, row).recipient,
        lines=[_line(line) for line in lines],
        fulfilments=[
            _fulfilment(
                fulfilment,
                {part.line_id: part.quantity for part in parts if part.fulfilment_id == fulfilment.id},
                [one for one in submissions if one.fulfilment_id == fulfilment.id],
                [one for one in shipments if one.fulfilment_id == fulfilment.id],
            )
            for fulfilment in fulfilments
        ],
        send_not_before=row.not_before,
        recall=_recall(row),
        recall_refused=row.recall_refused,
        excluded=msgspec.convert(row.excluded, list[schemas.Exclusion]),
        sent_by_hand=tracking_of(row),
        possible=await still_possible(scope, row),
    )


def _recall(row: OrderRow) -> schemas.RecallView | None:
    if row.recall_at is None or row.recall_for is None:
        return None
    return schemas.RecallView(
        purpose=RecallFor(row.recall_for), reason=row.recall_reason or "", since=row.recall_at
    )


def _line(row: LineRow) -> schemas.LineView:
    return schemas.LineView(
        id=row.id,
        external_id=row.external_id,
        sku=row.sku,
        title=row.title,
        quantity=row.quantity,
        printable=row.printable,
        reprints=row.reprints,
        reason=row.reason,
    )


def _fulfilment(
    row: FulfilmentRow,
    pieces: dict[UUID, int],
    submissions: list[SubmissionRow],
    shipments: list[ShipmentRow],
) -> schemas.FulfilmentView:
    cost = None
    if row.cost_minor is not None and row.cost_currency is not None:
        cost = Money(row.cost_minor, row.cost_currency)
    return schemas.FulfilmentView(
        id=row.id,
        pieces=pieces,
        given_up_at=row.given_up_at,
        reprint_reason=row.reprint_reason,
        provider=row.provider,
        connection_id=row.connection_id,
        method=row.method,
        progress=row.progress,
        ending=row.ending,
        status_word=row.status_word,
        cost=cost,
        submissions=[_submission(one) for one in submissions],
        shipments=[_shipment(one) for one in shipments],
    )


def _submission(row: SubmissionRow) -> schemas.SubmissionView:
    return schemas.SubmissionView(
        generation=row.generation,
        state=SubmissionState(row.state),
        provider_ref=row.provider_ref,
        provider_order_id=row.provider_order_id,
        attempt=row.attempt,
        unknown_outcomes=row.unknown_outcomes,
        unknown_resolved=row.unknown_resolved,
        last_error=row.last_error,
        prepared_at=row.prepared_at,
        committed_at=row.committed_at,
    )


def _shipment(row: ShipmentRow) -> schemas.ShipmentView:
    return schemas.ShipmentView(
        id=row.id,
        state=row.state,
        carrier=row.carrier,
        service=row.service,
        tracking_number=row.tracking_number,
        tracking_url=row.tracking_url,
        shipped_at=row.shipped_at,
        delivered_at=row.delivered_at,
    )
