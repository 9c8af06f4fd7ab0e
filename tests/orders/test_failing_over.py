"""Giving what one provider cannot make to another: only after the proof that the first does not print it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from printvision.orders.holding import release_order, retry_order
from printvision.orders.rerouting import AVOID_FOR, reroute_order
from printvision.orders.rules import Fallback
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.products.models import OfferRow, VariantRow
from printvision.providers.sdk import StockState
from printvision.providers.simulators.faults import AppliedLate, Fault, Faults, Unanswered
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import asked, carry, route, settle
from tests.orders.houses import CHEAP, Houses
from tests.orders.vendor import VARIANTS
from tests.waiting import until

ONE_TEE = [("TEE-M", 1)]
ROUTED = ["received", "advanced checked", "advanced routed"]
MOVED = ["recalled", "given_back", "rerouted", "advanced checked", "advanced routed", "advanced sent"]
AT_ONCE = ["rerouted", "advanced checked", "advanced routed", "advanced sent"]
GIVEN_UP_S = 0.05


def once(operation: str, times: int | None = 1) -> dict[str, Any]:
    return {"share": 1.0, "operations": (operation,), "times": times}


async def routed(houses: Houses, external_id: str = "1001", **order: Any) -> UUID:
    """An order whose route is chosen, of which no provider has heard."""
    order_id = await houses.place(external_id, **order)
    await route(houses, order_id)
    assert await houses.holders(order_id) == [houses.connection_id]
    return order_id


async def kinds(houses: Houses, order_id: UUID) -> list[str]:
    """The story without the words of a failure, which are the provider's."""
    return [" ".join(told.split()[:2]) if told.startswith("advanced") else told.split()[0]
            for told in await houses.story(order_id)]  # fmt: skip


async def reroute(houses: Houses, order_id: UUID, **wanted: Any) -> None:
    async with houses.workspace.scope() as scope:
        await reroute_order(scope, order_id, reason="too slow", **wanted)


async def until_nothing_is_under_way(houses: Houses) -> None:
    await until(houses.first.nothing_held)


async def test_the_cheaper_house_makes_it(houses: Houses):
    order_id = await houses.place()
    await settle(houses, order_id)

    assert await houses.holders(order_id) == [houses.connection_id]
    assert await houses.made(order_id) == (ONE_TEE, [])


# -- what the first never heard of -------------------------------------------------------------------------------------


async def out_of_reach(houses: Houses) -> None:
    await houses.unplug(houses.connection_id)


async def paused(houses: Houses) -> None:
    await houses.pause(houses.connection_id)


CAUSES = [out_of_reach, paused]


@pytest.mark.parametrize("cause", CAUSES)
async def test_what_a_provider_never_heard_of_goes_to_the_next_at_once(houses: Houses, cause: Any):
    order_id = await routed(houses)
    await cause(houses)

    await settle(houses, order_id)

    order, (first, second) = await houses.order(order_id), await houses.submissions(order_id)
    assert (order.stage, order.hold_reason, order.recall_at) == (Stage.SENT, None, None)
    assert (first.state, first.in_doubt, second.state) == (
        SubmissionState.CANCELLED,
        False,
        SubmissionState.COMMITTED,
    )
    assert first.provider_ref != second.provider_ref
    assert await kinds(houses, order_id) == [*ROUTED, *AT_ONCE]
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == ([], ONE_TEE)
    assert await houses.made(order_id) == ([], ONE_TEE)


async def test_one_out_of_reach_is_avoided_for_a_while_only(houses: Houses):
    order_id = await routed(houses)
    await houses.unplug(houses.connection_id)

    await settle(houses, order_id)

    (entry,) = (await houses.order(order_id)).excluded
    assert entry["connection_id"] == str(houses.connection_id)
    assert entry["reason"].startswith("The print provider cannot answer right now")
    left = datetime.fromisoformat(entry["until"]) - datetime.now(UTC)
    assert timedelta(0) < left <= AVOID_FOR


@pytest.mark.parametrize("fallback", [Fallback.QUEUE, Fallback.PERSON])
async def test_a_workspace_may_rather_wait_for_the_first(houses: Houses, fallback: Fallback):
    await houses.fall_back(fallback)
    order_id = await routed(houses)
    await houses.unplug(houses.connection_id)
    await carry(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason, order.excluded) == (Stage.ROUTED, None, [])
    assert len(await asked(houses, order_id)) == 1

    await houses.plug_in(houses.connection_id)
    await settle(houses, order_id)
    assert await houses.made(order_id) == (ONE_TEE, [])


async def test_a_person_is_asked_where_the_first_stays_away(houses: Houses):
    await houses.fall_back(Fallback.PERSON)
    order_id = await routed(houses)
    await houses.unplug(houses.connection_id)
    for _ in range(3):
        await carry(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason, order.excluded) == (
        Stage.ROUTED,
        HoldReason.PROVIDER_UNAVAILABLE,
        [],
    )
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == ([], [])
    await houses.plug_in(houses.connection_id)
    async with houses.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(houses, order_id)
    assert await houses.made(order_id) == (ONE_TEE, [])


@pytest.mark.parametrize("fallback", [Fallback.QUEUE, Fallback.PERSON])
async def test_a_workspace_may_rather_hold_for_a_paused_one(houses: Houses, fallback: Fallback):
    await houses.fall_back(fallback)
    order_id = await routed(houses)
    await houses.pause(houses.connection_id)

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.ROUTED, HoldReason.CONNECTION)
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == ([], [])


async def test_without_another_it_waits_as_before(houses: Houses):
    order_id = await routed(houses)
    await houses.unplug(houses.connection_id)
    await houses.pause(houses.other_id)
    await carry(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason, order.excluded) == (Stage.ROUTED, None, [])
    assert await houses.holders(order_id) == [houses.connection_id]

    await houses.plug_in(houses.connection_id)
    await settle(houses, order_id)
    assert await houses.made(order_id) == (ONE_TEE, [])


async def test_one_avoided_is_asked_again_where_the_other_cannot_make_it_after_all(houses: Houses):
    order_id = await routed(houses)
    await houses.unplug(houses.connection_id)
    await houses.stock(houses.other_id, dict.fromkeys(VARIANTS, StockState.OUT_OF_STOCK))
    await carry(houses, order_id)  # given up by the first
    await carry(houses, order_id)  # nobody else can make it

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, None)
    (later,) = await asked(houses, order_id)
    assert 0 < later.after_s <= AVOID_FOR.total_seconds() + 1
    assert await houses.holders(order_id) == []

    await houses.plug_in(houses.connection_id)
    async with houses.workspace.scope() as scope:
        await retry_order(scope, order_id)
    await settle(houses, order_id)
    assert (await houses.order(order_id)).stage == Stage.SENT
    assert await houses.made(order_id) == (ONE_TEE, [])


# -- what the first refused --------------------------------------------------------------------------------------------


async def test_what_a_provider_refuses_to_take_goes_to_the_next(houses: Houses):
    await houses.sell_what_the_first_refuses("POSTER")
    order_id = await routed(houses, lines={"POSTER": 1})

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert [(entry["connection_id"], entry["until"]) for entry in order.excluded] == [
        (str(houses.connection_id), None)
    ]
    assert await kinds(houses, order_id) == [*ROUTED, *AT_ONCE]
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == ([], [("POSTER", 1)])
    assert await houses.made(order_id) == ([], [("POSTER", 1)])


@pytest.mark.parametrize("fallback", [Fallback.QUEUE, Fallback.PERSON])
async def test_a_refusal_waits_for_a_person_where_that_is_wanted(houses: Houses, fallback: Fallback):
    await houses.fall_back(fallback)
    await houses.sell_what_the_first_refuses("POSTER")
    order_id = await routed(houses, lines={"POSTER": 1})

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason, order.excluded) == (
        Stage.ROUTED,
        HoldReason.PROVIDER_REJECTED,
        [],
    )
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == ([], [])


async def test_a_refusal_waits_for_a_person_where_there_is_no_other(houses: Houses):
    await houses.sell_what_the_first_refuses("POSTER")
    order_id = await routed(houses, lines={"POSTER": 1})
    await houses.pause(houses.other_id)

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.ROUTED, HoldReason.PROVIDER_REJECTED)
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == ([], [])


async def made_by_the_first_alone(houses: Houses, sku: str) -> None:
    only_here = select(VariantRow.id).where(VariantRow.sku == sku)
    gone = update(OfferRow).where(
        OfferRow.connection_id == houses.other_id, OfferRow.variant_id.in_(only_here)
    )
    async with houses.workspace.scope() as scope:
        await scope.session.execute(gone.values(active=False))


async def test_of_a_part_that_is_refused_only_what_others_make_moves(houses: Houses):
    await houses.sell_what_the_first_refuses("POSTER")
    await made_by_the_first_alone(houses, "TEE-M")
    order_id = await routed(houses, lines={"POSTER": 1, "TEE-M": 1})

    await settle(houses, order_id)

    order, lines = await houses.order(order_id), {row.sku: row.id for row in await houses.lines(order_id)}
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert await houses.made(order_id) == (ONE_TEE, [("POSTER", 1)])
    assert [(entry["connection_id"], entry["lines"]) for entry in order.excluded] == [
        (str(houses.connection_id), [str(lines["POSTER"])])
    ]
    record = (await houses.decisions(order_id))[-1]
    failed = {each["connection_id"]: each.get("failed") for each in record["candidates"]}
    assert failed[str(houses.connection_id)] == "excluded"


async def test_what_is_refused_and_made_by_nobody_else_waits_for_a_person(houses: Houses):
    await houses.sell_what_the_first_refuses("POSTER")
    await made_by_the_first_alone(houses, "POSTER")
    order_id = await routed(houses, lines={"POSTER": 1, "TEE-M": 1})

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.ROUTED, HoldReason.PROVIDER_REJECTED)
    assert await houses.holders(order_id) == [houses.connection_id, houses.other_id]
    assert await houses.made(order_id) == ([], [])
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == ([], [])


async def test_what_a_person_releases_may_go_to_anybody_again(houses: Houses):
    await houses.stock(houses.other_id, dict.fromkeys(VARIANTS, StockState.OUT_OF_STOCK))
    order_id = await houses.place()
    await settle(houses, order_id)
    await reroute(houses, order_id)
    await settle(houses, order_id)
    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.CHECKED, HoldReason.NO_ROUTE)
    assert "too slow" in (order.hold_detail or "")

    async with houses.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.excluded) == (Stage.SENT, [])
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await houses.made(order_id) == (ONE_TEE, [])


# -- what the first has and does not make ------------------------------------------------------------------------------


async def test_a_draft_that_is_refused_when_it_is_sent_is_taken_back_first(mixed: Houses):
    """Sold out since it was routed: Printify takes the order and refuses to send it."""
    order_id = await routed(mixed)
    await mixed.first.set(Faults(out_of_stock=("17888",)))

    await settle(mixed, order_id)

    order = await mixed.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert await kinds(mixed, order_id) == [*ROUTED, *MOVED]
    assert await mixed.told(order_id, LedgerEvent.ACCEPTED) == (ONE_TEE, ONE_TEE)
    assert await mixed.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)


async def test_what_fails_after_it_was_sent_is_taken_back_first(houses: Houses):
    await houses.first.set(Faults(charge_failed=Fault(**once("orders.confirm"))))
    order_id = await houses.place()

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert await kinds(houses, order_id) == [*ROUTED, *MOVED]
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)


async def test_nobody_else_gets_it_while_the_first_does_not_give_it_back(houses: Houses):
    await houses.first.set(
        Faults(
            charge_failed=Fault(**once("orders.confirm")),
            server_error=Fault(share=1.0, operations=("orders.cancel", "orders.delete")),
        )
    )
    order_id = await houses.place()
    for _ in range(6):
        await carry(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.recall_for) == (Stage.ROUTED, "reroute")
    assert await houses.holders(order_id) == [houses.connection_id]
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == (ONE_TEE, [])

    await houses.first.set(Faults())
    await settle(houses, order_id)
    assert await houses.made(order_id) == ([], ONE_TEE)


@pytest.mark.parametrize("fallback", [Fallback.QUEUE, Fallback.PERSON])
async def test_what_failed_waits_for_a_person_where_that_is_wanted(houses: Houses, fallback: Fallback):
    await houses.fall_back(fallback)
    await houses.first.set(Faults(charge_failed=Fault(**once("orders.confirm"))))
    order_id = await houses.place()

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.ROUTED, HoldReason.PROVIDER_REJECTED)
    async with houses.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(houses, order_id)
    assert await houses.made(order_id) == (ONE_TEE, [])


# -- nobody knows whether the first has it -----------------------------------------------------------------------------

BLIND = Fault(share=1.0, operations=("orders.get",), times=1)
UNKNOWN = {
    "applied": Faults(
        applied_then_timeout=Unanswered(**once("orders.create"), hold_s=GIVEN_UP_S), server_error=BLIND
    ),
    "applied late": Faults(applied_late=AppliedLate(**once("orders.create"), hold_s=GIVEN_UP_S, late_s=1.5)),
    "never applied": Faults(dropped=Fault(**once("orders.create"))),
}


@pytest.mark.parametrize("outcome", UNKNOWN)
async def test_what_the_first_may_have_stays_with_it(houses: Houses, outcome: str):
    """By itself an order in doubt goes to nobody else: the first is asked again, and makes it."""
    await houses.first.set(UNKNOWN[outcome])
    order_id = await houses.place()

    await settle(houses, order_id)
    await until_nothing_is_under_way(houses)

    assert await houses.holders(order_id) == [houses.connection_id]
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == (ONE_TEE, [])
    assert await houses.made(order_id) == (ONE_TEE, [])


@pytest.mark.parametrize("outcome", UNKNOWN)
async def test_what_the_first_may_have_is_claimed_there_and_cancelled_before_another_gets_it(
    houses: Houses, outcome: str
):
    await houses.first.set(UNKNOWN[outcome])
    order_id = await houses.place()
    await carry(houses, order_id)
    (submission,) = await houses.submissions(order_id)
    assert (submission.in_doubt, submission.provider_order_id) == (True, None)

    await reroute(houses, order_id)
    assert await houses.holders(order_id) == [houses.connection_id]
    await settle(houses, order_id)
    await until_nothing_is_under_way(houses)

    order, (first, second) = await houses.order(order_id), await houses.submissions(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert (first.state, first.in_doubt, second.state) == (
        SubmissionState.CANCELLED,
        False,
        SubmissionState.COMMITTED,
    )
    assert await kinds(houses, order_id) == [*ROUTED, "outcome_unknown", *MOVED]
    assert await houses.told(order_id, LedgerEvent.ACCEPTED) == (ONE_TEE, ONE_TEE)
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)


@pytest.mark.parametrize("outcome", UNKNOWN)
async def test_a_printify_that_may_have_it_is_claimed_and_cancelled_too(mixed: Houses, outcome: str):
    faults = {
        **UNKNOWN,
        "applied": Faults(applied_then_timeout=Unanswered(**once("orders.create"), hold_s=0.05)),
    }
    await mixed.first.set(faults[outcome])
    order_id = await mixed.place()
    await carry(mixed, order_id)
    assert (await mixed.submissions(order_id))[0].in_doubt

    await reroute(mixed, order_id)
    await settle(mixed, order_id)
    await until_nothing_is_under_way(mixed)

    assert (await mixed.order(order_id)).stage == Stage.SENT
    assert await mixed.told(order_id, LedgerEvent.ACCEPTED) == (ONE_TEE, ONE_TEE)
    assert await mixed.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])
    assert await mixed.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)


async def test_an_unknown_confirmation_is_no_reason_to_move(houses: Houses):
    late = AppliedLate(**once("orders.confirm"), hold_s=GIVEN_UP_S, late_s=0.5)
    await houses.first.set(Faults(applied_late=late))
    order_id = await houses.place()

    await settle(houses, order_id)
    await until_nothing_is_under_way(houses)

    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == (ONE_TEE, [])


async def test_an_unknown_confirmation_that_lands_after_the_cancel_prints_nothing(houses: Houses):
    late = AppliedLate(**once("orders.confirm"), hold_s=GIVEN_UP_S, late_s=1.5)
    await houses.first.set(Faults(applied_late=late))
    order_id = await houses.place()
    await carry(houses, order_id)
    assert (await houses.submissions(order_id))[0].state == SubmissionState.COMMITTING

    await reroute(houses, order_id)
    await settle(houses, order_id)
    await until_nothing_is_under_way(houses)

    assert (await houses.order(order_id)).stage == Stage.SENT
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == ([], ONE_TEE)
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == (ONE_TEE, [])


# -- an order in two parts ---------------------------------------------------------------------------------------------

TWO_PARTS = {"TEE-M": 1, "TEE-S": 3}


async def in_two_parts(houses: Houses) -> UUID:
    """The first makes the small ones and the second the medium one."""
    await houses.ask(houses.connection_id, {"TEE-S": CHEAP, "TEE-M": 6_000, "TEE-L": CHEAP})
    order_id = await houses.place(lines=TWO_PARTS)
    await route(houses, order_id)
    assert sorted(await houses.holders(order_id)) == sorted([houses.connection_id, houses.other_id])
    return order_id


async def test_of_an_order_in_two_parts_only_the_one_that_failed_moves(houses: Houses):
    order_id = await in_two_parts(houses)
    await houses.first.set(Faults(charge_failed=Fault(**once("orders.confirm"))))

    await settle(houses, order_id)

    order = await houses.order(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    rows = await houses.fulfilments(order_id)
    assert {(row.connection_id, row.given_up_at is None) for row in rows} == {
        (houses.connection_id, False),
        (houses.other_id, True),
    }
    assert [row.generation for row in rows] == [0, 0, 0]
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == ([("TEE-S", 3)], [])
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == ([], [("TEE-M", 1), ("TEE-S", 3)])


async def test_a_person_moves_one_part_only(houses: Houses):
    order_id = await in_two_parts(houses)
    await settle(houses, order_id)
    assert await houses.made(order_id) == ([("TEE-S", 3)], [("TEE-M", 1)])

    await reroute(houses, order_id, away_from=houses.connection_id)
    await settle(houses, order_id)

    assert (await houses.order(order_id)).stage == Stage.SENT
    assert await houses.told(order_id, LedgerEvent.CANCELLED) == ([("TEE-S", 3)], [])
    assert await houses.told(order_id, LedgerEvent.CONFIRMED) == (
        [("TEE-S", 3)],
        [("TEE-M", 1), ("TEE-S", 3)],
    )
    assert await houses.made(order_id) == ([], [("TEE-M", 1), ("TEE-S", 3)])
