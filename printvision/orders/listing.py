"""Lists of orders: what a person narrows them by, and in which order they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Select, exists, select

from printvision.orders.models import FulfilmentRow, OrderRow
from printvision.orders.schemas import ListOrders, OrderSort
from printvision.orders.views import Shown
from printvision.platform.paging import fetch_page
from printvision.platform.scope import WorkspaceScope

# Not whole rows: each holds the order as its shop wrote it, sealed, and fifty of them take longer to map than to find.
_SHOWN: Final = cast("Select[Any]", select(*(getattr(OrderRow, name) for name in Shown._fields)))


async def list_orders(scope: WorkspaceScope, asked: ListOrders) -> tuple[list[Shown], str | None]:
    """A page of them, and the cursor of what follows.

    Raises:
        CursorOfAnotherList
    """
    by_placed = asked.sort in {OrderSort.PLACED_FIRST, OrderSort.PLACED_LAST}
    rows, following = await fetch_page(
        scope,
        _SHOWN.where(OrderRow.workspace_id == scope.workspace_id, *_narrowed(scope, asked)),
        OrderRow.id,
        asked,
        by=OrderRow.placed_at if by_placed else None,
        ascending=asked.sort in {OrderSort.RECEIVED_FIRST, OrderSort.PLACED_FIRST},
    )
    # a row of SQLAlchemy takes seven times as long to give a member
    return [Shown._make(row) for row in rows], following


def _narrowed(scope: WorkspaceScope, asked: ListOrders) -> Iterator[ColumnElement[bool]]:
    for column, wanted in (
        (OrderRow.stage, asked.stage),
        (OrderRow.hold_reason, asked.hold_reason),
        (OrderRow.shop_id, asked.shop_id),
        (OrderRow.external_id, asked.external_id),
        (OrderRow.number, asked.number),
        (OrderRow.country, asked.country),
    ):
        if wanted is not None:
            yield column == wanted
    if asked.held is not None:
        yield OrderRow.held_at.is_not(None) if asked.held else OrderRow.held_at.is_(None)
    if asked.received_since is not None:
        yield OrderRow.received_at >= asked.received_since
    if asked.received_before is not None:
        yield OrderRow.received_at < asked.received_before
    if asked.connection_id is not None:
        yield exists().where(
            FulfilmentRow.workspace_id == scope.workspace_id,
            FulfilmentRow.order_id == OrderRow.id,
            FulfilmentRow.connection_id == asked.connection_id,
            FulfilmentRow.given_up_at.is_(None),
        )
