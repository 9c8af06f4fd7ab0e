"""Calls that are not answered: looked up, never blindly repeated, and printed once whatever had become of them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text

from printvision.orders.states import Stage, SubmissionState
from printvision.platform.events import EventRow
from printvision.providers.pool import pool_of
from printvision.providers.simulators.faults import AppliedLate, Fault, Faults, RateLimited, Unanswered
from printvision.providers.simulators.ledger import LedgerEvent
from tests.orders.carrying import asked, carry, look, settle
from tests.orders.vendor import Vendor
from tests.waiting import until

ONE_TEE = [("TEE-M", 1)]
GIVEN_UP_S = 0.05


def once(operation: str, times: int = 1) -> dict[str, Any]:
    return {"share": 1.0, "operations": (operation,), "times": times}


def late(operation: str, late_s: float) -> Faults:
    """Applied after the client gave up, and after it has tried again where that is quick."""
    return Faults(applied_late=AppliedLate(**once(operation), hold_s=GIVEN_UP_S, late_s=late_s))


def unanswered(operation: str) -> Unanswered:
    """Applied at once; the connection is cut instead of an answer."""
    return Unanswered(**once(operation), hold_s=GIVEN_UP_S)


async def resolutions(vendor: Vendor) -> list[tuple[str, bool]]:
    """What was found out about unknown calls: which call, and whether it had worked."""
    wanted = select(EventRow.data).where(EventRow.kind == "orders.outcome_resolved").order_by(EventRow.seq)
    async with vendor.workspace.scope() as scope:
        told = (await scope.session.execute(wanted)).scalars()
        return [(data["call"], data["had_worked"]) for data in told]


@pytest.mark.parametrize(
    ("faults", "unknown"),
    [
        (Faults(applied_then_timeout=unanswered("orders.create")), 0),
        (late("orders.create", 0.05), 1),
        (late("orders.create", 0.6), 1),
        (Faults(dropped=Fault(**once("orders.create"))), 1),
        (Faults(server_error=Fault(**once("orders.create", 3))), 3),
        (Faults(rate_limited=RateLimited(**once("orders.create", 2), retry_after_s=0.0)), 0),
    ],
    ids=[
        "found at once",
        "soon",
        "late",
        "dropped",
        "error",
        "rate limit",
    ],
)
async def test_a_draft_that_was_not_answered_for_is_one_draft(vendor: Vendor, faults: Faults, unknown: int):
    await vendor.printful.set(faults)
    order_id = await vendor.place()

    await settle(vendor, order_id)

    submission = await vendor.submission(order_id)
    assert (submission.unknown_outcomes, submission.unknown_resolved) == (unknown, unknown)
    assert (submission.state, submission.last_error) == (SubmissionState.COMMITTED, None)
    assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE
    assert await vendor.printed(order_id) == ONE_TEE
    assert (await vendor.order(order_id)).stage == Stage.SENT


async def test_a_draft_that_cannot_be_looked_up_either_is_one_draft(vendor: Vendor):
    await vendor.printful.set(
        Faults(applied_then_timeout=unanswered("orders.create"), server_error=Fault(**once("orders.get")))
    )
    order_id = await vendor.place()

    await settle(vendor, order_id)

    assert await vendor.ledger(order_id, LedgerEvent.ACCEPTED) == ONE_TEE
    assert await vendor.printed(order_id) == ONE_TEE


@pytest.mark.parametrize(
    ("faults", "unknown", "found"),
    [
        (Faults(applied_then_timeout=unanswered("orders.confirm")), 1, [("commit", True)]),
        (late("orders.confirm", 0.6), 1, [("commit", False)]),
        (Faults(dropped=Fault(**once("orders.confirm", 2))), 2, [("commit", False)]),
        (Faults(server_error=Fault(**once("orders.confirm", 2))), 2, [("commit", False)]),
        (Faults(rate_limited=RateLimited(**once("orders.confirm", 2), retry_after_s=0.0)), 0, []),
    ],
    ids=["applied", "late", "dropped", "error", "rate limit"],
)
async def test_a_confirmation_that_was_not_answered_is_read_back(
    vendor: Vendor, faults: Faults, unknown: int, found: list[tuple[str, bool]]
):
    await vendor.printful.set(faults)
    order_id = await vendor.place()

    await settle(vendor, order_id)

    submission = await vendor.submission(order_id)
    assert (submission.unknown_outcomes, submission.unknown_resolved) == (unknown, unknown)
    assert submission.state == SubmissionState.COMMITTED
    assert await resolutions(vendor) == found
    assert await vendor.printed(order_id) == ONE_TEE
    assert (await vendor.order(order_id)).stage == Stage.SENT


async def test_what_is_applied_late_is_refused_there_and_prints_nothing_more(vendor: Vendor):
    await vendor.printful.set(late("orders.confirm", 0.3))
    order_id = await vendor.place()
    await settle(vendor, order_id)

    async def landed() -> bool:
        return (await vendor.printful.health())["held"] == 0

    await until(landed)
    assert await vendor.printed(order_id) == ONE_TEE


async def test_until_it_is_known_the_order_says_so(vendor: Vendor):
    await vendor.printful.set(Faults(applied_then_timeout=unanswered("orders.confirm")))
    order_id = await vendor.place()

    await carry(vendor, order_id)

    order, submission = await vendor.order(order_id), await vendor.submission(order_id)
    assert (order.stage, order.hold_reason) == (Stage.ROUTED, None)
    assert (submission.state, submission.unknown_outcomes, submission.unknown_resolved) == (
        SubmissionState.COMMITTING,
        1,
        0,
    )
    assert submission.last_error is not None
    assert submission.last_error.startswith("providers/outcome-unknown")
    assert (await vendor.story(order_id))[-1] == "outcome_unknown commit"
    (later,) = await asked(vendor, order_id)
    assert later.after_s == pytest.approx(1, abs=0.3)


async def test_a_provider_s_pause_is_kept(vendor: Vendor):
    await vendor.printful.set(Faults(rate_limited=RateLimited(**once("orders.create"), retry_after_s=75.0)))
    order_id = await vendor.place()

    await carry(vendor, order_id)

    (later,) = await asked(vendor, order_id)
    assert later.after_s == pytest.approx(75, abs=1)
    assert (await vendor.submission(order_id)).state == SubmissionState.PLANNED


@pytest.mark.parametrize("operation", ["shipping.rates", "orders.create"])
async def test_a_used_up_rate_is_waited_for_no_longer_the_oftener_it_is(vendor: Vendor, operation: str):
    limited = RateLimited(share=1.0, operations=(operation,), retry_after_s=20.0)
    await vendor.printful.set(Faults(rate_limited=limited))
    order_id = await vendor.place()
    waits: list[float] = []
    for _ in range(6):
        await forget_the_lock_out(vendor)
        await carry(vendor, order_id)
        (later,) = await asked(vendor, order_id)
        waits.append(later.after_s)

    assert waits == pytest.approx([20] * 6, abs=1.5)
    order = await vendor.order(order_id)
    assert (order.hold_reason, order.waits) == (None, 0)


async def forget_the_lock_out(vendor: Vendor) -> None:
    """As if it were over: of this process and of all."""
    await pool_of(vendor.platform).close()
    vendor.platform.extras.clear()
    async with vendor.workspace.scope() as scope:
        await scope.session.execute(text("UPDATE rate_buckets SET blocked_until = 0, tokens = 100"))


async def test_a_look_that_is_quicker_than_the_call_that_fails_settles_it_too(vendor: Vendor):
    slow = Unanswered(**once("orders.confirm"), hold_s=1.0)
    await vendor.printful.set(Faults(applied_then_timeout=slow))
    order_id = await vendor.place()
    calling = asyncio.create_task(carry(vendor, order_id))

    async def confirmed() -> bool:
        return bool(await vendor.printed(order_id))

    await until(confirmed)
    await look(vendor, order_id)
    assert (await vendor.submission(order_id)).state == SubmissionState.COMMITTED
    await calling

    submission = await vendor.submission(order_id)
    assert (submission.state, submission.unknown_outcomes, submission.unknown_resolved) == (
        SubmissionState.COMMITTED,
        1,
        1,
    )
    assert submission.last_error is None
    assert await resolutions(vendor) == [("commit", True)]
    assert await asked(vendor, order_id) == []


async def test_a_look_that_is_quicker_than_the_run_settles_what_was_unknown(vendor: Vendor):
    await vendor.printful.set(Faults(applied_then_timeout=unanswered("orders.confirm")))
    order_id = await vendor.place()
    await carry(vendor, order_id)

    await look(vendor, order_id)

    submission = await vendor.submission(order_id)
    assert (submission.state, submission.unknown_outcomes, submission.unknown_resolved) == (
        SubmissionState.COMMITTED,
        1,
        1,
    )
    assert submission.committed_at is not None
    assert await resolutions(vendor) == [("commit", True)]
    await settle(vendor, order_id)
    assert await vendor.printed(order_id) == ONE_TEE
    assert await resolutions(vendor) == [("commit", True)]
