"""A simulated Printful that lives as long as the test process, since starting one takes longer than most stories do.

It runs in a thread with a loop of its own. References cannot be guessed and every test has its own workspace, so tests
do not meet there; its faults are cleared after each.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress

import httpx

from printvision.providers.simulators.faults import Faults
from printvision.providers.simulators.printful import SimulatorConfig
from tests.providers.simulators.running import Running, running

STARTS_WITHIN_S = 30.0


class Served:
    """A simulator at an address of this machine."""

    def __init__(self, config: SimulatorConfig) -> None:
        self.config = config
        self.url = ""
        self._ready = threading.Event()
        self._over = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="simulated-printful", daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(STARTS_WITHIN_S), "the simulator did not start"

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(STARTS_WITHIN_S)

    def _work(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner, suppress(asyncio.CancelledError):
            runner.run(self._serve())

    async def _serve(self) -> None:
        async with running(self.config) as simulator:
            self.url = str(simulator.client.base_url)
            self._ready.set()
            await self._over.wait()


@contextmanager
def served(config: SimulatorConfig) -> Generator[Served]:
    simulator = Served(config)
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()


@asynccontextmanager
async def used(simulator: Served, token: str) -> AsyncGenerator[Running]:
    """The simulator for the length of a test, without faults at its end."""
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=simulator.url, headers=headers, timeout=10) as client:
        using = Running(simulator.config, client)
        yield using
        await using.set(Faults())
