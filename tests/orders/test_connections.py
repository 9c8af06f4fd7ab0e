"""What the state of a connection or shop does to orders: not live, paused, and going on by itself when that ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from printvision.channels.schemas import UpdateShop
from printvision.channels.service import update_shop
from printvision.oauth import Tokens
from printvision.orders import Sweeper
from printvision.orders.cancelling import cancel_order
from printvision.orders.holding import release_order
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.platform import clock
from printvision.platform.redaction import Secret
from printvision.providers import pause_connection
from printvision.providers.grants import keep_tokens
from printvision.providers.queries import get_connection
from printvision.providers.schemas import UpdateConnection
from printvision.providers.service import resume, update_connection
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.providers.trying import test as try_it
from printvision.providers.trying import try_connection
from tests.oauth.granting import knowing
from tests.orders.carrying import asked, carry, look, run, send, settle
from tests.orders.shopify import deliver, order
from tests.orders.vendor import Vendor
from tests.providers.simulators.running import TOKEN

ONE_TEE = [("TEE-M", 1)]


async def give_credential(vendor: Vendor, token: str, connection_id: UUID | None = None) -> None:
    wanted = UpdateConnection(
        connection_id=connection_id or vendor.connection_id, credentials={"token": token}
    )
    async with vendor.workspace.scope() as scope:
        await update_connection(scope, wanted)


async def held(vendor: Vendor, order_id: UUID) -> tuple[str, str | None]:
    row = await vendor.order(order_id)
    return row.stage, row.hold_reason


async def sweep_and_settle(vendor: Vendor, order_id: UUID) -> None:
    await Sweeper(vendor.platform).sweep()
    await settle(vendor, order_id)


# -- not live ----------------------------------------------------------------------------------------------------------


async def test_an_order_stays_a_draft_until_its_connection_is_live(vendor: Vendor):
    await vendor.switch(live=False)
    order_id = await send(vendor)

    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)
    assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE
    assert await vendor.printed(order_id) == []
    await sweep_and_settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)

    await vendor.switch(live=True)
    await sweep_and_settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE
    assert (await vendor.story(order_id))[-3:] == ["held not-live", "released not-live", "advanced sent"]


async def test_an_order_waits_until_its_shop_is_live(vendor: Vendor):
    shop_id = await vendor.open_shop()
    async with vendor.workspace.scope() as scope:
        await update_shop(scope, UpdateShop(shop_id=shop_id, live=False))
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    await sweep_and_settle(vendor, row.id)
    assert await held(vendor, row.id) == (Stage.RECEIVED, HoldReason.NOT_LIVE)

    async with vendor.workspace.scope() as scope:
        await update_shop(scope, UpdateShop(shop_id=shop_id, live=True))
    await sweep_and_settle(vendor, row.id)

    assert await held(vendor, row.id) == (Stage.SENT, None)


# -- a credential that is not taken any more ---------------------------------------------------------------------------


async def test_a_refused_credential_pauses_the_connection_and_its_orders(vendor: Vendor):
    await vendor.give_time_to_think()
    order_id = await vendor.place()
    await carry(vendor, order_id)
    await give_credential(vendor, "revoked")
    await vendor.window_over(order_id)

    await settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.CONNECTION)
    connection = await vendor.connection(vendor.connection_id)
    assert (connection.active, connection.state_detail) == (False, "The access token provided is invalid.")
    await sweep_and_settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.CONNECTION)

    await give_credential(vendor, TOKEN)
    await sweep_and_settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE


async def grant(vendor: Vendor) -> None:
    """Have the connection be one that was granted by signing in at the provider."""
    form = {"grant_type": "authorization_code", "code": "simulator-code"}
    answer = (await vendor.printful.client.post("/oauth/token", json=form)).json()
    end = clock.now() + timedelta(hours=1)
    tokens = Tokens(
        access=Secret(answer["access_token"]), refresh=Secret(answer["refresh_token"]), expires_at=end
    )
    vendor.platform.settings = knowing(
        vendor.platform.settings, str(vendor.printful.client.base_url).rstrip("/")
    )
    async with vendor.workspace.scope() as scope:
        row = await get_connection(scope, vendor.connection_id, for_update=True)
        keep_tokens(scope, row, tokens)
        resume(scope, row)


async def test_orders_wait_for_a_person_where_the_provider_ended_what_it_granted(vendor: Vendor):
    await grant(vendor)
    await vendor.give_time_to_think()
    order_id = await vendor.place()
    await carry(vendor, order_id)
    assert (await vendor.printful.client.post("/_simulator/tokens/revoke")).json() == {"revoked": 1}
    await vendor.window_over(order_id)

    await settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.CONNECTION)
    connection = await vendor.connection(vendor.connection_id)
    assert (connection.active, connection.signed_out) == (False, True)
    await sweep_and_settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.CONNECTION)

    await grant(vendor)
    await sweep_and_settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE


async def test_a_refused_credential_is_found_while_routing_too(vendor: Vendor):
    await give_credential(vendor, "revoked")
    order_id = await send(vendor)

    assert await held(vendor, order_id) == (Stage.CHECKED, HoldReason.CONNECTION)
    assert not (await vendor.connection(vendor.connection_id)).active
    (decision,) = await vendor.decisions(order_id)
    assert [(one["failed"], one["failed_detail"]) for one in decision["candidates"]] == [
        ("connection-paused", "The access token provided is invalid.")
    ]
    await sweep_and_settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.CHECKED, HoldReason.CONNECTION)

    await give_credential(vendor, TOKEN)
    await sweep_and_settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)


async def test_an_order_that_comes_while_its_connection_is_paused_goes_on_after_a_test_succeeds(
    vendor: Vendor,
):
    async with vendor.workspace.scope() as scope:
        await pause_connection(scope, vendor.connection_id, "stopped by hand")
    order_id = await send(vendor)
    assert await held(vendor, order_id) == (Stage.CHECKED, HoldReason.CONNECTION)
    assert (await vendor.order(order_id)).hold_detail == "Print house: stopped by hand"

    assert await try_it(run(vendor, vendor.connection_id, try_connection)) is True
    await sweep_and_settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)


async def test_releasing_an_order_whose_connection_is_still_paused_holds_it_again(vendor: Vendor):
    await vendor.switch(live=False)
    order_id = await send(vendor)
    async with vendor.workspace.scope() as scope:
        await pause_connection(scope, vendor.connection_id, "stopped by hand")

    for _ in range(2):
        async with vendor.workspace.scope() as scope:
            await release_order(scope, order_id)
        await settle(vendor, order_id)
        assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.CONNECTION)

    assert await vendor.printed(order_id) == []


async def test_another_connection_that_is_paused_or_active_makes_no_difference(vendor: Vendor):
    other = await vendor.connect("Other house")
    paused = await vendor.connect("Paused house")
    async with vendor.workspace.scope() as scope:
        await pause_connection(scope, vendor.connection_id, "stopped by hand")
        await pause_connection(scope, paused, "stopped by hand")
    order_id = await send(vendor)
    await sweep_and_settle(vendor, order_id)
    assert (await vendor.connection(other)).active
    assert await held(vendor, order_id) == (Stage.CHECKED, HoldReason.CONNECTION)

    await give_credential(vendor, TOKEN)
    await sweep_and_settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)


async def test_a_refused_credential_is_found_while_looking_too(vendor: Vendor):
    order_id = await send(vendor)
    await give_credential(vendor, "revoked")

    await look(vendor, order_id)

    assert not (await vendor.connection(vendor.connection_id)).active
    look_at = (await vendor.fulfilment(order_id)).look_at
    assert look_at is not None
    assert look_at - clock.now() <= timedelta(minutes=15)


async def test_a_cancel_waits_for_a_connection_that_is_taken_again(vendor: Vendor):
    order_id = await send(vendor)
    await give_credential(vendor, "revoked")
    async with vendor.workspace.scope() as scope:
        await cancel_order(scope, order_id, reason="changed my mind")

    await carry(vendor, order_id)
    assert not (await vendor.connection(vendor.connection_id)).active
    (later,) = await asked(vendor, order_id)
    assert later.after_s == pytest.approx(2, abs=0.5)

    await give_credential(vendor, TOKEN)
    await settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.CANCELLED, None)


# -- the send window ---------------------------------------------------------------------------------------------------


async def test_nothing_is_printed_before_the_send_window_is_over(vendor: Vendor):
    await vendor.give_time_to_think(45)
    order_id = await vendor.place()

    await carry(vendor, order_id)

    row, (later,) = await vendor.order(order_id), await asked(vendor, order_id)
    assert row.not_before == row.received_at + timedelta(minutes=45)
    assert later.after_s == pytest.approx(45 * 60, abs=5)
    assert (row.stage, row.hold_reason) == (Stage.ROUTED, None)
    assert (await vendor.submission(order_id)).state == SubmissionState.PREPARED
    await carry(vendor, order_id)  # too early, whoever asked for it
    assert await vendor.printed(order_id) == []
    assert await Sweeper(vendor.platform).sweep() == 0

    await vendor.window_over(order_id)
    await settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE


async def test_without_a_send_window_an_order_is_sent_at_once(vendor: Vendor):
    order_id = await send(vendor)

    assert (await vendor.order(order_id)).not_before is None
    assert await held(vendor, order_id) == (Stage.SENT, None)
