"""Events reach their endpoints: each at least once under one id, whatever fails on either side."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from printvision.hooks import Hooks
from printvision.hooks.calling import LONGEST_WAIT, call, open_client, wait_of
from printvision.hooks.claiming import EACH_AT_ONCE, claim
from printvision.hooks.delivering import AT_ONCE
from printvision.hooks.recording import FIRST_REST, LONGEST_REST, PAUSES, TRIES, rest_of
from printvision.hooks.signing import sign
from printvision.platform.events import publish
from printvision.platform.redaction import Secret
from printvision.platform.scope import system_scope
from tests.factories.workspaces import make_workspace
from tests.hooks.conftest import Desk, Other, Receiver, receiving, working
from tests.waiting import until

LEASE = timedelta(minutes=1)


async def arrived(receiver: Receiver, count: int) -> None:
    async def enough() -> bool:
        return len(receiver.received) >= count

    await until(enough)


# -- the way of an event -------------------------------------------------------------------------------------


async def test_an_event_is_sent_signed_and_noted(desk: Desk, receiver: Receiver):
    made = await desk.add(receiver.url)
    await desk.tell(7)

    async with working(desk.platform):
        row = await desk.tried(1, state="delivered")

    [got] = receiver.received
    signature = sign(Secret(made.secret), got.id, int(got.headers["webhook-timestamp"]), got.body)
    body = msgspec.json.decode(got.body)
    assert got.id == f"msg_{row.id.hex}"
    assert got.headers["webhook-signature"] == signature
    assert got.headers["content-type"] == "application/json"
    assert (body["type"], body["data"]["number"]) == ("test.happened", 7)
    assert body["data"]["workspace_id"] == str(desk.workspace.id)
    assert (row.last_status, row.last_answer, row.last_error) == (200, "taken", None)


async def test_an_endpoint_is_sent_its_kinds_of_its_workspace_since_it_is_there(
    desk: Desk, receiver: Receiver
):
    stranger = Desk(await make_workspace(desk.platform))
    await desk.tell(1)
    await desk.add(receiver.url)
    await stranger.tell(2)
    async with desk.workspace.scope() as scope:
        publish(scope, Other(subject_id=uuid4()))
    await desk.tell(3)

    async with working(desk.platform):
        await desk.tried(1, state="delivered")

    assert receiver.numbers == [3]


async def test_several_workers_send_each_event_once_to_each_endpoint(desk: Desk, receiver: Receiver):
    async with receiving() as second:
        for url in (receiver.url, second.url):
            await desk.add(url, calls_a_minute=6_000)
        async with working(desk.platform), working(desk.platform), working(desk.platform):
            for first in range(0, 40, 4):
                await desk.tell(*range(first, first + 4))
            await arrived(receiver, 40)
            await arrived(second, 40)

        assert sorted(receiver.numbers) == sorted(second.numbers) == list(range(40))
    assert {row.tries for row in await desk.deliveries()} == {1}


async def test_a_paused_endpoint_gets_what_happened_once_it_is_active(desk: Desk, receiver: Receiver):
    made = await desk.add(receiver.url)
    await desk.change("UPDATE hook_endpoints SET state = 'paused' WHERE id = :id", id=made.endpoint.id)
    async with working(desk.platform):
        await desk.tell(1)
        await desk.tried(0)
        assert receiver.received == []

        await desk.change("UPDATE hook_endpoints SET state = 'active' WHERE id = :id", id=made.endpoint.id)
        await desk.tried(1, state="delivered")


# -- what fails ----------------------------------------------------------------------------------------------


async def test_a_call_that_was_answered_and_not_noted_is_made_again_under_its_id(desk: Desk):
    """The process ends between the receiver's taking it and our writing that down."""
    took, hang = asyncio.Event(), asyncio.Event()

    async def take_and_hang(_: web.Request) -> web.StreamResponse:
        took.set()
        await hang.wait()
        return web.Response()

    async with receiving(take_and_hang) as receiver:
        await desk.add(receiver.url)
        await desk.tell(1)
        async with working(desk.platform):
            await took.wait()
        [row] = await desk.deliveries()
        assert (row.tries, row.state) == (1, "waiting")
        assert row.leased_until == row.next_try_at > datetime.now(UTC)
        hang.set()

        await desk.change("UPDATE hook_deliveries SET next_try_at = now(), leased_until = now()")
        async with working(desk.platform):
            await desk.tried(2, state="delivered")

        first, second = receiver.received
    assert first.id == second.id
    assert first.body == second.body


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
async def test_any_other_answer_is_a_failure_and_no_redirect_is_followed(
    desk: Desk, receiver: Receiver, status: int
):
    async with receiving() as elsewhere:
        receiver.answer(status, "no", Location=elsewhere.url)
        await desk.add(receiver.url)
        await desk.tell(1)

        async with working(desk.platform):
            row = await desk.tried(1)

        assert elsewhere.received == []
    assert (row.last_status, row.last_answer) == (status, "no")
    assert timedelta(0) < row.next_try_at - row.tried_at - PAUSES[0] < timedelta(seconds=10)


async def test_the_pauses_grow_to_a_day_and_then_it_is_given_up(desk: Desk, receiver: Receiver):
    receiver.answer(500)
    await desk.add(receiver.url)
    await desk.tell(1)

    async with working(desk.platform):
        for tries in range(1, TRIES):
            row = await desk.tried(tries)
            late = row.next_try_at - row.tried_at - PAUSES[tries - 1]
            assert timedelta(0) <= late < timedelta(seconds=10)
            await desk.make_due()
        row = await desk.tried(TRIES, state="failed")

    assert sum(PAUSES, timedelta()) > timedelta(hours=24)
    assert len({each.id for each in receiver.received}) == 1
    assert row.done_at is not None


async def test_one_that_failed_is_sent_again_and_the_endpoint_is_well(desk: Desk, receiver: Receiver):
    receiver.answer(500)
    made = await desk.add(receiver.url)
    await desk.tell(1)
    async with working(desk.platform):
        await desk.tried(1)
        sick = await desk.endpoint(made.endpoint.id)
        receiver.answer(204)
        await desk.make_due()
        await desk.tried(2, state="delivered")

    well = await desk.endpoint(made.endpoint.id)
    assert (sick.failures, sick.failing_since is None, sick.last_failure) == (1, False, "It answered 500")
    assert (well.failures, well.failing_since, well.last_failure, well.rest_until) == (0, None, None, None)


async def test_an_endpoint_that_keeps_failing_is_left_alone(desk: Desk, receiver: Receiver):
    receiver.answer(500)
    made = await desk.add(receiver.url)
    await desk.tell(*range(30))

    async def rests() -> Any:
        row = await desk.endpoint(made.endpoint.id)
        return row if row.rest_until else None

    async with working(desk.platform):
        row = await until(rests)

    # four calls at once at first, and then one by one
    assert 5 <= row.failures <= 8
    assert row.failures == len(receiver.received)
    assert row.rest_until > datetime.now(UTC) + FIRST_REST / 2


@pytest.mark.parametrize(
    ("failures", "asked_s", "rest"),
    [
        (1, 0, timedelta(0)),
        (1, 90, timedelta(seconds=90)),
        (4, 0, timedelta(0)),
        (5, 0, FIRST_REST),
        (6, 0, 2 * FIRST_REST),
        (5, 90, timedelta(seconds=90)),
        (10_000, 0, LONGEST_REST),
    ],
)
def test_a_rest_grows_and_is_as_long_as_it_was_asked_for(failures: int, asked_s: float, rest: timedelta):
    assert rest_of(failures, timedelta(seconds=asked_s)) == rest


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_who_asks_for_time_gets_it(desk: Desk, receiver: Receiver, status: int):
    receiver.answer(status, Retry_After="1800")
    made = await desk.add(receiver.url)
    await desk.tell(1)

    async with working(desk.platform):
        row = await desk.tried(1)

    rest = (await desk.endpoint(made.endpoint.id)).rest_until - row.tried_at
    assert timedelta(minutes=30) <= rest < timedelta(minutes=31)


async def test_who_asks_until_a_moment_is_left_alone_until_then(desk: Desk, receiver: Receiver):
    moment = (datetime.now(UTC) + timedelta(minutes=20)).replace(microsecond=0)
    receiver.answer(503, Retry_After=format_datetime(moment, usegmt=True))
    made = await desk.add(receiver.url)
    await desk.tell(1)

    async with working(desk.platform):
        await desk.tried(1)

    late = (await desk.endpoint(made.endpoint.id)).rest_until - moment
    assert abs(late) < timedelta(seconds=1)


async def test_an_endpoint_that_rests_is_not_called_until_its_rest_is_over(desk: Desk, receiver: Receiver):
    receiver.answer(429, Retry_After="3600")
    await desk.add(receiver.url)
    await desk.tell(1)
    async with working(desk.platform):
        await desk.tried(1)
        await desk.change("UPDATE hook_deliveries SET next_try_at = now()")
        await desk.tell(2)

        async def both_wait() -> bool:
            return len(await desk.deliveries()) == 2

        await until(both_wait)
        async with system_scope(desk.platform, "test") as scope:
            claims = [await claim(scope, most=9, failing=each, lease=LEASE) for each in (False, True)]
        assert claims == [[], []]
        assert len(receiver.received) == 1

        receiver.answer(200)
        await desk.make_due()
        await arrived(receiver, 3)


@pytest.mark.parametrize(
    ("retry_after", "wait_s"),
    [
        ("", 0),
        ("0", 0),
        ("90", 90),
        (" 0090 ", 90),
        ("3600", 3_600),
        ("3601", 3_600),
        ("9" * 5_000, 3_600),
        ("Mon, 02 Mar 2026 15:01:30 GMT", 90),
        ("Monday, 02-Mar-26 15:01:30 GMT", 90),
        ("Mon Mar  2 15:01:30 2026", 90),
        ("Mon, 02 Mar 2026 17:00:00 GMT", 3_600),
        ("Mon, 02 Mar 2026 14:59:59 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3_600),
        ("Mon, 02 Mar 99999 15:00:00 GMT", 0),
        ("-90", 0),
        ("1.5", 0),
        ("٩٠", 0),
        ("soon", 0),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_and_an_hour_at_most(retry_after: str, wait_s: int):
    now = datetime(2026, 3, 2, 15, tzinfo=UTC)

    assert wait_of(retry_after, now=now) == timedelta(seconds=wait_s)


@given(st.text(max_size=60) | st.text("0123456789 :,GMTMonarFeb-+", max_size=40))
def test_no_retry_after_breaks_the_reading_of_an_answer(retry_after: str):
    wait = wait_of(retry_after, now=datetime(2026, 3, 2, 15, tzinfo=UTC))

    assert timedelta(0) <= wait <= LONGEST_WAIT


async def test_dead_endpoints_do_not_hold_up_the_others(desk: Desk):
    """They take every call and answer none; all calls of the living are answered meanwhile."""
    never = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    async with AsyncExitStack() as stack:
        dead = [await stack.enter_async_context(receiving(hang)) for _ in range(3)]
        living = [await stack.enter_async_context(receiving()) for _ in range(3)]
        for each in (*dead, *living):
            await desk.add(each.url, calls_a_minute=6_000)
        await desk.tell(*range(50))

        async with working(desk.platform):
            for each in living:
                await arrived(each, 50)
            assert {len(each.received) for each in dead} == {4}
        never.set()

    assert all(sorted(each.numbers) == list(range(50)) for each in living)


async def test_few_free_places_go_to_whoever_has_less_than_four_calls_under_way(
    desk: Desk, receiver: Receiver
):
    await desk.add(receiver.url)
    await desk.tell(*range(6))
    await Hooks(desk.platform).fan_out()

    async with system_scope(desk.platform, "test") as scope:
        claims = [len(await claim(scope, most=1, failing=False, lease=LEASE)) for _ in range(5)]

    assert claims == [1, 1, 1, 1, 0]


async def test_more_endpoints_that_hang_than_there_are_places_do_not_hold_up_the_others(
    desk: Desk, receiver: Receiver
):
    """Nothing was known against them: all their calls are begun before one of them has failed."""
    never = asyncio.Event()

    async def hang(_: web.Request) -> web.StreamResponse:
        await never.wait()
        return web.Response()

    async with receiving(hang) as dead:
        for _ in range(AT_ONCE // EACH_AT_ONCE + 1):
            await desk.add(dead.url, calls_a_minute=6_000)
        async with working(desk.platform):
            await desk.tell(*range(EACH_AT_ONCE))
            await arrived(dead, AT_ONCE)
            await desk.add(receiver.url, "test.happened", calls_a_minute=6_000)
            await desk.tell(7)
            await arrived(receiver, 1)
            assert {row.last_error for row in await desk.deliveries()} == {None}
        never.set()

    assert receiver.numbers == [7]


async def test_no_more_is_sent_in_a_minute_than_an_endpoint_takes(desk: Desk, receiver: Receiver):
    made = await desk.add(receiver.url, calls_a_minute=60)
    await desk.tell(*range(20))

    async with working(desk.platform):
        await arrived(receiver, 5)
        row = await desk.endpoint(made.endpoint.id)

    # five seconds' worth at once, and then one a second
    assert len(receiver.received) <= 5 + (datetime.now(UTC) - made.endpoint.created_at).total_seconds()
    assert row.full_at >= made.endpoint.created_at + timedelta(seconds=len(receiver.received) - 1)


# -- the end of an endpoint ----------------------------------------------------------------------------------


async def kinds_of_events(desk: Desk) -> list[tuple[str, str]]:
    rows = await desk.ask("SELECT kind, data->>'reason' FROM events WHERE kind = 'hooks.endpoint_disabled'")
    return [(row[0], row[1]) for row in rows]


async def test_after_days_of_failures_it_is_disabled_and_an_event_says_so(desk: Desk, receiver: Receiver):
    receiver.answer(500)
    made = await desk.add(receiver.url)
    await desk.tell(1, 2)

    async def disabled() -> Any:
        row = await desk.endpoint(made.endpoint.id)
        return row if row.state == "disabled" else None

    async with working(desk.platform):
        await arrived(receiver, 2)
        await desk.change("UPDATE hook_endpoints SET failing_since = now() - interval '5 days'")
        await desk.make_due()
        row = await until(disabled)
        sent = len(receiver.received)
        await desk.make_due()
        await desk.tell(3)

        async def waits() -> bool:
            return len(await desk.deliveries()) == 3

        await until(waits)

    assert row.state_detail.startswith("Every call failed since ")
    assert await kinds_of_events(desk) == [("hooks.endpoint_disabled", "failing")]
    assert len(receiver.received) <= sent + 1  # one may have been under way


async def test_one_that_says_it_is_gone_is_disabled_at_once(desk: Desk, receiver: Receiver):
    receiver.answer(410)
    made = await desk.add(receiver.url)
    await desk.tell(1)

    async with working(desk.platform):
        await desk.tried(1)

    assert (await desk.endpoint(made.endpoint.id)).state == "disabled"
    assert await kinds_of_events(desk) == [("hooks.endpoint_disabled", "gone")]


# -- one call ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "error"),
    [("127.0.0.1", "No connection"), ("localhost", "Its name leads into a private network")],
)
async def test_an_address_of_ours_is_refused_at_the_call(receiver: Receiver, host: str, error: str):
    """What was public when it was entered may lead elsewhere by now."""
    async with open_client(allow_private_addresses=False) as client:
        outcome = await call(client, receiver.url.replace("127.0.0.1", host), b"{}", {}, timeout_s=5)

    assert (outcome.status, outcome.delivered, outcome.error) == (None, False, error)
    assert receiver.received == []


async def test_of_an_endless_answer_a_kilobyte_is_read(receiver: Receiver):
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"\x00" + b"x" * 65_536)

    receiver.answering = endless
    async with open_client(allow_private_addresses=True) as client:
        outcome = await call(client, receiver.url, b"{}", {}, timeout_s=10)

    assert outcome.status == 200
    assert outcome.answer == "\ufffd" + "x" * 1_023


async def test_an_answer_that_never_ends_is_waited_for_only_so_long(receiver: Receiver):
    async def slow(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await asyncio.Event().wait()
        return response

    receiver.answering = slow
    async with open_client(allow_private_addresses=True) as client:
        outcome = await call(client, receiver.url, b"{}", {}, timeout_s=0.2)

    assert outcome.error == "No answer within 0.2 seconds"


async def test_nobody_there_is_an_outcome(receiver: Receiver):
    async with open_client(allow_private_addresses=True) as client:
        outcome = await call(client, "http://127.0.0.1:9/in", b"{}", {}, timeout_s=5)

    assert outcome.error == "No connection"
