"""The simulated Printful tells what happened: signed, again until it is taken, and as badly as it is asked to."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest

from printvision.providers.simulators.faults import Delay, Fault, Faults, Shuffled
from tests.providers.simulators.openapi import load
from tests.providers.simulators.running import Received, Running, count, quick, receiving, running, until_true
from tests.shared import shared

ORDER_EVENTS = ["order_created", "order_updated", "order_failed", "order_canceled"]
SHIPMENT_EVENTS = ["shipment_sent", "shipment_delivered"]


async def subscribe(printful: Running, hook: Received) -> dict[str, Any]:
    """Have every order and shipment event sent; the configuration with its secret."""
    events = [{"type": kind} for kind in ORDER_EVENTS + SHIPMENT_EVENTS]
    answer = await printful.client.post("/v2/webhooks", json={"default_url": hook.url, "events": events})
    return answer.json()["result"]


async def test_events_are_signed_thin_and_as_published(printful: Running, hook: Received) -> None:
    keys = await subscribe(printful, hook)
    order_id = await printful.create("told")
    await printful.confirm(order_id)
    await until_true(lambda: len(hook.bodies("shipment_delivered")) == 1)

    for body, headers in hook.calls:
        expected = hmac.new(bytes.fromhex(keys["secret_key"]), body, hashlib.sha256).hexdigest()
        assert headers["x-pf-webhook-signature"] == expected
        assert headers["x-pf-webhook-public-key"] == keys["public_key"]
    for event in hook.bodies():
        load(shared("providers/printful/openapi-v2.json")).check_event(event)
        assert (event["store_id"], event["retries"]) == (10, 0)
        assert event["data"]["order"]["external_id"] == "told"
        assert "items" not in event["data"]["order"]
    assert [event["data"]["order"]["id"] for event in hook.bodies("order_created")] == [order_id]
    statuses = [event["data"]["order"]["status"] for event in hook.bodies("order_updated")]
    assert sorted(statuses) == ["draft", "fulfilled", "inprocess", "pending"]
    assert hook.bodies("shipment_sent")[0]["data"]["shipment"]["status"] == "shipped"


async def test_the_secret_is_shown_once_and_replaced_by_the_next_setup(
    printful: Running, hook: Received
) -> None:
    first = await subscribe(printful, hook)
    shown = (await printful.client.get("/v2/webhooks")).json()["result"]
    second = await subscribe(printful, hook)

    assert "secret_key" not in shown
    assert shown["public_key"] == first["public_key"] != second["public_key"]
    assert first["secret_key"] != second["secret_key"]


async def test_the_old_way_is_unsigned_and_whole(printful: Running, hook: Received) -> None:
    types = ["order_created", "package_shipped"]
    await printful.client.post("/webhooks", json={"url": hook.url, "types": types})

    await printful.confirm(await printful.create("whole"))

    await until_true(lambda: len(hook.calls) == 2)
    assert all("x-pf-webhook-signature" not in headers for _, headers in hook.calls)
    for event in hook.bodies():
        load(shared("providers/printful/openapi-v1.json")).check_event(event)
    (shipped,) = hook.bodies("package_shipped")
    assert shipped["data"]["order"]["recipient"]["name"] == "Buyer whole"
    assert shipped["data"]["shipment"]["items"][0]["quantity"] == 2


async def test_an_event_that_is_not_taken_is_sent_again_and_counts_its_tries(tmp_path: Path) -> None:
    async with running(quick(tmp_path, webhook_time_scale=0.0001)) as printful, receiving() as hook:
        await subscribe(printful, hook)
        hook.refusals = 2

        await printful.client.post("/v2/webhooks/order_updated", json={"url": "https://127.0.0.1:1/closed"})
        await printful.create("again")

        await until_true(lambda: len(hook.bodies("order_created")) == 3)
        assert [event["retries"] for event in hook.bodies("order_created")] == [0, 1, 2]


async def test_events_wait_out_a_restart(tmp_path: Path) -> None:
    async with receiving() as hook:
        faults = Faults(webhooks_late=Delay(share=1, min_s=0.6, max_s=0.6))
        async with running(quick(tmp_path, faults=faults)) as printful:
            await subscribe(printful, hook)
            await printful.create("patient")
        assert hook.calls == []

        async with running(quick(tmp_path)):
            await until_true(lambda: len(hook.bodies("order_created")) == 1)


async def test_lost_events_never_come(printful: Running, hook: Received) -> None:
    await subscribe(printful, hook)
    await printful.set(Faults(webhooks_lost=Fault(share=1, operations=("order_*",))))

    await printful.confirm(await printful.create("lost"))

    await until_true(lambda: len(hook.bodies("shipment_delivered")) == 1)
    assert {event["type"] for event in hook.bodies()} == {"shipment_sent", "shipment_delivered"}
    assert (await printful.health())["webhooks"]["lost"] >= 4


async def test_late_events_come_late(printful: Running, hook: Received) -> None:
    await subscribe(printful, hook)
    await printful.set(
        Faults(webhooks_late=Delay(share=1, min_s=0.8, max_s=0.8, operations=("shipment_sent",)))
    )

    await printful.confirm(await printful.create("late"))

    await until_true(lambda: len(hook.bodies("shipment_sent")) == 1)
    kinds = [event["type"] for event in hook.bodies()]
    assert kinds.index("shipment_delivered") < kinds.index("shipment_sent")


async def test_doubled_events_come_twice_and_are_the_same(printful: Running, hook: Received) -> None:
    await subscribe(printful, hook)
    doubled = Delay(share=1, min_s=0, max_s=0.1, operations=("shipment_sent",))
    await printful.set(Faults(webhooks_doubled=doubled))

    await printful.confirm(await printful.create("double"))

    await until_true(lambda: len(hook.bodies("shipment_sent")) == 2)
    bodies = [body for body, _ in hook.calls if b'"shipment_sent"' in body]
    assert bodies[0] == bodies[1]
    assert count([event["type"] for event in hook.bodies()], "order_created") == 1


async def test_shuffled_events_come_in_another_order(printful: Running, hook: Received) -> None:
    await subscribe(printful, hook)
    await printful.set(Faults(webhooks_shuffled=Shuffled(share=1, window_s=1.0)))

    for number in range(12):
        await printful.create(f"mix{number}")

    await until_true(lambda: len(hook.bodies("order_created")) == 12)
    arrived = [event["data"]["order"]["id"] for event in hook.bodies("order_created")]
    assert arrived != sorted(arrived)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/x", "http://example.com/plain", "nonsense"])
async def test_an_address_that_is_not_secure_is_refused(url: str, printful: Running) -> None:
    answer = await printful.client.post(
        "/v2/webhooks", json={"default_url": url, "events": [{"type": "order_updated"}]}
    )

    assert answer.status_code == 400
    assert (await printful.client.get("/v2/webhooks")).status_code == 404
