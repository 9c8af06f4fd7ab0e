# Checked, never run: what is right passes, and each line that is marked does not; a mark on one that passes fails.
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

from printvision_client import (
    AsyncPrintVision,
    FeatureKey,
    NotFound,
    PermissionKey,
    PrintVision,
    ProblemCode,
    Refused,
    Retries,
    models,
)

RECIPIENT = models.RecipientInput(name="Ana Lima", line1="1 High St", country="GB")
LINES = [models.LineInput(sku="SHIRT-M", quantity=1)]
client = PrintVision("http://127.0.0.1:8000", key="pv_x", retries=Retries(tries=2))


def right(order_id: UUID) -> None:
    page = client.orders.list(limit=10, held=True)
    stage: models.Stage = page.items[0].stage
    cursor: str | None = page.next_cursor
    detail: models.OrderDetail = client.orders.get(order_id=order_id, if_none_match=page)
    cost = detail.possible[0].cost
    amount: int = cost.amount_minor if cost else 0
    orders: Iterator[models.OrderView] = client.orders.iterate(stage=models.Stage.SHIPPED)
    client.orders.create(external_id="A-1", recipient=RECIPIENT, lines=LINES, idempotency_key="A-1")
    client.rules.set(most_parcels=None)
    nothing: None = client.hooks.delete(endpoint_id="01980000-0000-7000-8000-000000000000", if_match='"x"')
    permission: PermissionKey = "orders:order:read"
    feature: FeatureKey = "orders"
    for event in client.events.stream(kinds=["orders", "orders.held"]):
        match event:
            case models.OrderHeld():
                print(event.data.reason)
            case _:
                print(event.kind, event.id)
    print(stage, cursor, amount, orders, nothing, permission, feature)


async def right_too(awaiting: AsyncPrintVision) -> None:
    order: models.OrderView = await awaiting.orders.create(
        external_id="A-1", recipient=RECIPIENT, lines=LINES
    )
    orders: AsyncIterator[models.OrderView] = awaiting.orders.iterate()
    async with awaiting.events.stream(kinds=["orders"]) as stream:
        event = await anext(stream)
    print(order.id, orders, event.subject_id)


def wrong(awaiting: AsyncPrintVision) -> None:
    client.orders.burn()  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
    client.orders.get()  # pyright: ignore[reportCallIssue]
    client.orders.get("x")  # pyright: ignore[reportCallIssue]
    client.orders.get(order_id=5)  # pyright: ignore[reportArgumentType]
    client.orders.list(colour="red")  # pyright: ignore[reportCallIssue]
    client.orders.list(stage="lost")  # pyright: ignore[reportArgumentType]
    client.orders.list(idempotency_key="A-1")  # pyright: ignore[reportCallIssue]
    client.orders.hold(order_id="x")  # pyright: ignore[reportCallIssue]
    client.orders.hold(order_id="x", reason="y", if_none_match=RECIPIENT)  # pyright: ignore[reportCallIssue]
    client.orders.edit_address(order_id="x", recipient={"name": "y"})  # pyright: ignore[reportArgumentType]
    client.hooks.update(endpoint_id="x", idempotency_key="A-1")  # pyright: ignore[reportCallIssue]
    client.orders.iterate(cursor="x")  # pyright: ignore[reportCallIssue]
    client.events.stream(kinds=["orders.burnt"])  # pyright: ignore[reportArgumentType]
    models.LineInput(sku="x")  # pyright: ignore[reportCallIssue]
    models.LineInput("x", 1)  # pyright: ignore[reportCallIssue]
    detail = client.orders.get(order_id="x")
    detail.order.number = "7"  # pyright: ignore[reportAttributeAccessIssue]
    print(detail.order.colour)  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownArgumentType]
    cursor: str = client.orders.list().next_cursor  # pyright: ignore[reportAssignmentType]
    permission: PermissionKey = "orders:order:burn"  # pyright: ignore[reportAssignmentType]
    feature: FeatureKey = "time-travel"  # pyright: ignore[reportAssignmentType]
    PrintVision("http://127.0.0.1:8000")  # pyright: ignore[reportCallIssue]
    order: models.OrderDetail = awaiting.orders.get(order_id="x")  # pyright: ignore[reportAssignmentType]
    try:
        client.workspaces.get()
    except NotFound as error:
        code: ProblemCode = "no/such-code"  # pyright: ignore[reportAssignmentType]
        print(error.code == code)
    except Refused as error:
        print(error.code == "not-found", error.request_id)
    print(cursor, permission, feature, order)
