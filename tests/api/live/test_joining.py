"""How a stream goes over from what it has to make up for to what happens now, whatever happens in between."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

import msgspec
import pytest

from printvision.accounts import SignedIn
from printvision.api.live.errors import ReaderTooSlow
from printvision.api.live.stream import Item, Stream, Told
from printvision.platform.events import Position
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.scope import Principal

WHO = SignedIn(Principal.work("test"), WorkspaceId(new_id()), Tier.FREE)
KINDS = frozenset({"test.seen"})
PART = 3
AT = datetime(2026, 3, 1, tzinfo=UTC)


class Table:
    """A hub over a list of numbers, each an event at that position; what others do happens while it is read."""

    def __init__(self, chance: random.Random, told: int) -> None:
        self.position = Position(told)
        self.streams: list[Stream] = []
        self._chance = chance

    def open(self, after: int, *, room: int = 10_000) -> Stream:
        stream = Stream(self, WHO, KINDS, Position(after), room=room)
        self.streams.append(stream)
        return stream

    def tell(self, count: int = 1) -> None:
        for _ in range(count):
            self.position = Position(self.position.xid + 1)
            for stream in [*self.streams]:
                stream.put(told(self.position.xid))

    async def missed(self, stream: Stream, up_to: Position) -> tuple[list[Told], bool]:
        found = [told(number) for number in range(stream.floor.xid + 1, up_to.xid + 1)][:PART]
        await asyncio.sleep(0)
        if self._chance.random() < 0.5:
            self.tell(self._chance.randint(1, 4))
        return found, len(found) < PART

    def heartbeat(self, stream: Stream, position: Position) -> Item:
        return Item(str(position.xid), None)

    def leave(self, stream: Stream) -> None:
        self.streams.remove(stream)


def told(number: int) -> Told:
    return Told(Position(number), "test.seen", Item(str(number), msgspec.Raw(b"{}")))


def make_beat_due(stream: Stream) -> None:
    stream.beat(asyncio.get_running_loop().time(), within_s=1e9, heartbeat_s=1e9)


async def read(stream: Stream, last: int) -> list[int]:
    """What comes up to and with the event `last`; heartbeats must not run ahead of events."""
    found: list[int] = []
    while not found or found[-1] != last:
        item = await anext(stream)
        if item.data is not None:
            found.append(int(item.id))
        elif found:
            assert int(item.id) >= found[-1]
    return found


@pytest.mark.parametrize("seed", range(200))
async def test_each_event_is_given_once_and_in_order_however_the_hub_goes_on(seed: int):
    chance = random.Random(seed)
    table = Table(chance, told=chance.randint(0, 12))
    after = chance.randint(0, table.position.xid)
    stream = table.open(after)
    found: list[int] = []

    for _ in range(chance.randint(1, 30)):
        table.tell(chance.choice((0, 0, 1, 2)))
        if chance.random() < 0.2:
            make_beat_due(stream)
        item = await anext(stream) if table.position.xid > (found or [after])[-1] else None
        found += [int(item.id)] if item and item.data is not None else []
    table.tell()
    last = table.position.xid
    found += await read(stream, last)

    assert found == list(range(after + 1, last + 1))


async def test_a_heartbeat_never_stands_beyond_what_was_given():
    table = Table(random.Random(0), told=5)
    stream = table.open(after=0)

    assert [(await anext(stream)).id for _ in range(2)] == ["0", "1"]
    make_beat_due(stream)
    assert [(await anext(stream)).id for _ in range(2)] == ["2", "3"]
    assert await anext(stream) == Item("3", None)


async def test_one_that_has_much_to_make_up_for_is_not_cut_off_for_what_happens_meanwhile():
    table = Table(random.Random(0), told=10)
    stream = table.open(after=0, room=2)
    found: list[int] = []

    while len(found) < 30:
        table.tell(1 if table.position.xid < 30 else 0)
        item = await anext(stream)
        found += [int(item.id)] if item.data is not None else []

    assert found == list(range(1, 31))


async def test_one_for_which_too_much_waits_is_cut_off_and_given_nothing_more():
    table = Table(random.Random(0), told=0)
    stream = table.open(after=0, room=2)
    await anext(stream)
    reading = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    table.tell(1)
    assert (await reading).id == "1"

    table.tell(3)

    assert table.streams == []
    with pytest.raises(ReaderTooSlow):
        await anext(stream)
