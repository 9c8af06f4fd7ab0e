"""Simulated providers in which production takes no time."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.providers.simulators import printify as printify_simulator
from tests.providers.simulators.printify import Printify
from tests.providers.simulators.running import Received, Running, quick, receiving, running


@pytest.fixture
async def printful(tmp_path: Path) -> AsyncGenerator[Running]:
    async with running(quick(tmp_path)) as simulator:
        yield simulator


@pytest.fixture
async def printify(tmp_path: Path) -> AsyncGenerator[Printify]:
    async with printify_simulator.running(printify_simulator.quick(tmp_path)) as simulator:
        yield simulator


@pytest.fixture
async def hook() -> AsyncGenerator[Received]:
    async with receiving() as received:
        yield received
