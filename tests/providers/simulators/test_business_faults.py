"""Stock that is out, prices that change, charges that fail: each provider shows them in its own way."""

from __future__ import annotations

from printvision.providers.simulators.faults import Fault, Faults
from tests.providers.simulators.printify import SHOP, Printify
from tests.providers.simulators.running import Running, until, until_true


async def test_printful_lets_a_parcel_wait_for_stock(printful: Running) -> None:
    path = "/v2/catalog-variants/1/availability"
    await printful.change(out_of_stock=["1"])
    shown = (await printful.client.get(path)).json()["data"]["techniques"][0]["selling_regions"][0]
    order_id = await printful.create("sold-out")
    await printful.confirm(order_id)

    async def waiting() -> bool:
        shipments = (await printful.client.get(f"/v2/orders/{order_id}/shipments")).json()["data"]
        return [shipment["shipment_status"] for shipment in shipments] == ["outstock"]

    assert shown["availability"] == "out of stock"
    await until(waiting)
    assert printful.events("sold-out") == ["accepted", "confirmed"]
    await printful.change(out_of_stock=[])
    await until_true(lambda: printful.events("sold-out")[-1] == "delivered")


async def test_printify_keeps_what_is_sold_out_on_hold(printify: Printify) -> None:
    await printify.change(out_of_stock=["9:5:17887"])
    made = await printify.make()
    elsewhere = await printify.make(print_provider_id=9)
    order_id = await printify.ready("sold-out")

    refused = await printify.send(order_id)

    assert made["variants"][0]["is_available"] is False
    assert elsewhere["variants"][0]["is_available"] is True
    assert refused.status_code == 400
    assert (await printify.read(order_id))["status"] == "on-hold"
    assert (await printify.cancel(order_id)).json()["status"] == "canceled"
    assert printify.events("sold-out") == ["accepted", "cancelled"]


async def test_a_price_change_is_for_what_comes_after_it_at_printful(printful: Running) -> None:
    old = await printful.create("old-price")
    await printful.change(price_percent=10)
    new = await printful.create("new-price")

    async def price(order_id: int) -> str:
        items = (await printful.client.get(f"/v2/orders/{order_id}")).json()["data"]["order_items"]
        return items[0]["price"]

    shown = (await printful.client.get("/v2/catalog-variants/1/prices")).json()["data"]["variant"]
    assert (await price(old), await price(new)) == ("14.95", "16.44")
    assert shown["techniques"][0]["price"] == "16.44"


async def test_a_price_change_is_for_what_comes_after_it_at_printify(printify: Printify) -> None:
    old = await printify.ready("old-price")
    made = await printify.make()
    await printify.change(price_percent=-10)
    new = await printify.ready("new-price")
    shown = (await printify.client.get(f"{SHOP}/products/{made['id']}.json")).json()

    async def cost(order_id: str) -> int:
        return (await printify.read(order_id))["line_items"][0]["cost"]

    assert (await cost(old), await cost(new)) == (1099, 989)
    assert (made["variants"][0]["cost"], shown["variants"][0]["cost"]) == (1099, 989)


async def test_printful_fails_what_it_cannot_charge_and_takes_it_again(printful: Running) -> None:
    await printful.set(Faults(charge_failed=Fault(share=1, times=1)))
    order_id = await printful.create("poor")

    answer = await printful.confirm(order_id)
    failed = await printful.status(order_id)
    await printful.confirm(order_id)

    assert (answer.status_code, answer.json()["data"]["status"], failed) == (200, "failed", "failed")
    await until_true(lambda: printful.events("poor")[-1] == "delivered")
    assert printful.events("poor").count("confirmed") == 1
