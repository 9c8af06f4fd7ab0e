"""Orders at a glance: rows with what each is made of, and all that happened to one."""

from __future__ import annotations

from uuid import uuid4

from tests.factories.workspaces import make_workspace
from tests.path.conftest import Product, order


async def test_a_row_says_what_is_in_it_and_what_was_paid(product: Product):
    lines = [{"sku": "SHIRT-M", "quantity": 2}, {"sku": "SHIRT-M", "quantity": 1}]
    one = (await product.client.post("/api/v1/orders", json=order(lines=lines))).json()
    two = (await product.client.post("/api/v1/orders", json=order(external_id="A-2"))).json()

    told = await product.client.get(
        "/api/v1/order-summaries", params={"order_ids": [one["id"], two["id"], str(uuid4())]}
    )

    assert told.status_code == 200
    assert told.json()["items"] == [
        {"order": two, "pieces": 1, "titles": ["SHIRT-M"], "makers": [], "paid": None, "cost": None},
        {
            "order": one,
            "pieces": 3,
            "titles": ["SHIRT-M", "SHIRT-M"],
            "makers": [],
            "paid": None,
            "cost": None,
        },
    ]


async def test_a_timeline_begins_with_what_happened_last(product: Product):
    placed = (await product.client.post("/api/v1/orders", json=order())).json()
    await product.client.post(f"/api/v1/orders/{placed['id']}/hold", json={"reason": "asking"})

    told = (await product.client.get(f"/api/v1/orders/{placed['id']}/timeline")).json()

    assert [each["kind"] for each in told["events"]] == ["orders.held", "orders.received"]
    assert told["events"][0]["data"] == {"reason": "person"}
    assert told["calls"] == []


async def test_an_order_of_nobody_has_no_timeline(product: Product):
    assert (await product.client.get(f"/api/v1/orders/{uuid4()}/timeline")).status_code == 404


async def test_rows_of_another_workspace_are_not_there(product: Product):
    placed = (await product.client.post("/api/v1/orders", json=order())).json()
    key = (await (await make_workspace(product.platform)).key()).reveal()

    told = await product.client.get(
        "/api/v1/order-summaries",
        params={"order_ids": [placed["id"]]},
        headers={"authorization": f"Bearer {key}"},
    )

    assert (told.status_code, told.json()) == (200, {"items": []})
