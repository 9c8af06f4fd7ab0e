"""Holds: a person's own, those that the story puts on, and what releasing each of them does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from printvision.accounts import Permission
from printvision.orders import Sweeper
from printvision.orders.cancelling import cancel_order
from printvision.orders.errors import OrderNotHeld, OrderNotHoldable
from printvision.orders.holding import hold_order, release_order
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.submissions import reference
from printvision.platform import clock
from printvision.platform.scope import PermissionMissing
from printvision.providers.sdk import StockState
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import asked, carry, look, send, settle
from tests.orders.shopify import ADDRESS, deliver, line, order
from tests.orders.vendor import BUYER, VARIANTS, Vendor

SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]
ONE_TEE = [("TEE-M", 1)]


async def hold(vendor: Vendor, order_id: UUID, reason: str = "asking the buyer") -> None:
    async with vendor.workspace.scope(Permission.ORDERS_HOLD) as scope:
        await hold_order(scope, order_id, reason=reason)


async def release(vendor: Vendor, order_id: UUID) -> None:
    """Let it go on, and carry it as far as it goes."""
    async with vendor.workspace.scope(Permission.ORDERS_HOLD) as scope:
        await release_order(scope, order_id)
    await settle(vendor, order_id)


async def held(vendor: Vendor, order_id: UUID) -> tuple[str, str | None]:
    row = await vendor.order(order_id)
    return row.stage, row.hold_reason


async def from_the_shop(vendor: Vendor, *lines: dict[str, object], **changes: object) -> UUID:
    """An order of a Shopify shop, as far as it goes by itself."""
    await deliver(vendor, await vendor.open_shop(), order(*lines, **changes))
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    return row.id


# -- a person's hold ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", [hold_order, release_order])
async def test_it_takes_the_permission(vendor: Vendor, verb: object):
    order_id = await vendor.place()
    if verb is release_order:
        await hold(vendor, order_id)
    before = await held(vendor, order_id)

    with pytest.raises(PermissionMissing):
        async with vendor.workspace.scope(Permission.ORDERS_READ, Permission.ORDERS_CANCEL) as scope:
            await (
                hold_order(scope, order_id, reason="no")
                if verb is hold_order
                else release_order(scope, order_id)
            )

    assert await held(vendor, order_id) == before


async def test_a_held_order_is_not_sent_until_it_is_released(vendor: Vendor):
    order_id = await vendor.place()
    await hold(vendor, order_id)

    await settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.RECEIVED, HoldReason.PERSON)
    assert (await vendor.order(order_id)).hold_detail == "asking the buyer"
    assert await vendor.fulfilments(order_id) == []

    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.story(order_id) == ["received", "held person", "released person", *SENT[1:]]


async def test_a_draft_can_be_held_in_the_send_window(vendor: Vendor):
    await vendor.give_time_to_think()
    order_id = await vendor.place()
    await carry(vendor, order_id)
    await hold(vendor, order_id)

    await vendor.window_over(order_id)
    await settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.PERSON)
    assert await vendor.printed(order_id) == []
    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, None)


async def test_a_person_s_hold_takes_the_place_of_one_that_may_end_by_itself(vendor: Vendor):
    await vendor.switch(live=False)
    order_id = await send(vendor)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)

    await hold(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.PERSON)
    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)


async def test_holding_twice_is_holding_once(vendor: Vendor):
    order_id = await vendor.place()
    await hold(vendor, order_id, "first")
    await hold(vendor, order_id, "second")

    assert (await vendor.order(order_id)).hold_detail == "first"
    assert await vendor.story(order_id) == ["received", "held person"]


async def test_a_sent_order_cannot_be_held(vendor: Vendor):
    order_id = await send(vendor)

    with pytest.raises(OrderNotHoldable) as refused:
        await hold(vendor, order_id)

    assert (refused.value.status, refused.value.fields["current"]) == (409, Stage.SENT)
    assert (await held(vendor, order_id), await vendor.story(order_id)) == ((Stage.SENT, None), SENT)


async def test_an_order_that_is_being_sent_cannot_be_held(vendor: Vendor):
    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.confirm",), times=1)))
    order_id = await vendor.place()
    await carry(vendor, order_id)
    assert (await vendor.submission(order_id)).state == SubmissionState.COMMITTING

    with pytest.raises(OrderNotHoldable):
        await hold(vendor, order_id)

    await settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, None)


async def test_an_ended_order_can_neither_be_held_nor_released(vendor: Vendor):
    order_id = await vendor.place()
    async with vendor.workspace.scope() as scope:
        await cancel_order(scope, order_id, reason="changed my mind")

    with pytest.raises(OrderNotHoldable):
        await hold(vendor, order_id)
    with pytest.raises(OrderNotHeld):
        await release(vendor, order_id)

    assert await vendor.story(order_id) == ["received", "advanced cancelled changed my mind"]


async def test_an_order_that_is_not_held_cannot_be_released(vendor: Vendor):
    order_id = await send(vendor)

    with pytest.raises(OrderNotHeld) as refused:
        await release(vendor, order_id)

    assert (refused.value.status, await asked(vendor, order_id)) == (409, [])


async def test_holding_and_sending_at_once_leaves_one_of_both(vendor: Vendor):
    """Whoever locks the order first has it; never is it held and printed."""
    order_id = await vendor.place()

    held_too = await asyncio.gather(settle(vendor, order_id), hold(vendor, order_id), return_exceptions=True)

    stage, reason = await held(vendor, order_id)
    printed = await vendor.printed(order_id)
    if reason is None:
        assert (stage, printed, type(held_too[1])) == (Stage.SENT, ONE_TEE, OrderNotHoldable)
    else:
        assert (reason, printed) == (HoldReason.PERSON, [])


# -- what the story holds, and what releasing it does ------------------------------------------------------------------


async def test_personalised_lines_are_waved_through(vendor: Vendor):
    order_id = await from_the_shop(vendor, line(properties=[{"name": "Engraving", "value": "For Ada"}]))
    assert await held(vendor, order_id) == (Stage.RECEIVED, HoldReason.PERSONALISED)

    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE


async def test_an_unmatched_item_holds_until_it_is_mapped(vendor: Vendor):
    order_id = await from_the_shop(vendor, line(sku="MUG"))
    assert await held(vendor, order_id) == (Stage.RECEIVED, HoldReason.UNMATCHED_ITEM)

    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.RECEIVED, HoldReason.UNMATCHED_ITEM)

    await vendor.sell(["MUG"], [vendor.connection_id])
    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == [("MUG", 1)]


async def test_an_unmatched_line_among_others_is_left_out_when_a_person_says_so(vendor: Vendor):
    order_id = await from_the_shop(vendor, line(1), line(2, sku="MUG"))
    assert await held(vendor, order_id) == (Stage.RECEIVED, HoldReason.UNMATCHED_ITEM)

    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert [(one.printable, one.reason) for one in await vendor.lines(order_id)] == [
        (1, None),
        (0, "unmatched-item"),
    ]
    assert await vendor.printed(order_id) == ONE_TEE


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"financial_status": "pending"}, HoldReason.UNPAID),
        ({"financial_status": "who knows"}, HoldReason.UNKNOWN_STATUS),
        ({"shipping_address": None}, HoldReason.ADDRESS),
        ({"shipping_address": {**ADDRESS, "zip": "nowhere"}}, HoldReason.ADDRESS),
    ],
)
async def test_what_only_the_shop_can_mend_holds_again(
    vendor: Vendor, changes: dict[str, object], reason: HoldReason
):
    order_id = await from_the_shop(vendor, **changes)
    assert await held(vendor, order_id) == (Stage.RECEIVED, reason)

    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.RECEIVED, reason)
    assert await vendor.fulfilments(order_id) == []


async def test_an_order_without_a_route_is_routed_again(vendor: Vendor):
    await vendor.stock(vendor.connection_id, dict.fromkeys(VARIANTS, StockState.OUT_OF_STOCK))
    order_id = await send(vendor)
    assert await held(vendor, order_id) == (Stage.CHECKED, HoldReason.NO_ROUTE)

    await vendor.stock(vendor.connection_id, dict.fromkeys(VARIANTS, StockState.IN_STOCK))
    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert [record["winner"] is None for record in await vendor.decisions(order_id)] == [True, False]


async def test_what_a_provider_cancelled_is_sent_anew_under_another_reference(vendor: Vendor):
    order_id = await send(vendor)
    before = await vendor.submission(order_id)
    await vendor.printful.client.delete(f"/orders/{before.provider_order_id}")
    await look(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, HoldReason.PROVIDER_CANCELLED)

    await release(vendor, order_id)

    row, (first, second) = await vendor.order(order_id), await vendor.submissions(order_id)
    assert (row.stage, row.hold_reason) == (Stage.SENT, None)
    assert [(one.generation, one.state) for one in (first, second)] == [
        (0, SubmissionState.CANCELLED),
        (1, SubmissionState.COMMITTED),
    ]
    assert second.provider_ref == reference(
        vendor.platform.keyring.derive("submission-ref"),
        workspace_id=vendor.workspace.id,
        shop_id=row.shop_id,
        external_id="1001",
        ordinal=0,
        generation=1,
    )
    assert await vendor.printful.status(f"@{first.provider_ref}") == "canceled"
    assert await vendor.printful.status(f"@{second.provider_ref}") == "pending"


async def test_a_draft_that_was_cancelled_there_is_sent_anew_too(vendor: Vendor):
    await vendor.switch(live=False)
    order_id = await send(vendor)
    await look(vendor, order_id)  # its cost is known, so that it need not be read before it is confirmed
    await vendor.printful.client.delete(f"/orders/{(await vendor.submission(order_id)).provider_order_id}")
    await vendor.switch(live=True)

    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.PROVIDER_CANCELLED)
    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert [one.generation for one in await vendor.submissions(order_id)] == [0, 1]
    assert await vendor.printed(order_id) == ONE_TEE


async def test_what_was_changed_after_it_was_printed_goes_on_when_released(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await from_the_shop(vendor)
    await vendor.until_delivered_there(order_id)
    (row,) = await vendor.orders()
    await deliver(vendor, row.shop_id, order(line(quantity=2), age=5))
    await settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, HoldReason.CHANGED_AFTER_SENDING)

    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE


async def test_what_was_changed_while_it_waited_for_the_switch_is_printed_as_changed(vendor: Vendor):
    await vendor.switch(live=False)
    order_id = await from_the_shop(vendor)
    (row,) = await vendor.orders()
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)

    await deliver(vendor, row.shop_id, order(line(quantity=2), age=5))
    await vendor.switch(live=True)
    await Sweeper(vendor.platform).sweep()
    await settle(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE
    assert await vendor.printed(order_id) == [("TEE-M", 2)]


async def test_a_change_takes_the_draft_back_and_leaves_a_persons_hold(vendor: Vendor):
    await vendor.give_time_to_think()
    await deliver(vendor, await vendor.open_shop(), order())
    (row,) = await vendor.orders()
    await carry(vendor, row.id)
    await hold(vendor, row.id)

    await deliver(vendor, row.shop_id, order(line(quantity=2), age=5))
    await deliver(vendor, row.shop_id, order(line(quantity=3), age=7))

    await settle(vendor, row.id)

    assert await held(vendor, row.id) == (Stage.RECEIVED, HoldReason.PERSON)
    assert await vendor.ledger(row.id, LedgerEvent.CANCELLED) == ONE_TEE
    assert [one.quantity for one in await vendor.lines(row.id)] == [3]
    async with vendor.workspace.scope() as scope:
        await release_order(scope, row.id)
    await carry(vendor, row.id)
    await vendor.window_over(row.id)
    await settle(vendor, row.id)
    assert await vendor.printed(row.id) == [("TEE-M", 3)]


async def test_an_order_cancelled_there_while_it_was_held_for_another_reason_is_held_for_that_next(
    vendor: Vendor,
):
    order_id = await from_the_shop(vendor)
    await vendor.set(order_id, held_at=clock.now(), hold_reason=HoldReason.OUR_FAULT, hold_detail="")
    await vendor.printful.client.delete(f"/orders/{(await vendor.submission(order_id)).provider_order_id}")
    await look(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, HoldReason.OUR_FAULT)

    await release(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.SENT, HoldReason.PROVIDER_CANCELLED)
    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert [one.generation for one in await vendor.submissions(order_id)] == [0, 1]


async def test_a_provider_that_does_not_answer_for_hours_is_told_of_and_tried_again(vendor: Vendor):
    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.create",))))
    order_id = await vendor.place()
    await settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.PROVIDER_UNAVAILABLE)

    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.create",), times=2)))
    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert await vendor.printed(order_id) == ONE_TEE


async def test_the_pauses_between_tries_grow(vendor: Vendor):
    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.create",))))
    order_id = await vendor.place()
    pauses: list[float] = []
    for _ in range(12):
        await carry(vendor, order_id)
        (waiting,) = await asked(vendor, order_id)
        pauses.append(waiting.after_s)

    assert pauses == pytest.approx([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600], rel=0.05, abs=0.9)
    run_at = (await vendor.order(order_id)).run_at
    assert run_at is not None
    assert timedelta(seconds=590) < run_at - clock.now() <= timedelta(seconds=600)


async def test_an_order_has_one_run_that_goes_on_however_often_it_was_released(vendor: Vendor):
    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.create",))))
    order_id = await vendor.place()
    await carry(vendor, order_id)
    for _ in range(5):
        await hold(vendor, order_id)
        async with vendor.workspace.scope() as scope:
            await release_order(scope, order_id)

    for _ in await asked(vendor, order_id):
        await carry(vendor, order_id)

    assert len(await asked(vendor, order_id)) == 1


async def test_a_bad_address_is_told_without_the_address(vendor: Vendor):
    order_id = await from_the_shop(vendor, shipping_address={**ADDRESS, "zip": "nowhere"})

    detail = (await vendor.order(order_id)).hold_detail or ""

    assert detail.startswith("recipient.postal_code")
    assert "nowhere" not in detail
    assert BUYER["line1"] not in detail


async def test_a_reference_that_is_in_use_for_something_else_holds_until_that_is_gone(vendor: Vendor):
    order_id = await vendor.place()
    ours = reference(
        vendor.platform.keyring.derive("submission-ref"),
        workspace_id=vendor.workspace.id,
        shop_id=(await vendor.order(order_id)).shop_id,
        external_id="1001",
        ordinal=0,
        generation=0,
    )
    theirs = await vendor.printful.create(ours)
    await settle(vendor, order_id)
    assert await held(vendor, order_id) == (Stage.ROUTED, HoldReason.PROVIDER_REJECTED)
    assert (await vendor.submission(order_id)).state == SubmissionState.PLANNED

    await vendor.printful.client.delete(f"/v2/orders/{theirs}")
    await release(vendor, order_id)

    assert await held(vendor, order_id) == (Stage.SENT, None)
    assert (await vendor.submission(order_id)).provider_ref == ours
    assert await vendor.printed(order_id) == ONE_TEE
