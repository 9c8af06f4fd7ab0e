"""The one reader of events in a process, from which all its streams are fed.

It reads while somebody watches: after each wake-up of the relay, and every second. What is held up by an older
transaction it looks for again soon, since nobody tells when that one ends. Streams that have something to make up for
read that themselves, a few at a time, up to where the hub stands.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import msgspec
import structlog
from prometheus_client import Gauge

from printvision.accounts import AccessChanged, BadKey, SignedIn, SignedOut, find_dead_keys, find_open
from printvision.api.live.errors import EventIdTooOld, StreamsEnding, TooManyStreams, UnknownEventId
from printvision.api.live.ids import EventIds
from printvision.api.live.stream import Item, Stream, Told
from printvision.platform import clock
from printvision.platform.errors import PrintVisionError
from printvision.platform.events import (
    BATCH,
    LOOK_EVERY_S,
    Position,
    Stored,
    look,
    read_horizon,
    read_part,
)
from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, SystemScope, system_scope, workspace_scope
from printvision.platform.telemetry import REGISTRY

log = structlog.get_logger(__name__)

WATCH_EVERY_S: Final = 0.5
CATCH_UPS_AT_ONCE: Final = 3
SHORTEST_PAUSE_S: Final = 0.02
COME_AGAIN_S: Final = 5


STREAMS: Final = Gauge("printvision_live_streams", "Streams of events that are open.", registry=REGISTRY)


class Shown(msgspec.Struct, frozen=True):
    """An event as it travels."""

    kind: str
    subject_id: UUID
    at: datetime
    data: dict[str, object]


class Hub:
    """The streams of one process; `hub_of` gives it."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._settings = platform.settings.live
        self._ids = EventIds(platform.keyring)
        self._streams: dict[WorkspaceId, set[Stream]] = defaultdict(set)
        self._admitted: dict[WorkspaceId, int] = defaultdict(int)
        self._starting = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []
        self._watched = asyncio.Event()
        self._asking = asyncio.Lock()
        self._catching_up = asyncio.Semaphore(CATCH_UPS_AT_ONCE)
        self._closed = False
        self._position = Position()

    @property
    def position(self) -> Position:
        """Everything up to it was handed to its streams."""
        return self._position

    @property
    def open_streams(self) -> int:
        return sum(map(len, self._streams.values()))

    # -- opened and left ---------------------------------------------------------------------------------------------

    async def open(self, who: SignedIn, kinds: frozenset[str], after: str | None) -> Stream:
        """
        Raises:
            UnknownEventId, EventIdTooOld, TooManyStreams, StreamsEnding
        """
        begins = None if after is None else self._read_id(who.inside, after)
        self._admit(who.inside)
        try:
            await self._ensure_reading()
            if begins is not None and begins > self._position:
                await self._check_was_reached(begins)
        except BaseException:
            self._release(who.inside)
            raise
        stream = Stream(self, who, kinds, begins or self._position, room=self._settings.buffer)
        self._streams[who.inside].add(stream)
        STREAMS.inc()
        if self._closed:
            stream.end()
        return stream

    def _read_id(self, workspace_id: WorkspaceId, after: str) -> Position:
        position, at = self._ids.read(workspace_id, after)
        if clock.now() - at > timedelta(seconds=self._settings.resume_within_s):
            raise EventIdTooOld(resumed_within_s=int(self._settings.resume_within_s))
        return position

    async def _check_was_reached(self, position: Position) -> None:
        """Another process may be ahead of us; one that the database is not at was given before it was put back."""
        async with self._statements() as scope:
            horizon = await read_horizon(scope)
        if position > horizon:
            raise UnknownEventId

    def _admit(self, workspace_id: WorkspaceId) -> None:
        if self._closed:
            raise StreamsEnding
        limits = self._settings
        for admitted, limit in (
            (self._admitted[workspace_id], limits.streams_a_workspace),
            (sum(self._admitted.values()), limits.streams),
        ):
            if admitted >= limit:
                raise TooManyStreams(limit=limit, retry_after_s=COME_AGAIN_S)
        self._admitted[workspace_id] += 1

    def _release(self, workspace_id: WorkspaceId) -> None:
        self._admitted[workspace_id] -= 1
        if not self._admitted[workspace_id]:
            del self._admitted[workspace_id]
        if not self._admitted:
            self._watched.clear()

    def leave(self, stream: Stream) -> None:
        """Forget a stream; `Stream.close` calls this, once."""
        workspace_id = stream.who.inside
        self._streams[workspace_id].discard(stream)
        if not self._streams[workspace_id]:
            del self._streams[workspace_id]
        self._release(workspace_id)
        STREAMS.dec()

    def end(self) -> None:
        """End every stream and open no more: the server stops."""
        self._closed = True
        for stream in self._all():
            stream.end()

    async def close(self) -> None:
        """End every stream and stop reading."""
        self.end()
        async with self._asking:  # a statement that is cancelled on its way may leave its connection behind
            for task in self._tasks:
                task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    def _all(self) -> list[Stream]:
        return [stream for streams in self._streams.values() for stream in streams]

    # -- read and handed on ------------------------------------------------------------------------------------------

    async def _ensure_reading(self) -> None:
        async with self._starting:
            if self._watched.is_set():
                return
            async with self._statements() as scope:
                self._position = await read_horizon(scope)
            self._watched.set()
            if not self._tasks:
                self._tasks = [
                    asyncio.create_task(self._read(), name="live-read"),
                    asyncio.create_task(self._watch(), name="live-watch"),
                ]

    @asynccontextmanager
    async def _statements(self) -> AsyncGenerator[SystemScope]:
        async with self._asking, system_scope(self._platform, "live events", atomic=False) as scope:
            yield scope

    async def _read(self) -> None:
        async for _ in self._platform.relay.ticks():
            await self._watched.wait()
            pause_s = SHORTEST_PAUSE_S
            while (held := await self._look()) is not None:
                if held:
                    await self._platform.relay.wait(pause_s)
                    pause_s = min(2 * pause_s, LOOK_EVERY_S)

    async def _look(self) -> bool | None:
        """Hand on what is new. Whether something was held up; None where the next wake-up is soon enough."""
        try:
            async with self._statements() as scope:
                found = await look(scope, self._position)
        except Exception:
            log.exception("live.read_failed")
            return None
        for event in found.events:
            self._hand_on(event)
        return False if found.full else (found.held or None)

    def _hand_on(self, event: Stored) -> None:
        position = Position(event.xid, event.seq)
        if position <= self._position:
            return  # it began to read anew meanwhile, further on
        self._position = position
        if streams := self._streams.get(WorkspaceId(event.workspace_id)):
            told = self._told(event)
            for stream in [*streams]:
                stream.put(told)

    async def missed(self, stream: Stream, up_to: Position) -> tuple[list[Told], bool]:
        """What a stream has to make up for, or a part of it, and whether that is all up to `up_to`."""
        who = stream.who
        async with (
            self._catching_up,
            workspace_scope(self._platform, who.inside, who.principal) as scope,
        ):
            found = await read_part(scope, stream.floor, up_to, stream.kinds)
        return [self._told(event) for event in found], len(found) < BATCH

    def _told(self, event: Stored) -> Told:
        position = Position(event.xid, event.seq)
        shown = Shown(event.kind, event.subject_id, event.at, event.data)
        event_id = self._ids.write(WorkspaceId(event.workspace_id), position, event.at)
        return Told(position, event.kind, Item(event_id, msgspec.Raw(msgspec.json.encode(shown))))

    def heartbeat(self, stream: Stream, position: Position) -> Item:
        """Only where the stream stands, so that it can be resumed from there."""
        return Item(self._ids.write(stream.who.inside, position, clock.now()), None)

    # -- watched over ------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(min(WATCH_EVERY_S, self._settings.heartbeat_s / 2))
            await self._watched.wait()
            now_s = asyncio.get_running_loop().time()
            for stream in self._all():
                stream.beat(now_s, WATCH_EVERY_S, self._settings.heartbeat_s)
            try:
                await self._end_those_who_may_no_longer()
            except Exception:
                log.exception("live.callers_not_checked")

    async def _end_those_who_may_no_longer(self) -> None:
        by_key: dict[UUID, list[Stream]] = defaultdict(list)
        by_session: dict[tuple[UUID, WorkspaceId], list[Stream]] = defaultdict(list)
        for stream in self._all():
            who = stream.who
            if who.session_id is not None:
                by_session[who.session_id, who.inside].append(stream)
            elif who.principal.actor is Actor.KEY:
                by_key[UUID(who.principal.id)].append(stream)
        async with self._statements() as scope:
            dead_keys = await find_dead_keys(scope, by_key) if by_key else ()
            may = await find_open(scope, by_session)
        for key_id in dead_keys:
            _end_all(by_key[key_id], BadKey())
        for where, streams in by_session.items():
            _end_all([each for each in streams if where not in may], SignedOut())
            changed = [each for each in streams if each.who.principal.permissions != may.get(where)]
            _end_all(changed, AccessChanged())


def _end_all(streams: list[Stream], error: PrintVisionError) -> None:
    for stream in streams:
        stream.end(error)


def hub_of(platform: Platform) -> Hub:
    """The process's one `Hub`, made on first use; it ends with the platform."""
    hub = platform.extras.get(Hub)
    if not isinstance(hub, Hub):
        hub = Hub(platform)
        platform.extras[Hub] = hub
        platform.on_close(hub.close)
    return hub
