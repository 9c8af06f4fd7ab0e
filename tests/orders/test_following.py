"""What a provider says about an order: taken in once, in any order, and about the right try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from printvision.orders import Hint, ask_for_looks
from printvision.orders.following import take_snapshot
from printvision.orders.holding import release_order
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.whole import lock_whole
from printvision.platform import clock
from printvision.providers import open_adapter
from printvision.providers.sdk import Ending, OrderSnapshot, Parcel, ParcelState, Progress
from printvision.providers.simulators.faults import Fault, Faults, RateLimited
from tests.factories.workspaces import MadeWorkspace
from tests.orders.carrying import asked, look, send, settle
from tests.orders.hooks import Seen, hooked
from tests.orders.vendor import Vendor
from tests.providers.simulators.running import AT_ONCE, quick, running
from tests.waiting import until

SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]


async def seen(vendor: Vendor, order_id: UUID) -> OrderSnapshot:
    """The order as the provider tells it now."""
    submission = await vendor.submission(order_id)
    async with open_adapter(vendor.platform, vendor.workspace.id, vendor.connection_id) as adapter:
        return await adapter.get(submission.provider_order_id or "")


async def take(vendor: Vendor, order_id: UUID, snapshot: OrderSnapshot, **changes: object) -> None:
    """Take in a reading, changed into what the simulator cannot be made to say."""
    fulfilment = await vendor.fulfilment(order_id)
    async with vendor.workspace.scope() as scope:
        await take_snapshot(
            scope,
            await lock_whole(scope, order_id),
            fulfilment.id,
            msgspec.structs.replace(snapshot, **changes),
        )


def parcel(name: str, state: ParcelState, **changes: object) -> Parcel:
    return msgspec.structs.replace(Parcel(external_id=name, state=state), **changes)


# -- in any order ------------------------------------------------------------------------------------------------------


async def test_a_reading_that_shows_less_takes_nothing_back(vendor: Vendor):
    order_id = await send(vendor)
    now = await seen(vendor, order_id)
    shipped = parcel("p1", ParcelState.SHIPPED, tracking_number="T1")

    await take(vendor, order_id, now, progress=Progress.SHIPPED, status_word="fulfilled", parcels=(shipped,))
    await take(vendor, order_id, now, progress=Progress.PRINTING, status_word="inprocess")

    assert (await vendor.order(order_id)).stage == Stage.SHIPPED
    assert [(row.state, row.tracking_number) for row in await vendor.shipments(order_id)] == [
        ("shipped", "T1")
    ]
    assert await vendor.story(order_id) == [*SENT, "parcel_moved shipped", "advanced shipped"]


async def test_a_word_that_is_not_known_is_told_and_changes_nothing(vendor: Vendor):
    order_id = await send(vendor)
    now = await seen(vendor, order_id)

    await take(vendor, order_id, now, unknown_words=("status: teleported",))

    assert (await vendor.order(order_id)).stage == Stage.SENT
    assert await vendor.story(order_id) == [*SENT, "provider_word_unknown"]


async def test_a_provider_s_own_hold_is_ours_until_it_ends(vendor: Vendor):
    order_id = await send(vendor)
    now = await seen(vendor, order_id)

    await take(vendor, order_id, now, hold="They want to talk about it", status_word="onhold")
    held = await vendor.order(order_id)
    await take(vendor, order_id, now)

    assert (held.stage, held.hold_reason, held.hold_detail) == (
        Stage.SENT,
        HoldReason.PROVIDER_HOLD,
        "They want to talk about it",
    )
    assert (await vendor.order(order_id)).hold_reason is None
    assert await vendor.story(order_id) == [*SENT, "held provider-hold", "released provider-hold"]


async def test_a_provider_s_hold_that_a_person_released_is_seen_again(vendor: Vendor):
    order_id = await send(vendor)
    stopped = msgspec.structs.replace(await seen(vendor, order_id), hold="They want to talk about it")
    await take(vendor, order_id, stopped)

    async with vendor.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(vendor, order_id)
    assert (await vendor.order(order_id)).hold_reason is None
    await take(vendor, order_id, stopped)

    assert (await vendor.order(order_id)).hold_reason == HoldReason.PROVIDER_HOLD
    assert await vendor.printed(order_id) == [("TEE-M", 1)]


async def test_a_provider_that_stops_an_order_and_then_cancels_it_has_the_last_word(vendor: Vendor):
    order_id = await send(vendor)
    now = await seen(vendor, order_id)

    await take(vendor, order_id, now, hold="They want to talk about it", status_word="onhold")
    await take(vendor, order_id, now, ending=Ending.CANCELLED, status_word="canceled")

    assert (await vendor.order(order_id)).hold_reason == HoldReason.PROVIDER_CANCELLED
    assert await vendor.story(order_id) == [
        *SENT,
        "held provider-hold",
        "released provider-hold",
        "held provider-cancelled",
    ]


# -- about the right try -----------------------------------------------------------------------------------------------


async def test_a_late_reading_of_an_earlier_try_says_nothing_about_the_one_after_it(vendor: Vendor):
    """It was read as cancelled, and while the reader was stalled the order was sent anew."""
    order_id = await send(vendor)
    first = await vendor.submission(order_id)
    await vendor.printful.client.delete(f"/orders/{first.provider_order_id}")
    read, go_on = asyncio.Event(), asyncio.Event()

    async def stall(_: Seen) -> None:
        if not read.is_set():
            read.set()
            await go_on.wait()

    with hooked(vendor, after=stall):
        stalled = asyncio.create_task(look(vendor, order_id))
        await read.wait()
    await look(vendor, order_id)
    async with vendor.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(vendor, order_id)
    go_on.set()
    await stalled

    order, fulfilment = await vendor.order(order_id), await vendor.fulfilment(order_id)
    assert (order.stage, order.hold_reason) == (Stage.SENT, None)
    assert (fulfilment.generation, fulfilment.ending, fulfilment.status_word) == (1, None, "pending")
    assert (await vendor.submission(order_id)).state == SubmissionState.COMMITTED


# -- bounced -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def picky_vendor(workspace: MadeWorkspace, tmp_path: Path) -> AsyncGenerator[Vendor]:
    """Printful fetches the pictures, and ours answer nobody: it takes every order, and then cannot make it."""
    async with running(quick(tmp_path / "picky", stages=AT_ONCE, fetch_files=True)) as printful:
        yield await Vendor.open(workspace, printful)


async def test_an_order_that_bounced_is_committed_again_once_it_is_released(picky_vendor: Vendor):
    vendor = picky_vendor
    order_id = await send(vendor)

    async def bounced() -> bool:
        return (await seen(vendor, order_id)).ending is Ending.FAILED

    await until(bounced)
    await look(vendor, order_id)

    order, submission = await vendor.order(order_id), await vendor.submission(order_id)
    assert (order.stage, order.hold_reason) == (Stage.ROUTED, HoldReason.PROVIDER_REJECTED)
    assert submission.state == SubmissionState.PREPARED
    assert await vendor.story(order_id) == [*SENT, "advanced routed", "held provider-rejected"]

    async with vendor.workspace.scope() as scope:
        await release_order(scope, order_id)
    await settle(vendor, order_id)

    (again,) = await vendor.submissions(order_id)
    assert (again.state, again.provider_order_id) == (SubmissionState.COMMITTED, submission.provider_order_id)
    assert await vendor.printed(order_id) == [("TEE-M", 1), ("TEE-M", 1)]  # the same order, confirmed again
    assert (await vendor.order(order_id)).stage == Stage.SENT


# -- when to look ------------------------------------------------------------------------------------------------------


async def test_a_burst_of_webhooks_costs_one_look(vendor: Vendor):
    order_id = await send(vendor)
    submission, fulfilment = await vendor.submission(order_id), await vendor.fulfilment(order_id)

    for _ in range(5):
        async with vendor.workspace.scope() as scope:
            hint = Hint(vendor.connection_id, None, submission.provider_order_id)
            assert await ask_for_looks(scope, [hint]) == {hint}

    assert len(await asked(vendor, fulfilment.id)) == 1
    await settle(vendor, fulfilment.id)
    assert (await vendor.fulfilment(order_id)).look_run_id is None


async def test_a_webhook_during_a_look_asks_for_another(vendor: Vendor):
    order_id = await send(vendor)
    submission, fulfilment = await vendor.submission(order_id), await vendor.fulfilment(order_id)

    async def hint(_: Seen | None = None) -> None:
        async with vendor.workspace.scope() as scope:
            await ask_for_looks(scope, [Hint(vendor.connection_id, submission.provider_ref, None)])

    await hint()
    (first,) = await asked(vendor, fulfilment.id)
    with hooked(vendor, before=hint):
        await look(vendor, order_id)

    assert [run.run_id != first.run_id for run in await asked(vendor, fulfilment.id)] == [False, True]


async def test_an_order_of_somebody_else_is_not_looked_at(vendor: Vendor):
    async with vendor.workspace.scope() as scope:
        found = await ask_for_looks(
            scope,
            [
                Hint(vendor.connection_id, "not-one-of-ours", None),
                Hint(vendor.connection_id, None, "nor-this"),
                Hint(vendor.connection_id, None, None),
            ],
        )

    assert found == set()


async def next_look(vendor: Vendor, order_id: UUID) -> timedelta:
    look_at = (await vendor.fulfilment(order_id)).look_at
    assert look_at is not None
    return look_at - clock.now()


@pytest.mark.parametrize(
    ("faults", "at_most_s"),
    [
        (Faults(server_error=Fault(share=1.0, operations=("orders.get",))), 900),
        # once they take calls again, a quarter of a minute's calls is kept for orders
        (Faults(rate_limited=RateLimited(share=1.0, operations=("orders.get",), retry_after_s=30)), 45),
    ],
    ids=["error", "rate limit"],
)
async def test_a_provider_that_cannot_answer_is_asked_again_in_time(
    vendor: Vendor, faults: Faults, at_most_s: float
):
    order_id = await send(vendor)
    await vendor.printful.set(faults)

    for _ in range(8):
        await look(vendor, order_id)

    assert (
        timedelta(seconds=at_most_s - 10) < await next_look(vendor, order_id) <= timedelta(seconds=at_most_s)
    )


async def test_an_order_that_is_not_there_is_asked_for_ever_more_rarely(vendor: Vendor):
    order_id = await send(vendor)
    await vendor.set_submission(order_id, provider_order_id="999999")

    for _ in range(30):
        await look(vendor, order_id)

    assert timedelta(hours=11) < await next_look(vendor, order_id) <= timedelta(hours=12)
    assert (await vendor.order(order_id)).stage == Stage.SENT


async def test_an_order_that_does_not_move_is_asked_for_ever_more_rarely(vendor: Vendor):
    order_id = await send(vendor)

    for _ in range(30):
        await look(vendor, order_id)

    assert timedelta(hours=11) < await next_look(vendor, order_id) <= timedelta(hours=12)
