"""Payment that a provider waits for, and drafts at a provider that begins drafts by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from printvision.orders import Sweeper
from printvision.orders.possible import Verb
from printvision.orders.states import HoldReason, RecallFor, Stage, SubmissionState
from printvision.platform import clock
from printvision.products.models import ProvisionRow
from printvision.providers.sdk import Progress
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import asked, carry, draft, look, lose, route, settle
from tests.orders.houses import Houses
from tests.orders.shopify import ADDRESS, deliver, order
from tests.orders.verbs import ask, tell
from tests.providers.simulators.printify import Printify
from tests.waiting import until

ONE_TEE = [("TEE-M", 1)]
ONCE: dict[str, Any] = {"share": 1.0, "times": 1}
OLD = timedelta(hours=3)


async def draft_at_the_first(houses: Houses, external_id: str = "1001") -> UUID:
    """An order whose process ended just after it had made the draft."""
    order_id = await houses.place(external_id)
    await draft(houses, order_id)
    await lose(houses, order_id)
    (submission,) = await houses.submissions(order_id)
    assert (submission.connection_id, submission.state) == (houses.connection_id, SubmissionState.PREPARED)
    return order_id


async def hold_for_us(houses: Houses, order_id: UUID) -> None:
    await houses.set(
        order_id, held_at=clock.now(), hold_reason=HoldReason.PROVIDER_UNAVAILABLE, hold_detail="no answer"
    )


async def held(houses: Houses, order_id: UUID) -> tuple[str, str | None]:
    row = await houses.order(order_id)
    return row.stage, row.hold_reason


# -- payment -----------------------------------------------------------------------------------------------------------


async def test_a_payment_that_failed_is_a_hold_that_says_so_and_ends_by_itself(
    mixed: Houses, printify: Printify
):
    await printify.set(Faults(charge_failed=Fault(operations=("orders.confirm",), **ONCE)))
    order_id = await mixed.place()
    await settle(mixed, order_id)

    row = await mixed.order(order_id)
    assert (row.stage, row.hold_reason) == (Stage.SENT, HoldReason.PROVIDER_PAYMENT)
    assert row.hold_detail is not None
    assert "could not charge the account" in row.hold_detail
    assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == ([], [])

    await look(mixed, order_id)
    assert await held(mixed, order_id) == (Stage.SENT, HoldReason.PROVIDER_PAYMENT)
    known_there = (await mixed.submission(order_id)).provider_order_id
    assert known_there is not None
    assert (await printify.send(known_there)).status_code == 200  # once it was paid for
    await look(mixed, order_id)

    assert await held(mixed, order_id) == (Stage.SENT, None)
    assert (await mixed.story(order_id))[-3:] == [
        "held provider-payment",
        "advanced sent",
        "released provider-payment",
    ] or (await mixed.story(order_id))[-3:] == [
        "advanced sent",
        "held provider-payment",
        "released provider-payment",
    ]
    assert await mixed.made(order_id) == (ONE_TEE, [])


async def test_an_unpaid_order_can_be_taken_back(mixed: Houses, printify: Printify):
    await printify.set(Faults(charge_failed=Fault(operations=("orders.confirm",), **ONCE)))
    order_id = await mixed.place()
    await settle(mixed, order_id)

    await ask(mixed, Verb.REROUTE, order_id)
    await settle(mixed, order_id)

    assert await held(mixed, order_id) == (Stage.SENT, None)
    assert await mixed.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)


# -- a draft that begins by itself -------------------------------------------------------------------------------------


async def begun_by_itself(hurried: Houses, order_id: UUID) -> None:
    async def delivered() -> bool:
        return (await hurried.told(order_id, LedgerEvent.DELIVERED))[0] == ONE_TEE

    await until(delivered)


async def test_a_draft_that_was_printed_unasked_counts_as_sent_and_is_followed(hurried: Houses):
    order_id = await draft_at_the_first(hurried)
    await begun_by_itself(hurried, order_id)

    await look(hurried, order_id)

    (submission,) = await hurried.submissions(order_id)
    assert (submission.state, submission.committed_at is not None) == (SubmissionState.COMMITTED, True)
    assert await held(hurried, order_id) == (Stage.DELIVERED, None)
    assert "printed_unasked" in await hurried.story(order_id)
    await Sweeper(hurried.platform).sweep()
    await settle(hurried, order_id)
    assert await hurried.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, [])


async def test_a_held_draft_that_was_printed_unasked_is_not_printed_by_another(hurried: Houses):
    order_id = await draft_at_the_first(hurried)
    await begun_by_itself(hurried, order_id)

    await ask(hurried, Verb.HOLD, order_id)
    await settle(hurried, order_id)
    await look(hurried, order_id)

    row = await hurried.order(order_id)
    assert (row.stage, row.recall_at) == (Stage.DELIVERED, None)
    assert row.recall_refused is not None
    assert "printed_unasked" in await hurried.story(order_id)
    assert await hurried.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, [])


async def test_a_rerouted_draft_that_was_printed_unasked_is_not_printed_by_another(hurried: Houses):
    order_id = await draft_at_the_first(hurried)
    await begun_by_itself(hurried, order_id)

    await ask(hurried, Verb.REROUTE, order_id)
    await settle(hurried, order_id)
    await look(hurried, order_id)

    assert await held(hurried, order_id) == (Stage.DELIVERED, None)
    assert await hurried.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, [])


# -- when drafts are made ----------------------------------------------------------------------------------------------


async def test_no_draft_is_made_there_in_the_send_window(mixed: Houses):
    await mixed.give_time_to_think()
    order_id = await mixed.place()
    await carry(mixed, order_id)

    assert await held(mixed, order_id) == (Stage.ROUTED, None)
    assert (await mixed.submission(order_id)).state == SubmissionState.PLANNED
    assert len(await asked(mixed, order_id)) == 1
    assert await mixed.told(order_id, LedgerEvent.ACCEPTED) == ([], [])

    await mixed.window_over(order_id)
    await settle(mixed, order_id)
    assert await mixed.made(order_id) == (ONE_TEE, [])


async def test_no_draft_is_made_there_before_the_connection_is_live(mixed: Houses):
    await mixed.switch(live=False)
    order_id = await mixed.place()
    await settle(mixed, order_id)

    assert await held(mixed, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)
    assert await mixed.told(order_id, LedgerEvent.ACCEPTED) == ([], [])

    await mixed.switch(live=True)
    await Sweeper(mixed.platform).sweep()
    await settle(mixed, order_id)
    assert await held(mixed, order_id) == (Stage.SENT, None)
    assert await mixed.made(order_id) == (ONE_TEE, [])


# -- drafts of held orders ---------------------------------------------------------------------------------------------


async def test_a_persons_hold_takes_the_draft_back_and_the_release_makes_another(mixed: Houses):
    order_id = await draft_at_the_first(mixed)

    await ask(mixed, Verb.HOLD, order_id)
    await settle(mixed, order_id)
    assert await held(mixed, order_id) == (Stage.CHECKED, HoldReason.PERSON)
    assert await mixed.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])

    await ask(mixed, Verb.RELEASE, order_id)
    await settle(mixed, order_id)
    assert await held(mixed, order_id) == (Stage.SENT, None)
    assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, [])


async def test_a_draft_that_stays_one_is_left_where_it_lies(houses: Houses):
    order_id = await draft_at_the_first(houses)

    await ask(houses, Verb.HOLD, order_id)

    assert await asked(houses, order_id) == []
    assert (await houses.order(order_id)).recall_at is None
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == ([], [])


@pytest.mark.parametrize("age", [OLD, timedelta(minutes=5)])
async def test_an_old_draft_of_a_held_order_is_taken_back_by_the_sweeper(mixed: Houses, age: timedelta):
    order_id = await draft_at_the_first(mixed)
    await hold_for_us(mixed, order_id)
    await mixed.set_submission(order_id, prepared_at=clock.now() - age)

    assert await Sweeper(mixed.platform).sweep() == (1 if age == OLD else 0)
    await settle(mixed, order_id)

    taken_back = await mixed.told(order_id, LedgerEvent.CANCELLED)
    assert taken_back == ((ONE_TEE, []) if age == OLD else ([], []))
    assert await Sweeper(mixed.platform).sweep() == 0


async def test_what_may_lie_there_of_a_held_order_is_taken_back_by_the_sweeper_too(mixed: Houses):
    """Its create was not answered, and then it was held: nobody knows of a draft, which would begin in a day."""
    await mixed.first.set(Faults(dropped=Fault(operations=("orders.create",), **ONCE)))
    order_id = await mixed.place()
    await carry(mixed, order_id)
    await lose(mixed, order_id)
    await hold_for_us(mixed, order_id)
    await mixed.set_submission(order_id, created_at=clock.now() - OLD)

    assert await Sweeper(mixed.platform).sweep() == 1
    assert (await mixed.order(order_id)).recall_for == RecallFor.WITHDRAW
    await settle(mixed, order_id)

    assert await held(mixed, order_id) == (Stage.CHECKED, HoldReason.PROVIDER_UNAVAILABLE)
    assert await mixed.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == ([], [])


# -- what cannot be claimed --------------------------------------------------------------------------------------------


async def test_what_may_lie_there_is_not_given_up_while_it_cannot_be_claimed(mixed: Houses):
    """The shop spoils the address while nobody knows whether Printify has the order."""
    shop_id = await mixed.open_shop()
    await mixed.first.set(Faults(dropped=Fault(operations=("orders.create",), **ONCE)))
    await deliver(mixed, shop_id, order())
    (row,) = await mixed.orders()
    await carry(mixed, row.id)
    await deliver(mixed, shop_id, order(age=5, shipping_address={**ADDRESS, "zip": "nowhere"}))
    for _ in range(3):
        await carry(mixed, row.id)

    assert (await mixed.order(row.id)).recall_for == RecallFor.CHANGE
    assert await mixed.holders(row.id) == [mixed.connection_id]

    await ask(mixed, Verb.EDIT_ADDRESS, row.id)
    await settle(mixed, row.id)

    assert await held(mixed, row.id) == (Stage.SENT, None)
    assert await mixed.told(row.id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await mixed.made(row.id) == (ONE_TEE, [])


# -- two parts at two providers ----------------------------------------------------------------------------------------


async def test_one_part_that_waits_for_the_switch_is_not_freed_over_and_over(houses: Houses):
    """The other part may go; the order waits for both."""
    await houses.ask(houses.connection_id, {"TEE-S": 900, "TEE-M": 6_000, "TEE-L": 900})
    await houses.switch(live=False)
    order_id = await houses.place(lines={"TEE-M": 1, "TEE-S": 3})
    await settle(houses, order_id)
    assert await held(houses, order_id) == (Stage.ROUTED, HoldReason.NOT_LIVE)

    assert await Sweeper(houses.platform).sweep() == 0

    await houses.switch(live=True)
    assert await Sweeper(houses.platform).sweep() == 1
    await settle(houses, order_id)
    assert await held(houses, order_id) == (Stage.SENT, None)
    assert await houses.made(order_id) == ([("TEE-S", 3)], [("TEE-M", 1)])


async def test_a_draft_told_as_accepted_is_told_as_printed_unasked_once(mixed: Houses):
    order_id = await draft_at_the_first(mixed)
    fulfilment = await mixed.fulfilment(order_id)

    for _ in range(2):
        await tell(mixed, fulfilment, progress=Progress.ACCEPTED)

    assert (await mixed.story(order_id)).count("printed_unasked") == 1
    assert await held(mixed, order_id) == (Stage.SENT, None)


# -- products ----------------------------------------------------------------------------------------------------------


async def test_a_product_that_vanished_after_the_route_is_made_again_before_it_is_ordered(mixed: Houses):
    order_id = await mixed.place()
    await route(mixed, order_id)
    gone = update(ProvisionRow).values(
        state="failed", external_id=None, made_at=None, last_error="gone", next_try_at=clock.now()
    )
    async with mixed.workspace.scope() as scope:
        await scope.session.execute(gone)

    await carry(mixed, order_id)

    assert await held(mixed, order_id) == (Stage.ROUTED, None)
    assert await mixed.told(order_id, LedgerEvent.ACCEPTED) == ([], [])
    assert [1.0 <= each.after_s < 2.0 for each in await asked(mixed, order_id)] == [True]
    await mixed.make_products()
    await settle(mixed, order_id)
    assert await mixed.made(order_id) == (ONE_TEE, [])
