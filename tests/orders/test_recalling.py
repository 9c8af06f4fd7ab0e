"""Several wishes about one order at once, and what happens to one part while another is asked back."""

from __future__ import annotations

from uuid import UUID

import pytest

from printvision.orders.errors import OrderTooLate
from printvision.orders.possible import Verb
from printvision.orders.recalling import give_up
from printvision.orders.states import HoldReason, Stage
from printvision.orders.whole import lock_whole
from printvision.providers.sdk import Ending, Progress
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import carry, route, send, settle
from tests.orders.houses import CHEAP, Houses
from tests.orders.shopify import deliver, line, order
from tests.orders.vendor import Vendor
from tests.orders.verbs import ask, tell

ONE_TEE = [("TEE-M", 1)]
AWAY = Faults(server_error=Fault(share=1.0, operations=("orders.cancel", "orders.delete")))


async def sent_from_the_shop(vendor: Vendor) -> tuple[UUID, UUID]:
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    assert (await vendor.order(row.id)).stage == Stage.SENT
    return shop_id, row.id


# -- two wishes at once ------------------------------------------------------------------------------------------------


async def test_a_change_is_carried_through_though_a_person_reroutes_meanwhile(houses: Houses):
    shop_id, order_id = await sent_from_the_shop(houses)
    await houses.first.set(AWAY)
    await deliver(houses, shop_id, order(line(quantity=4), age=5))
    await carry(houses, order_id)
    await ask(houses, Verb.REROUTE, order_id)
    assert (await houses.order(order_id)).recall_for == "change"

    await houses.first.set(Faults())
    await settle(houses, order_id)

    assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await houses.made(order_id) == ([], [("TEE-M", 4)])


async def test_an_address_is_corrected_though_a_person_reroutes_meanwhile(houses: Houses):
    order_id = await send(houses)
    await houses.first.set(AWAY)
    await ask(houses, Verb.EDIT_ADDRESS, order_id)
    await ask(houses, Verb.REROUTE, order_id)

    await houses.first.set(Faults())
    await settle(houses, order_id)

    row = await houses.order(order_id)
    assert (row.stage, row.recipient is not None, row.recipient_wanted) == (Stage.SENT, True, None)
    assert await houses.made(order_id) == ([], ONE_TEE)


async def test_what_a_person_sent_is_not_printed_though_the_shop_changes_it_meanwhile(vendor: Vendor):
    await vendor.give_time_to_think()
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    await carry(vendor, row.id)
    await vendor.printful.set(AWAY)
    await ask(vendor, Verb.MARK_SHIPPED, row.id)
    await deliver(vendor, shop_id, order(line(quantity=4), age=5))

    await vendor.printful.set(Faults())
    await vendor.window_over(row.id)
    await settle(vendor, row.id)

    assert (await vendor.order(row.id)).stage == Stage.SHIPPED
    assert await vendor.printed(row.id) == []


async def test_what_a_person_sent_while_it_was_rerouted_is_not_printed_elsewhere(houses: Houses):
    order_id = await send(houses)
    await houses.first.set(AWAY)
    await ask(houses, Verb.REROUTE, order_id)
    await ask(houses, Verb.MARK_SHIPPED, order_id)

    await houses.first.set(Faults())
    await settle(houses, order_id)

    row = await houses.order(order_id)
    assert (row.stage, row.recall_at, row.by_hand is not None) == (Stage.SHIPPED, None, True)
    assert await houses.made(order_id) == ([], [])


@pytest.mark.parametrize("verb", [Verb.REROUTE, Verb.EDIT_ADDRESS, Verb.MARK_SHIPPED])
async def test_what_is_being_cancelled_is_not_given_to_anybody(houses: Houses, verb: Verb):
    order_id = await send(houses)
    await houses.first.set(AWAY)
    await ask(houses, Verb.CANCEL, order_id)

    with pytest.raises(OrderTooLate) as refused:
        await ask(houses, verb, order_id)
    assert {one.verb for one in refused.value.fields["possible"]} == {Verb.CANCEL, Verb.RETRY}

    await houses.first.set(Faults())
    await settle(houses, order_id)
    assert (await houses.order(order_id)).stage == Stage.CANCELLED
    assert await houses.made(order_id) == ([], [])


async def test_an_order_cancelled_while_it_is_rerouted_is_made_by_nobody(houses: Houses):
    order_id = await send(houses)
    await houses.first.set(AWAY)
    await ask(houses, Verb.REROUTE, order_id)
    await carry(houses, order_id)
    await ask(houses, Verb.CANCEL, order_id)

    await houses.first.set(Faults())
    await settle(houses, order_id)

    assert (await houses.order(order_id)).stage == Stage.CANCELLED
    assert await houses.made(order_id) == ([], [])


async def test_an_order_held_while_it_is_rerouted_waits_for_its_release(houses: Houses):
    await houses.give_time_to_think()
    order_id = await houses.place()
    await carry(houses, order_id)
    await ask(houses, Verb.REROUTE, order_id)
    await ask(houses, Verb.HOLD, order_id)

    await settle(houses, order_id)
    row = await houses.order(order_id)
    assert (row.stage, row.hold_reason, row.recall_at) == (Stage.CHECKED, HoldReason.PERSON, None)
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])

    await houses.window_over(order_id)
    await ask(houses, Verb.RELEASE, order_id)
    await settle(houses, order_id)
    assert (await houses.order(order_id)).stage == Stage.SENT


# -- one part and the other --------------------------------------------------------------------------------------------


async def in_two_parts(houses: Houses) -> UUID:
    """Sent: the first makes the small ones and the second the medium one."""
    await houses.ask(houses.connection_id, {"TEE-S": CHEAP, "TEE-M": 6_000, "TEE-L": CHEAP})
    order_id = await houses.place(lines={"TEE-M": 1, "TEE-S": 3})
    await route(houses, order_id)
    await settle(houses, order_id)
    assert await houses.made(order_id) == ([("TEE-S", 3)], [("TEE-M", 1)])
    return order_id


async def test_an_order_does_not_end_while_a_part_that_was_given_up_has_no_route(houses: Houses):
    """The process ends just after the first part was given up; before the next begins the second is delivered."""
    order_id = await in_two_parts(houses)
    await ask(houses, Verb.REROUTE, order_id, away_from=houses.connection_id)
    await houses.cancel_there(order_id, houses.connection_id)
    async with houses.workspace.scope() as scope:
        for row in (await lock_whole(scope, order_id)).live:
            if row.connection_id == houses.connection_id:
                give_up(row)

    (other,) = [row for row in await houses.fulfilments(order_id) if row.connection_id == houses.other_id]
    await tell(houses, other, progress=Progress.DELIVERED)
    assert (await houses.order(order_id)).stage == Stage.SENT

    await settle(houses, order_id)
    assert (await houses.order(order_id)).stage == Stage.SENT
    assert await houses.made(order_id) == ([], [("TEE-M", 1), ("TEE-S", 3)])


async def test_a_part_cancelled_there_while_another_is_rerouted_is_held_and_sent_anew(houses: Houses):
    order_id = await in_two_parts(houses)
    await houses.first.set(AWAY)
    await ask(houses, Verb.REROUTE, order_id, away_from=houses.connection_id)
    await carry(houses, order_id)
    await houses.cancel_there(order_id, houses.other_id)
    (other,) = [row for row in await houses.fulfilments(order_id) if row.connection_id == houses.other_id]
    await tell(houses, other)

    await houses.first.set(Faults())
    await settle(houses, order_id)
    row = await houses.order(order_id)
    assert (row.stage, row.hold_reason) == (Stage.CHECKED, HoldReason.PROVIDER_CANCELLED)

    await houses.pause(houses.connection_id)  # which the release would let have it again
    await ask(houses, Verb.RELEASE, order_id)
    await settle(houses, order_id)
    assert (await houses.order(order_id)).stage == Stage.SENT
    assert await houses.made(order_id) == ([], [("TEE-M", 1), ("TEE-S", 3)])


async def test_an_order_is_not_delivered_while_a_part_of_it_was_cancelled_there(houses: Houses):
    order_id = await in_two_parts(houses)
    first, second = await houses.fulfilments(order_id)
    await tell(houses, first, ending=Ending.CANCELLED)

    await tell(houses, second, progress=Progress.DELIVERED)

    row = await houses.order(order_id)
    assert (row.stage, row.hold_reason) == (Stage.SENT, HoldReason.PROVIDER_CANCELLED)


async def test_a_cancel_that_one_part_refuses_ends_the_other_and_follows_the_rest(houses: Houses):
    order_id = await in_two_parts(houses)
    (other,) = [row for row in await houses.fulfilments(order_id) if row.connection_id == houses.other_id]
    await tell(houses, other, progress=Progress.SHIPPED)

    await ask(houses, Verb.CANCEL, order_id)
    await settle(houses, order_id)

    row = await houses.order(order_id)
    assert (row.stage, row.recall_at, row.hold_reason) == (Stage.SHIPPED, None, None)
    assert row.recall_refused == "A part of it was on its way already."
    assert [(one.sku, one.printable, one.reason) for one in await houses.lines(order_id)] == [
        ("TEE-M", 1, None),
        ("TEE-S", 0, "cancelled"),
    ]
    assert await houses.made(order_id) == ([], [("TEE-M", 1)])


async def test_what_a_person_sent_is_not_made_again_when_a_provider_fails_it(houses: Houses):
    order_id = await send(houses)
    await ask(houses, Verb.MARK_SHIPPED, order_id)

    await tell(houses, await houses.fulfilment(order_id), ending=Ending.FAILED)
    await settle(houses, order_id)

    row = await houses.order(order_id)
    assert (row.stage, row.hold_reason, row.excluded) == (Stage.SHIPPED, None, [])
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, [])
