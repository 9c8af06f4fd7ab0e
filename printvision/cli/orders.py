"""`printvision orders …`"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions

if TYPE_CHECKING:
    from printvision.cli.door import Door
    from printvision.orders.schemas import OrderDetail

app = App(name="orders", help="List, show, hold, release and cancel orders.")

Which = Annotated[str, Parameter(help="The order's id here, or its id in the shop.")]
Why = Annotated[str, Parameter(help="Why; shown with the order.")]
StageName = Literal[
    "received", "checked", "routed", "sent", "printing", "shipped", "delivered", "not_printable", "cancelled"
]


@app.command(name="list")
def list_orders(
    *,
    stage: Annotated[StageName | None, Parameter(help="Only those on this stage.")] = None,
    held: Annotated[
        bool | None, Parameter(negative="--not-held", help="Only those that wait for a person.")
    ] = None,
    limit: Annotated[int, Parameter(name=("--limit", "-n"), help="How many, 1 to 200.")] = 50,
    cursor: Annotated[str | None, Parameter(help="`next_cursor` of the page before.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """The newest orders first."""

    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.order_views import show_orders

        async with open_door(options.settings(), options.workspace) as door:
            page = await door.call("orders.list", stage=stage, held=held, limit=limit, cursor=cursor)
        options.output().answer(page, lambda console: show_orders(console, page))

    asyncio.run(run())


@app.command
def show(order: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Everything about one order."""
    _with_order(order, options, lambda door, order_id: door.call("orders.get", order_id=str(order_id)))


@app.command
def hold(order: Which, /, *, reason: Why = "held by the operator", options: WorkspaceOptions = MINE) -> None:
    """Keep an order from being sent until it is released."""
    _with_order(
        order,
        options,
        lambda door, order_id: door.call("orders.hold", order_id=str(order_id), reason=reason),
    )


@app.command
def release(order: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Let a held order go on."""
    _with_order(order, options, lambda door, order_id: door.call("orders.release", order_id=str(order_id)))


@app.command
def cancel(
    order: Which, /, *, reason: Why = "cancelled by the operator", options: WorkspaceOptions = MINE
) -> None:
    """Stop an order that no provider has begun to print."""
    _with_order(
        order,
        options,
        lambda door, order_id: door.call("orders.cancel", order_id=str(order_id), reason=reason),
    )


def _with_order(
    order: str, options: WorkspaceOptions, act: Callable[[Door, UUID], Awaitable[OrderDetail]]
) -> None:
    async def run() -> None:
        from printvision.cli.door import open_door
        from printvision.cli.order_views import show_order

        async with open_door(options.settings(), options.workspace) as door:
            detail = await act(door, await find_order(door, order))
        options.output().answer(detail, lambda console: show_order(console, detail))

    asyncio.run(run())


async def find_order(door: Door, name: str) -> UUID:
    """The order of this id, or of this id in its shop.

    Raises:
        NotFound, NameUnclear
    """
    from printvision.cli.door import as_id, only_one

    if (order_id := as_id(name)) is not None:
        return order_id
    page = await door.call("orders.list", external_id=name, limit=5)
    return only_one([view.id for view in page.items], kind="order", name=name)
