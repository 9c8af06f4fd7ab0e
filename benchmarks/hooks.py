"""What dead endpoints add to the living ones beside them: from an event's commit until it is delivered."""

from __future__ import annotations

import asyncio
import dataclasses
import statistics
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Final

import msgspec
from aiohttp import web

from benchmarks.figures import Figure, Section, figure, percentile, ratios
from benchmarks.plan import Plan
from benchmarks.stage import Stage
from printvision.cli.door import Door, find_workspace, operator
from printvision.cli.ports import free_port
from printvision.orders.events import OrderHeld
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.runtime import open_platform
from printvision.platform.scope import workspace_scope
from printvision.platform.settings import HookSettings

LIVING: Final = 10
CALLS_A_MINUTE: Final = 6_000
CALL_TIMEOUT_S: Final = 2.0
"""Short, so that a round sees calls hang, time out and be made again."""
BETWEEN_S: Final = 0.053
"""No fraction of the pause in which a worker gathers events, or all would meet the same part of it."""
BURST: Final = 4
"""So many times the events that are told one at a time are then told at once."""
WITHIN_S: Final = 120.0
DEAD: Final = tuple((kind, count) for kind in ("refuses", "hangs", "says 500") for count in (1, 10))


class _Data(msgspec.Struct):
    reason: str


class _Body(msgspec.Struct):
    data: _Data


class Receivers:
    """All endpoints: those that live note when each event came, the dead ones let it be."""

    def __init__(self) -> None:
        self._arrived: dict[int, list[float]] = {}
        self._changed = asyncio.Event()
        self._release = asyncio.Event()
        self._refusing = free_port()
        self._port = 0

    async def live(self, request: web.Request) -> web.Response:
        number = int(msgspec.json.decode(await request.read(), type=_Body).data.reason)
        self._arrived.setdefault(number, []).append(time.perf_counter())
        self._changed.set()
        return web.Response()

    async def hang(self, _: web.Request) -> web.Response:
        await self._release.wait()
        return web.Response(status=500)

    async def break_(self, _: web.Request) -> web.Response:
        return web.Response(status=500)

    def url(self, kind: str) -> str:
        if kind == "refuses":
            return f"http://127.0.0.1:{self._refusing}/"
        return f"http://127.0.0.1:{self._port}/{kind.replace(' ', '-')}"

    async def arrived(self, numbers: Sequence[int]) -> list[list[float]]:
        """When each of these came to every living endpoint."""
        async with asyncio.timeout(WITHIN_S):
            while any(len(self._arrived.get(number, ())) < LIVING for number in numbers):
                self._changed.clear()
                await self._changed.wait()
        return [self._arrived.pop(number)[:LIVING] for number in numbers]

    def let_go(self) -> None:
        """End what hangs, so that the next round begins without it."""
        self._release.set()
        self._release = asyncio.Event()

    @asynccontextmanager
    async def serving(self) -> AsyncGenerator[None]:
        app = web.Application()
        app.router.add_post("/lives", self.live)
        app.router.add_post("/hangs", self.hang)
        app.router.add_post("/says-500", self.break_)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self._port = runner.addresses[0][1]
        try:
            yield
        finally:
            self.let_go()
            await runner.cleanup()


@dataclasses.dataclass(frozen=True)
class Round:
    """
    Args:
        waits_s: from an event's commit until it came, of each event and living endpoint, told one at a time.
        a_second: deliveries to living endpoints, of many events told at once.
    """

    waits_s: list[float]
    a_second: float


class Desk:
    """One workspace, whose events go to all endpoints."""

    def __init__(self, door: Door, receivers: Receivers, plan: Plan) -> None:
        self._door = door
        self._receivers = receivers
        self._plan = plan
        self._told = 0

    async def add(self, kind: str, count: int) -> list[str]:
        """The ids of so many new endpoints."""
        return [
            str((await self._door.call("hooks.create", **self._endpoint(kind))).endpoint.id)
            for _ in range(count)
        ]

    def _endpoint(self, kind: str) -> dict[str, object]:
        url = self._receivers.url(kind)
        return {"name": kind, "url": url, "kinds": [OrderHeld.kind], "calls_a_minute": CALLS_A_MINUTE}

    async def measure_beside(self, kind: str, count: int) -> Round:
        """A round beside dead endpoints that are new, so that nobody knows yet that they are dead."""
        dead = await self.add(kind, count)
        try:
            return await self.measure()
        finally:
            for endpoint_id in dead:
                await self._door.call("hooks.delete", endpoint_id=endpoint_id)
            self._receivers.let_go()

    async def measure(self) -> Round:
        numbers: list[int] = []
        committed: list[float] = []
        for _ in range(self._plan.hooked):
            numbers += await self._tell(1)
            committed.append(time.perf_counter())
            await asyncio.sleep(BETWEEN_S)
        arrived = await self._receivers.arrived(numbers)
        waits = [at - told for told, all_ in zip(committed, arrived, strict=True) for at in all_]
        began = time.perf_counter()
        burst = BURST * self._plan.hooked
        last = max(map(max, await self._receivers.arrived(await self._tell(burst))))
        return Round(waits, burst * LIVING / (last - began))

    async def _tell(self, count: int) -> list[int]:
        numbers = list(range(self._told, self._told + count))
        self._told += count
        door = self._door
        async with workspace_scope(door.platform, door.workspace_id, door.principal) as scope:
            publish(scope, *(OrderHeld(subject_id=new_id(), reason=str(number)) for number in numbers))
        return numbers


async def measure(stage: Stage, plan: Plan) -> Section:
    """Each round beside dead endpoints follows or precedes one without them."""
    hooks = HookSettings(allow_private_addresses=True, call_timeout_s=CALL_TIMEOUT_S)
    stage = dataclasses.replace(stage, settings=msgspec.structs.replace(stage.settings, hooks=hooks))
    receivers = Receivers()
    alone: dict[tuple[str, int], list[Round]] = {each: [] for each in DEAD}
    beside: dict[tuple[str, int], list[Round]] = {each: [] for each in DEAD}
    async with (
        receivers.serving(),
        stage.running(worker=True),
        open_platform(stage.settings) as platform,
    ):
        desk = Desk(Door(platform, await find_workspace(platform, None), operator()), receivers, plan)
        await desk.add("lives", LIVING)
        await desk.measure()
        for number in range(plan.rounds):
            for kind, count in DEAD:
                if number % 2:
                    beside[kind, count].append(await desk.measure_beside(kind, count))
                alone[kind, count].append(await desk.measure())
                if not number % 2:
                    beside[kind, count].append(await desk.measure_beside(kind, count))
    return _section(alone, beside)


def _section(
    alone: dict[tuple[str, int], list[Round]], beside: dict[tuple[str, int], list[Round]]
) -> Section:
    without = [each for rounds in alone.values() for each in rounds]
    return Section(
        title=f"Outgoing webhooks: {LIVING} endpoints, alone and beside dead ones",
        figures=(
            figure("from event to delivery, alone, mean", "ms", [_mean_ms(each) for each in without]),
            figure(
                "99 % delivered within, alone", "ms", [1e3 * percentile(e.waits_s, 0.99) for e in without]
            ),
            figure("deliveries, alone", "1/s", [each.a_second for each in without]),
            *(_waits(*dead, alone[dead], beside[dead]) for dead in DEAD),
            *(_rates(*dead, alone[dead], beside[dead]) for dead in DEAD),
        ),
        notes=(
            f"A dead endpoint is new in each of its rounds; a call that hangs does so for {CALL_TIMEOUT_S:g} seconds.",
            "Every event goes to the dead endpoints, too: ten of them double what is written down.",
        ),
    )


def _waits(kind: str, count: int, alone: Sequence[Round], beside: Sequence[Round]) -> Figure:
    times = ratios([_mean_ms(each) for each in beside], [_mean_ms(each) for each in alone])
    return figure(f"time beside {count} that {kind} / alone", "", times, below=1.05)


def _rates(kind: str, count: int, alone: Sequence[Round], beside: Sequence[Round]) -> Figure:
    rates = ratios([each.a_second for each in beside], [each.a_second for each in alone])
    return figure(f"deliveries a second beside {count} that {kind} / alone", "", rates, at_least=0.95)


def _mean_ms(each: Round) -> float:
    return 1e3 * statistics.fmean(each.waits_s)
