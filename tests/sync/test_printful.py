"""A sync of Printful's whole catalogue, as its simulator tells it, over the wire."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from printvision.catalog import find_blueprint_ids, list_known_blueprints
from printvision.catalog.queries import get_blueprint_detail
from printvision.cli.ports import free_port
from printvision.providers.schemas import AddConnection
from printvision.providers.sdk import StockState
from printvision.providers.service import add_connection
from printvision.providers.simulators.printful import SimulatorConfig, serve_simulator
from printvision.sync import SyncState
from tests.factories.fake_adapter import front
from tests.factories.workspaces import MadeWorkspace
from tests.sync.carrying import sync
from tests.waiting import until

TOKEN = "pf-tok-sync"


@pytest.fixture
async def printful(tmp_path: Path) -> AsyncGenerator[str]:
    """The address of a simulator."""
    port = free_port()
    config = SimulatorConfig(
        data_dir=tmp_path, api_tokens=(TOKEN,), public_url=f"http://127.0.0.1:{port}", rate_limit=False
    )
    serving = asyncio.create_task(serve_simulator(config, "127.0.0.1", port))

    async def answers() -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.close()
            return True
        return False

    await until(answers)
    yield config.public_url
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving


@pytest.fixture
async def connection_id(workspace: MadeWorkspace, printful: str) -> UUID:
    wanted = AddConnection(
        provider="printful",
        name="Printful",
        credentials={"token": TOKEN},
        base_url=printful,
        requests_a_minute=100_000,
    )
    async with workspace.scope() as scope:
        return (await add_connection(scope, wanted)).id


async def test_the_whole_catalogue_is_read_and_again_changes_nothing(
    workspace: MadeWorkspace, connection_id: UUID
):
    first = await sync(workspace, connection_id)
    second = await sync(workspace, connection_id)

    assert (first.state, first.problems) == (SyncState.DONE, ())
    assert first.counters.blueprints == first.total
    assert first.counters.variants > 50
    assert second.counters == msgspec.structs.replace(first.counters, changed=0)

    async with workspace.scope() as scope:
        shirt_id = (await find_blueprint_ids(scope, "printful", ["71"]))["71"]
        shirt = await get_blueprint_detail(scope, shirt_id)
    medium = next(each for each in shirt.variants if each.variant.external_id == "4012")
    assert front(1800, 2400) in shirt.blueprint.print_areas
    assert (medium.variant.size, medium.variant.color) == ("M", "White")
    assert {(each.technique, each.price.currency) for each in medium.prices} == {
        ("dtg", "USD"),
        ("embroidery", "USD"),
    }
    assert ("worldwide", "dtg", StockState.IN_STOCK) in {
        (each.region, each.technique, each.state) for each in medium.stock
    }


async def test_one_wanted_blueprint_is_read_alone(workspace: MadeWorkspace, connection_id: UUID):
    done = await sync(workspace, connection_id, blueprints=("19",))

    assert (done.state, done.total, done.counters.blueprints) == (SyncState.DONE, 1, 1)
    async with workspace.scope() as scope:
        assert await list_known_blueprints(scope, "printful") == ["19"]
