"""The queries of TanStack's infinite lists, which add a word of their own to the input."""

from __future__ import annotations

from tests.api.trpc.asking import asked, data, refused
from tests.path.conftest import Product, order, product

__all__ = ["product"]


async def test_a_list_takes_the_way_an_infinite_query_goes(product: Product):
    for number in range(3):
        await product.client.post("/api/v1/orders", json=order(external_id=f"A-{number}"))

    first = data(await product.client.get(asked("orders.list", {"limit": 2, "direction": "forward"})))
    onward = {"limit": 2, "cursor": first["next_cursor"], "direction": "forward"}
    second = data(await product.client.get(asked("orders.list", onward)))

    assert [each["external_id"] for each in first["items"] + second["items"]] == ["A-2", "A-1", "A-0"]


async def test_what_is_no_list_takes_no_way(product: Product):
    reply = await product.client.get(asked("workspaces.get", {"direction": "forward"}))

    refused(reply, 400, "BAD_REQUEST", -32600, "invalid-input")
