"""What a person may do with an order at every point of its way, and what comes of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import msgspec
import pytest

from printvision.accounts import Permission
from printvision.orders.by_hand import Tracking
from printvision.orders.errors import NothingToReprint, NothingToRetry, OrderTooLate
from printvision.orders.possible import Verb
from printvision.orders.sealing import open_source
from printvision.orders.states import HoldReason, Stage
from printvision.platform.address import Recipient
from printvision.platform.errors import NotFound, PrintVisionError, RuleBroken
from printvision.platform.scope import PermissionMissing
from printvision.providers.sdk import Progress, StockState
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.factories.workspaces import make_workspace
from tests.orders.carrying import asked, carry, send, settle
from tests.orders.shopify import ADDRESS, cancelled, deliver, line, order
from tests.orders.vendor import BUYER, VARIANTS, Vendor
from tests.orders.verbs import OTHER_ADDRESS, ask, do, possible, tell

ONE_TEE = [("TEE-M", 1)]
OUT = dict.fromkeys(VARIANTS, StockState.OUT_OF_STOCK)
NEEDED = {
    Verb.HOLD: Permission.ORDERS_HOLD,
    Verb.RELEASE: Permission.ORDERS_HOLD,
    Verb.RETRY: Permission.ORDERS_HOLD,
    Verb.CANCEL: Permission.ORDERS_CANCEL,
    Verb.EDIT_ADDRESS: Permission.ORDERS_EDIT,
    Verb.REROUTE: Permission.ORDERS_REROUTE,
    Verb.REPRINT: Permission.ORDERS_REPRINT,
    Verb.MARK_SHIPPED: Permission.ORDERS_EDIT,
}


# -- orders at every point of their way --------------------------------------------------------------------------------


async def received(vendor: Vendor) -> UUID:
    return await vendor.place()


async def without_route(vendor: Vendor) -> UUID:
    await vendor.stock(vendor.connection_id, OUT)
    return await send(vendor)


async def draft(vendor: Vendor) -> UUID:
    await vendor.give_time_to_think()
    order_id = await vendor.place()
    await carry(vendor, order_id)
    return order_id


async def draft_not_live(vendor: Vendor) -> UUID:
    await vendor.switch(live=False)
    return await send(vendor)


async def being_sent(vendor: Vendor) -> UUID:
    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.confirm",), times=1)))
    order_id = await vendor.place()
    await carry(vendor, order_id)
    return order_id


async def sent(vendor: Vendor) -> UUID:
    return await send(vendor)


async def told_as(vendor: Vendor, progress: Progress) -> UUID:
    order_id = await send(vendor)
    await tell(vendor, await vendor.fulfilment(order_id), progress=progress)
    return order_id


async def printing(vendor: Vendor) -> UUID:
    return await told_as(vendor, Progress.PRINTING)


async def shipped(vendor: Vendor) -> UUID:
    return await told_as(vendor, Progress.SHIPPED)


async def delivered(vendor: Vendor) -> UUID:
    return await told_as(vendor, Progress.DELIVERED)


async def unpaid(vendor: Vendor) -> UUID:
    order_id = await send(vendor)
    await tell(vendor, await vendor.fulfilment(order_id), hold="no money", unpaid=True)
    return order_id


async def being_cancelled(vendor: Vendor) -> UUID:
    order_id = await send(vendor)
    await ask(vendor, Verb.CANCEL, order_id)
    return order_id


async def being_rerouted(vendor: Vendor) -> UUID:
    order_id = await send(vendor)
    await ask(vendor, Verb.REROUTE, order_id)
    return order_id


async def being_sent_by_hand(vendor: Vendor) -> UUID:
    order_id = await draft(vendor)
    await ask(vendor, Verb.MARK_SHIPPED, order_id)
    return order_id


async def sent_by_hand(vendor: Vendor) -> UUID:
    order_id = await vendor.place()
    await ask(vendor, Verb.MARK_SHIPPED, order_id)
    return order_id


async def being_reprinted(vendor: Vendor) -> UUID:
    order_id = await delivered(vendor)
    await ask(vendor, Verb.REPRINT, order_id)
    return order_id


async def cancelled_order(vendor: Vendor) -> UUID:
    order_id = await vendor.place()
    await ask(vendor, Verb.CANCEL, order_id)
    return order_id


async def not_printable(vendor: Vendor) -> UUID:
    await deliver(vendor, await vendor.open_shop(), cancelled())
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    return row.id


HOLDABLE = {Verb.HOLD, Verb.RETRY}
HELD = {Verb.RELEASE, Verb.RETRY}
BACK = {Verb.CANCEL, Verb.EDIT_ADDRESS, Verb.REROUTE}
POINTS: dict[Callable[[Vendor], Awaitable[UUID]], tuple[Stage, set[Verb]]] = {
    received: (Stage.RECEIVED, HOLDABLE | BACK | {Verb.MARK_SHIPPED}),
    without_route: (Stage.CHECKED, HELD | {Verb.HOLD} | BACK | {Verb.MARK_SHIPPED}),
    draft: (Stage.ROUTED, HOLDABLE | BACK | {Verb.MARK_SHIPPED}),
    draft_not_live: (Stage.ROUTED, HELD | {Verb.HOLD} | BACK | {Verb.MARK_SHIPPED}),
    being_sent: (Stage.ROUTED, {Verb.RETRY} | BACK | {Verb.MARK_SHIPPED}),
    sent: (Stage.SENT, BACK | {Verb.REPRINT, Verb.MARK_SHIPPED}),
    unpaid: (Stage.SENT, HELD | BACK | {Verb.REPRINT, Verb.MARK_SHIPPED}),
    being_cancelled: (Stage.SENT, {Verb.RETRY, Verb.CANCEL}),
    being_rerouted: (Stage.SENT, {Verb.RETRY} | BACK | {Verb.MARK_SHIPPED}),
    being_sent_by_hand: (Stage.ROUTED, HOLDABLE | {Verb.CANCEL, Verb.MARK_SHIPPED}),
    printing: (Stage.PRINTING, {Verb.REPRINT, Verb.MARK_SHIPPED}),
    shipped: (Stage.SHIPPED, {Verb.REPRINT}),
    delivered: (Stage.DELIVERED, {Verb.REPRINT}),
    being_reprinted: (Stage.CHECKED, HOLDABLE | BACK | {Verb.MARK_SHIPPED}),
    sent_by_hand: (Stage.SHIPPED, set()),
    cancelled_order: (Stage.CANCELLED, set()),
    not_printable: (Stage.NOT_PRINTABLE, set()),
}


class Undone(Exception):
    """Takes back what was tried."""


async def refusal(vendor: Vendor, verb: Verb, order_id: UUID) -> PrintVisionError | None:
    """Why the verb is refused, None where it is not; whatever it did is taken back."""
    try:
        async with vendor.workspace.scope() as scope:
            await do(scope, verb, order_id)
            raise Undone
    except Undone:
        return None
    except PrintVisionError as error:
        return error


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.__name__)
async def test_what_is_said_to_be_possible_is_and_nothing_else(
    vendor: Vendor, point: Callable[[Vendor], Awaitable[UUID]]
):
    order_id = await point(vendor)
    stage, wanted = POINTS[point]
    before = await vendor.order(order_id)
    assert (before.stage, await possible(vendor, order_id)) == (stage, wanted)

    refused = {verb: await refusal(vendor, verb, order_id) for verb in Verb}

    assert {verb for verb, error in refused.items() if error is None} == wanted
    for error in refused.values():
        if error is not None:
            assert (error.status, error.fields["current"]) == (409, stage)
            assert {one.verb for one in error.fields.get("possible", [])} in (set(), wanted)
    after = await vendor.order(order_id)
    assert (after.stage, after.hold_reason, after.run_id) == (stage, before.hold_reason, before.run_id)


@pytest.mark.parametrize("verb", Verb)
async def test_each_takes_its_permission_and_no_other(vendor: Vendor, verb: Verb):
    order_id = await vendor.place()

    with pytest.raises(PermissionMissing) as refused:
        async with vendor.workspace.scope(*(set(Permission) - {NEEDED[verb]})) as scope:
            await do(scope, verb, order_id)

    assert refused.value.fields == {"permission": NEEDED[verb]}


@pytest.mark.parametrize("verb", Verb)
async def test_a_strangers_order_is_not_found(vendor: Vendor, verb: Verb):
    order_id = await vendor.place()
    stranger = await make_workspace(vendor.platform)

    with pytest.raises(NotFound) as refused:
        async with stranger.scope() as scope:
            await do(scope, verb, order_id)

    assert refused.value.fields == {"kind": "order", "id": str(order_id)}
    assert await vendor.story(order_id) == ["received"]


# -- reroute -----------------------------------------------------------------------------------------------------------


async def test_a_reroute_away_from_where_nothing_lies_is_refused(vendor: Vendor):
    order_id = await send(vendor)

    with pytest.raises(RuleBroken) as refused:
        await ask(vendor, Verb.REROUTE, order_id, away_from=uuid4())

    assert [error["path"] for error in refused.value.fields["errors"]] == ["away_from"]
    assert (await vendor.order(order_id)).recall_at is None


# -- another address ---------------------------------------------------------------------------------------------------


async def address_of(vendor: Vendor, order_id: UUID) -> str | None:
    async with vendor.workspace.scope() as scope:
        recipient = open_source(scope, await vendor.order(order_id)).recipient
    return recipient.line1 if recipient else None


async def sent_to(vendor: Vendor, order_id: UUID) -> list[str]:
    """The streets of the orders at the provider that were not cancelled."""
    streets: list[str] = []
    for submission in await vendor.submissions(order_id):
        answer = await vendor.printful.client.get(f"/v2/orders/{submission.provider_order_id}")
        body = answer.json()["data"]
        if body["status"] != "canceled":
            streets.append(body["recipient"]["address1"])
    return streets


@pytest.mark.parametrize("point", [received, draft, sent, being_sent], ids=lambda point: point.__name__)
async def test_another_address_is_the_only_one_it_is_sent_to(
    vendor: Vendor, point: Callable[[Vendor], Awaitable[UUID]]
):
    order_id = await point(vendor)

    await ask(vendor, Verb.EDIT_ADDRESS, order_id)
    await carry(vendor, order_id)
    if (await vendor.order(order_id)).not_before is not None:
        await vendor.window_over(order_id)
    await settle(vendor, order_id)

    assert (await vendor.order(order_id)).stage == Stage.SENT
    assert await sent_to(vendor, order_id) == [OTHER_ADDRESS.line1]
    assert await address_of(vendor, order_id) == OTHER_ADDRESS.line1


async def test_the_last_of_two_corrections_counts(vendor: Vendor):
    order_id = await send(vendor)
    await ask(vendor, Verb.EDIT_ADDRESS, order_id)
    third = msgspec.structs.replace(OTHER_ADDRESS, line1="9 Third Lane")
    await ask(vendor, Verb.EDIT_ADDRESS, order_id, recipient=third)

    await settle(vendor, order_id)

    assert await sent_to(vendor, order_id) == ["9 Third Lane"]
    assert len(await vendor.submissions(order_id)) == 2


async def test_the_address_it_has_already_changes_nothing(vendor: Vendor):
    order_id = await send(vendor)
    await ask(vendor, Verb.EDIT_ADDRESS, order_id)
    await settle(vendor, order_id)
    told = await vendor.story(order_id)

    await ask(vendor, Verb.EDIT_ADDRESS, order_id)

    assert (await vendor.story(order_id), await asked(vendor, order_id)) == (told, [])


async def test_a_newer_address_of_the_shop_counts(vendor: Vendor):
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    await ask(vendor, Verb.EDIT_ADDRESS, row.id)
    await settle(vendor, row.id)
    await deliver(vendor, shop_id, order(age=5, tags="vip"))
    assert await address_of(vendor, row.id) == OTHER_ADDRESS.line1

    await deliver(vendor, shop_id, order(age=9, shipping_address={**ADDRESS, "address1": "5 Shop Street"}))
    await settle(vendor, row.id)

    assert await sent_to(vendor, row.id) == ["5 Shop Street"]


async def test_a_corrected_address_waves_nothing_else_through(vendor: Vendor):
    await deliver(
        vendor, await vendor.open_shop(), order(line(properties=[{"name": "Engraving", "value": "For Ada"}]))
    )
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    assert (await vendor.order(row.id)).hold_reason == HoldReason.PERSONALISED

    await ask(vendor, Verb.EDIT_ADDRESS, row.id)
    await settle(vendor, row.id)

    after = await vendor.order(row.id)
    assert (after.stage, after.hold_reason, after.released) == (Stage.RECEIVED, HoldReason.PERSONALISED, [])


async def test_a_reroute_waves_nothing_through_that_no_provider_holds(vendor: Vendor):
    await deliver(vendor, await vendor.open_shop(), order(line(sku="MUG"), line(2)))
    (row,) = await vendor.orders()
    await settle(vendor, row.id)

    await ask(vendor, Verb.REROUTE, row.id)
    await settle(vendor, row.id)

    after = await vendor.order(row.id)
    assert (after.stage, after.hold_reason) == (Stage.RECEIVED, HoldReason.UNMATCHED_ITEM)
    assert await vendor.fulfilments(row.id) == []


async def test_an_address_a_person_set_is_told_nowhere(vendor: Vendor, capsys: pytest.CaptureFixture[str]):
    order_id = await send(vendor)
    await ask(vendor, Verb.EDIT_ADDRESS, order_id)
    await settle(vendor, order_id)

    row = await vendor.order(order_id)
    stored = repr({name: getattr(row, name) for name in row.__table__.columns.keys()})  # noqa: SIM118
    out = capsys.readouterr()
    for text in (stored, str(await vendor.story(order_id)), out.out, out.err):
        assert "Sealed Harbour" not in text


async def test_an_address_that_cannot_be_taken_back_any_more_has_a_person_look(hasty_vendor: Vendor):
    vendor = hasty_vendor
    order_id = await send(vendor)
    await vendor.until_delivered_there(order_id)

    await ask(vendor, Verb.EDIT_ADDRESS, order_id)
    await settle(vendor, order_id)

    row = await vendor.order(order_id)
    assert (row.stage, row.hold_reason, row.recipient_wanted) == (
        Stage.SENT,
        HoldReason.CHANGED_AFTER_SENDING,
        None,
    )
    assert await address_of(vendor, order_id) == BUYER["line1"]
    assert await vendor.printed(order_id) == ONE_TEE


# -- a second print ----------------------------------------------------------------------------------------------------


async def test_a_reprint_is_one_more_print_under_another_reference(vendor: Vendor):
    order_id = await delivered(vendor)

    await ask(vendor, Verb.REPRINT, order_id)
    await settle(vendor, order_id)

    row, (first, second) = await vendor.order(order_id), await vendor.fulfilments(order_id)
    assert (row.stage, row.hold_reason, row.reprint_reason) == (Stage.SENT, None, None)
    assert (first.reprint_reason, second.reprint_reason) == (None, "lost on the way")
    assert len({one.provider_ref for one in await vendor.submissions(order_id)}) == 2
    assert await vendor.printed(order_id) == ONE_TEE * 2
    assert [(one.printable, one.reprints) for one in await vendor.lines(order_id)] == [(1, 1)]


async def test_what_the_shop_says_after_a_reprint_prints_nothing(vendor: Vendor):
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    await tell(vendor, await vendor.fulfilment(row.id), progress=Progress.DELIVERED)
    await ask(vendor, Verb.REPRINT, row.id)
    await deliver(vendor, shop_id, order(line(fulfillable_quantity=0), age=5, fulfillment_status="fulfilled"))
    await settle(vendor, row.id)
    assert await vendor.printed(row.id) == ONE_TEE * 2

    await deliver(vendor, shop_id, order(line(fulfillable_quantity=0), age=9, tags="sorry"))
    await settle(vendor, row.id)

    assert await vendor.printed(row.id) == ONE_TEE * 2
    assert (await vendor.order(row.id)).stage == Stage.SENT


async def test_a_part_is_reprinted_and_then_another(vendor: Vendor):
    order_id = await send(vendor, lines={"TEE-M": 2, "TEE-S": 3})
    lines = {one.sku: one.id for one in await vendor.lines(order_id)}

    await ask(vendor, Verb.REPRINT, order_id, pieces={lines["TEE-S"]: 2})
    await settle(vendor, order_id)
    await ask(vendor, Verb.REPRINT, order_id, pieces={lines["TEE-S"]: 1, lines["TEE-M"]: 1})
    await settle(vendor, order_id)

    whole = [("TEE-M", 1), ("TEE-M", 2), ("TEE-S", 1), ("TEE-S", 2), ("TEE-S", 3)]
    assert await vendor.printed(order_id) == whole
    assert len(await vendor.fulfilments(order_id)) == 3


async def test_more_than_was_printed_is_not_reprinted(vendor: Vendor):
    order_id = await send(vendor)
    (only,) = await vendor.lines(order_id)

    for pieces in ({only.id: 2}, {uuid4(): 1}, {}):
        with pytest.raises(RuleBroken):
            await ask(vendor, Verb.REPRINT, order_id, pieces=pieces)

    assert [one.reprints for one in await vendor.lines(order_id)] == [0]
    assert (await vendor.order(order_id)).stage == Stage.SENT


async def test_a_reprint_may_go_somewhere_else(vendor: Vendor):
    order_id = await delivered(vendor)

    await ask(vendor, Verb.REPRINT, order_id, recipient=OTHER_ADDRESS)
    await settle(vendor, order_id)

    assert await sent_to(vendor, order_id) == [BUYER["line1"], OTHER_ADDRESS.line1]


async def test_a_reprint_under_way_is_not_ordered_again(vendor: Vendor):
    order_id = await being_reprinted(vendor)

    with pytest.raises(NothingToReprint):
        await ask(vendor, Verb.REPRINT, order_id)

    await settle(vendor, order_id)
    assert await vendor.printed(order_id) == ONE_TEE * 2


@pytest.mark.parametrize("by", ["person", "shop"])
async def test_a_reprint_that_is_cancelled_leaves_the_first_print_as_it_was(vendor: Vendor, by: str):
    shop_id = await vendor.open_shop()
    await deliver(vendor, shop_id, order())
    (row,) = await vendor.orders()
    await settle(vendor, row.id)
    await tell(vendor, await vendor.fulfilment(row.id), progress=Progress.DELIVERED)
    await ask(vendor, Verb.REPRINT, row.id)
    await settle(vendor, row.id)

    if by == "shop":
        await deliver(vendor, shop_id, cancelled(age=5), topic="orders/cancelled")
    else:
        await ask(vendor, Verb.CANCEL, row.id)
    await settle(vendor, row.id)

    after = await vendor.order(row.id)
    assert (after.stage, after.hold_reason, after.recall_at) == (Stage.DELIVERED, None, None)
    assert [(one.printable, one.reprints) for one in await vendor.lines(row.id)] == [(1, 0)]
    assert await vendor.ledger(row.id, LedgerEvent.CANCELLED) == ONE_TEE
    assert await possible(vendor, row.id) == {Verb.REPRINT}


async def test_two_reprints_are_cancelled_together(vendor: Vendor):
    order_id = await delivered(vendor)
    for _ in range(2):
        await ask(vendor, Verb.REPRINT, order_id)
        await settle(vendor, order_id)

    await ask(vendor, Verb.CANCEL, order_id)
    await settle(vendor, order_id)

    assert (await vendor.order(order_id)).stage == Stage.DELIVERED
    assert [(one.printable, one.reprints) for one in await vendor.lines(order_id)] == [(1, 0)]
    assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE * 2


async def test_a_reprint_goes_to_a_corrected_address_though_the_first_is_at_the_door(vendor: Vendor):
    order_id = await being_reprinted(vendor)
    await settle(vendor, order_id)

    await ask(vendor, Verb.EDIT_ADDRESS, order_id)
    await settle(vendor, order_id)

    assert (await vendor.order(order_id)).stage == Stage.SENT
    assert await sent_to(vendor, order_id) == [BUYER["line1"], OTHER_ADDRESS.line1]


# -- sent by hand ------------------------------------------------------------------------------------------------------

TRACKING = Tracking(carrier="Post", tracking_number="P-1", tracking_url="https://post.example/P-1")


@pytest.mark.parametrize("point", [received, draft, draft_not_live], ids=lambda point: point.__name__)
async def test_what_a_person_sent_is_taken_back_and_printed_by_nobody(
    vendor: Vendor, point: Callable[[Vendor], Awaitable[UUID]]
):
    order_id = await point(vendor)

    await ask(vendor, Verb.MARK_SHIPPED, order_id, tracking=TRACKING)
    await settle(vendor, order_id)

    row = await vendor.order(order_id)
    assert (row.stage, row.hold_reason, row.recall_at) == (Stage.SHIPPED, None, None)
    assert row.by_hand is not None
    assert (row.by_hand["carrier"], row.by_hand["by"]) == ("Post", "test")
    drafts = await vendor.ledger(order_id, LedgerEvent.ACCEPTED)
    assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == drafts
    assert await vendor.printed(order_id) == []


async def test_what_a_person_sent_cannot_be_reprinted_by_a_provider(vendor: Vendor):
    order_id = await sent_by_hand(vendor)

    with pytest.raises(NothingToReprint):
        await ask(vendor, Verb.REPRINT, order_id)

    await settle(vendor, order_id)
    assert await vendor.printed(order_id) == []


async def test_what_a_provider_makes_all_the_same_is_followed_to_the_door(vendor: Vendor):
    order_id = await send(vendor)
    await ask(vendor, Verb.MARK_SHIPPED, order_id, tracking=TRACKING)
    assert (await vendor.order(order_id)).stage == Stage.SHIPPED

    await tell(vendor, await vendor.fulfilment(order_id), progress=Progress.DELIVERED)

    assert (await vendor.order(order_id)).stage == Stage.DELIVERED


# -- again now ---------------------------------------------------------------------------------------------------------


async def test_what_waits_is_tried_at_once(vendor: Vendor):
    await vendor.printful.set(Faults(server_error=Fault(share=1.0, operations=("orders.create",), times=7)))
    order_id = await vendor.place()
    for _ in range(7):
        await carry(vendor, order_id)
    assert (await vendor.submission(order_id)).refusals == 7

    await ask(vendor, Verb.RETRY, order_id)
    assert (await vendor.submission(order_id)).refusals == 0
    await settle(vendor, order_id)

    assert await vendor.printed(order_id) == ONE_TEE


async def test_nothing_is_retried_where_nothing_waits(vendor: Vendor):
    order_id = await send(vendor)

    with pytest.raises(NothingToRetry):
        await ask(vendor, Verb.RETRY, order_id)


async def test_too_late_is_told_with_what_is_left_and_what_it_costs(vendor: Vendor):
    order_id = await printing(vendor)

    with pytest.raises(OrderTooLate) as refused:
        await ask(vendor, Verb.EDIT_ADDRESS, order_id, recipient=msgspec.convert(BUYER, Recipient))

    left = {one.verb: one for one in refused.value.fields["possible"]}
    assert set(left) == {Verb.REPRINT, Verb.MARK_SHIPPED}
    cost = (await vendor.fulfilment(order_id)).cost_minor
    assert left[Verb.REPRINT].cost is not None
    assert left[Verb.REPRINT].cost.amount_minor == cost
