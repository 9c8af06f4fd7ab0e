"""Taking an order back: at every stage, proved by reading it back, and refused where it is too late."""

from __future__ import annotations

from uuid import UUID

import pytest

from printvision.accounts import Permission
from printvision.orders.cancelling import cancel_order
from printvision.orders.errors import OrderNotCancellable
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.platform.scope import PermissionMissing
from printvision.providers.sdk import StockState
from printvision.providers.simulators.faults import AppliedLate, Fault, Faults, RateLimited, Unanswered
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import asked, carry, look, send, settle
from tests.orders.vendor import VARIANTS, Vendor
from tests.waiting import until

SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]
ENDED = "advanced cancelled changed my mind"
ONE_TEE = [("TEE-M", 1)]
ONCE = 1.0


async def cancel(vendor: Vendor, order_id: UUID) -> None:
    async with vendor.workspace.scope(Permission.ORDERS_CANCEL) as scope:
        await cancel_order(scope, order_id, reason="changed my mind")


async def send_draft(vendor: Vendor, external_id: str = "1001") -> UUID:
    """An order that lies at the provider as a draft, since the connection is not live."""
    await vendor.switch(live=False)
    order_id = await send(vendor, external_id)
    assert (await vendor.order(order_id)).hold_reason == HoldReason.NOT_LIVE
    return order_id


async def test_it_takes_the_permission(vendor: Vendor):
    order_id = await vendor.place()

    with pytest.raises(PermissionMissing) as refused:
        async with vendor.workspace.scope(Permission.ORDERS_READ, Permission.ORDERS_HOLD) as scope:
            await cancel_order(scope, order_id, reason="not mine to say")

    assert refused.value.fields == {"permission": Permission.ORDERS_CANCEL}
    assert (await vendor.order(order_id)).recall_at is None


# -- before a provider heard of it -------------------------------------------------------------------------------------


async def test_an_order_that_was_just_received_ends_at_once(vendor: Vendor):
    order_id = await vendor.place()

    await cancel(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.reason, order.recall_at) == (Stage.CANCELLED, "changed my mind", None)
    await settle(vendor, order_id)
    assert await vendor.story(order_id) == ["received", ENDED]
    assert await vendor.fulfilments(order_id) == []


async def test_a_held_order_ends_at_once(vendor: Vendor):
    await vendor.stock(vendor.connection_id, dict.fromkeys(VARIANTS, StockState.OUT_OF_STOCK))
    order_id = await send(vendor)
    assert (await vendor.order(order_id)).hold_reason == HoldReason.NO_ROUTE

    await cancel(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.held_at, order.hold_reason, order.hold_detail) == (
        Stage.CANCELLED,
        None,
        None,
        None,
    )


# -- while it lies there -----------------------------------------------------------------------------------------------


async def test_a_draft_is_taken_back_and_read_back(vendor: Vendor):
    order_id = await send_draft(vendor)

    await cancel(vendor, order_id)
    assert (await vendor.order(order_id)).stage == Stage.ROUTED  # nothing is proved yet
    await settle(vendor, order_id)

    order, submission = await vendor.order(order_id), await vendor.submission(order_id)
    assert (order.stage, order.hold_reason, submission.state) == (
        Stage.CANCELLED,
        None,
        SubmissionState.CANCELLED,
    )
    assert await vendor.printful.status(f"@{submission.provider_ref}") == "canceled"
    assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE
    assert await vendor.printed(order_id) == []


async def test_an_accepted_order_is_taken_back_and_read_back(vendor: Vendor):
    order_id = await send(vendor)

    await cancel(vendor, order_id)
    await settle(vendor, order_id)

    order, fulfilment = await vendor.order(order_id), await vendor.fulfilment(order_id)
    assert (order.stage, fulfilment.ending, fulfilment.look_at) == (Stage.CANCELLED, "cancelled", None)
    assert await vendor.story(order_id) == [*SENT, "recalled", "given_back", ENDED]
    assert await vendor.printful.status(f"@{(await vendor.submission(order_id)).provider_ref}") == "canceled"


async def test_what_was_cancelled_there_already_ends_too(vendor: Vendor):
    order_id = await send(vendor)
    await vendor.printful.client.delete(f"/orders/{(await vendor.submission(order_id)).provider_order_id}")
    await look(vendor, order_id)
    assert (await vendor.order(order_id)).hold_reason == HoldReason.PROVIDER_CANCELLED

    await cancel(vendor, order_id)
    await settle(vendor, order_id)

    assert (await vendor.order(order_id)).stage == Stage.CANCELLED


async def test_a_draft_that_somebody_deleted_there_ends_too(vendor: Vendor):
    order_id = await send_draft(vendor)
    provider_order_id = (await vendor.submission(order_id)).provider_order_id
    deleted = await vendor.printful.client.delete(f"/v2/orders/{provider_order_id}")
    assert deleted.status_code == 204, deleted.text

    await cancel(vendor, order_id)
    await settle(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.recall_refused) == (Stage.CANCELLED, None)


async def test_a_draft_whose_making_timed_out_never_prints(vendor: Vendor):
    late = AppliedLate(share=ONCE, operations=("orders.create",), times=1, hold_s=0.1, late_s=0.2)
    await vendor.printful.set(Faults(applied_late=late))
    order_id = await vendor.place()
    await carry(vendor, order_id)
    assert (await vendor.submission(order_id)).unknown_outcomes == 1

    await cancel(vendor, order_id)
    await carry(vendor, order_id)

    async def landed() -> bool:
        return await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE

    await until(landed)
    await settle(vendor, order_id)
    assert (await vendor.order(order_id)).stage == Stage.CANCELLED
    assert await vendor.printed(order_id) == []


# -- trouble -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "faults",
    [
        Faults(
            applied_then_timeout=Unanswered(share=ONCE, operations=("orders.cancel",), times=2, hold_s=0.05)
        ),
        Faults(
            applied_late=AppliedLate(
                share=ONCE, operations=("orders.cancel",), times=1, hold_s=0.05, late_s=0.1
            )
        ),
        Faults(dropped=Fault(share=ONCE, operations=("orders.cancel",), times=3)),
        Faults(server_error=Fault(share=ONCE, operations=("orders.cancel", "orders.get"), times=3)),
        Faults(rate_limited=RateLimited(share=ONCE, operations=("orders.cancel",), times=1, retry_after_s=0)),
    ],
    ids=["no answer", "late", "dropped", "error", "rate limit"],
)
async def test_an_order_is_taken_back_through_trouble(vendor: Vendor, faults: Faults):
    order_id = await send(vendor)
    await vendor.printful.set(faults)

    await cancel(vendor, order_id)
    await settle(vendor, order_id)

    assert (await vendor.order(order_id)).stage == Stage.CANCELLED
    assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE
    assert await vendor.story(order_id) == [*SENT, "recalled", "given_back", ENDED]


# -- too late ----------------------------------------------------------------------------------------------------------


async def test_a_delivered_order_cannot_be_cancelled(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor)
    await vendor.until_delivered_there(order_id)
    await look(vendor, order_id)
    told = await vendor.story(order_id)

    with pytest.raises(OrderNotCancellable) as refused:
        await cancel(vendor, order_id)

    assert (refused.value.status, refused.value.fields["current"]) == (409, Stage.DELIVERED)
    order = await vendor.order(order_id)
    assert (order.stage, order.recall_at, order.recall_reason) == (Stage.DELIVERED, None, None)
    assert (await vendor.story(order_id), await asked(vendor, order_id)) == (told, [])


async def test_an_order_that_is_being_made_goes_on_and_says_why(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor)
    await vendor.until_delivered_there(order_id)  # of which nobody has told us

    await cancel(vendor, order_id)
    await settle(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.recall_at) == (Stage.SENT, None)
    assert order.recall_refused == "An order in status fulfilled can't be canceled"
    assert await vendor.story(order_id) == [*SENT, "recalled", "recall_refused"]
    assert await vendor.printed(order_id) == ONE_TEE


async def test_a_sent_order_that_is_not_found_there_is_not_taken_for_cancelled(vendor: Vendor):
    """The credential may be another shop's by now, and the order be printed all the same."""
    order_id = await send(vendor)
    await vendor.set_submission(order_id, provider_order_id="999999")

    await cancel(vendor, order_id)
    await settle(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.recall_at) == (Stage.SENT, None)
    assert order.recall_refused is not None


async def test_an_order_delivered_before_it_could_be_taken_back_is_left_in_peace(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor)
    await vendor.until_delivered_there(order_id)
    await vendor.printful.set(Faults(server_error=Fault(share=ONCE, operations=("orders.cancel",))))
    await cancel(vendor, order_id)
    await carry(vendor, order_id)
    assert (await vendor.order(order_id)).recall_at is not None

    await look(vendor, order_id)
    await settle(vendor, order_id)

    order = await vendor.order(order_id)
    assert (order.stage, order.recall_at, order.hold_reason) == (Stage.DELIVERED, None, None)
