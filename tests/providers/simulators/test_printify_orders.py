"""The simulated Printify's orders go their documented way, and its ledger says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.printify import Stages
from tests.providers.simulators.printify import (
    NEVER,
    SHOP,
    TEE,
    Printify,
    order,
    product,
    quick,
    running,
)
from tests.providers.simulators.running import count, until, until_true

WHOLE_WAY = ["accepted", "confirmed", "printed", "shipped", "delivered"]


async def test_an_order_that_is_sent_is_printed_shipped_and_delivered(printify: Printify) -> None:
    order_id = await printify.ready("way")

    answer = await printify.send(order_id)

    assert answer.json()["status"] == "on-hold"  # as it was found
    await until_true(lambda: printify.events("way") == WHOLE_WAY)
    shown = await printify.read(order_id)
    assert shown["status"] == "fulfilled"
    assert shown["metadata"]["shop_order_id"] == "way"
    assert [line["metadata"]["external_id"] for line in shown["line_items"]] == ["way-1"]
    (shipment,) = shown["shipments"]
    assert shipment["number"].startswith("PFY")
    assert shipment["delivered_at"].endswith("+00:00")


async def test_the_ledger_names_the_variants_sku_the_products_title_and_the_lines_reference(
    printify: Printify,
) -> None:
    made = await printify.make()
    line = {"product_id": made["id"], "variant_id": 17887, "quantity": 3, "external_id": "line-1"}

    order_id = await printify.create("named", line_items=[line])

    (accepted,) = printify.ledger("named")
    assert (accepted.sku, accepted.title, accepted.line_ref) == ("TEE-HARBOUR-S", "Harbour tee", "line-1")
    assert (accepted.recipient, accepted.quantity, accepted.order_id) == ("Buyer named", 3, order_id)


async def test_costs_come_a_moment_after_the_order(tmp_path: Path) -> None:
    async with running(quick(tmp_path, stages=Stages(costs=(3600, 3600)))) as printify:
        order_id = await printify.create("early")
        shown = await printify.read(order_id)

    assert shown["status"] == "pending"
    assert {"total_price", "total_shipping", "shipments", "sent_to_production_at"}.isdisjoint(shown)
    assert "cost" not in shown["line_items"][0]


async def test_an_order_costs_its_pieces_and_what_carrying_them_does(printify: Printify) -> None:
    tee = {"product_id": TEE, "variant_id": 17887, "quantity": 2}
    hat = {
        "blueprint_id": 1447,
        "print_provider_id": 5,
        "variant_id": 105320,
        "quantity": 1,
        "print_areas": {"front_embroidery": "https://art.example.com/sun.png"},
    }
    quoted = await printify.client.post(
        f"{SHOP}/orders/shipping.json",
        json={"line_items": [tee, hat], "address_to": order("x")["address_to"]},
    )

    shown = await printify.read(await printify.ready("sum", line_items=[tee, hat]))

    assert quoted.json()["standard"] == 475 + 240 + 240
    assert [(line["cost"], line["shipping_cost"]) for line in shown["line_items"]] == [
        (1099, 475 + 240),
        (1590, 240),
    ]
    assert (shown["total_price"], shown["total_shipping"]) == (2 * 1099 + 1590, 955)


async def test_pieces_of_two_print_providers_travel_in_two_parcels(printify: Printify) -> None:
    far = await printify.make(print_provider_id=9)
    lines = [
        {"product_id": TEE, "variant_id": 17887, "quantity": 1},
        {"product_id": far["id"], "variant_id": 17887, "quantity": 1},
    ]

    order_id = await printify.ready("two", line_items=lines)
    await printify.send(order_id)

    await until_true(lambda: count(printify.events("two"), "delivered") == 2)
    shown = await printify.read(order_id)
    assert len(shown["shipments"]) == 2
    assert [line["print_provider_id"] for line in shown["line_items"]] == [5, 9]


async def test_an_order_is_partially_fulfilled_while_a_parcel_is_missing(tmp_path: Path) -> None:
    stages = Stages(costs=(0, 0), accept=(0, 0), print=(0, 1.2), ship=(0, 0), deliver=(0, 0))
    async with running(quick(tmp_path, stages=stages, split_share=1.0)) as printify:
        lines = [{"product_id": TEE, "variant_id": 17887, "quantity": number} for number in (1, 2)]
        order_id = await printify.ready("parts", line_items=lines)
        await printify.send(order_id)
        statuses: list[str] = []

        async def fulfilled() -> bool:
            statuses.append((await printify.read(order_id))["status"])
            return statuses[-1] == "fulfilled"

        await until(fulfilled)

    assert "partially-fulfilled" in statuses


async def test_a_reference_is_taken_once_and_its_order_is_told(printify: Printify) -> None:
    order_id = await printify.create("once")

    again = await printify.client.post(f"{SHOP}/orders.json", json=order("once"))

    assert (again.status_code, again.json()["code"]) == (409, 8503)
    assert again.json()["order"] == {"id": order_id, "external_id": "once"}
    assert printify.events("once") == ["accepted"]


async def test_an_order_on_hold_can_be_cancelled_and_is_never_printed(printify: Printify) -> None:
    order_id = await printify.ready("stopped")

    answer = await printify.cancel(order_id)
    late = await printify.send(order_id)
    again = await printify.cancel(order_id)

    assert (answer.status_code, answer.json()["status"]) == (200, "canceled")
    assert (late.status_code, again.status_code) == (400, 400)
    assert printify.events("stopped") == ["accepted", "cancelled"]


async def test_an_order_that_was_sent_cannot_be_cancelled_or_sent_again(tmp_path: Path) -> None:
    async with running(quick(tmp_path, stages=NEVER)) as printify:
        order_id = await printify.ready("gone")
        await printify.send(order_id)

        late, again = await printify.cancel(order_id), await printify.send(order_id)

        assert (late.status_code, again.status_code) == (400, 400)
        assert (await printify.read(order_id))["status"] == "sending-to-production"
        assert printify.events("gone") == ["accepted", "confirmed"]


async def test_a_new_shop_sends_what_nobody_sent(tmp_path: Path) -> None:
    async with running(quick(tmp_path, auto_approve_s=0.2)) as printify:
        await printify.create("unasked")

        await until_true(lambda: printify.events("unasked") == WHOLE_WAY)


async def test_a_shop_with_manual_approval_waits(tmp_path: Path) -> None:
    async with running(quick(tmp_path)) as printify:
        await printify.ready("patient")

        assert (await printify.health())["planned"] == 0


async def test_a_new_shop_does_not_send_what_was_cancelled(tmp_path: Path) -> None:
    async with running(quick(tmp_path, auto_approve_s=0.4)) as printify:
        await printify.cancel(await printify.ready("withdrawn"))

        async def nothing_planned() -> bool:
            return (await printify.health())["planned"] == 0

        await until(nothing_planned)
        assert printify.events("withdrawn") == ["accepted", "cancelled"]


async def test_an_order_that_cannot_be_charged_waits_and_is_sent_again(printify: Printify) -> None:
    await printify.set(Faults(charge_failed=Fault(share=1, times=1)))
    order_id = await printify.ready("poor")

    first = await printify.send(order_id)
    waiting = await printify.read(order_id)
    await printify.send(order_id)

    assert first.status_code == 200
    assert waiting["status"] == "payment-not-received"
    await until_true(lambda: printify.events("poor") == WHOLE_WAY)


async def test_an_order_that_cannot_be_charged_can_be_cancelled(printify: Printify) -> None:
    await printify.set(Faults(charge_failed=Fault(share=1)))
    order_id = await printify.ready("broke")
    await printify.send(order_id)

    assert (await printify.cancel(order_id)).json()["status"] == "canceled"
    assert printify.events("broke") == ["accepted", "cancelled"]


async def test_stock_that_runs_out_after_the_sending_makes_an_order_unfulfillable(tmp_path: Path) -> None:
    stages = Stages(costs=(0, 0), accept=(0.5, 0.5))
    async with running(quick(tmp_path, stages=stages)) as printify:
        order_id = await printify.ready("sold")
        await printify.send(order_id)
        await printify.change(out_of_stock=["9:5:17887"])

        await until_true(lambda: printify.events("sold") == ["accepted", "confirmed", "cancelled"])
        assert (await printify.read(order_id))["status"] == "unfulfillable"


async def test_an_order_may_name_its_products_by_sku(printify: Printify) -> None:
    made = await printify.make()

    order_id = await printify.create("by-sku", line_items=[{"sku": "TEE-HARBOUR-S", "quantity": 1}])

    assert (await printify.read(order_id))["line_items"][0]["product_id"] == made["id"]
    listed = (await printify.client.get(f"{SHOP}/orders.json?sku=TEE-HARBOUR-S")).json()["data"]
    assert [row["id"] for row in listed] == [order_id]
    assert (await printify.client.get(f"{SHOP}/orders.json?sku=OTHER")).json()["data"] == []


async def test_an_express_order_may_become_two_with_one_reference(printify: Printify) -> None:
    near, far = await printify.make(print_provider_id=1), await printify.make(print_provider_id=5)
    lines = [{"product_id": made["id"], "variant_id": 17887, "quantity": 1} for made in (near, far)]

    answer = await printify.client.post(
        f"{SHOP}/orders/express.json", json=order("quick", line_items=lines, shipping_method=3)
    )

    data = answer.json()["data"]
    assert [row["attributes"]["fulfilment_type"] for row in data] == ["express", "ordinary"]
    assert len({row["id"] for row in data}) == 2
    assert printify.events("quick") == ["accepted", "accepted"]


WRONG: list[dict[str, Any]] = [
    {"line_items": []},
    {"line_items": [{"product_id": "nothing", "variant_id": 17887, "quantity": 1}]},
    {"line_items": [{"product_id": TEE, "variant_id": 1, "quantity": 1}]},
    {"line_items": [{"product_id": TEE, "variant_id": 17887, "quantity": 0}]},
    {"line_items": [{"sku": "NOBODY", "quantity": 1}]},
    {"line_items": [{"blueprint_id": 9, "print_provider_id": 77, "variant_id": 17887, "quantity": 1}]},
    {"line_items": [{"product_id": TEE, "variant_id": 17887, "quantity": 1, "external_id": "a"}] * 2},
    {"shipping_method": 3},
    {"shipping_method": 9},
    {"shipping_method": 4, "address_to": order("x")["address_to"] | {"country": "DE", "region": ""}},
    {"address_to": order("x")["address_to"] | {"country": "XX"}},
    {"address_to": order("x")["address_to"] | {"region": ""}},
    {"external_id": ""},
]


@pytest.mark.parametrize("wrong", WRONG)
async def test_what_is_wrong_is_refused_and_nothing_kept(wrong: dict[str, Any], printify: Printify) -> None:
    answer = await printify.client.post(f"{SHOP}/orders.json", json=order("wrong") | wrong)

    assert answer.status_code == 400
    assert answer.json()["message"] == "Validation failed."
    assert (await printify.health())["orders"] == 0


async def test_an_address_says_what_it_lacks_in_json_inside_a_text(printify: Printify) -> None:
    address = {"first_name": "Ann", "country": "IE"}

    answer = await printify.client.post(f"{SHOP}/orders.json", json=order("lack", address_to=address))

    errors = answer.json()["errors"]
    assert errors["code"] == 8103
    assert errors["reason"] == (
        '{"address1":["The address1 field is required."],"city":["The city field is required."],'
        '"zip":["The zip field is required."]}'
    )


async def test_nothing_is_forgotten_when_it_starts_again(tmp_path: Path) -> None:
    async with running(quick(tmp_path, stages=NEVER)) as printify:
        made = await printify.make()
        sent, held = await printify.ready("sent"), await printify.ready("held")
        await printify.send(sent)
    async with running(quick(tmp_path)) as printify:
        again = await printify.client.post(f"{SHOP}/orders.json", json=order("held"))
        assert again.json()["order"]["id"] == held
        assert (await printify.read(sent))["status"] == "sending-to-production"
        assert (await printify.client.get(f"{SHOP}/products/{made['id']}.json")).json()[
            "title"
        ] == "Harbour tee"

        fresh = await printify.create("fresh")
        assert fresh not in (sent, held)


async def test_production_goes_on_when_it_starts_again(tmp_path: Path) -> None:
    stages = Stages(costs=(0, 0), accept=(0.3, 0.3), print=(0, 0), ship=(0, 0), deliver=(0, 0))
    async with running(quick(tmp_path, stages=stages)) as printify:
        await printify.send(await printify.ready("later"))
    async with running(quick(tmp_path)) as printify:
        await until_true(lambda: printify.events("later") == WHOLE_WAY)


async def test_limits_are_kept_and_say_nothing_of_when_to_come_again(tmp_path: Path) -> None:
    async with running(quick(tmp_path, rate_limit=True)) as printify:
        catalogue = [await printify.client.get("/v1/catalog/print_providers.json") for _ in range(101)]
        other = await printify.client.get("/v1/shops.json")

    assert [answer.status_code for answer in catalogue] == [200] * 100 + [429]
    assert "retry-after" not in catalogue[-1].headers
    assert other.status_code == 200


async def test_the_share_of_errors_is_told_without_those_to_order(printify: Printify) -> None:
    for _ in range(18):
        await printify.client.get("/v1/shops.json")
    await printify.client.get(f"{SHOP}/orders/nobody.json")
    await printify.set(Faults(server_error=Fault(share=1)))
    await printify.client.get("/v1/shops.json")
    before = (await printify.health())["error_answers"]
    await printify.set(Faults())
    await printify.client.get(f"{SHOP}/orders/nobody.json")
    after = (await printify.health())["error_answers"]

    assert (before["calls"], before["errors"], before["too_many"]) == (19, 1, True)
    assert (after["calls"], after["errors"], after["share"]) == (20, 2, 0.1)


async def test_products_of_orders_are_not_listed(printify: Printify) -> None:
    line = {
        "blueprint_id": 9,
        "print_provider_id": 5,
        "variant_id": 17888,
        "quantity": 1,
        "print_areas": {
            "front": "https://art.example.com/a.png",
            "back": [{"src": "https://art.example.com/b.png"}],
        },
    }
    before = (await printify.client.get(f"{SHOP}/products.json")).json()["total"]

    shown = await printify.read(await printify.ready("fly", line_items=[line]))

    assert shown["line_items"][0]["cost"] == 1099 + 450
    assert (await printify.client.get(f"{SHOP}/products.json")).json()["total"] == before
    assert product("x")["variants"][0]["sku"] not in str(shown)
