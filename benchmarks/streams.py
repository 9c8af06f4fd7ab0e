"""Live events: what open streams weigh, and how soon after its commit an event is with all who watch."""

from __future__ import annotations

import asyncio
import dataclasses
import re
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final, cast

import msgspec

from benchmarks.figures import Section, figure, percentile
from benchmarks.memory import Memory
from benchmarks.plan import Plan
from benchmarks.stage import Stage
from printvision.cli.door import find_workspace, operator
from printvision.orders.events import OrderHeld
from printvision.platform.events import publish
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.open_files import allow_open_files
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import workspace_scope
from printvision.platform.settings import LiveSettings

STREAMS: Final = 2_000
OPENED_AT_ONCE: Final = 50
WITHIN_S: Final = 60.0
SETTLED_S: Final = 2.0
BETWEEN_S: Final = 0.5
_NUMBER: Final = re.compile(rb'"reason":"(\d+)"')


async def measure(stage: Stage, plan: Plan) -> Section:
    """All streams are of one workspace, so that each event goes to every one of them; it is told by another process."""
    allow_open_files()
    live = LiveSettings(streams_a_workspace=STREAMS)
    stage = dataclasses.replace(stage, settings=msgspec.structs.replace(stage.settings, live=live))
    memory = Memory(stage.processes, ["serve"])
    async with stage.running(worker=False), open_platform(stage.settings) as platform:
        workspace_id = await find_workspace(platform, None)
        teller = Teller(platform, workspace_id)
        async with _watching(stage, 1) as one:
            await teller.tell(one, 1)
        with memory.watched():
            await asyncio.sleep(SETTLED_S)
        few = await _rounds(stage, plan, teller, 20)
        async with _watching(stage, STREAMS) as all_:
            with memory.watched():
                many = [await teller.tell(all_, plan.told) for _ in range(plan.rounds)]
                bursts = [await teller.burst(all_, plan.burst) for _ in range(plan.rounds)]
    return _section(memory, few, many, bursts)


async def _rounds(stage: Stage, plan: Plan, teller: Teller, streams: int) -> list[list[float]]:
    async with _watching(stage, streams) as watching:
        return [await teller.tell(watching, plan.told) for _ in range(plan.rounds)]


def _section(
    memory: Memory, few: Sequence[list[float]], many: Sequence[list[float]], bursts: Sequence[float]
) -> Section:
    idle_mb, open_mb = memory.highest_mb
    return Section(
        title=f"Live events: {STREAMS:,} open streams on one process",
        figures=(
            figure(
                f"memory over the idle process, {STREAMS:,} streams, under load",
                "MB",
                [open_mb - idle_mb],
                below=300,
            ),
            figure("half arrived after the commit within, 20 streams", "ms", _ms(few, 0.5), below=100),
            figure("99 % arrived within, 20 streams", "ms", _ms(few, 0.99)),
            figure(
                f"half arrived after the commit within, each event to {STREAMS:,}",
                "ms",
                _ms(many, 0.5),
                below=100,
            ),
            figure(f"99 % arrived within, each event to {STREAMS:,}", "ms", _ms(many, 0.99)),
            figure(f"events a second × {STREAMS:,} streams", "1/s", list(bursts)),
        ),
    )


def _ms(rounds: Sequence[list[float]], share: float) -> list[float]:
    return [percentile(waits, share) * 1_000 for waits in rounds]


class Watchers:
    """Open streams, and when each event came to each of them."""

    def __init__(self) -> None:
        self.began = 0
        self.arrived: dict[int, list[float]] = {}
        self._changed = asyncio.Event()

    def begin(self) -> None:
        self.began += 1
        self._changed.set()

    def arrive(self, number: int) -> None:
        self.arrived.setdefault(number, []).append(time.perf_counter())
        self._changed.set()

    async def wait_begun(self, count: int) -> None:
        async with asyncio.timeout(WITHIN_S):
            while self.began < count:
                await self._next()

    async def wait_arrived(self, number: int) -> list[float]:
        """When an event came, once it has come to all."""
        async with asyncio.timeout(WITHIN_S):
            while len(self.arrived.get(number, ())) < self.began:
                await self._next()
        return self.arrived.pop(number)

    async def _next(self) -> None:
        self._changed.clear()
        await self._changed.wait()


class Watcher(asyncio.Protocol):
    """One stream, read as thinly as can be."""

    def __init__(self, watchers: Watchers, request: bytes) -> None:
        self._watchers = watchers
        self._request = request
        self._begun = False
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        cast("asyncio.WriteTransport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        whole, _, self._rest = (self._rest + data).rpartition(b"\n\n")
        if not self._begun and b"event: connected" in whole:
            self._begun = True
            self._watchers.begin()
        for number in _NUMBER.findall(whole):
            self._watchers.arrive(int(number))


@asynccontextmanager
async def _watching(stage: Stage, count: int) -> AsyncGenerator[Watchers]:
    server = stage.settings.server
    request = (
        "GET /api/v1/events/stream?kinds=orders.held HTTP/1.1\r\nhost: benchmark\r\n"
        f"authorization: Bearer {stage.vendor.api_key}\r\n\r\n"
    ).encode()
    watchers = Watchers()
    loop = asyncio.get_running_loop()
    transports: list[asyncio.BaseTransport] = []
    try:
        for begun in range(0, count, OPENED_AT_ONCE):
            more = min(OPENED_AT_ONCE, count - begun)
            for _ in range(more):
                transport, _protocol = await loop.create_connection(
                    lambda: Watcher(watchers, request), server.host, server.port
                )
                transports.append(transport)
            await watchers.wait_begun(begun + more)
        yield watchers
    finally:
        for transport in transports:
            transport.close()


class Teller:
    """Tells events from this process, and how long they took."""

    def __init__(self, platform: Platform, workspace_id: WorkspaceId) -> None:
        self._platform = platform
        self._workspace_id = workspace_id
        self._number = 0

    async def tell(self, watchers: Watchers, times: int) -> list[float]:
        """Seconds from each commit to each arrival, one event at a time."""
        waits: list[float] = []
        for _ in range(times):
            [number] = await self._commit(1)
            committed_s = time.perf_counter()
            waits += [max(0.0, at_s - committed_s) for at_s in await watchers.wait_arrived(number)]
            await asyncio.sleep(BETWEEN_S)
        return waits

    async def burst(self, watchers: Watchers, count: int) -> float:
        """Events a second of one transaction with many, until all have come to all."""
        began_s = time.perf_counter()
        for number in await self._commit(count):
            await watchers.wait_arrived(number)
        return count / (time.perf_counter() - began_s)

    async def _commit(self, count: int) -> list[int]:
        numbers = [self._number + each for each in range(count)]
        self._number += count
        async with workspace_scope(self._platform, self._workspace_id, operator()) as scope:
            publish(scope, *(OrderHeld(subject_id=new_id(), reason=str(number)) for number in numbers))
        return numbers
