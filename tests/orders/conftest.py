"""A vendor who sells tees, printed by a simulated Printful."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

import pytest
import stamina

from tests.factories.workspaces import MadeWorkspace
from tests.orders.printful_thread import Served, served, used
from tests.orders.vendor import Vendor
from tests.providers.simulators.running import NEVER, TOKEN, Running, quick

OTHER_TOKEN = "another-account"  # of a second connection; tests of a refused credential revoke neither


@pytest.fixture(scope="session")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A Printful that begins no order of its own accord: what is confirmed can still be cancelled."""
    config = quick(tmp_path_factory.mktemp("patient"), stages=NEVER, api_tokens=(TOKEN, OTHER_TOKEN))
    with served(config) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A Printful whose orders are at the door as soon as they are confirmed."""
    with served(quick(tmp_path_factory.mktemp("hasty"))) as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def no_patience() -> Generator[None]:
    """One try in each call: what goes wrong is told to the story at once, which is what these tests are about."""
    with stamina.set_testing(True, attempts=1):
        yield


@pytest.fixture
async def printful(patient: Served) -> AsyncGenerator[Running]:
    async with used(patient, TOKEN) as simulator:
        yield simulator


@pytest.fixture
async def hasty_printful(hasty: Served) -> AsyncGenerator[Running]:
    async with used(hasty, TOKEN) as simulator:
        yield simulator


@pytest.fixture
async def vendor(workspace: MadeWorkspace, printful: Running) -> Vendor:
    return await Vendor.open(workspace, printful)


@pytest.fixture
async def hasty_vendor(workspace: MadeWorkspace, hasty_printful: Running) -> Vendor:
    return await Vendor.open(workspace, hasty_printful)
