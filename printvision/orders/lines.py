"""An order's lines as rows: written from the shop's copy, and how many pieces of each nobody has been given yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete

from printvision.channels import ChannelLine, ChannelOrder
from printvision.orders import queries
from printvision.orders.models import LineRow, OrderRow
from printvision.orders.sealing import open_source
from printvision.platform.scope import WorkspaceScope


def write(scope: WorkspaceScope, order_id: UUID, order: ChannelOrder) -> None:
    """A row for each line of a new order."""
    scope.session.add_all(_row(scope, order_id, position, line) for position, line in enumerate(order.lines))


async def rewrite(scope: WorkspaceScope, order: OrderRow) -> None:
    """Make the rows those of the shop's newest copy. No provider may hold any of them."""
    source = open_source(scope, order)
    rows = await queries.list_lines(scope, [order.id])
    if [_facts(line) for line in source.lines] == [_stored(row) for row in rows]:
        return
    await scope.session.execute(
        delete(LineRow).where(LineRow.workspace_id == scope.workspace_id, LineRow.order_id == order.id)
    )
    write(scope, order.id, source)


async def pieces_left(scope: WorkspaceScope, order_id: UUID) -> Mapping[UUID, int]:
    """Pieces of each line that are to be printed and that no live fulfilment has, by line; none for a line without."""
    given: Counter[UUID] = Counter()
    live = await queries.list_live_fulfilments(scope, order_id)
    for part in await queries.list_fulfilment_lines(scope, [row.id for row in live]):
        given[part.line_id] += part.quantity
    wanted = {row.id: row.printable + row.reprints for row in await queries.list_lines(scope, [order_id])}
    return {line_id: pieces - given[line_id] for line_id, pieces in wanted.items() if pieces > given[line_id]}


async def drop_left(scope: WorkspaceScope, order_id: UUID, why: str) -> None:
    """Nobody is to print any more what no live fulfilment has; pieces that were ordered anew go first.

    Args:
        why: noted on the lines of which fewer are printed than there were to be.
    """
    left = await pieces_left(scope, order_id)
    for row in await queries.list_lines(scope, [order_id]):
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
        workspace_id=scope.workspace_id,
        order_id=order_id,
        position=position,
        external_id=external_id,
        sku=sku,
        title=title,
        quantity=quantity,
    )
