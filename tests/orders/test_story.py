"""An order's way, from the door to the buyer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from printvision.orders.cancelling import cancel_order
from printvision.orders.holding import hold_order, release_order
from printvision.orders.operations import get
from printvision.orders.route_operations import explain
from printvision.orders.schemas import OrderRef
from printvision.orders.states import Stage, SubmissionState
from printvision.platform import clock
from printvision.platform.errors import NotFound
from printvision.providers.simulators.ledger import LedgerEvent
from tests.factories.workspaces import make_workspace
from tests.orders.carrying import asked, look, send, settle
from tests.orders.vendor import Vendor

SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]


async def test_an_order_goes_from_the_door_to_the_provider(vendor: Vendor):
    order_id = await vendor.place(lines={"TEE-M": 2, "TEE-S": 1})
    (waiting,) = await asked(vendor, order_id)
    assert (waiting.run_id, waiting.after_s) == ((await vendor.order(order_id)).run_id, 0)
    assert await vendor.story(order_id) == ["received"]

    await settle(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.hold_reason, order.reason, order.waits) == (Stage.SENT, None, None, 0)
    assert await vendor.story(order_id) == SENT
    assert [(line.sku, line.quantity, line.printable) for line in await vendor.lines(order_id)] == [
        ("TEE-M", 2, 2),
        ("TEE-S", 1, 1),
    ]
    assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == [("TEE-M", 2), ("TEE-S", 1)]
    assert await vendor.printed(order_id) == [("TEE-M", 2), ("TEE-S", 1)]


async def test_a_sent_order_knows_what_the_provider_said(vendor: Vendor):
    order_id = await send(vendor)

    fulfilment, (submission,) = await vendor.fulfilment(order_id), await vendor.submissions(order_id)
    assert (fulfilment.provider, fulfilment.connection_id) == ("printful", vendor.connection_id)
    assert (fulfilment.progress, fulfilment.ending, fulfilment.status_word) == ("accepted", None, "pending")
    assert (fulfilment.method, fulfilment.cost_currency) == ("STANDARD", "USD")
    assert (submission.generation, submission.state) == (0, SubmissionState.COMMITTED)
    assert (submission.unknown_outcomes, submission.last_error, submission.refusals) == (0, None, 0)
    assert await vendor.printful.status(f"@{submission.provider_ref}") == "pending"
    assert await vendor.printful.status(submission.provider_order_id or "") == "pending"


async def test_its_route_is_explained(vendor: Vendor):
    order_id = await send(vendor)

    async with vendor.workspace.scope() as scope:
        explained = await explain(scope, OrderRef(order_id=order_id))

    (decision,) = explained.decisions
    winner = decision.record["winner"]
    (part,) = winner["parts"]
    assert (part["connection_id"], part["method"], winner["failed"]) == (
        str(vendor.connection_id),
        "STANDARD",
        None,
    )
    assert winner["goods"] == {"amount_minor": 1169, "currency": "USD"}
    assert decision.record["considered"] == len(decision.record["candidates"])


async def test_another_workspace_does_not_find_it(vendor: Vendor):
    order_id = await send(vendor)
    stranger = await make_workspace(vendor.platform)
    before = await vendor.story(order_id)

    for ask in (
        lambda scope: hold_order(scope, order_id, reason="not mine"),
        lambda scope: release_order(scope, order_id),
        lambda scope: cancel_order(scope, order_id, reason="not mine"),
        lambda scope: explain(scope, OrderRef(order_id=order_id)),
        lambda scope: get(scope, OrderRef(order_id=order_id)),
    ):
        with pytest.raises(NotFound):
            async with stranger.scope() as scope:
                await ask(scope)

    assert await vendor.story(order_id) == before
    assert (await vendor.order(order_id)).recall_at is None


async def test_looks_take_it_to_the_buyer(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor, lines={"TEE-M": 2})
    await vendor.until_delivered_there(order_id)

    await look(vendor, order_id)

    order, fulfilment = await vendor.order(order_id), await vendor.fulfilment(order_id)
    assert (order.stage, order.hold_reason) == (Stage.DELIVERED, None)
    assert (fulfilment.progress, fulfilment.status_word, fulfilment.look_at) == (
        "delivered",
        "fulfilled",
        None,
    )
    (shipment,) = await vendor.shipments(order_id)
    (line,) = await vendor.lines(order_id)
    assert (shipment.state, shipment.carrier, shipment.lines) == ("delivered", "SIMPOST", {line.id.hex: 2})
    assert shipment.tracking_number is not None
    assert await vendor.story(order_id) == [*SENT, "parcel_moved delivered", "advanced delivered"]


async def test_a_second_look_tells_nothing_again(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor)
    await vendor.until_delivered_there(order_id)
    await look(vendor, order_id)
    told = await vendor.story(order_id)

    await look(vendor, order_id)

    assert await vendor.story(order_id) == told
    assert len(await vendor.shipments(order_id)) == 1


async def test_its_provider_is_asked_again_later_where_webhooks_are_silent(vendor: Vendor):
    order_id = await send(vendor)
    every = timedelta(seconds=vendor.platform.settings.worker.follow_every_s)

    look_at = (await vendor.fulfilment(order_id)).look_at

    assert look_at is not None
    assert every - timedelta(minutes=1) < look_at - clock.now() <= every
