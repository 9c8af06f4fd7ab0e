"""A process may be killed at any instant: whoever comes after prints what is wanted, once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from itertools import count
from uuid import UUID

import pytest

from printvision.orders.states import Stage, SubmissionState
from printvision.orders.workflows.fulfil import fulfil_order
from printvision.platform.workflows import Workflow
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import lose
from tests.orders.killing import Recovery, killed_and_recovered
from tests.orders.vendor import Vendor

FEWEST_POINTS = 20  # a seam that came undone would let a test pass without killing anything
MOST_POINTS = 200


async def kill_everywhere(
    vendor: Vendor,
    story: Workflow,
    recovery: Recovery,
    *,
    given: Callable[[str], Awaitable[UUID]],
    then: Callable[[UUID], Awaitable[None]],
) -> None:
    """Make what `given` makes for as many kills as the story has points, and look each time whether all is right."""
    for at in count(1):
        subject_id = await given(str(at))
        await lose(vendor, subject_id)
        fuse = await killed_and_recovered(vendor, story, subject_id, at=at, recovery=recovery)
        try:
            await then(subject_id)
        except AssertionError as error:
            raise AssertionError(f"killed at point {at}: {fuse.passed[-3:]}") from error
        if not fuse.burnt:
            assert FEWEST_POINTS < at < MOST_POINTS, fuse.passed
            return


@pytest.mark.parametrize("recovery", Recovery)
async def test_an_order_is_printed_once_wherever_its_process_is_killed(vendor: Vendor, recovery: Recovery):
    async def sent_once(order_id: UUID) -> None:
        order, submission = await vendor.order(order_id), await vendor.submission(order_id)
        assert (order.stage, order.hold_reason) == (Stage.SENT, None)
        assert (submission.generation, submission.state) == (0, SubmissionState.COMMITTED)
        assert await vendor.story(order_id) == [
            "received",
            "advanced checked",
            "advanced routed",
            "advanced sent",
        ]
        assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == [("TEE-M", 1)]
        assert await vendor.printed(order_id) == [("TEE-M", 1)]

    await kill_everywhere(vendor, fulfil_order, recovery, given=vendor.place, then=sent_once)
