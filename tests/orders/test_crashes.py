"""A process may be killed at any instant: whoever comes after does what is wanted, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from uuid import UUID

import pytest

from printvision.orders.cancelling import cancel_order
from printvision.orders.holding import release_order
from printvision.orders.states import HoldReason, Stage, SubmissionState
from printvision.orders.workflows.follow import follow_fulfilment
from printvision.orders.workflows.fulfil import fulfil_order
from printvision.platform.workflows import Workflow
from printvision.providers.simulators.faults import Fault, Faults
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import look, send
from tests.orders.killing import Recovery, killed_and_recovered
from tests.orders.vendor import Vendor

MOST_POINTS = 100
SENT = ["received", "advanced checked", "advanced routed", "advanced sent"]
ONE_TEE = [("TEE-M", 1)]


async def kill_everywhere(
    vendor: Vendor,
    story: Workflow,
    recovery: Recovery,
    *,
    given: Callable[[str], Awaitable[UUID]],
    then: Callable[[UUID], Awaitable[None]],
    least: int,
    every: int = 1,
) -> None:
    """Make what `given` makes for as many kills as the story has points, and look each time whether all is right.

    Args:
        least: points the story has at least; a seam that came undone would let it pass without being killed.
        every: 2 leaves every other point to the other recovery.
    """
    for at in count(list(Recovery).index(recovery) % every + 1, every):
        subject_id = await given(f"{recovery}-{at}")
        fuse = await killed_and_recovered(vendor, story, subject_id, at=at, recovery=recovery)
        try:
            await then(subject_id)
        except AssertionError as error:
            raise AssertionError(f"killed at point {at}: {fuse.passed[-3:]}") from error
        if not fuse.burnt:
            assert least < at < MOST_POINTS, fuse.passed
            return


@pytest.mark.parametrize("recovery", Recovery)
async def test_an_order_is_printed_once(vendor: Vendor, recovery: Recovery):
    async def sent_once(order_id: UUID) -> None:
        order, (submission,) = await vendor.order(order_id), await vendor.submissions(order_id)
        assert (order.stage, order.hold_reason) == (Stage.SENT, None)
        assert (submission.generation, submission.state) == (0, SubmissionState.COMMITTED)
        assert await vendor.story(order_id) == SENT
        assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE
        assert await vendor.printed(order_id) == ONE_TEE

    await kill_everywhere(vendor, fulfil_order, recovery, given=vendor.place, then=sent_once, least=20)


@pytest.mark.parametrize("recovery", Recovery)
async def test_a_sent_order_is_taken_back(vendor: Vendor, recovery: Recovery):
    async def wanted_back(external_id: str) -> UUID:
        order_id = await send(vendor, external_id)
        async with vendor.workspace.scope() as scope:
            await cancel_order(scope, order_id, reason="changed my mind")
        return order_id

    async def taken_back(order_id: UUID) -> None:
        order, (submission,) = await vendor.order(order_id), await vendor.submissions(order_id)
        assert (order.stage, order.reason, order.hold_reason) == (Stage.CANCELLED, "changed my mind", None)
        assert (order.recall_at, order.recall_refused) == (None, None)
        assert submission.state == SubmissionState.CANCELLED
        assert await vendor.story(order_id) == [
            *SENT,
            "recalled",
            "given_back",
            "advanced cancelled changed my mind",
        ]
        assert await vendor.ledger(order_id, LedgerEvent.CANCELLED) == ONE_TEE

    await kill_everywhere(
        vendor, fulfil_order, recovery, given=wanted_back, then=taken_back, least=10, every=2
    )


@pytest.mark.parametrize("recovery", Recovery)
async def test_an_order_that_was_cancelled_there_is_sent_anew_once(vendor: Vendor, recovery: Recovery):
    async def released(external_id: str) -> UUID:
        order_id = await send(vendor, external_id)
        cancelled_there = await vendor.submission(order_id)
        await vendor.printful.client.delete(f"/orders/{cancelled_there.provider_order_id}")
        await look(vendor, order_id)
        assert (await vendor.order(order_id)).hold_reason == HoldReason.PROVIDER_CANCELLED
        async with vendor.workspace.scope() as scope:
            await release_order(scope, order_id)
        return order_id

    async def sent_anew(order_id: UUID) -> None:
        order, (before, now) = await vendor.order(order_id), await vendor.submissions(order_id)
        assert (order.stage, order.hold_reason) == (Stage.SENT, None)
        assert (before.generation, before.state) == (0, SubmissionState.CANCELLED)
        assert (now.generation, now.state) == (1, SubmissionState.COMMITTED)
        assert now.provider_ref != before.provider_ref
        assert await vendor.printful.status(f"@{before.provider_ref}") == "canceled"
        assert await vendor.printful.status(f"@{now.provider_ref}") == "pending"
        assert await vendor.printed(order_id) == ONE_TEE * 2  # the first of which was cancelled

    await kill_everywhere(vendor, fulfil_order, recovery, given=released, then=sent_anew, least=10, every=2)


@pytest.mark.parametrize("recovery", Recovery)
async def test_an_order_is_followed_to_the_door(hasty_vendor: Vendor, recovery: Recovery):
    vendor = hasty_vendor

    async def under_way(external_id: str) -> UUID:
        order_id = await send(vendor, external_id)
        await vendor.until_delivered_there(order_id)
        return (await vendor.fulfilment(order_id)).id

    async def delivered(fulfilment_id: UUID) -> None:
        order = (await vendor.orders())[-1]
        assert (await vendor.fulfilment(order.id)).id == fulfilment_id
        assert (order.stage, order.hold_reason) == (Stage.DELIVERED, None)
        assert await vendor.story(order.id) == [*SENT, "parcel_moved delivered", "advanced delivered"]
        assert [shipment.state for shipment in await vendor.shipments(order.id)] == ["delivered"]

    await kill_everywhere(
        vendor, follow_fulfilment, recovery, given=under_way, then=delivered, least=8, every=2
    )


@pytest.mark.parametrize("recovery", Recovery)
async def test_an_order_is_printed_once_by_a_provider_that_does_not_answer(
    vendor: Vendor, recovery: Recovery
):
    """Nearly every answer is an error or none at all, and a process dies too."""
    faults = Faults(
        server_error=Fault(share=1.0, operations=("orders.create", "orders.confirm"), times=2),
        dropped=Fault(share=1.0, operations=("orders.*",), times=2),
    )

    async def in_trouble(external_id: str) -> UUID:
        await vendor.printful.set(faults)
        return await vendor.place(external_id)

    async def sent_once(order_id: UUID) -> None:
        order, (submission,) = await vendor.order(order_id), await vendor.submissions(order_id)
        assert (order.stage, order.hold_reason) == (Stage.SENT, None)
        assert submission.unknown_outcomes == submission.unknown_resolved
        assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE
        assert await vendor.printed(order_id) == ONE_TEE

    await kill_everywhere(vendor, fulfil_order, recovery, given=in_trouble, then=sent_once, least=14, every=2)
