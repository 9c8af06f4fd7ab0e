"""Events over a real connection: in order, without a gap, once, to whom they may be shown."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import msgspec
import pytest
from sqlalchemy import text

from printvision.accounts import Permission, revoke_key
from printvision.api.application import make_application
from printvision.api.live import hub_of
from printvision.api.live.ids import EventIds
from printvision.orders.events import OrderReleased
from printvision.platform.events import Position, publish
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings
from printvision.platform.telemetry import REGISTRY
from printvision.products.events import ProductAdded
from tests.api.conftest import opener
from tests.api.live.telling import SUBJECT, held, numbers, tell
from tests.api.live.watching import Watcher, watching
from tests.api.wire import Answer, Wire, serving
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.waiting import until

STREAM = "/api/v1/events/stream"


def problem(answer: Answer, status: int, code: str) -> dict[str, Any]:
    assert (answer.status, answer.json["code"]) == (status, code), answer
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json


# -- given -------------------------------------------------------------------------------------------------------------


async def test_an_event_arrives_as_it_was_told(wire: Wire, workspace: MadeWorkspace, key: str):
    async with watching(wire, key) as watcher:
        await tell(workspace, 7)

        event = await watcher.event()

    assert datetime.fromisoformat(event.pop("at")).tzinfo is not None
    assert event == {"kind": "orders.held", "subject_id": str(SUBJECT), "data": {"reason": "7"}}
    assert watcher.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert watcher.headers["cache-control"] == "no-cache, no-transform"
    assert watcher.headers["x-accel-buffering"] == "no"


async def test_events_arrive_in_their_order(wire: Wire, workspace: MadeWorkspace, key: str):
    async with watching(wire, key) as watcher:
        for number in range(20):
            await tell(workspace, 2 * number, 2 * number + 1)

        assert numbers(await watcher.events(40)) == list(range(40))


async def test_an_event_told_in_another_process_arrives(
    wire: Wire, workspace: MadeWorkspace, key: str, settings: Settings
):
    async with open_platform(settings) as elsewhere, watching(wire, key) as watcher:
        await tell(MadeWorkspace(elsewhere, workspace.id), 1)

        assert numbers([await watcher.event()]) == [1]


async def test_each_of_many_streams_gets_each_event_of_its_workspace_alone(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    other = await make_workspace(platform)
    async with AsyncExitStack() as stack:
        ours = [await stack.enter_async_context(watching(wire, key)) for _ in range(3)]
        theirs = await stack.enter_async_context(watching(wire, (await other.key()).reveal()))

        for number in range(10):
            await tell(workspace, number)
            await tell(other, 100 + number)

        for watcher in ours:
            assert numbers(await watcher.events(10)) == list(range(10))
        assert numbers(await theirs.events(10)) == list(range(100, 110))


async def test_a_quiet_stream_beats_and_its_beats_can_be_resumed_from(
    wire: Wire, workspace: MadeWorkspace, key: str
):
    async with watching(wire, key) as watcher:
        beat = await watcher.named("ping")
    assert beat.data == {}
    await tell(workspace, 1)

    async with watching(wire, key, last_id=beat.id) as watcher:
        assert numbers([await watcher.event()]) == [1]


# -- chosen ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["orders.held", "products.added", "orders.released"]),
        ("?kinds=orders", ["orders.held", "orders.released"]),
        ("?kinds=orders.released&kinds=products", ["products.added", "orders.released"]),
    ],
)
@pytest.mark.parametrize("resumed", [False, True])
async def test_a_stream_carries_the_kinds_it_was_asked_for(
    wire: Wire, workspace: MadeWorkspace, key: str, query: str, expected: list[str], resumed: bool
):
    async def tell_them() -> None:
        async with workspace.scope() as scope:
            publish(
                scope,
                held(1),
                ProductAdded(subject_id=SUBJECT, variants=1),
                OrderReleased(subject_id=SUBJECT, reason="2", by="test"),
            )

    async with watching(wire, key) as first:
        if resumed:
            await tell_them()
            await first.events(3)
    async with watching(wire, key, query=query, last_id=first.first_id if resumed else "") as watcher:
        if not resumed:
            await tell_them()

        assert [event["kind"] for event in await watcher.events(len(expected))] == expected


async def test_one_sees_events_of_what_one_may_read(wire: Wire, workspace: MadeWorkspace):
    key = (await workspace.key(Permission.PRODUCTS_READ)).reveal()
    async with watching(wire, key) as watcher:
        async with workspace.scope() as scope:
            publish(scope, held(1), ProductAdded(subject_id=SUBJECT, variants=1))

        assert (await watcher.event())["kind"] == "products.added"

    refused = problem(
        await wire.request("GET", STREAM + "?kinds=orders", key=key), 403, "access/permission-missing"
    )
    assert refused["permission"] == "orders:order:read"


async def test_a_key_that_may_read_nothing_opens_nothing(wire: Wire, workspace: MadeWorkspace):
    key = (await workspace.key_without_permissions()).reveal()

    problem(await wire.request("GET", STREAM, key=key), 403, "access/permission-missing")


@pytest.mark.parametrize("kind", ["nothing", "orders.nothing", "order", "orders.", "", "test.counted"])
async def test_an_unknown_kind_is_refused(wire: Wire, key: str, kind: str):
    refused = problem(await wire.request("GET", f"{STREAM}?kinds={kind}", key=key), 422, "rule-broken")

    assert refused["errors"] == [{"path": "kinds[0]", "message": "Not a kind of event"}]


async def test_nobody_watches_without_a_key(wire: Wire):
    problem(await wire.request("GET", STREAM), 401, "access/key-missing")


# -- resumed -----------------------------------------------------------------------------------------------------------


async def test_what_was_told_during_a_cut_is_made_up_for(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    async with watching(wire, key) as watcher:
        await tell(workspace, 0, 1, 2)
        await watcher.events(2)
    await until(lambda: nobody_watches(platform))
    await tell(workspace, *range(3, 1_200))

    async with watching(wire, key, last_id=watcher.last_id) as watcher:
        await tell(workspace, 1_200)
        assert numbers(await watcher.events(1_199)) == list(range(2, 1_201))


async def test_the_id_may_be_given_in_the_query(wire: Wire, workspace: MadeWorkspace, key: str):
    async with watching(wire, key) as watcher:
        await tell(workspace, 1)
        await watcher.event()
    await tell(workspace, 2)

    async with watching(wire, key, query=f"?after={watcher.last_id}") as watcher:
        assert numbers([await watcher.event()]) == [2]


async def test_an_event_that_commits_late_is_not_skipped(wire: Wire, workspace: MadeWorkspace, key: str):
    async with watching(wire, key) as watcher:
        async with workspace.scope() as early:
            await early.session.execute(text("SELECT pg_current_xact_id()"))
            await tell(workspace, 2)
            publish(early, held(1))

        assert numbers(await watcher.events(2)) == [1, 2]


async def test_what_a_silent_transaction_holds_up_comes_as_soon_as_that_ends(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str, monkeypatch: pytest.MonkeyPatch
):
    """Nobody is woken by its end, and here the hub would not look again by itself for an hour."""
    monkeypatch.setattr(platform.relay, "ticks", partial(platform.relay.ticks, 3_600.0))
    async with watching(wire, key) as watcher:
        async with workspace.scope() as silent:
            await silent.session.execute(text("SELECT pg_current_xact_id()"))
            await tell(workspace, 1)
            begins = hub_of(platform).position
            await until(lambda: nobody_is_woken(platform))
            assert hub_of(platform).position == begins

        assert numbers([await watcher.event()]) == [1]


async def nobody_is_woken(platform: Platform) -> bool:
    """Whether no wake-up came for a while."""
    seen = platform.relay.generation
    await platform.relay.wait(0.3)
    return platform.relay.generation == seen


@pytest.mark.parametrize("seed", range(6))
async def test_across_cuts_and_late_commits_each_event_comes_once_in_order(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str, seed: int
):
    """Transactions that overlap at random, and a reader that is cut at random: it gets what a reader that was never
    cut gets, which is each event once.
    """
    chance = random.Random(seed)
    count = 60
    async with watching(wire, key) as steady:
        telling = asyncio.create_task(tell_overlapping(workspace, count, chance))
        cut = await read_with_cuts(wire, key, steady.last_id, count, random.Random(seed + 1_000))
        whole = numbers(await steady.events(count))
        await telling

    assert sorted(whole) == list(range(count))
    assert cut == whole


async def tell_overlapping(workspace: MadeWorkspace, count: int, chance: random.Random) -> None:
    """Up to three transactions open at once, begun in order and committed in any."""
    waiting = list(range(count))
    open_: list[tuple[int, AsyncExitStack]] = []
    while waiting or open_:
        if waiting and len(open_) < 3 and chance.random() < 0.6:
            stack = AsyncExitStack()
            scope = await stack.enter_async_context(workspace.scope())
            if chance.random() < 0.7:
                await scope.session.execute(text("SELECT pg_current_xact_id()"))
            publish(scope, held(waiting.pop(0)))
            open_.append((0, stack))
        elif open_:
            await open_.pop(chance.randrange(len(open_)))[1].aclose()


async def read_with_cuts(wire: Wire, key: str, begin: str, count: int, chance: random.Random) -> list[int]:
    found: list[int] = []
    last_id = begin
    while len(found) < count:
        async with watching(wire, key, last_id=last_id) as watcher:
            with suppress(
                asyncio.IncompleteReadError
            ):  # cut by the server: on a stalled machine it may be too slow
                for _ in range(min(chance.randint(1, 9), count - len(found))):
                    found += numbers([await watcher.event()])
                    last_id = watcher.last_id
    return found


async def test_an_id_of_another_process_that_is_ahead_is_taken(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str, monkeypatch: pytest.MonkeyPatch
):
    async with watching(wire, key) as watcher:
        await tell(workspace, 1)
        await watcher.event()
        hub = hub_of(platform)
        monkeypatch.setattr(hub, "_position", Position(1, 0))  # as if it had read nothing yet

        async with watching(wire, key, last_id=watcher.last_id) as resumed:
            await tell(workspace, 2)

            assert numbers([await resumed.event()]) == [2]


# -- refused -----------------------------------------------------------------------------------------------------------


async def refused(wire: Wire, key: str, last_id: str, status: int, code: str) -> dict[str, Any]:
    return problem(await wire.request("GET", STREAM, key=key, last_event_id=last_id), status, code)


async def test_an_id_of_another_workspace_is_refused(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    other = await make_workspace(platform)
    async with watching(wire, (await other.key()).reveal()) as watcher:
        await tell(other, 1)
        await watcher.event()

    await refused(wire, key, watcher.last_id, 422, "events/unknown-id")


@pytest.mark.parametrize("last_id", ["1", "x" * 48, "é" * 48, "A" * 47 + "=", "x" * 10_000])
async def test_an_id_that_is_not_ours_is_refused(wire: Wire, key: str, last_id: str):
    await refused(wire, key, last_id, 422, "events/unknown-id")


async def test_an_id_of_before_the_database_was_put_back_is_refused(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    ahead = EventIds(platform.keyring).write(workspace.id, Position(2**60, 1), datetime.now(UTC))

    await refused(wire, key, ahead, 422, "events/unknown-id")


async def test_an_id_that_is_too_old_is_refused(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    at = datetime.now(UTC) - timedelta(seconds=86_402)
    old = EventIds(platform.keyring).write(workspace.id, Position(1, 1), at)

    assert (await refused(wire, key, old, 410, "events/id-too-old"))["resumed_within_s"] == 86_400


async def test_a_workspace_has_only_so_many_streams(wire: Wire, platform: Platform, key: str):
    async with AsyncExitStack() as stack:
        for _ in range(8):
            await stack.enter_async_context(watching(wire, key))

        answer = await wire.request("GET", STREAM, key=key)

        assert problem(answer, 429, "events/too-many-streams")["limit"] == 8
        assert answer.headers["retry-after"] == "5"
    await until(lambda: nobody_watches(platform))
    async with watching(wire, key):
        pass


async def test_opening_streams_is_taken_from_the_budget_of_the_key(
    settings: Settings, platform: Platform, key: str
):
    server = msgspec.structs.replace(settings.server, requests_a_minute=2)
    platform.settings = msgspec.structs.replace(settings, server=server)
    app = make_application(settings, [], opener=opener(platform))
    async with serving(app, settings) as wire, watching(wire, key), watching(wire, key):
        problem(await wire.request("GET", STREAM, key=key), 429, "access/too-many-requests")


async def nobody_watches(platform: Platform) -> bool:
    return hub_of(platform).open_streams == 0


# -- ended -------------------------------------------------------------------------------------------------------------


async def test_a_reader_that_leaves_is_forgotten_at_once(wire: Wire, platform: Platform, key: str):
    async with watching(wire, key):
        assert hub_of(platform).open_streams == 1
        assert REGISTRY.get_sample_value("printvision_live_streams") == 1

    await until(lambda: nobody_watches(platform), within_s=5)
    assert REGISTRY.get_sample_value("printvision_live_streams") == 0


async def within(limit_s: float, awaited: Awaitable[Any]) -> Any:
    async with asyncio.timeout(limit_s):
        return await awaited


async def test_a_revoked_key_ends_its_streams_within_a_second(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    view, other = await workspace.made_key()
    async with watching(wire, other.reveal()) as revoked, watching(wire, key) as left:
        async with workspace.scope() as scope:
            await revoke_key(scope, view.id)

        last = await within(1.5, revoked.named("problem"))
        assert (last.data["code"], last.data["status"], last.id) == ("access/bad-key", 401, "")
        await within(1, revoked.ended())
        await tell(workspace, 1)
        assert numbers([await left.event()]) == [1]
    problem(await wire.request("GET", STREAM, key=other.reveal()), 401, "access/bad-key")


async def test_an_expired_key_ends_its_streams(wire: Wire, platform: Platform, workspace: MadeWorkspace):
    view, key = await workspace.made_key()
    async with watching(wire, key.reveal()) as watcher:
        async with system_scope(platform, "test") as scope:
            await scope.session.execute(
                text("UPDATE api_keys SET expires_at = now() WHERE id = :id"), {"id": view.id}
            )

        assert (await within(1.5, watcher.named("problem"))).data["code"] == "access/bad-key"


async def test_what_goes_wrong_on_the_way_is_told_as_a_problem_without_its_detail(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str, monkeypatch: pytest.MonkeyPatch
):
    async def fail(*_: Any) -> None:
        raise RuntimeError("of no concern to others")

    async with watching(wire, key) as first:
        await tell(workspace, 1)
        await first.event()
    await until(lambda: nobody_watches(platform))
    monkeypatch.setattr(hub_of(platform), "missed", fail)

    async with watching(wire, key, last_id=first.first_id) as watcher:
        last = await watcher.named("problem")
        assert (last.data["code"], last.data["status"], "detail" in last.data) == ("internal", 500, False)
        await watcher.ended()
    await until(lambda: nobody_watches(platform))


async def test_the_streams_end_when_the_server_stops(wire: Wire, platform: Platform, key: str):
    async with watching(wire, key) as one, watching(wire, key) as two:
        wire.stop.set()

        await within(2, asyncio.gather(one.ended(), two.ended()))
        await within(2, asyncio.shield(wire.served))
    assert hub_of(platform).open_streams == 0


async def test_a_slow_reader_is_cut_off_and_goes_on_where_it_was(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str
):
    count = 200
    async with watching(wire, key) as quick, watching(wire, key, limit=1_000) as slow:
        for number in range(count):
            await tell_at_length(workspace, number)
            assert lengthy([await quick.event()]) == [number]
        await until(lambda: only(platform, 1))

        found = await all_that_came(slow)
    assert 0 < len(found) < count

    while len(found) < count:
        async with watching(wire, key, last_id=slow.last_id) as slow:
            found += [await slow.event()]
            await tell(workspace, -1)  # others go on meanwhile
            found += await slow.events(count - len(found))
    assert lengthy(found) == list(range(count))


async def test_a_reader_that_takes_nothing_is_cut_off_though_little_happens(
    wire: Wire, platform: Platform, workspace: MadeWorkspace, key: str, settings: Settings
):
    async with watching(wire, key, limit=1_000):
        for number in range(settings.live.buffer):
            await tell_at_length(workspace, number, characters=200_000)

        await until(lambda: nobody_watches(platform))


async def tell_at_length(workspace: MadeWorkspace, number: int, characters: int = 100_000) -> None:
    """An event large enough to fill what lies between us and a reader."""
    async with workspace.scope() as scope:
        publish(scope, held(f"{number} {'x' * characters}"))


def lengthy(events: list[Any]) -> list[int]:
    return [int(event["data"]["reason"].split()[0]) for event in events]


async def only(platform: Platform, count: int) -> bool:
    return hub_of(platform).open_streams == count


async def all_that_came(watcher: Watcher) -> list[Any]:
    found: list[Any] = []
    try:
        while True:
            found.append(await watcher.event())
    except (EOFError, ConnectionError):
        return found


async def test_a_reader_that_does_not_read_does_not_hold_up_the_stop(
    wire: Wire, workspace: MadeWorkspace, key: str
):
    async with watching(wire, key, limit=1_000), watching(wire, key) as quick:
        for number in range(40):
            await tell_at_length(workspace, number, characters=200_000)
            await quick.event()

        wire.stop.set()

        await within(5.5, asyncio.shield(wire.served))
