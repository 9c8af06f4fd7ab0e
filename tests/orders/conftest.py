"""A vendor who sells tees, printed by a simulated Printful."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Generator

import pytest
import stamina

from tests.factories.workspaces import MadeWorkspace
from tests.orders.houses import Houses
from tests.orders.printful_thread import (
    Served,
    ServedPrintify,
    served,
    served_printify,
    used,
    used_printify,
)
from tests.orders.vendor import Vendor
from tests.providers.simulators import printify as printify_simulator
from tests.providers.simulators.printify import Printify
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


# -- a second provider -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def patient_spare(tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """Another Printful as patient as the first, with a ledger and with faults of its own."""
    with served(quick(tmp_path_factory.mktemp("spare"), stages=NEVER)) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def patient_printify(tmp_path_factory: pytest.TempPathFactory) -> Generator[ServedPrintify]:
    """A Printify that begins nothing of its own accord: what lies there as a draft stays one."""
    folder = tmp_path_factory.mktemp("printify")
    config = printify_simulator.quick(folder, stages=printify_simulator.NEVER)
    with served_printify(config) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def self_willed_printify(tmp_path_factory: pytest.TempPathFactory) -> Generator[ServedPrintify]:
    """A Printify that sends what nobody has sent, very soon, and has it at the door at once."""
    folder = tmp_path_factory.mktemp("self-willed")
    with served_printify(printify_simulator.quick(folder, auto_approve_s=0.3)) as simulator:
        yield simulator


@pytest.fixture
async def spare(patient_spare: Served) -> AsyncGenerator[Running]:
    async with used(patient_spare, TOKEN) as simulator:
        yield simulator


@pytest.fixture
async def printify(patient_printify: ServedPrintify) -> AsyncGenerator[Printify]:
    async with used_printify(patient_printify, TOKEN) as simulator:
        yield simulator


@pytest.fixture
async def hurried_printify(self_willed_printify: ServedPrintify) -> AsyncGenerator[Printify]:
    async with used_printify(self_willed_printify, TOKEN) as simulator:
        yield simulator


@pytest.fixture
async def houses(workspace: MadeWorkspace, printful: Running, spare: Running) -> Houses:
    """Sells tees that two Printfuls can make: the first is the cheaper one."""
    return await Houses.open_both(workspace, printful, spare)


@pytest.fixture
async def mixed(workspace: MadeWorkspace, printify: Printify, printful: Running) -> Houses:
    """Sells tees that a Printify and a Printful can make: Printify is the cheaper one."""
    return await Houses.open_both(workspace, printify, printful)


@pytest.fixture
async def hurried(workspace: MadeWorkspace, hurried_printify: Printify, printful: Running) -> Houses:
    """The same with a Printify that does not wait to be told."""
    return await Houses.open_both(workspace, hurried_printify, printful)
