"""One order, whichever door it comes by and however often; a newer copy is a change of it."""

from __future__ import annotations

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import func, select

from printvision.orders.holding import hold_order, release_order
from printvision.orders.models import OrderRow
from printvision.orders.sealing import open_source
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.steps import END
from printvision.orders.workflows.fulfil import decide, make
from printvision.providers.simulators.ledger import LedgerEvent
from printvision.webhooks.models import MessageRow
from tests.orders.carrying import asked, carry, run, settle
from tests.orders.hooks import Seen, hooked
from tests.orders.shopify import ADDRESS, cancelled, deliver, line, order
from tests.orders.vendor import Vendor

SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]


@pytest.fixture
async def shop_id(vendor: Vendor) -> UUID:
    return await vendor.open_shop()


async def only_order(vendor: Vendor) -> OrderRow:
    (row,) = await vendor.orders()
    return row


# -- the same order again ----------------------------------------------------------------------------------------------


async def test_an_order_sent_again_by_our_api_is_the_same_order(vendor: Vendor):
    first = await vendor.place("1001")
    again = await vendor.place("1001")

    assert again == first
    assert await vendor.story(first) == ["received"]
    assert len(await asked(vendor, first)) == 1


async def test_an_order_that_comes_twice_at_once_is_one_order(vendor: Vendor):
    placed = await asyncio.gather(*(vendor.place("1001") for _ in range(6)))

    assert len(set(placed)) == 1
    assert await vendor.story(placed[0]) == ["received"]
    await settle(vendor, placed[0])
    assert await vendor.printed(placed[0]) == [("TEE-M", 1)]


async def test_a_delivery_that_comes_again_is_counted_and_not_taken_in(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order(), webhook_id="w-1")
    await deliver(vendor, shop_id, order(), webhook_id="w-1")

    async with vendor.workspace.scope() as scope:
        counted = select(func.count(), func.sum(MessageRow.deliveries))
        assert tuple((await scope.session.execute(counted)).one()) == (1, 2)
    assert await vendor.story((await only_order(vendor)).id) == ["received"]


async def test_the_same_copy_under_another_topic_changes_nothing(vendor: Vendor, shop_id: UUID):
    assert await deliver(vendor, shop_id, order(), topic="orders/create") == "created"
    assert await deliver(vendor, shop_id, order(), topic="orders/paid") == "known"

    row = await only_order(vendor)
    assert await vendor.story(row.id) == ["received"]
    assert len(await asked(vendor, row.id)) == 1


async def test_an_older_copy_changes_nothing(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order(line(quantity=2), age=10))
    before = await only_order(vendor)

    assert await deliver(vendor, shop_id, order(line(quantity=5), age=3)) == "known"

    after = await only_order(vendor)
    assert (after.source_digest, after.run_id) == (before.source_digest, before.run_id)
    assert [one.quantity for one in await vendor.lines(after.id)] == [2]
    assert await vendor.story(after.id) == ["received"]


async def test_an_order_known_from_the_shop_is_the_same_by_our_api(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)

    assert await vendor.place("4501", shop="Tee shop") == row.id
    await settle(vendor, row.id)
    assert await vendor.printed(row.id) == [("TEE-M", 1)]


# -- a change before anything was given to a provider ------------------------------------------------------------------


async def test_a_copy_that_changes_before_routing_is_judged_as_if_it_came_first(
    vendor: Vendor, shop_id: UUID
):
    await deliver(vendor, shop_id, order(line(quantity=1)))
    assert await deliver(vendor, shop_id, order(line(quantity=3), line(2, sku="TEE-S"), age=5)) == "changed"

    row = await only_order(vendor)
    await settle(vendor, row.id)

    assert await vendor.story(row.id) == ["received", "changed", *SENT[1:]]
    assert [(one.sku, one.printable) for one in await vendor.lines(row.id)] == [("TEE-M", 3), ("TEE-S", 1)]
    assert await vendor.printed(row.id) == [("TEE-M", 3), ("TEE-S", 1)]


async def test_an_unpaid_order_waits_for_the_shop_to_say_that_it_is_paid(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order(financial_status="pending"))
    row = await only_order(vendor)
    await settle(vendor, row.id)
    held = await only_order(vendor)
    assert (held.stage, held.hold_reason) == (Stage.RECEIVED, HoldReason.UNPAID)
    assert [(one.printable, one.reason) for one in await vendor.lines(row.id)] == [(0, "unpaid")]

    await deliver(vendor, shop_id, order(financial_status="paid", age=5), topic="orders/paid")
    await settle(vendor, row.id)

    paid = await only_order(vendor)
    assert (paid.stage, paid.hold_reason) == (Stage.SENT, None)
    assert await vendor.story(row.id) == ["received", "held unpaid", "changed", "released unpaid", *SENT[1:]]
    assert await vendor.printed(row.id) == [("TEE-M", 1)]


async def test_an_order_that_was_not_printable_is_judged_again_when_it_changes(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order(line(requires_shipping=False)))
    row = await only_order(vendor)
    await settle(vendor, row.id)
    assert ((await only_order(vendor)).stage, (await only_order(vendor)).reason) == (
        Stage.NOT_PRINTABLE,
        "needs-no-shipping",
    )

    await deliver(vendor, shop_id, order(line(), age=5))
    await settle(vendor, row.id)

    assert (await only_order(vendor)).stage == Stage.SENT
    assert await vendor.printed(row.id) == [("TEE-M", 1)]


async def test_what_a_person_waved_through_is_asked_again_of_a_changed_order(vendor: Vendor, shop_id: UUID):
    engraved = line(properties=[{"name": "Engraving", "value": "For Ada"}])
    await deliver(vendor, shop_id, order(engraved))
    row = await only_order(vendor)
    await settle(vendor, row.id)
    async with vendor.workspace.scope() as scope:
        await release_order(scope, row.id)

    changed = line(properties=[{"name": "Engraving", "value": "Something else"}])
    await deliver(vendor, shop_id, order(changed, age=5))
    await settle(vendor, row.id)

    assert (await only_order(vendor)).hold_reason == HoldReason.PERSONALISED
    assert await vendor.fulfilments(row.id) == []


async def test_notes_and_tags_change_nothing_about_a_waiting_order(vendor: Vendor, shop_id: UUID):
    engraved = line(properties=[{"name": "Engraving", "value": "For Ada"}])
    await deliver(vendor, shop_id, order(engraved))
    row = await only_order(vendor)
    await settle(vendor, row.id)

    await deliver(vendor, shop_id, order(engraved, tags="vip", note="leave at the door", age=5))

    assert await vendor.story(row.id) == ["received", "held personalised", "changed"]
    assert await asked(vendor, row.id) == []
    async with vendor.workspace.scope() as scope:
        assert open_source(scope, await vendor.order(row.id)).raw["tags"] == "vip"


async def test_a_person_s_hold_outlives_a_changed_copy(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    async with vendor.workspace.scope() as scope:
        await hold_order(scope, row.id, reason="asking the buyer")

    await deliver(vendor, shop_id, order(line(quantity=2), age=5))
    await settle(vendor, row.id)

    held = await only_order(vendor)
    assert (held.stage, held.hold_reason, held.hold_detail) == (
        Stage.RECEIVED,
        HoldReason.PERSON,
        "asking the buyer",
    )
    assert [one.quantity for one in await vendor.lines(row.id)] == [2]


async def test_a_route_chosen_for_an_old_copy_is_not_taken(vendor: Vendor, shop_id: UUID):
    """The basket is read, the order changes, and only then the answer to the old basket is there."""
    await deliver(vendor, shop_id, order(line(sku="TEE-S")))
    row = await only_order(vendor)
    todo = await decide(run(vendor, row.id))
    basket_read, order_changed = asyncio.Event(), asyncio.Event()

    async def wait_between(_: Seen) -> None:
        basket_read.set()
        await order_changed.wait()

    with hooked(vendor, before=wait_between):
        slow = asyncio.create_task(make(run(vendor, row.id), todo.calls))
        await basket_read.wait()
    await deliver(vendor, shop_id, order(line(sku="TEE-M"), age=5))
    await decide(run(vendor, row.id))
    order_changed.set()
    assert await decide(run(vendor, row.id), await slow) == END

    after = await only_order(vendor)
    assert (after.stage, after.hold_reason) == (Stage.CHECKED, None)
    assert await vendor.decisions(row.id) == []
    await settle(vendor, row.id)
    assert await vendor.printed(row.id) == [("TEE-M", 1)]


# -- a change after it was routed --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "printed"),
    [
        (order(line(quantity=2), line(2, sku="TEE-S"), age=5), [("TEE-M", 2), ("TEE-S", 1)]),
        (order(line(), age=5), [("TEE-M", 1)]),
        (order(line(), line(2, sku="TEE-S", current_quantity=0), age=5), [("TEE-M", 1)]),
        (order(line(), line(2, sku="TEE-L"), age=5), [("TEE-L", 1), ("TEE-M", 1)]),
        (
            order(
                line(), line(2, sku="TEE-S"), age=5, shipping_address={**ADDRESS, "address1": "8 Other Road"}
            ),
            [("TEE-M", 1), ("TEE-S", 1)],
        ),
        (order(line(), line(2, sku="TEE-S"), age=5, financial_status="refunded"), []),
        (order(line(), line(2, sku="TEE-S"), age=5, financial_status="voided"), []),
    ],
    ids=["quantity", "line gone", "line taken out", "other size", "address", "refunded", "voided"],
)
async def test_a_change_before_it_is_sent_takes_the_draft_back_and_makes_the_order_anew(
    vendor: Vendor, shop_id: UUID, changed: dict[str, object], printed: list[tuple[str, int]]
):
    await vendor.give_time_to_think()
    await deliver(vendor, shop_id, order(line(), line(2, sku="TEE-S")))
    row = await only_order(vendor)
    await carry(vendor, row.id)
    assert (await only_order(vendor)).stage == Stage.ROUTED

    await deliver(vendor, shop_id, changed)
    await carry(vendor, row.id)
    await vendor.window_over(row.id)
    await settle(vendor, row.id)

    after = await only_order(vendor)
    assert (after.stage, after.hold_reason) == (Stage.SENT if printed else Stage.NOT_PRINTABLE, None)
    assert await vendor.ledger(row.id, LedgerEvent.CANCELLED) == [("TEE-M", 1), ("TEE-S", 1)]
    assert await vendor.printed(row.id) == printed


async def test_a_change_after_sending_is_carried_to_the_provider(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    await settle(vendor, row.id)

    await deliver(vendor, shop_id, order(line(quantity=4), age=5))
    await settle(vendor, row.id)

    after = await only_order(vendor)
    assert (after.stage, after.hold_reason) == (Stage.SENT, None)
    assert await vendor.story(row.id) == [
        *SENT,
        *("changed", "recalled", "given_back", "advanced received", "advanced checked", "advanced routed"),
        "advanced sent",
    ]
    assert [one.quantity for one in await vendor.lines(row.id)] == [4]
    assert await vendor.ledger(row.id, LedgerEvent.CANCELLED) == [("TEE-M", 1)]
    assert await vendor.printed(row.id) == [("TEE-M", 1), ("TEE-M", 4)]  # the first of which was cancelled


async def test_a_change_after_it_was_printed_has_a_person_look(hasty_vendor: Vendor):
    vendor = hasty_vendor
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    await settle(vendor, row.id)
    await vendor.until_delivered_there(row.id)

    await deliver(vendor, shop_id, order(line(quantity=4), age=5))
    await settle(vendor, row.id)

    held = await only_order(vendor)
    assert (held.stage, held.hold_reason) == (Stage.SENT, HoldReason.CHANGED_AFTER_SENDING)
    assert held.recall_refused is not None
    assert held.recall_refused in (held.hold_detail or "")
    told = ["changed", "recalled", "recall_refused", "held changed-after-sending"]
    assert await vendor.story(row.id) == [*SENT, *told]
    assert [one.quantity for one in await vendor.lines(row.id)] == [1]
    assert await vendor.printed(row.id) == [("TEE-M", 1)]


@pytest.mark.parametrize(
    "changed",
    [
        order(age=5, tags="vip", note="leave at the door"),
        order(age=5, total_price="20.00"),
        order(age=5, financial_status="partially_refunded"),
        order(line(fulfillable_quantity=0), age=5, fulfillment_status="fulfilled"),
    ],
    ids=["notes", "total", "some money back", "our own fulfilment"],
)
async def test_a_change_that_is_not_of_the_print_is_only_noted(
    vendor: Vendor, shop_id: UUID, changed: dict[str, object]
):
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    await settle(vendor, row.id)
    before = await only_order(vendor)

    assert await deliver(vendor, shop_id, changed) == "changed"

    after = await only_order(vendor)
    assert (after.stage, after.hold_reason, after.run_id) == (Stage.SENT, None, before.run_id)
    assert await vendor.story(row.id) == [*SENT, "changed"]
    assert await asked(vendor, row.id) == []


# -- cancelled in the shop ---------------------------------------------------------------------------------------------


async def test_an_order_cancelled_in_the_shop_before_it_was_sent_is_not(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order())
    await deliver(vendor, shop_id, cancelled(age=5), topic="orders/cancelled")

    row = await only_order(vendor)
    await settle(vendor, row.id)

    ended = await only_order(vendor)
    assert (ended.stage, ended.reason, ended.recall_at) == (
        Stage.CANCELLED,
        "cancelled in the shop",
        None,
    )
    assert await vendor.story(row.id) == ["received", "changed", "advanced cancelled cancelled in the shop"]
    assert await vendor.fulfilments(row.id) == []


async def test_an_order_cancelled_in_the_shop_in_the_send_window_leaves_no_draft(
    vendor: Vendor, shop_id: UUID
):
    await vendor.give_time_to_think()
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    await carry(vendor, row.id)
    assert await vendor.ledger(row.id, LedgerEvent.ACCEPTED) == [("TEE-M", 1)]

    await deliver(vendor, shop_id, cancelled(age=5), topic="orders/cancelled")
    await settle(vendor, row.id)

    assert (await only_order(vendor)).stage == Stage.CANCELLED
    assert (await vendor.submission(row.id)).state == SubmissionState.CANCELLED
    assert await vendor.ledger(row.id, LedgerEvent.CANCELLED) == [("TEE-M", 1)]
    assert await vendor.printed(row.id) == []


async def test_an_order_cancelled_in_the_shop_after_it_was_sent_is_taken_back(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    await settle(vendor, row.id)

    await deliver(vendor, shop_id, cancelled(age=5), topic="orders/cancelled")
    await settle(vendor, row.id)

    assert (await only_order(vendor)).stage == Stage.CANCELLED
    assert await vendor.ledger(row.id, LedgerEvent.CANCELLED) == [("TEE-M", 1)]
    assert await vendor.ledger(row.id, LedgerEvent.PRINTED) == []


async def test_an_order_cancelled_in_the_shop_too_late_goes_on_and_is_asked_about_once(hasty_vendor: Vendor):
    vendor = hasty_vendor
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    row = await only_order(vendor)
    await settle(vendor, row.id)
    await vendor.until_delivered_there(row.id)

    await deliver(vendor, shop_id, cancelled(age=5), topic="orders/cancelled")
    await settle(vendor, row.id)
    await deliver(vendor, shop_id, cancelled(age=9, tags="too late"))
    await settle(vendor, row.id)

    refused = await only_order(vendor)
    assert (refused.stage, refused.hold_reason, refused.recall_at) == (Stage.SENT, None, None)
    assert refused.recall_refused is not None
    assert await vendor.story(row.id) == [*SENT, "changed", "recalled", "recall_refused", "changed"]


async def test_a_copy_of_a_cancelled_order_stays_cancelled(vendor: Vendor, shop_id: UUID):
    await deliver(vendor, shop_id, cancelled())
    row = await only_order(vendor)
    await settle(vendor, row.id)
    assert ((await only_order(vendor)).stage, (await only_order(vendor)).reason) == (
        Stage.NOT_PRINTABLE,
        "cancelled",
    )

    await deliver(vendor, shop_id, cancelled(age=5, tags="sorry"))
    await settle(vendor, row.id)

    assert (await only_order(vendor)).stage == Stage.NOT_PRINTABLE
    assert await vendor.fulfilments(row.id) == []
