"""What was stored is taken in once; what fails is tried again, given up at last, and stands in nobody's way."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from printvision.platform.runtime import open_platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.webhooks import Inbox
from printvision.webhooks.inbox import BATCH, TRIES
from printvision.webhooks.models import MessageRow
from tests.waiting import until
from tests.webhooks.conftest import PLACED, Doors, order, printful_event

BREAK = "UPDATE messages SET body = 'damaged' WHERE id = :id"


async def test_a_message_becomes_an_order(doors: Doors):
    receipt = await doors.from_shopify(order())

    assert await Inbox(doors.platform).drain() == 1

    [made] = await doors.orders()
    message = await doors.message(receipt)
    assert (made.external_id, made.shop_id) == ("4501", doors.shop_id)
    assert (message.outcome, message.tries, message.error) == ("created", 0, None)
    assert message.done_at is not None
    assert await Inbox(doors.platform).drain() == 0


async def test_a_replay_under_a_new_id_changes_nothing(doors: Doors):
    """An old body is still signed: what it says is older than what we know."""
    inbox, old, new = (
        Inbox(doors.platform),
        order(),
        order(updated_at="2026-03-03T15:00:00Z", total_price="9.00"),
    )
    for body in (old, new):
        await doors.from_shopify(body)
        await inbox.drain()
    [before], told = await doors.orders(), await doors.events()

    outcomes = []
    for body in (old, new, old):
        receipt = await doors.from_shopify(body)
        await inbox.drain()
        outcomes.append((await doors.message(receipt)).outcome)

    [after] = await doors.orders()
    assert outcomes == ["known", "known", "known"]
    assert (after.source_digest, after.source_updated_at, after.total_minor, after.run_id) == (
        before.source_digest,
        before.source_updated_at,
        before.total_minor,
        before.run_id,
    )
    assert await doors.events() == told


@pytest.mark.parametrize("topic", ["products/update", "app/uninstalled", ""])
async def test_a_topic_that_brings_no_order_is_kept_and_not_used(doors: Doors, topic: str):
    receipt = await doors.from_shopify(b'{"id": 1}', topic=topic)

    await Inbox(doors.platform).drain()

    assert (await doors.message(receipt)).outcome == "unused"
    assert await doors.orders() == []


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"id": 1}', "Object missing required field"),
        (b"not JSON", "JSON"),
        (b'{"order":' + b"[" * 50_000, "Expected JSON"),
        (order(currency="QQQ"), "$.currency"),
        (order(name="#\x00"), "$.name"),
    ],
    ids=["no order", "no JSON", "deep", "unknown currency", "what no column holds"],
)
async def test_what_cannot_be_read_is_given_up_at_once_with_its_error(doors: Doors, body: bytes, error: str):
    receipt = await doors.from_shopify(body)

    await Inbox(doors.platform).drain()

    message = await doors.message(receipt)
    assert (message.outcome, message.tries) == ("failed", 1)
    assert message.error is not None
    assert message.error.startswith("channels/unreadable-order: ")
    assert error in message.error
    assert await doors.orders() == []
    assert await doors.events() == ["providers.connection_added"]


async def test_what_fails_on_our_side_is_tried_again_with_growing_pauses_and_given_up(doors: Doors):
    inbox = Inbox(doors.platform)
    receipt = await doors.from_shopify(order())
    await doors.change(BREAK, id=receipt.message_id)
    pauses: list[int] = []

    for _ in range(TRIES):
        assert await inbox.drain() == 1
        message = await doors.message(receipt)
        pauses.append(await _pause_s(doors))
        assert await inbox.drain() == 0, "it waits for its pause"
        if message.done_at is None:
            await doors.change("UPDATE messages SET next_try_at = now()")

    message = await doors.message(receipt)
    assert (message.tries, message.outcome) == (TRIES, "failed")
    assert message.error is not None
    assert message.error.startswith("sealed/")
    assert pauses[:4] == [2, 4, 8, 16]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 3_600
    assert timedelta(hours=23) < timedelta(seconds=sum(pauses[:-1])) < timedelta(hours=25)


async def _pause_s(doors: Doors) -> int:
    """From the last failure to the next try: the row is written when it fails."""
    async with system_scope(doors.platform, "test") as scope:
        seconds = (
            await scope.session.execute(text("SELECT extract(epoch FROM next_try_at - now()) FROM messages"))
        ).scalar_one()
    return round(float(seconds))


async def test_others_go_on_beside_one_that_fails(doors: Doors):
    failing = await doors.from_shopify(order(1))
    sound = [await doors.from_shopify(order(number)) for number in range(2, 6)]
    await doors.change(BREAK, id=failing.message_id)

    await Inbox(doors.platform).drain()

    assert (await doors.message(failing)).done_at is None
    assert {(await doors.message(receipt)).outcome for receipt in sound} == {"created"}


async def test_a_message_that_mends_is_taken_in(doors: Doors):
    inbox = Inbox(doors.platform)
    receipt = await doors.from_shopify(order())
    body = (await doors.message(receipt)).body
    await doors.change(BREAK, id=receipt.message_id)
    await inbox.drain()

    await doors.change("UPDATE messages SET body = :body, next_try_at = now()", body=body)
    await inbox.drain()

    message = await doors.message(receipt)
    assert (message.outcome, message.tries) == ("created", 1)
    assert message.error is not None  # what went wrong before it went well


async def test_two_processes_that_drain_at_once_take_each_message_once(doors: Doors, settings: Settings):
    for number in range(1, 41):
        await doors.from_shopify(order(number))
    async with open_platform(settings) as other:
        inboxes = [Inbox(doors.platform), Inbox(other), Inbox(other)]
        await asyncio.gather(*(inbox.drain() for inbox in inboxes))
        await until(lambda: _all_done(doors, inboxes))

    assert [row.outcome for row in await doors.messages()] == ["created"] * 40
    assert len(await doors.orders()) == 40
    assert (await doors.events()).count("orders.received") == 40


async def _all_done(doors: Doors, inboxes: list[Inbox]) -> bool:
    await asyncio.gather(*(inbox.drain() for inbox in inboxes))
    return all(row.done_at for row in await doors.messages())


async def test_a_message_that_failed_elsewhere_since_we_looked_keeps_its_pause(doors: Doors):
    receipt = await doors.from_shopify(order())
    await doors.change("UPDATE messages SET next_try_at = now() + interval '1 minute'")

    await Inbox(doors.platform)._some(doors.workspace.id, [receipt.message_id])

    assert (await doors.message(receipt)).done_at is None
    assert await doors.orders() == []


async def test_many_copies_of_one_order_at_once_make_one_order(doors: Doors):
    for age in range(12):
        await doors.from_shopify(
            order(updated_at=(PLACED + timedelta(seconds=age)).isoformat(), total_price=f"{age}.00")
        )

    await Inbox(doors.platform).drain()

    [made] = await doors.orders()
    assert made.total_minor == 1_100
    outcomes = [row.outcome for row in await doors.messages()]
    assert outcomes.count("created") == 1
    assert set(outcomes) <= {"created", "changed", "known"}


async def test_a_batch_is_bounded_and_what_is_left_comes_next(doors: Doors):
    for number in range(BATCH + 5):
        await doors.from_shopify(order(number), topic="products/update")
    inbox = Inbox(doors.platform)

    assert [await inbox.drain(), await inbox.drain(), await inbox.drain()] == [BATCH, 5, 0]


async def test_a_message_whose_taking_in_was_cut_off_waits_as_before(doors: Doors):
    receipt = await doors.from_shopify(order())
    draining = asyncio.create_task(Inbox(doors.platform).drain())
    await asyncio.sleep(0)
    draining.cancel()
    await asyncio.gather(draining, return_exceptions=True)

    assert await doors.orders() == []
    assert ((await doors.message(receipt)).done_at, (await doors.message(receipt)).tries) == (None, 0)
    assert await Inbox(doors.platform).drain() == 1
    assert len(await doors.orders()) == 1


async def test_a_running_inbox_is_woken_by_a_delivery(doors: Doors):
    running = asyncio.create_task(Inbox(doors.platform).run())
    try:
        receipt = await doors.from_shopify(order())

        async def done() -> Any:
            return (await doors.message(receipt)).done_at

        await until(done)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_hint_about_an_order_that_is_not_ours_is_kept_and_not_used(doors: Doors):
    receipt = await doors.from_printful(printful_event())

    await Inbox(doors.platform).drain()

    assert (await doors.message(receipt)).outcome == "unused"


async def test_an_event_of_a_kind_we_do_not_know_is_kept_and_not_used(doors: Doors):
    receipt = await doors.from_printful(printful_event(type="store_closed"))

    await Inbox(doors.platform).drain()

    message: MessageRow = await doors.message(receipt)
    assert (message.topic, message.outcome) == ("store_closed", "unused")


async def test_the_messages_of_a_deleted_workspace_are_gone_with_it(doors: Doors):
    await doors.from_shopify(order())

    await doors.change("DELETE FROM connections")
    await doors.change("DELETE FROM workspaces")

    assert await doors.messages() == []
    assert await Inbox(doors.platform).drain() == 0


async def test_of_hints_taken_in_together_one_that_fails_keeps_no_other_out(doors: Doors):
    events = [printful_event(occurred_at=f"2026-03-05T10:00:0{second}Z") for second in range(3)]
    receipts = [await doors.from_printful(event) for event in events]
    await doors.change(BREAK, id=receipts[1].message_id)

    assert await Inbox(doors.platform).drain() == 3

    rows = [await doors.message(receipt) for receipt in receipts]
    assert [(row.outcome, row.tries) for row in rows] == [("unused", 0), (None, 1), ("unused", 0)]
    assert (rows[1].error or "").startswith("sealed/cannot-open")
