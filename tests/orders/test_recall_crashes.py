"""A process may be killed at any instant while an order is asked back: it is never made twice, and never forgotten."""

from __future__ import annotations

from uuid import UUID

import pytest

from printvision.orders.possible import Verb
from printvision.orders.states import HoldReason, RecallFor, Stage, SubmissionState
from printvision.orders.workflows.fulfil import fulfil_order
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import carry, draft, lose, send, settle
from tests.orders.houses import Houses
from tests.orders.killing import Recovery
from tests.orders.shopify import deliver, line, order
from tests.orders.test_crashes import kill_everywhere
from tests.orders.vendor import Vendor
from tests.orders.verbs import ask

ONE_TEE = [("TEE-M", 1)]


async def settled(vendor: Vendor, order_id: UUID) -> None:
    row = await vendor.order(order_id)
    assert (row.stage, row.hold_reason, row.recall_at, row.recall_for) == (Stage.SENT, None, None, None)


@pytest.mark.parametrize("recovery", Recovery)
async def test_a_sent_order_is_given_to_another_once(houses: Houses, recovery: Recovery):
    async def rerouted(external_id: str) -> UUID:
        order_id = await send(houses, external_id)
        await ask(houses, Verb.REROUTE, order_id)
        return order_id

    async def made_by_the_other(order_id: UUID) -> None:
        await settled(houses, order_id)
        assert await houses.holders(order_id) == [houses.other_id]
        assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
        assert await houses.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, ONE_TEE)
        assert (await houses.story(order_id)).count("given_back") == 1

    await kill_everywhere(
        houses, fulfil_order, recovery, given=rerouted, then=made_by_the_other, least=16, every=2
    )


@pytest.mark.parametrize("recovery", Recovery)
async def test_an_order_the_first_may_have_is_given_to_another_once(houses: Houses, recovery: Recovery):
    async def in_doubt(external_id: str) -> UUID:
        await houses.first.set(Faults(dropped=Fault(share=1.0, operations=("orders.create",), times=1)))
        order_id = await houses.place(external_id)
        await carry(houses, order_id)
        assert (await houses.submission(order_id)).in_doubt
        await ask(houses, Verb.REROUTE, order_id)
        return order_id

    async def made_by_the_other(order_id: UUID) -> None:
        await settled(houses, order_id)
        assert await houses.holders(order_id) == [houses.other_id]
        assert await houses.told(order_id, LedgerEvent.ACCEPTED) == (ONE_TEE, ONE_TEE)
        assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
        assert await houses.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)

    await kill_everywhere(
        houses, fulfil_order, recovery, given=in_doubt, then=made_by_the_other, least=16, every=2
    )


@pytest.mark.parametrize("recovery", Recovery)
async def test_a_sent_order_goes_to_its_new_address_once(vendor: Vendor, recovery: Recovery):
    async def corrected(external_id: str) -> UUID:
        order_id = await send(vendor, external_id)
        await ask(vendor, Verb.EDIT_ADDRESS, order_id)
        return order_id

    async def sent_there(order_id: UUID) -> None:
        await settled(vendor, order_id)
        row = await vendor.order(order_id)
        assert (row.recipient is not None, row.recipient_wanted) == (True, None)
        first, second = await vendor.submissions(order_id)
        assert (first.state, second.state) == (SubmissionState.CANCELLED, SubmissionState.COMMITTED)
        assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE
        assert await vendor.printed(order_id) == ONE_TEE * 2  # the first of which was cancelled

    await kill_everywhere(vendor, fulfil_order, recovery, given=corrected, then=sent_there, least=16, every=2)


@pytest.mark.parametrize("recovery", Recovery)
async def test_a_sent_order_is_made_as_the_shop_changed_it_once(vendor: Vendor, recovery: Recovery):
    shop_id = await vendor.open_shop()

    async def changed(external_id: str) -> UUID:
        number = int(external_id.rpartition("-")[2])
        await deliver(vendor, shop_id, order(id=number))
        order_id = (await vendor.orders())[-1].id
        await settle(vendor, order_id)
        await deliver(vendor, shop_id, order(line(quantity=4), id=number, age=5))
        return order_id

    async def made_as_changed(order_id: UUID) -> None:
        await settled(vendor, order_id)
        assert [one.quantity for one in await vendor.lines(order_id)] == [4]
        assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE
        assert await vendor.printed(order_id) == [("TEE-M", 1), ("TEE-M", 4)]

    await kill_everywhere(
        vendor, fulfil_order, recovery, given=changed, then=made_as_changed, least=16, every=2
    )


@pytest.mark.parametrize("recovery", Recovery)
async def test_a_held_draft_that_would_not_stay_one_is_withdrawn_once(mixed: Houses, recovery: Recovery):
    async def held(external_id: str) -> UUID:
        order_id = await mixed.place(external_id)
        await draft(mixed, order_id)
        assert (await mixed.submission(order_id)).state == SubmissionState.PREPARED
        await lose(mixed, order_id)
        await ask(mixed, Verb.HOLD, order_id)
        assert (await mixed.order(order_id)).recall_for == RecallFor.WITHDRAW
        return order_id

    async def withdrawn(order_id: UUID) -> None:
        row = await mixed.order(order_id)
        assert (row.stage, row.hold_reason, row.recall_at) == (Stage.CHECKED, HoldReason.PERSON, None)
        assert await mixed.holders(order_id) == []
        assert await mixed.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
        assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == ([], [])

    await kill_everywhere(mixed, fulfil_order, recovery, given=held, then=withdrawn, least=8, every=2)
