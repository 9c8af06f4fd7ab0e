"""`printvision orders …`"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from cyclopts import App, Parameter

from printvision.cli.options import MINE, WorkspaceOptions
from printvision.cli.order_changes import NO_CHANGE, AddressOptions

if TYPE_CHECKING:
    from printvision.cli.door import Door
    from printvision.orders.schemas import OrderDetail

app = App(name="orders", help="List and show orders; hold, release, cancel, reroute, correct, reprint.")

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


@app.command
def retry(order: Which, /, *, options: WorkspaceOptions = MINE) -> None:
    """Try again now: what waits for a provider is not waited for, what is held is released."""
    _with_order(order, options, lambda door, order_id: door.call("orders.retry", order_id=str(order_id)))


@app.command
def reroute(
    order: Which,
    /,
    *,
    reason: Why = "rerouted by the operator",
    away_from: Annotated[
        str | None, Parameter(help="Only the part at this connection: its id or name.")
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Have it made by another provider. Whoever has it gives it back first."""

    async def act(door: Door, order_id: UUID) -> OrderDetail:
        from printvision.cli.connections import find_connection

        connection = await find_connection(door, away_from) if away_from else None
        return await door.call(
            "orders.reroute",
            order_id=str(order_id),
            reason=reason,
            away_from=str(connection) if connection else None,
        )

    _with_order(order, options, act)


@app.command(name="edit-address")
def edit_address(
    order: Which, /, *, address: AddressOptions = NO_CHANGE, options: WorkspaceOptions = MINE
) -> None:
    """Correct where it goes, also at a provider that has not begun to print. What is not named stays as it is."""

    async def act(door: Door, order_id: UUID) -> OrderDetail:
        detail = await door.call("orders.get", order_id=str(order_id))
        recipient = address.over(detail.recipient)
        return await door.call("orders.edit_address", order_id=str(order_id), recipient=recipient)

    _with_order(order, options, act)


@app.command
def reprint(
    order: Which,
    /,
    *,
    reason: Annotated[str, Parameter(help="Why a second print is wanted, such as: lost on the way.")],
    line: Annotated[
        list[str] | None,
        Parameter(negative="", help="SKU, or SKU=PIECES; everything that was printed if left out."),
    ] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Print pieces of it again, on purpose: they are ordered and charged anew."""

    async def act(door: Door, order_id: UUID) -> OrderDetail:
        from printvision.cli.order_changes import named_lines

        detail = await door.call("orders.get", order_id=str(order_id))
        lines = named_lines(detail.lines, line) if line else None
        return await door.call("orders.reprint", order_id=str(order_id), reason=reason, lines=lines)

    _with_order(order, options, act)


@app.command(name="mark-shipped")
def mark_shipped(
    order: Which,
    /,
    *,
    carrier: Annotated[str | None, Parameter(help="Who carries it.")] = None,
    number: Annotated[str | None, Parameter(help="Its tracking number.")] = None,
    url: Annotated[str | None, Parameter(help="Where it can be followed.")] = None,
    options: WorkspaceOptions = MINE,
) -> None:
    """Say that you sent it yourself. What no provider prints yet is taken back."""
    _with_order(
        order,
        options,
        lambda door, order_id: door.call(
            "orders.mark_shipped",
            order_id=str(order_id),
            carrier=carrier,
            tracking_number=number,
            tracking_url=url,
        ),
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
