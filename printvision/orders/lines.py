"""An order's lines as rows: written from the shop's copy, and cut down to what is still printed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from printvision.channels import ChannelLine, ChannelOrder
from printvision.orders.models import LineRow
from printvision.orders.sealing import open_source
from printvision.orders.whole import Whole
from printvision.platform.ids import new_id
from printvision.platform.scope import WorkspaceScope


def write(scope: WorkspaceScope, order_id: UUID, order: ChannelOrder) -> list[LineRow]:
    """A row for each line of a new order."""
    rows = [_row(scope, order_id, position, line) for position, line in enumerate(order.lines)]
    scope.session.add_all(rows)
    return rows


async def rewrite(scope: WorkspaceScope, whole: Whole) -> None:
    """Make the rows those of the shop's newest copy. No provider may hold any of them."""
    order = whole.order
    source = open_source(scope, order)
    if [_facts(line) for line in source.lines] == [_stored(row) for row in whole.lines]:
        return
    await scope.session.flush()
    await scope.session.execute(
        delete(LineRow).where(LineRow.workspace_id == scope.workspace_id, LineRow.order_id == order.id)
    )
    whole.parts = []
    whole.lines = write(scope, order.id, source)


def drop_left(whole: Whole, why: str) -> None:
    """Nobody is to print any more what no live fulfilment has; pieces that were ordered anew go first.

    Args:
        why: noted on the lines of which fewer are printed than there were to be.
    """
    left = whole.pieces_left()
    for row in whole.lines:
        dropped = left.get(row.id, 0)
        anew = min(dropped, row.reprints)
        row.reprints -= anew
        row.printable -= dropped - anew
        if dropped > anew:
            row.reason = why


def _facts(line: ChannelLine) -> tuple[str, str | None, str, int]:
    return line.external_id, line.sku, line.title, max(0, line.quantity)


def _stored(row: LineRow) -> tuple[str, str | None, str, int]:
    return row.external_id, row.sku, row.title, row.quantity


def _row(scope: WorkspaceScope, order_id: UUID, position: int, line: ChannelLine) -> LineRow:
    external_id, sku, title, quantity = _facts(line)
    return LineRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        order_id=order_id,
        position=position,
        external_id=external_id,
        sku=sku,
        title=title,
        quantity=quantity,
        printable=0,
        reprints=0,
    )
