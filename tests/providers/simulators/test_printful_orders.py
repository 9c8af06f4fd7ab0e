"""The simulated Printful's orders go their documented way, and its ledger says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from printvision.providers.simulators.printful import Stages
from tests.providers.simulators.running import NEVER, Running, count, order, quick, running, until, until_true

WHOLE_WAY = ["accepted", "confirmed", "printed", "shipped", "delivered"]


async def test_a_confirmed_order_is_printed_shipped_and_delivered(printful: Running) -> None:
    order_id = await printful.create("way")

    answer = await printful.confirm(order_id)

    assert answer.json()["data"]["status"] == "pending"
    await until_true(lambda: printful.events("way") == WHOLE_WAY)
    line = printful.ledger("way")[1]
    assert (line.recipient, line.sku, line.quantity, line.order_id) == (
        "Buyer way",
        "POSTER-18X24",
        2,
        str(order_id),
    )
    assert await printful.status("@way") == "fulfilled"
    (shipment,) = (await printful.client.get("/v2/orders/@way/shipments")).json()["data"]
    assert (shipment["shipment_status"], shipment["delivery_status"]) == ("shipped", "delivered")
    assert [(item["order_item_external_id"], item["quantity"]) for item in shipment["shipment_items"]] == [
        ("way-1", 2)
    ]


async def test_pieces_of_two_plants_travel_in_two_parcels(printful: Running) -> None:
    poster = order("mixed")["order_items"][0]
    layer = {"type": "file", "url": "https://art.example.com/tee.png"}
    tee = poster | {
        "catalog_variant_id": 4011,
        "external_id": "mixed-2",
        "name": "TEE-S",
        "placements": [{"placement": "front", "technique": "dtg", "layers": [layer]}],
    }
    order_id = await printful.create("mixed", order_items=[poster, tee])

    await printful.confirm(order_id)

    await until_true(lambda: count(printful.events("mixed"), "delivered") == 2)
    shipments = (await printful.client.get("/v2/orders/@mixed/shipments")).json()["data"]
    assert len(shipments) == 2
    assert sorted(line.sku for line in printful.ledger("mixed") if line.event == "printed") == [
        "POSTER-18X24",
        "TEE-S",
    ]


async def test_lines_of_one_plant_may_be_sent_in_two_parcels(tmp_path: Path) -> None:
    line = order("split")["order_items"][0]
    lines = [line, line | {"external_id": "split-2", "catalog_variant_id": 2, "name": "POSTER-24X36"}]
    async with running(quick(tmp_path, split_share=1.0)) as printful:
        await printful.confirm(await printful.create("split", order_items=lines))

        await until_true(lambda: count(printful.events("split"), "delivered") == 2)
        shipments = (await printful.client.get("/v2/orders/@split/shipments")).json()["data"]
        assert [len(shipment["shipment_items"]) for shipment in shipments] == [1, 1]
        printed = [(line.sku, line.quantity) for line in printful.ledger("split") if line.event == "printed"]
        assert sorted(printed) == [("POSTER-18X24", 2), ("POSTER-24X36", 2)]


async def test_a_reference_is_used_once(printful: Running) -> None:
    await printful.create("twice")

    again = await printful.client.post("/v2/orders", json=order("twice"))
    old_way = await printful.client.post("/orders", json=v1_order("twice"))

    assert (again.status_code, old_way.status_code) == (400, 400)
    assert again.json()["error"]["api_error_code"] == "OR-13"
    assert printful.events("twice") == ["accepted"]


async def test_a_reference_is_free_again_once_its_draft_is_deleted(printful: Running) -> None:
    first = await printful.create("again")

    deleted = await printful.client.delete("/v2/orders/@again")

    assert deleted.status_code == 204
    assert await printful.create("again") != first
    assert printful.events("again") == ["accepted", "cancelled", "accepted"]


async def test_a_second_confirmation_is_refused_and_prints_nothing(printful: Running) -> None:
    order_id = await printful.create("once")
    await printful.confirm(order_id)

    again = await printful.confirm(order_id)

    assert again.status_code == 400
    assert again.json()["error"]["api_error_code"] == "OR-1"
    await until_true(lambda: printful.events("once") == WHOLE_WAY)


async def test_an_order_can_only_be_confirmed_once_its_costs_are_known(tmp_path: Path) -> None:
    stages = Stages(costs=(3600, 3600))
    async with running(quick(tmp_path, stages=stages)) as printful:
        order_id = await printful.create("early")

        answer = await printful.client.post(f"/v2/orders/{order_id}/confirmation")

        assert answer.status_code == 409
        costs = (await printful.client.get("/v2/orders/@early")).json()["data"]["costs"]
        assert (costs["calculation_status"], costs["total"]) == ("calculating", None)


async def test_costs_add_up(printful: Running) -> None:
    await printful.create("sums")

    async def calculated() -> Any:
        costs = (await printful.client.get("/v2/orders/@sums")).json()["data"]["costs"]
        return costs if costs["calculation_status"] == "done" else None

    costs = await until(calculated)
    cents = {key: round(float(costs[key]) * 100) for key in ("subtotal", "shipping", "tax", "vat", "total")}
    assert cents == {"subtotal": 2990, "shipping": 599, "tax": 0, "vat": 754, "total": 4343}


async def test_the_charge_for_shipping_is_the_rate_that_was_quoted(printful: Running) -> None:
    basket = {
        "recipient": {"country_code": "IE"},
        "order_items": [{"source": "catalog", "catalog_variant_id": 1, "quantity": 2}],
    }

    rates = (await printful.client.post("/v2/shipping-rates", json=basket)).json()["data"]

    assert {rate["shipping"]: rate["rate"] for rate in rates} == {
        "STANDARD": "5.99",
        "PRINTFUL_FAST": "15.57",
    }
    assert rates[0]["shipments"] == [
        {
            "departure_country": "US",
            "shipment_items": [{"catalog_variant_id": 1, "quantity": 2}],
            "customs_fees_possible": True,
        }
    ]


async def test_a_pending_order_can_be_cancelled_the_old_way(tmp_path: Path) -> None:
    async with running(quick(tmp_path, stages=NEVER)) as printful:
        order_id = await printful.create("stop")
        await printful.confirm(order_id)

        answer = await printful.client.delete("/orders/@stop")
        again = await printful.client.delete("/orders/@stop")

        assert (answer.status_code, again.status_code) == (200, 200)
        assert again.json()["result"]["status"] == "canceled"
        assert printful.events("stop") == ["accepted", "confirmed", "cancelled"]


async def test_an_order_in_process_can_neither_be_cancelled_nor_deleted(printful: Running) -> None:
    order_id = await printful.create("late")
    await printful.confirm(order_id)
    await until_true(lambda: "printed" in printful.events("late"))

    cancelled = await printful.client.delete("/orders/@late")
    deleted = await printful.client.delete("/v2/orders/@late")

    assert (cancelled.status_code, deleted.status_code) == (400, 409)
    assert "cancelled" not in printful.events("late")


async def test_a_merge_patch_changes_what_it_names(printful: Running) -> None:
    await printful.create("patch")

    answer = await printful.client.patch(
        "/v2/orders/@patch",
        json={"recipient": {"name": "New Name", "zip": None}, "shipping": "PRINTFUL_FAST"},
    )

    shown = answer.json()["data"]
    assert (shown["recipient"]["name"], shown["recipient"]["zip"], shown["recipient"]["city"]) == (
        "New Name",
        "",
        "Galway",
    )
    assert (shown["shipping"], len(shown["order_items"])) == ("PRINTFUL_FAST", 1)


async def test_the_old_way_creates_and_confirms_in_one_call(printful: Running) -> None:
    answer = await printful.client.post("/orders?confirm=1", json=v1_order("direct"))

    assert answer.json()["result"]["status"] == "pending"
    await until_true(lambda: printful.events("direct") == WHOLE_WAY)
    shown = (await printful.client.get("/orders/@direct")).json()["result"]
    assert shown["shipments"][0]["items"] == [
        {"item_id": shown["items"][0]["id"], "quantity": 1, "picked": 1, "printed": 1}
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"external_id": "x" * 33}, None),
        ({"external_id": "with space"}, None),
        ({"shipping": "PIGEON"}, "OR-4"),
        ({"recipient": {"name": "A", "country_code": "XX"}}, "SH-1"),
        ({"recipient": {"name": "A", "country_code": "RU"}}, "SH-2"),
        ({"recipient": {"name": "A", "country_code": "US"}}, None),
        ({"recipient": {"name": "A", "country_code": "US", "state_code": "ZZ"}}, None),
        ({"order_items": [{"source": "catalog", "catalog_variant_id": 999, "quantity": 1}]}, None),
        ({"order_items": [{"source": "catalog", "catalog_variant_id": 1, "quantity": 0}]}, "OR-5"),
        ({"order_items": [{"source": "catalog", "catalog_variant_id": 1, "quantity": "many"}]}, None),
        ({"recipient": None}, None),
    ],
)
async def test_a_wrong_order_is_refused_and_leaves_nothing(
    changes: dict[str, Any], code: str | None, printful: Running
) -> None:
    answer = await printful.client.post("/v2/orders", json=order("wrong", **changes))

    assert answer.status_code == 400, answer.text
    assert answer.json()["error"].get("api_error_code") == code
    assert printful.ledger() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b'{"recipient":' * 20_000])
async def test_a_body_that_is_no_order_is_refused(body: bytes, printful: Running) -> None:
    answer = await printful.client.post("/v2/orders", content=body)

    assert answer.status_code == 400
    assert printful.ledger() == []


async def test_a_body_too_large_is_refused(printful: Running) -> None:
    answer = await printful.client.post("/v2/orders", content=b" " * (3 * 1024 * 1024))

    assert answer.status_code == 413


async def test_it_forgets_nothing_when_its_process_ends(tmp_path: Path) -> None:
    config = quick(tmp_path, stages=NEVER)
    async with running(config) as printful:
        first = await printful.create("kept")
        await printful.confirm(first)
        await printful.create("draft")

    async with running(quick(tmp_path)) as printful:
        assert await printful.status("@kept") == "pending"
        assert await printful.create("fresh") > first
        again = await printful.client.post("/v2/orders", json=order("kept"))
        assert again.json()["error"]["api_error_code"] == "OR-13"
        await printful.confirm((await printful.client.get("/v2/orders/@draft")).json()["data"]["id"])
        await until_true(lambda: printful.events("draft") == WHOLE_WAY)


async def test_what_was_under_way_goes_on_after_a_restart(tmp_path: Path) -> None:
    slow = Stages(costs=(0, 0), accept=(0, 0), print=(0, 0), ship=(0.5, 0.5), deliver=(0, 0))
    async with running(quick(tmp_path, stages=slow)) as printful:
        await printful.confirm(await printful.create("onward"))
        await until_true(lambda: "printed" in printful.events("onward"))

    async with running(quick(tmp_path)) as printful:
        await until_true(lambda: printful.events("onward") == WHOLE_WAY)


async def test_a_ledger_that_lost_its_end_is_mended_from_the_journal(tmp_path: Path) -> None:
    async with running(quick(tmp_path)) as printful:
        await printful.confirm(await printful.create("mend"))
        await until_true(lambda: printful.events("mend") == WHOLE_WAY)
    ledger = tmp_path / "ledger" / "printful.jsonl"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole[: len(whole) - 40])

    async with running(quick(tmp_path)) as printful:
        assert printful.events("mend") == WHOLE_WAY


async def test_artwork_that_cannot_be_fetched_fails_the_order(tmp_path: Path) -> None:
    async with running(quick(tmp_path, fetch_files=True)) as printful:
        layer = {"type": "file", "url": f"{printful.client.base_url}/no/such/picture.png"}
        item = order("art")["order_items"][0]
        item["placements"][0]["layers"] = [layer]
        await printful.confirm(await printful.create("art", order_items=[item]))

        async def failed() -> bool:
            return await printful.status("@art") == "failed"

        await until(failed)
        assert printful.events("art") == ["accepted", "confirmed"]


def v1_order(ref: str) -> dict[str, Any]:
    """A v1 order of one poster, in the published shape."""
    recipient = order(ref)["recipient"]
    files = [{"url": f"https://art.example.com/{ref}.png"}]
    return {
        "external_id": ref,
        "recipient": recipient,
        "items": [{"variant_id": 1, "quantity": 1, "files": files}],
    }
