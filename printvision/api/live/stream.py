"""One reader's stream: what it is still to be given, in order, with a bound."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import NamedTuple, Protocol

import msgspec

from printvision.accounts import SignedIn
from printvision.api.live.errors import ReaderTooSlow
from printvision.platform.errors import PrintVisionError
from printvision.platform.events import Position

SILENT_FOR: float = 3.0  # heartbeats not taken until a reader counts as gone


class Item(msgspec.Struct, frozen=True):
    """What a stream gives. Whoever comes back with `id` goes on right after it.

    Args:
        data: the event as JSON: `kind`, `subject_id`, `at` and its own `data`; None for a heartbeat.
    """

    id: str
    data: msgspec.Raw | None


class Told(NamedTuple):
    """An event as all its streams share it."""

    position: Position
    kind: str
    item: Item


class Source(Protocol):
    """Where a stream gets its events from: the process's hub."""

    @property
    def position(self) -> Position: ...

    def heartbeat(self, stream: Stream, position: Position) -> Item: ...

    def leave(self, stream: Stream) -> None: ...

    def missed(self, stream: Stream, up_to: Position) -> Awaitable[tuple[list[Told], bool]]: ...


class Stream(AsyncIterator[Item]):
    """Gives a heartbeat at once, then events and heartbeats until it is closed or ended.

    While it has something to make up for it reads that in parts, as fast as its reader takes them. Then it is
    handed events as the hub reads them; of these at most `room` wait.

    Raises:
        BadKey, SignedOut: the key was revoked or has expired, the session has ended.
        ReaderTooSlow: nobody took what waited.
    """

    def __init__(
        self, source: Source, who: SignedIn, kinds: frozenset[str], after: Position, *, room: int
    ) -> None:
        self.who = who
        self.kinds = kinds
        self.floor = after
        """Everything up to it was given, waits, or is not for this stream."""
        self.ended: PrintVisionError | None = None
        self._source = source
        self._room = room
        self._waiting: deque[Told] = deque()
        self._something = asyncio.Event()
        self._attached = False
        self._over = False
        self._beat_due = True
        self._reading = False
        self._given_s = asyncio.get_running_loop().time()
        self._interrupt: Callable[[], None] | None = None

    async def __anext__(self) -> Item:
        self._reading = True
        try:
            item = await self._next()
        finally:
            self._reading = False
        self._given_s = asyncio.get_running_loop().time()
        return item

    async def _next(self) -> Item:
        while True:
            if self._over:
                raise self.ended or StopAsyncIteration
            if self._waiting:
                return self._waiting.popleft().item
            if self._beat_due:
                self._beat_due = False
                return self._source.heartbeat(self, self._position())
            if not self._attached:
                await self._catch_up()
            else:
                self._something.clear()
                await self._something.wait()

    def _position(self) -> Position:
        # attached, it has been handed all that the hub read
        return max(self.floor, self._source.position) if self._attached else self.floor

    async def _catch_up(self) -> None:
        up_to = self._source.position
        if self.floor < up_to:
            missed, whole = await self._source.missed(self, up_to)
            self._waiting.extend(missed)
            self.floor = up_to if whole else missed[-1].position
        # Nothing is awaited in between: what the hub reads from here on, it hands over. One that has much to give first
        # would soon have no room for it, and reads again instead.
        self._attached = self.floor >= self._source.position and len(self._waiting) <= self._room // 2

    def put(self, told: Told) -> None:
        """Hand over an event that the hub has read."""
        if not self._attached or told.kind not in self.kinds or told.position <= self.floor:
            return
        if len(self._waiting) >= self._room:
            self.end(ReaderTooSlow())
            return
        self.floor = told.position
        self._waiting.append(told)
        self._something.set()

    def beat(self, now_s: float, within_s: float, heartbeat_s: float) -> None:
        """Have a heartbeat given if nothing else would be given within `within_s`."""
        silent_s = now_s - self._given_s
        if not self._reading and silent_s > SILENT_FOR * heartbeat_s:
            self.end(ReaderTooSlow())
        elif silent_s + within_s >= heartbeat_s:
            self._beat_due = True
            self._something.set()

    def on_end(self, interrupt: Callable[[], None] | None) -> None:
        """Have `interrupt` called when the stream is ended, for one who may be busy with giving on an item."""
        self._interrupt = interrupt

    def end(self, error: PrintVisionError | None = None) -> None:
        """End it from our side; without an error it just stops."""
        if self._over:
            return
        self.ended = error
        self.close()
        if self._interrupt:
            self._interrupt()

    def close(self) -> None:
        """Give back what it holds; whoever opened it calls this. A second time changes nothing."""
        if not self._over:
            self._over = True
            self._waiting.clear()
            self._something.set()
            self._source.leave(self)
