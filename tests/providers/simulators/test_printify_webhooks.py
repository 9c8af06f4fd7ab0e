"""The simulated Printify tells what happened: signed with a secret, and no more for an hour where nobody takes it."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import httpx
import pytest

from printvision.providers.simulators.faults import Fault, Faults
from tests.providers.simulators.printify import SHOP, Printify, quick, running
from tests.providers.simulators.running import Received, receiving, until, until_true

SECRET = "7afa37fd47d7a52ea644382e04962a83c16aef62"
ORDERS = (
    "order:created",
    "order:updated",
    "order:sent-to-production",
    "order:shipment:created",
    "order:shipment:delivered",
)


async def subscribe(
    printify: Printify, hook: Received, *topics: str, secret: str | None = SECRET
) -> list[httpx.Response]:
    asked = {"secret": secret} if secret else {}
    return [
        await printify.client.post(f"{SHOP}/webhooks.json", json={"topic": topic, "url": hook.url} | asked)
        for topic in topics
    ]


async def test_events_are_signed_by_the_text_of_the_secret(printify: Printify, hook: Received) -> None:
    await subscribe(printify, hook, *ORDERS)
    order_id = await printify.ready("told")
    await printify.send(order_id)

    await until_true(lambda: len(hook.bodies("order:shipment:delivered")) == 1)

    for body, headers in hook.calls:
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        assert headers["x-pfy-signature"] == f"sha256={digest}"
    assert all(event["resource"]["id"] == order_id for event in hook.bodies())
    assert len({event["id"] for event in hook.bodies()}) == len(hook.calls)
    statuses = [event["resource"]["data"]["status"] for event in hook.bodies("order:updated")]
    assert sorted(statuses) == ["fulfilled", "in-production", "on-hold", "sending-to-production"]
    (shipped,) = hook.bodies("order:shipment:created")
    assert shipped["resource"]["data"]["skus"] == ["MY-SKU"]
    assert shipped["resource"]["data"]["carrier"]["code"] == "SIMPOST"
    assert (await printify.read(order_id))["shipments"][0]["carrier"] == "simpost"


async def test_without_a_secret_nothing_is_signed(printify: Printify, hook: Received) -> None:
    await subscribe(printify, hook, "order:created", secret=None)
    await printify.create("plain")

    await until_true(lambda: len(hook.calls) == 1)
    assert "x-pfy-signature" not in hook.calls[0][1]


async def test_a_topic_has_one_webhook(printify: Printify, hook: Received) -> None:
    first, second = await subscribe(printify, hook, "order:created", "order:created")
    (unknown,) = await subscribe(printify, hook, "order:eaten")

    assert (first.status_code, second.status_code, unknown.status_code) == (200, 400, 400)


async def test_a_webhook_is_deleted_only_by_who_knows_its_host(printify: Printify, hook: Received) -> None:
    (made,) = await subscribe(printify, hook, "order:created")
    path = f"{SHOP}/webhooks/{made.json()['id']}.json"

    bare = await printify.client.delete(path)
    wrong = await printify.client.delete(path, params={"host": "example.com"})
    right = await printify.client.delete(path, params={"host": "127.0.0.1"})

    assert (bare.status_code, wrong.status_code, right.status_code) == (400, 400, 200)
    assert (await printify.client.get(f"{SHOP}/webhooks.json")).json() == []


async def test_a_webhook_can_be_tried_out(printify: Printify, hook: Received) -> None:
    (made,) = await subscribe(printify, hook, "order:created")

    await printify.client.post(f"{SHOP}/webhooks/{made.json()['id']}/simulate", json={"id": "me"})

    await until_true(lambda: len(hook.calls) == 1)
    assert hook.bodies("order:created")[0]["resource"] == {"id": "me"}


async def test_after_three_retries_a_webhook_is_blocked_for_an_hour(tmp_path: Path) -> None:
    scale = 0.0005  # a minute is 30 ms, an hour 1.8 s
    async with running(quick(tmp_path, webhook_time_scale=scale)) as printify, receiving() as hook:
        hook.refusals = 4
        await subscribe(printify, hook, "order:created")
        await printify.create("refused")
        await until_true(lambda: len(hook.calls) == 4)

        async def lost() -> bool:
            await printify.create(f"lost-{len(printify.ledger())}")
            return (await printify.health())["webhooks"].get("blocked", 0) > 0

        await until(lost)

        async def heard() -> bool:
            await printify.create(f"heard-{len(printify.ledger())}")
            return len(hook.calls) > 4

        await until(heard)
        assert len({event["id"] for event in hook.bodies()[:4]}) == 1
        assert (await printify.health())["webhooks"]["given_up"] == 1


async def test_one_topic_that_is_blocked_does_not_silence_another(tmp_path: Path) -> None:
    async with running(quick(tmp_path, webhook_time_scale=0.0001)) as printify, receiving() as hook:
        hook.refusals = 10_000
        await subscribe(printify, hook, "order:created")
        await printify.create("silent")
        await until_true(lambda: len(hook.calls) == 4)
        hook.refusals = 0

        await subscribe(printify, hook, "order:sent-to-production")
        await printify.send(await printify.ready("loud"))

        await until_true(lambda: len(hook.bodies("order:sent-to-production")) == 1)


@pytest.mark.parametrize("pattern", ["order:*", "order:created"])
async def test_webhooks_may_be_lost_by_their_topic(pattern: str, printify: Printify, hook: Received) -> None:
    await subscribe(printify, hook, "order:created")
    await printify.set(Faults(webhooks_lost=Fault(share=1, operations=(pattern,))))

    await printify.create("unheard")

    assert (await printify.health())["webhooks"] == {"lost": 1}
