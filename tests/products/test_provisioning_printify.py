"""The story against the real adapter and the simulated Printify, from the catalogue to the product's price."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from printvision.catalog import list_prices, save_blueprints, save_variants
from printvision.cli.ports import free_port
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from printvision.products import NewOffer, NewPlacement, ProvisionState, create_product, provision_again
from printvision.providers import open_adapter
from printvision.providers.schemas import AddConnection
from printvision.providers.sdk import Blueprint, PrintArea
from printvision.providers.service import add_connection
from printvision.providers.simulators.printify import SimulatorConfig, serve_simulator
from tests.contracts.printify import PrintifyBench
from tests.factories.products import make_artwork, shirt_product
from tests.factories.workspaces import MadeWorkspace
from tests.products.making import Bench
from tests.waiting import until

BLUEPRINT, VARIANT = "9:5", "9:5:17887"
TOKEN = PrintifyBench.credential


@pytest.fixture
async def printify(tmp_path: Path) -> AsyncGenerator[str]:
    """The address of a simulated Printify."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    config = SimulatorConfig(
        data_dir=tmp_path / "printify", api_tokens=(TOKEN,), public_url=address, rate_limit=False
    )
    server = asyncio.create_task(serve_simulator(config, "127.0.0.1", port))
    await until(lambda: answers(f"{address}/_simulator/health"))
    yield address
    server.cancel()
    with suppress(asyncio.CancelledError):
        await server


async def answers(address: str) -> bool:
    async with httpx.AsyncClient() as client:
        try:
            await client.get(address)
        except httpx.TransportError:
            return False
        return True


async def read_catalogue(workspace: MadeWorkspace, connection_id: UUID) -> tuple[UUID, PrintArea]:
    """Know the blueprint as the provider tells it; its id, and where the front is printed."""
    async with open_adapter(workspace.platform, workspace.id, connection_id) as adapter:
        variants = [variant async for variant in adapter.variants(BLUEPRINT)]
        areas = await adapter.print_areas(BLUEPRINT)
    async with system_scope(workspace.platform, "test") as scope:
        await save_blueprints(scope, "printify", [Blueprint(external_id=BLUEPRINT, title="Tee")])
        written = await save_variants(scope, "printify", BLUEPRINT, variants, areas)
    return written.blueprint_id, next(area for area in areas if area.placement == "front")


async def products_there(address: str) -> int:
    async with httpx.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}) as client:
        answer = await client.get(f"{address}/v1/shops/5432/products.json", headers={"user-agent": "test"})
    return len(answer.json()["data"])


async def test_an_offers_product_is_made_priced_and_found_again(
    platform: Platform, workspace: MadeWorkspace, printify: str
):
    wanted = AddConnection(
        provider="printify",
        name="Printify",
        credentials={"token": TOKEN, "shop_id": "5432"},
        base_url=printify,
        requests_a_minute=60_000,
    )
    async with workspace.scope() as scope:
        connection_id = (await add_connection(scope, wanted)).id
    blueprint_id, front = await read_catalogue(workspace, connection_id)
    picture = await make_artwork(workspace, front.width_px, front.height_px)
    placed = NewPlacement(placement=front.placement, artwork_id=picture.id)
    offer = NewOffer(
        connection_id=connection_id, variant=VARIANT, technique=front.technique, placements=(placed,)
    )
    before = await products_there(printify)
    async with workspace.scope() as scope:
        (variant,) = (await create_product(scope, shirt_product(offer))).variants
    bench = Bench(workspace, connection_id, blueprint_id, picture.id)

    made = await bench.carry(variant.offers[0].id)

    assert made.provision is not None
    assert (made.ready, made.provision.state, made.provision.last_error) == (
        True,
        ProvisionState.READY,
        None,
    )
    assert await products_there(printify) == before + 1
    async with workspace.scope() as scope:
        (price,) = (await list_prices(scope, connection_id, [made.provider_variant_id]))[
            made.provider_variant_id
        ]
    assert (price.technique, price.price.currency) == (front.technique, "USD")
    assert price.price.amount_minor > 0

    async with workspace.scope() as scope:
        await provision_again(scope, made.id)
    again = await bench.carry(made.id)

    assert again.product_external_id == made.product_external_id
    assert await products_there(printify) == before + 1
