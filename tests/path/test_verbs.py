"""A person's verbs over the wire: each is one call, answered with the order as it is then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from printvision.orders import operations
from printvision.orders.models import LineRow, OrderRow
from printvision.orders.possible import Verb
from printvision.platform.operations import registry
from tests.factories.workspaces import MadeWorkspace
from tests.path.conftest import Product, order


async def placed(product: Product) -> str:
    answer = await product.client.post("/api/v1/orders", json=order())
    assert answer.status_code == 201, answer.text
    return f"/api/v1/orders/{answer.json()['id']}"


async def delivered(product: Product, workspace: MadeWorkspace) -> str:
    """An order that is at the door; no provider is asked here."""
    address = await placed(product)
    order_id = UUID(address.rpartition("/")[2])
    async with workspace.scope() as scope:
        await scope.session.execute(
            update(OrderRow).where(OrderRow.id == order_id).values(stage="delivered", run_id=None)
        )
        await scope.session.execute(
            update(LineRow).where(LineRow.order_id == order_id).values(printable=LineRow.quantity)
        )
    return address


async def done(
    product: Product, address: str, verb: str, method: str = "POST", **body: Any
) -> dict[str, Any]:
    answer = await product.client.request(method, f"{address}/{verb}", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_order_is_tried_again(product: Product):
    detail = await done(product, await placed(product), "retry")

    assert (detail["order"]["stage"], detail["order"]["hold"]) == ("received", None)


async def test_an_order_is_rerouted(product: Product):
    detail = await done(product, await placed(product), "reroute", reason="too slow")

    assert (detail["order"]["stage"], detail["excluded"], detail["recall"]) == ("received", [], None)


async def test_an_address_is_corrected_and_read_back(product: Product):
    address = await placed(product)
    recipient = order()["recipient"] | {"line1": "1 Other Street"}

    detail = await done(product, address, "address", "PUT", recipient=recipient)

    assert detail["recipient"]["line1"] == "1 Other Street"
    assert (await product.client.get(address)).json()["recipient"]["line1"] == "1 Other Street"


async def test_a_delivered_order_is_printed_again(product: Product, workspace: MadeWorkspace):
    address = await delivered(product, workspace)
    (line,) = (await product.client.get(address)).json()["lines"]

    detail = await done(
        product, address, "reprint", reason="lost on the way", lines=[{"line_id": line["id"], "quantity": 1}]
    )

    assert detail["order"]["stage"] == "checked"
    assert [(one["printable"], one["reprints"]) for one in detail["lines"]] == [(1, 1)]


async def test_an_order_is_marked_as_shipped(product: Product):
    said = {"carrier": "Post", "tracking_number": "P-1", "tracking_url": "https://post.example/P-1"}

    detail = await done(product, await placed(product), "mark-shipped", **said)

    assert (detail["order"]["stage"], detail["sent_by_hand"]) == ("shipped", said)


@pytest.mark.parametrize(
    ("verb", "method", "body"),
    [
        ("cancel", "POST", {"reason": "changed my mind"}),
        ("reroute", "POST", {"reason": "too slow"}),
        ("address", "PUT", {"recipient": order()["recipient"]}),
        ("mark-shipped", "POST", {}),
    ],
)
async def test_what_comes_too_late_says_what_is_still_possible(
    product: Product, workspace: MadeWorkspace, verb: str, method: str, body: dict[str, Any]
):
    address = await delivered(product, workspace)

    answer = await product.client.request(method, f"{address}/{verb}", json=body)

    problem = answer.json()
    code = "orders/not-cancellable" if verb == "cancel" else "orders/too-late"
    assert (answer.status_code, problem["code"], problem["current"]) == (409, code, "delivered")
    assert [one["verb"] for one in problem["possible"]] == ["reprint"]


async def test_a_reprint_is_not_ordered_again_while_it_is_under_way(
    product: Product, workspace: MadeWorkspace
):
    address = await delivered(product, workspace)
    await done(product, address, "reprint", reason="lost on the way")

    answer = await product.client.post(f"{address}/reprint", json={"reason": "lost on the way"})

    assert (answer.status_code, answer.json()["code"]) == (409, "orders/nothing-to-reprint")
    assert [one["reprints"] for one in (await product.client.get(address)).json()["lines"]] == [1]


def test_what_is_said_to_be_harmless_a_second_time_is():
    assert operations.cancel  # they are known once they are loaded
    verbs = {verb: registry()[f"orders.{verb}"].idempotent for verb in Verb}

    assert {verb for verb, idempotent in verbs.items() if not idempotent} == {
        Verb.RELEASE,
        Verb.REROUTE,
        Verb.REPRINT,
    }
