"""What is signed is stored once before it is answered; what is not leaves no trace."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from printvision.channels import AddShop, ShopKind, add_shop
from printvision.channels.schemas import UpdateShop
from printvision.channels.service import update_shop
from printvision.platform.clock import now
from printvision.platform.errors import NotFound
from printvision.platform.redaction import Secret
from printvision.platform.sealed import CannotOpen
from printvision.providers.sdk import ProviderUnintelligible, WebhookRefused
from printvision.providers.service import store_webhook_secret
from printvision.webhooks.errors import ShopWebhookRefused
from printvision.webhooks.receiving import receive_from_provider, receive_from_shopify
from printvision.webhooks.storing import Receipt, body_at
from tests.factories.workspaces import make_workspace
from tests.webhooks.conftest import (
    PRINTFUL_SECRET,
    SHOP_SECRET,
    Doors,
    order,
    printful_event,
    printful_headers,
    shopify_headers,
)

# -- shops -------------------------------------------------------------------------------------------------------------


async def test_a_signed_call_is_stored_as_it_came(doors: Doors):
    body = order()

    receipt = await doors.from_shopify(body, webhook_id="w-1")

    [row] = await doors.messages()
    assert (row.id, receipt.again) == (receipt.message_id, False)
    assert (row.workspace_id, row.source, row.source_id) == (doors.workspace.id, "shop", doors.shop_id)
    assert (row.topic, row.signed, row.deliveries, row.tries) == ("orders/create", True, 1, 0)
    assert row.headers == {"triggered_at": "2026-03-02 15:00:00+00:00", "api_version": "2026-01"}
    assert (row.done_at, row.outcome, row.error) == (None, None, None)
    assert doors.platform.keyring.open(row.body, body_at(row.workspace_id, row.id)) == body


async def test_the_body_is_sealed_to_its_row(doors: Doors):
    await doors.from_shopify(order(note="Jane Doe"))

    [row] = await doors.messages()
    assert b"Jane" not in row.body
    with pytest.raises(CannotOpen):
        doors.platform.keyring.open(row.body, body_at(row.workspace_id, uuid4()))


@pytest.mark.parametrize("signature", ["", "AAAA", "not base64 ä", None])
async def test_a_wrong_signature_is_refused_and_nothing_is_stored(doors: Doors, signature: str | None):
    headers = shopify_headers(order()) | {"X-Shopify-Hmac-SHA256": signature or ""}
    if signature is None:
        del headers["X-Shopify-Hmac-SHA256"]

    with pytest.raises(ShopWebhookRefused) as refused:
        await receive_from_shopify(doors.platform, doors.shop_id, order(), headers)

    assert refused.value.status == 401
    assert await doors.messages() == []


async def test_a_body_changed_on_the_way_is_refused(doors: Doors):
    with pytest.raises(ShopWebhookRefused):
        await receive_from_shopify(
            doors.platform, doors.shop_id, order(total_price="0.00"), shopify_headers(order())
        )

    assert await doors.messages() == []


async def test_the_secret_before_a_rotation_still_signs_and_the_one_before_that_does_not(doors: Doors):
    for number in (1, 2):
        async with doors.workspace.scope() as scope:
            await update_shop(scope, UpdateShop(shop_id=doors.shop_id, secret=Secret(f"rotated {number}")))
        secrets = ["rotated 1", SHOP_SECRET] if number == 1 else ["rotated 2", "rotated 1"]
        for secret in secrets:
            await doors.from_shopify(order(), secret=secret)

    with pytest.raises(ShopWebhookRefused):
        await doors.from_shopify(order(), secret=SHOP_SECRET)
    assert len(await doors.messages()) == 4


async def test_a_shop_that_is_not_there_or_is_no_shopify_shop_is_not_found(doors: Doors):
    for shop_id in (uuid4(), doors.connection_id):
        with pytest.raises(NotFound):
            await receive_from_shopify(doors.platform, shop_id, order(), shopify_headers(order()))

    assert await doors.messages() == []


async def test_five_deliveries_of_one_message_are_one_message(doors: Doors):
    receipts = [await doors.from_shopify(order(), webhook_id="w-1") for _ in range(5)]

    [row] = await doors.messages()
    assert row.deliveries == 5
    assert {receipt.message_id for receipt in receipts} == {row.id}
    assert [receipt.again for receipt in receipts] == [False, True, True, True, True]


async def test_deliveries_at_the_same_moment_are_one_message(doors: Doors):
    receipts = await asyncio.gather(*(doors.from_shopify(order(), webhook_id="w-1") for _ in range(8)))

    [row] = await doors.messages()
    assert row.deliveries == 8
    assert sum(not receipt.again for receipt in receipts) == 1


async def test_another_body_under_a_used_id_is_another_message(doors: Doors):
    """Only the body is signed: an id must not keep a real message out."""
    await doors.from_shopify(order(1), webhook_id="w-1")
    await doors.from_shopify(order(2), webhook_id="w-1")

    assert len(await doors.messages()) == 2


async def test_two_shops_may_send_the_same_message(doors: Doors):
    other = await make_workspace(doors.platform)
    async with other.scope() as scope:
        shop = await add_shop(
            scope,
            AddShop(kind=ShopKind.SHOPIFY, name="Shop", secret=Secret(SHOP_SECRET), orders_from=None),
        )
    await doors.from_shopify(order(), webhook_id="w-1")
    await receive_from_shopify(doors.platform, shop.id, order(), shopify_headers(order(), webhook_id="w-1"))

    assert [row.workspace_id for row in await doors.messages()] == [doors.workspace.id, other.id]


@pytest.mark.parametrize("webhook_id", ["", "x" * 300, "a\x00b", "ä"])
async def test_an_id_that_is_none_keeps_no_message_out(doors: Doors, webhook_id: str):
    headers = shopify_headers(order()) | {"X-Shopify-Webhook-Id": webhook_id}

    for _ in range(2):
        await receive_from_shopify(doors.platform, doors.shop_id, order(), headers)

    [row] = await doors.messages()
    assert row.deliveries == 2


async def test_what_is_stored_waits_from_now_on(doors: Doors):
    before = now()
    await doors.from_shopify(order())

    [row] = await doors.messages()
    assert abs(row.next_try_at - before) < timedelta(minutes=1)


# -- providers ---------------------------------------------------------------------------------------------------------


async def test_a_providers_signed_call_is_stored(doors: Doors):
    receipt = await doors.from_printful(printful_event())

    [row] = await doors.messages()
    assert (row.id, row.source, row.source_id) == (receipt.message_id, "provider", doors.connection_id)
    assert (row.workspace_id, row.topic, row.signed) == (doors.workspace.id, "shipment_sent", True)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-pf-webhook-signature": ""},
        {"x-pf-webhook-signature": "00"},
        {"x-pf-webhook-signature": "ä"},
        printful_headers(printful_event(), secret="00" * 32),
        printful_headers(printful_event(902)),
    ],
)
async def test_a_providers_call_that_is_not_signed_is_refused_and_not_stored(
    doors: Doors, headers: dict[str, str]
):
    with pytest.raises(WebhookRefused) as refused:
        await receive_from_provider(
            doors.platform, "printful", doors.connection_id, printful_event(), headers
        )

    assert refused.value.status == 401
    assert await doors.messages() == []


async def test_before_our_address_is_registered_nobody_can_sign(doors: Doors):
    await doors.change("UPDATE connections SET webhook_secret = NULL")

    with pytest.raises(WebhookRefused):
        await doors.from_printful(printful_event())


async def test_after_a_new_registration_the_secret_before_signs_nothing(doors: Doors):
    async with doors.workspace.scope() as scope:
        await store_webhook_secret(scope, doors.connection_id, "7a" * 32)

    with pytest.raises(WebhookRefused):
        await doors.from_printful(printful_event())
    assert PRINTFUL_SECRET != "7a" * 32


@pytest.mark.parametrize("provider", ["gelato", "shopify", ""])
async def test_a_connection_of_another_provider_is_not_found(doors: Doors, provider: str):
    body = printful_event()

    with pytest.raises(NotFound):
        await receive_from_provider(
            doors.platform, provider, doors.connection_id, body, printful_headers(body)
        )


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"type": 5}', b"[" * 100_000])
async def test_a_signed_call_that_is_no_event_is_refused_and_not_stored(doors: Doors, body: bytes):
    with pytest.raises(ProviderUnintelligible):
        await doors.from_printful(body)

    assert await doors.messages() == []


async def test_a_providers_event_delivered_again_is_counted_though_its_retries_differ(doors: Doors):
    for retries in range(5):
        await doors.from_printful(printful_event(retries=retries))

    [row] = await doors.messages()
    assert row.deliveries == 5


async def test_an_event_kind_that_no_column_holds_is_stored_all_the_same(doors: Doors):
    receipt = await doors.from_printful(printful_event(type="odd\x00" + "x" * 1_000))

    row = await doors.message(receipt)
    assert row.topic == "odd" + "x" * 197


# -- many at once ------------------------------------------------------------------------------------------------------


async def test_of_many_that_arrive_at_once_each_is_judged_by_itself(doors: Doors):
    async def unsigned() -> object:
        headers = shopify_headers(order(2), secret="another")
        return await receive_from_shopify(doors.platform, doors.shop_id, order(2), headers)

    async def at_no_door() -> object:
        return await receive_from_shopify(doors.platform, uuid4(), order(3), shopify_headers(order(3)))

    first, refused, unknown, hint, last = await asyncio.gather(
        doors.from_shopify(order(1)),
        unsigned(),
        at_no_door(),
        doors.from_printful(printful_event()),
        doors.from_shopify(order(4)),
        return_exceptions=True,
    )

    assert isinstance(refused, ShopWebhookRefused)
    assert isinstance(unknown, NotFound)
    assert [row.id for row in await doors.messages()] == sorted(
        one.message_id for one in (first, hint, last) if isinstance(one, Receipt)
    )
    assert len(await doors.messages()) == 3


async def test_a_secret_that_does_not_open_keeps_no_other_shop_out(doors: Doors):
    wanted = AddShop(
        kind=ShopKind.SHOPIFY,
        name="Broken",
        secret=Secret(SHOP_SECRET),
        orders_from=now() - timedelta(days=1),
    )
    async with doors.workspace.scope() as scope:
        broken = await add_shop(scope, wanted)
    await doors.change("UPDATE shops SET secret = '\\x00' WHERE id = :id", id=broken.id)

    failed, stored = await asyncio.gather(
        receive_from_shopify(doors.platform, broken.id, order(), shopify_headers(order())),
        doors.from_shopify(order()),
        return_exceptions=True,
    )

    assert isinstance(failed, CannotOpen)
    assert isinstance(stored, Receipt)
    assert [row.id for row in await doors.messages()] == [stored.message_id]
