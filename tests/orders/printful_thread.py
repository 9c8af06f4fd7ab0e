"""A simulated provider that lives as long as the test process, since starting one takes longer than most stories do.

It runs in a thread with a loop of its own. References cannot be guessed and every test has its own workspace, so tests
do not meet there; its faults are cleared after each.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Generic, Protocol, TypeVar

import httpx

from printvision.providers.simulators.faults import Faults
from printvision.providers.simulators.printful import SimulatorConfig
from tests.providers.simulators import printify
from tests.providers.simulators.printify import Printify
from tests.providers.simulators.running import Running, Simulated, running

STARTS_WITHIN_S = 30.0


class Config(Protocol):
    @property
    def data_dir(self) -> Path: ...


ConfigT = TypeVar("ConfigT", bound=Config)


class Serving(Generic[ConfigT]):
    """A simulator at an address of this machine."""

    def __init__(
        self, config: ConfigT, serve: Callable[[ConfigT], AbstractAsyncContextManager[Simulated]]
    ) -> None:
        self.config = config
        self.url = ""
        self._serving = serve
        self._ready = threading.Event()
        self._over = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._work, name="simulated-provider", daemon=True)

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
        async with self._serving(self.config) as simulator:
            self.url = str(simulator.client.base_url)
            self._ready.set()
            await self._over.wait()


Served = Serving[SimulatorConfig]
ServedPrintify = Serving[printify.SimulatorConfig]


@contextmanager
def _started(simulator: Serving[ConfigT]) -> Generator[Serving[ConfigT]]:
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()


@contextmanager
def served(config: SimulatorConfig) -> Generator[Served]:
    with _started(Serving(config, running)) as simulator:
        yield simulator


@contextmanager
def served_printify(config: printify.SimulatorConfig) -> Generator[ServedPrintify]:
    with _started(Serving(config, printify.running)) as simulator:
        yield simulator


@asynccontextmanager
async def _asked(url: str, token: str) -> AsyncGenerator[httpx.AsyncClient]:
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=10) as client:
        yield client


@asynccontextmanager
async def used(simulator: Served, token: str) -> AsyncGenerator[Running]:
    """The simulator for the length of a test, without faults at its end."""
    async with _asked(simulator.url, token) as client:
        using = Running(simulator.config, client)
        yield using
        await using.set(Faults())


@asynccontextmanager
async def used_printify(simulator: ServedPrintify, token: str) -> AsyncGenerator[Printify]:
    """The same for a simulated Printify."""
    async with _asked(simulator.url, token) as client:
        using = Printify(simulator.config.data_dir, client)
        yield using
        await using.set(Faults())
