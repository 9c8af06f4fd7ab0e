"""Many callers' work in one go: what arrives meanwhile is the next batch, and nobody answers for another's fault."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.exc import DataError, OperationalError

from printvision.webhooks.batches import Batches, Bounds
from printvision.webhooks.errors import TooBusy


class Desk:
    """Work that is held up until it is let go on, and remembers its batches."""

    def __init__(self) -> None:
        self.seen: list[list[str]] = []
        self.open = asyncio.Event()
        self.fails: dict[str, Exception] = {}

    async def work(self, items: Sequence[str]) -> Sequence[str | Exception]:
        self.seen.append(list(items))
        await self.open.wait()
        for item in items:
            if item in self.fails:
                raise self.fails[item]
        return [ValueError(item) if item.startswith("bad") else item.upper() for item in items]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def add_all(batches: Batches[str, str], *items: str) -> list[asyncio.Task[str]]:
    return [asyncio.create_task(batches.add(item, size=1)) for item in items]


async def until_seen(desk: Desk, count: int) -> None:
    async with asyncio.timeout(5):
        while len(desk.seen) < count:  # noqa: ASYNC110 -- nothing tells of it but the desk
            await asyncio.sleep(0)


async def outcomes(tasks: Sequence[asyncio.Task[str]]) -> list[str | BaseException]:
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_lone_caller_waits_for_nobody(desk: Desk):
    desk.open.set()

    assert await Batches(desk.work).add("a", size=1) == "A"
    assert desk.seen == [["a"]]


async def test_what_arrives_while_a_batch_is_under_way_is_the_next_one(desk: Desk):
    batches = Batches(desk.work)
    first = add_all(batches, "a")
    await until_seen(desk, 1)

    then = add_all(batches, "b", "c", "d")
    await asyncio.sleep(0)
    assert desk.seen == [["a"]]
    desk.open.set()

    assert await outcomes([*first, *then]) == ["A", "B", "C", "D"]
    assert desk.seen == [["a"], ["b", "c", "d"]]


async def test_a_batch_is_bounded(desk: Desk):
    desk.open.set()

    assert await outcomes(add_all(Batches(desk.work, Bounds(at_once=2)), "a", "b", "c")) == ["A", "B", "C"]
    assert desk.seen == [["a", "b"], ["c"]]


async def test_an_items_own_error_is_its_callers_alone(desk: Desk):
    desk.open.set()

    a, bad, c = await outcomes(add_all(Batches(desk.work), "a", "bad", "c"))

    assert (a, c) == ("A", "C")
    assert isinstance(bad, ValueError)
    assert desk.seen == [["a", "bad", "c"]]


async def test_where_one_may_have_failed_all_they_are_done_one_by_one(desk: Desk):
    desk.open.set()
    desk.fails["b"] = DataError("INSERT", None, Exception("too long"))

    a, b, c = await outcomes(add_all(Batches(desk.work), "a", "b", "c"))

    assert (a, b, c) == ("A", desk.fails["b"], "C")
    assert desk.seen == [["a", "b", "c"], ["a"], ["b"], ["c"]]


async def test_a_database_that_is_away_is_asked_once_for_all_of_them(desk: Desk):
    desk.open.set()
    away = desk.fails["b"] = OperationalError("INSERT", None, Exception("connection refused"))
    batches = Batches(desk.work)

    assert await outcomes(add_all(batches, "a", "b", "c")) == [away, away, away]
    assert desk.seen == [["a", "b", "c"]]
    assert await batches.add("d", size=1) == "D"


@pytest.mark.parametrize("bounds", [Bounds(waiting=2), Bounds(waiting_bytes=2)])
async def test_more_than_may_wait_is_refused_until_there_is_room(desk: Desk, bounds: Bounds):
    batches = Batches(desk.work, bounds)
    under_way = add_all(batches, "a")
    await until_seen(desk, 1)
    waiting = add_all(batches, "b", "c")
    await asyncio.sleep(0)

    with pytest.raises(TooBusy) as refused:
        await batches.add("d", size=1)

    assert (refused.value.status, refused.value.retry_after_s) == (503, 5)
    desk.open.set()
    assert await outcomes([*under_way, *waiting]) == ["A", "B", "C"]
    assert await batches.add("d", size=1) == "D"


async def test_a_caller_who_left_before_the_batch_began_is_left_out(desk: Desk):
    batches = Batches(desk.work)
    first = add_all(batches, "a")
    await until_seen(desk, 1)
    left, stayed = add_all(batches, "b", "c")
    await asyncio.sleep(0)

    left.cancel()
    await asyncio.sleep(0)
    desk.open.set()

    assert await outcomes([*first, stayed]) == ["A", "C"]
    assert desk.seen == [["a"], ["c"]]


async def test_a_caller_who_leaves_while_it_is_done_disturbs_nobody(desk: Desk):
    batches = Batches(desk.work)
    left, stayed = add_all(batches, "a", "b")
    await until_seen(desk, 1)

    left.cancel()
    await asyncio.sleep(0)
    desk.open.set()

    assert await outcomes([stayed]) == ["B"]
    assert left.cancelled()


async def test_closing_waits_for_what_waits(desk: Desk):
    batches = Batches(desk.work)
    tasks = add_all(batches, "a")
    await until_seen(desk, 1)
    tasks += add_all(batches, "b")
    await asyncio.sleep(0)
    desk.open.set()

    await batches.close()

    assert [task.result() for task in tasks] == ["A", "B"]
