"""Ordering pieces a second time, on purpose: lost on the way, damaged, printed badly."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from printvision.accounts import Permission
from printvision.orders import events, moves, queries
from printvision.orders.address import check_address
from printvision.orders.errors import NothingToReprint
from printvision.orders.models import LineRow, OrderRow
from printvision.orders.sealing import seal_recipient
from printvision.orders.states import Stage
from printvision.platform.address import Recipient
from printvision.platform.errors import RuleBroken
from printvision.platform.events import publish
from printvision.platform.scope import WorkspaceScope


async def reprint_order(
    scope: WorkspaceScope,
    order_id: UUID,
    *,
    reason: str,
    pieces: Mapping[UUID, int] | None = None,
    recipient: Recipient | None = None,
) -> None:
    """Have pieces of a printed order made again; they are routed anew, under references of their own.

    Args:
        pieces: by line; all that was printed where it is left out.
        recipient: where they go, if not to where the first went.

    Raises:
        NothingToReprint: no provider was told to print, or some of it is still to be given to one.
        RuleBroken: a line is not the order's, or more pieces than were to be printed.
        InvalidAddress
    """
    scope.require(Permission.ORDERS_REPRINT)
    order = await queries.get_order(scope, order_id, for_update=True)
    if not Stage(order.stage).committed or order.recall_at is not None:
        raise NothingToReprint(order_id=order.id, current=Stage(order.stage))
    rows = {row.id: row for row in await queries.list_lines(scope, [order.id])}
    wanted = {row.id: row.printable for row in rows.values() if row.printable} if pieces is None else pieces
    if not wanted and pieces is None:  # a person made it
        raise NothingToReprint(order_id=order.id, current=Stage(order.stage))
    _check(rows, wanted)
    for line_id, count in wanted.items():
        rows[line_id].reprints += count
    if recipient is not None:
        order.recipient = seal_recipient(scope, order.id, check_address(recipient))
    _begin_again(order, reason)
    pieces_in_all = sum(wanted.values())
    publish(scope, events.OrderReprinted(subject_id=order.id, pieces=pieces_in_all, by=scope.principal.id))
    moves.advance(scope, order, Stage.CHECKED, reason=reason)
    await moves.carry_on(scope, order)


def _begin_again(order: OrderRow, reason: str) -> None:
    order.reprint_reason = reason
    order.excluded = []
    order.not_before = None


def _check(rows: Mapping[UUID, LineRow], wanted: Mapping[UUID, int]) -> None:
    errors = [
        {"path": f"lines.{line_id}", "message": _fault(rows.get(line_id), count)}
        for line_id, count in wanted.items()
        if _fault(rows.get(line_id), count)
    ]
    if errors or not wanted:
        raise RuleBroken(
            errors=errors or [{"path": "lines", "message": "Name at least one line that was printed."}]
        )


def _fault(row: LineRow | None, count: int) -> str:
    if row is None:
        return "The order has no such line."
    if not 1 <= count <= row.printable:
        return f"Expected 1 to {row.printable}, as many as were printed."
    return ""
