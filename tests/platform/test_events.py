"""Events: written with their change, read once in order, and told to readers wherever they are."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from printvision.platform.db import libpq_url, run
from printvision.platform.events import (
    CHANNEL,
    COALESCE_S,
    Event,
    Position,
    Relay,
    Stored,
    get_position,
    publish,
    read_events,
    save_position,
)
from printvision.platform.runtime import Platform
from printvision.platform.scope import WorkspaceScope, system_scope
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.waiting import until

NEVER_S = 3_600.0
SUBJECT = UUID("0198f000-0000-7000-8000-000000000001")


class Counted(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "test.counted"
    number: int


def counted(number: int, subject: UUID = SUBJECT) -> Counted:
    return Counted(subject_id=subject, number=number)


async def tell(workspace: MadeWorkspace, *numbers: int) -> None:
    async with workspace.scope() as scope:
        publish(scope, *map(counted, numbers))


async def look(platform: Platform, *, reader: str = "reader", limit: int = 500) -> list[Stored]:
    """One look of a reader, with its cursor moved in the same transaction."""
    async with system_scope(platform, "test") as scope:
        events = await read_events(scope, await get_position(scope, reader), limit=limit)
        if events:
            await save_position(scope, reader, Position(events[-1].xid, events[-1].seq))
    return list(events)


async def read(platform: Platform, count: int, *, reader: str = "reader", limit: int = 500) -> list[Stored]:
    """Look until there were `count` events. Another test's open transaction on this server may hold them up."""
    found: list[Stored] = []

    async def enough() -> bool:
        found.extend(await look(platform, reader=reader, limit=limit))
        return len(found) >= count

    await until(enough)
    return found


def numbers(events: Sequence[Stored]) -> list[int]:
    return [event.data["number"] for event in events]


class WorkFailed(Exception):
    pass


# -- written -----------------------------------------------------------------------------------------------------------


async def test_an_event_is_read_as_it_was_told(platform: Platform, workspace: MadeWorkspace):
    subject = uuid4()
    async with workspace.scope() as scope:
        publish(scope, counted(7, subject))

    [event] = await read(platform, 1)

    assert (event.workspace_id, event.kind, event.subject_id) == (workspace.id, "test.counted", subject)
    assert event.data == {"number": 7}
    assert event.at.tzinfo is not None


async def test_a_roll_back_leaves_no_event_and_wakes_nobody(
    platform: Platform, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
):
    woken: list[str] = []
    monkeypatch.setattr(platform.relay, "wake", lambda: woken.append("woken"))
    with suppress(WorkFailed):
        async with workspace.scope() as scope:
            publish(scope, counted(1))
            raise WorkFailed
    assert woken == []

    await tell(workspace, 2)

    assert numbers(await read(platform, 1)) == [2]
    assert woken == ["woken"]


async def test_the_end_of_a_savepoint_wakes_nobody(
    platform: Platform, workspace: MadeWorkspace, monkeypatch: pytest.MonkeyPatch
):
    woken: list[str] = []
    monkeypatch.setattr(platform.relay, "wake", lambda: woken.append("woken"))
    async with workspace.scope() as scope:
        publish(scope, counted(1))
        async with scope.session.begin_nested():
            publish(scope, counted(2))
        assert woken == []

    assert set(woken) == {"woken"}
    assert numbers(await read(platform, 2)) == [1, 2]


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'other'", "DELETE FROM events"])
async def test_the_application_only_ever_adds_events(workspace: MadeWorkspace, statement: str):
    await tell(workspace, 1)

    with pytest.raises(DBAPIError, match="permission denied"):
        async with workspace.scope() as scope:
            await scope.session.execute(text(statement))


async def test_another_workspace_sees_none_of_it(platform: Platform, workspace: MadeWorkspace):
    other = await make_workspace(platform)
    await tell(workspace, 1)
    await tell(other, 2)
    await read(platform, 2)

    async with other.scope() as scope:
        seen = await read_events(scope, Position())

    assert numbers(seen) == [2]
    assert {event.workspace_id for event in seen} == {other.id}


async def test_an_event_for_another_workspace_is_refused(platform: Platform, workspace: MadeWorkspace):
    other = await make_workspace(platform)

    with pytest.raises(DBAPIError, match="row-level security"):
        async with workspace.scope() as scope:
            await scope.session.execute(
                text(
                    "INSERT INTO events (workspace_id, kind, subject_id, data, at) VALUES (:w, 'k', :w, '{}', now())"
                ),
                {"w": other.id},
            )


async def begin_writing(scope: WorkspaceScope) -> None:
    """From now on the transaction has its id, by which its events are read, as if it had changed a row."""
    await run(scope.session, "SELECT pg_current_xact_id()")


# -- read --------------------------------------------------------------------------------------------------------------


async def test_a_late_commit_is_neither_skipped_nor_read_twice(platform: Platform, workspace: MadeWorkspace):
    async with workspace.scope() as early:
        publish(early, counted(1))
        await begin_writing(early)
        await tell(workspace, 2)
        await tell(workspace, 3)
        assert await look(platform) == []  # the early one may still come before them

    assert numbers(await read(platform, 3)) == [1, 2, 3]
    assert await look(platform) == []


async def test_an_open_transaction_without_writing_holds_nobody_up(
    platform: Platform, workspace: MadeWorkspace
):
    async with workspace.scope() as idle:
        await idle.session.execute(text("SELECT count(*) FROM events"))
        await tell(workspace, 1)

        assert numbers(await read(platform, 1)) == [1]


async def test_a_transaction_that_was_rolled_back_holds_nobody_up(
    platform: Platform, workspace: MadeWorkspace
):
    with suppress(WorkFailed):
        async with workspace.scope() as scope:
            publish(scope, counted(1))
            await begin_writing(scope)
            await tell(workspace, 2)
            raise WorkFailed

    assert numbers(await read(platform, 1)) == [2]


async def test_many_writers_that_overlap_are_read_once_and_each_in_its_order(
    platform: Platform, workspace: MadeWorkspace
):
    writers, each = 6, 8
    rng = random.Random(1)

    async def write(writer: int) -> None:
        for turn in range(each):
            async with workspace.scope() as scope:
                publish(scope, counted(writer * 100 + turn))
                await begin_writing(scope)
                await asyncio.sleep(rng.random() * 0.01)  # so that they end in another order than they began
                publish(scope, counted(writer * 100 + turn + 50))

    reading = asyncio.create_task(read(platform, writers * each * 2, limit=7))
    await asyncio.gather(*(write(writer) for writer in range(writers)))
    found = await reading

    assert len({event.seq for event in found}) == len(found) == writers * each * 2
    assert [(event.xid, event.seq) for event in found] == sorted((event.xid, event.seq) for event in found)
    for writer in range(writers):
        own = [number for number in numbers(found) if number // 100 == writer]
        assert own == [writer * 100 + turn + half for turn in range(each) for half in (0, 50)]


async def test_a_batch_may_end_within_a_transaction(platform: Platform, workspace: MadeWorkspace):
    await tell(workspace, *range(7))

    first = await read(platform, 3, limit=3)
    rest = await read(platform, 4, limit=3)

    assert numbers(first) == [0, 1, 2]
    assert numbers(rest) == [3, 4, 5, 6]


async def test_of_one_subject_the_sequence_tells_what_came_first(
    platform: Platform, workspace: MadeWorkspace
):
    """One that wrote something else first and then waited for the subject is read first, and its `seq` is later."""
    statement = text("SELECT id FROM workspaces FOR UPDATE")
    async with workspace.scope() as waits:
        await waits.session.execute(text("SELECT pg_current_xact_id()"))
        async with workspace.scope() as scope:
            await scope.session.execute(statement)
            publish(scope, counted(1))
        await waits.session.execute(statement)
        publish(waits, counted(2))

    found = await read(platform, 2)

    assert numbers(found) == [2, 1]
    assert numbers(sorted(found, key=lambda event: event.seq)) == [1, 2]


async def test_the_cursor_moves_with_the_work_or_not_at_all(platform: Platform, workspace: MadeWorkspace):
    await tell(workspace, 1)
    await read(platform, 1, reader="warm up")
    with suppress(WorkFailed):
        async with system_scope(platform, "test") as scope:
            events = await read_events(scope, await get_position(scope, "reader"))
            await save_position(scope, "reader", Position(events[-1].xid, events[-1].seq))
            raise WorkFailed

    assert numbers(await look(platform)) == [1]
    assert numbers(await look(platform)) == []


async def test_readers_of_one_name_take_turns_and_of_two_names_read_all(
    platform: Platform, workspace: MadeWorkspace
):
    await tell(workspace, *range(20))
    await read(platform, 20, reader="warm up")

    shared = await asyncio.gather(*(look(platform, limit=5) for _ in range(6)))
    own = await look(platform, reader="another")

    assert sorted(number for part in shared for number in numbers(part)) == list(range(20))
    assert numbers(own) == list(range(20))


# -- told --------------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def relay_of_another_process(platform: Platform) -> AsyncGenerator[Relay]:
    relay = Relay(libpq_url(platform.urls.direct))
    before = await listeners(platform)
    await relay.start()
    try:
        await relay.wait(0)  # somebody is here to be woken
        await until(lambda: more_listeners(platform, before))
        yield relay
    finally:
        await relay.stop()


async def backends(platform: Platform, verb: str) -> set[int]:
    """Connections to this test's database whose last statement was LISTEN or NOTIFY."""
    async with system_scope(platform, "test") as scope:
        rows = await scope.session.execute(
            text(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query = :query"
                " AND state = 'idle'"
            ),
            {"query": f"{verb} {CHANNEL}"},
        )
        return set(rows.scalars())


async def listeners(platform: Platform) -> set[int]:
    return await backends(platform, "LISTEN")


async def more_listeners(platform: Platform, before: set[int]) -> bool:
    return bool(await listeners(platform) - before)


async def terminate(platform: Platform, pids: set[int]) -> None:
    async with system_scope(platform, "test") as scope:
        ended = await scope.session.execute(
            text(
                "SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000))"
                " FROM unnest(CAST(:pids AS int[])) AS pid"
            ),
            {"pids": list(pids)},
        )
        assert ended.scalar_one() == len(pids)


class Waiting:
    """A reader that would sleep for an hour if nobody woke it."""

    def __init__(self, relay: Relay) -> None:
        self._ticks = relay.ticks(NEVER_S)

    async def start(self) -> Waiting:
        """Take the tick that comes at once, and those of what happened before."""
        await anext(self._ticks)
        return self

    async def woken(self) -> None:
        async with asyncio.timeout(20):
            await anext(self._ticks)


async def test_a_commit_wakes_the_readers_of_every_process(platform: Platform, workspace: MadeWorkspace):
    async with relay_of_another_process(platform) as other:
        here, there = await Waiting(platform.relay).start(), await Waiting(other).start()

        await tell(workspace, 1)

        await here.woken()
        await there.woken()


async def test_a_process_in_which_nobody_waits_does_not_listen(platform: Platform, workspace: MadeWorkspace):
    await tell(workspace, 1)
    await until(lambda: some_backend(platform, "NOTIFY"))
    assert await listeners(platform) == set()

    await Waiting(platform.relay).start()

    await until(lambda: more_listeners(platform, set()))


async def test_without_an_address_readers_of_this_process_are_woken(workspace: MadeWorkspace):
    relay = Relay(None)
    await relay.start()
    try:
        reader = await Waiting(relay).start()
        relay.wake()
        await reader.woken()
    finally:
        await relay.stop()


async def test_a_wake_up_while_the_reader_is_busy_is_not_lost():
    relay = Relay(None)
    await relay.start()
    try:
        bystander = asyncio.create_task((await Waiting(relay).start()).woken())
        busy = await Waiting(relay).start()
        relay.wake()
        await bystander  # the wake-up has happened, and nobody waited on behalf of `busy`

        await busy.woken()
    finally:
        await relay.stop()


async def test_without_any_wake_up_a_reader_looks_again():
    ticks = Relay(None).ticks(0.01)

    async with asyncio.timeout(20):
        for _ in range(3):
            await anext(ticks)


async def test_a_burst_of_commits_is_told_at_most_once_in_20_ms(platform: Platform, workspace: MadeWorkspace):
    async with AsyncExitStack() as stack:
        hears = await stack.enter_async_context(
            await psycopg.AsyncConnection.connect(libpq_url(platform.urls.direct), autocommit=True)
        )
        await hears.execute(f"LISTEN {CHANNEL}")
        clock = asyncio.get_running_loop().time
        began = clock()

        for number in range(60):
            await tell(workspace, number)
            platform.relay.wake()
        heard = 0
        async with asyncio.timeout(20):
            while heard == 0 or [told async for told in hears.notifies(timeout=5 * COALESCE_S, stop_after=1)]:
                heard += 1

        assert 1 <= heard <= 2 + (clock() - began) / COALESCE_S


async def test_readers_are_woken_again_after_the_listening_connection_was_lost(
    platform: Platform, workspace: MadeWorkspace
):
    async with relay_of_another_process(platform) as other:
        lost = await listeners(platform)
        await terminate(platform, lost)
        await until(lambda: more_listeners(platform, lost))
        await until(lambda: is_quiet(other))
        reader = await Waiting(other).start()

        await tell(workspace, 1)

        await reader.woken()


async def is_quiet(relay: Relay) -> bool:
    """Whether no wake-up came for a while, so that the next one is the one that the test asks for."""
    seen = relay.generation
    await relay.wait(0.2)
    return relay.generation == seen


async def test_a_listener_that_was_away_looks_at_what_it_missed(platform: Platform):
    async with relay_of_another_process(platform) as other:
        await until(lambda: is_quiet(other))
        reader = await Waiting(other).start()

        await terminate(platform, await listeners(platform))

        await reader.woken()


async def test_others_are_told_although_the_notifying_connection_was_lost(
    platform: Platform, workspace: MadeWorkspace
):
    async with relay_of_another_process(platform) as other:
        await tell(workspace, 1)
        await until(lambda: some_backend(platform, "NOTIFY"))
        await terminate(platform, await backends(platform, "NOTIFY"))
        await until(lambda: is_quiet(other))
        reader = await Waiting(other).start()

        await tell(workspace, 2)

        await reader.woken()


async def some_backend(platform: Platform, verb: str) -> bool:
    return bool(await backends(platform, verb))


async def test_a_relay_that_stops_leaves_no_connection(platform: Platform, workspace: MadeWorkspace):
    await tell(workspace, 1)
    await until(lambda: some_backend(platform, "NOTIFY"))

    await platform.relay.stop()

    async def none_left() -> bool:
        return not await some_backend(platform, "NOTIFY") and not await some_backend(platform, "LISTEN")

    await until(none_left)


async def test_a_relay_without_a_database_keeps_waking_its_own_readers():
    relay = Relay("postgresql://nobody@127.0.0.1:1/nothing")
    await relay.start()
    try:
        reader = await Waiting(relay).start()
        for _ in range(2):
            relay.wake()
            await reader.woken()
    finally:
        await relay.stop()
