"""The peer's processes and what they have done."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import msgspec
from dbos import DBOS
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.client import post
from benchmarks.peer.rows import COUNT_SHIPPED, COUNT_STEPS, SCHEMA, TABLES
from benchmarks.stage import Simulator, Stage
from benchmarks.vendor import TOKEN, order_body
from printvision.cli.ports import free_port
from printvision.platform.processes import Role
from printvision.providers.adapters.printful.webhooks import ORDER_EVENTS


@dataclass(frozen=True)
class Peer:
    """The peer beside an installation, in a schema of its own in the same database."""

    engine: AsyncEngine
    database: str
    simulator: Simulator
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def roles(self) -> list[Role]:
        python = [sys.executable, "-m"]
        database = ["--database", self.database]
        return [
            self.simulator.role,
            Role(
                "peer-door",
                [*python, "benchmarks.peer.door", *database, "--port", str(self.port)],
                ready=f"{self.url}/ready",
            ),
            Role(
                "peer-worker",
                [*python, "benchmarks.peer.worker", *database, "--provider", self.simulator.url],
            ),
        ]

    async def register(self) -> None:
        """Have the simulator tell the peer what happens to its orders."""
        body = {"default_url": f"{self.url}/webhook", "events": [{"type": event} for event in ORDER_EVENTS]}
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as client:
            (await client.post(f"{self.simulator.url}/v2/webhooks", json=body)).raise_for_status()

    def order(self) -> bytes:
        """A fresh order, as a whole request."""
        return post("/orders", msgspec.json.encode(order_body()), {"content-type": "application/json"})

    async def shipped(self) -> int:
        async with self.engine.connect() as connection:
            return (await connection.execute(COUNT_SHIPPED)).scalar_one()

    async def steps(self) -> int:
        async with self.engine.connect() as connection:
            return (await connection.execute(COUNT_STEPS)).scalar_one()


@asynccontextmanager
async def open_peer(stage: Stage) -> AsyncGenerator[Peer]:
    """Make the peer's schema; its processes are the caller's to start."""
    database = stage.urls.owner
    await asyncio.to_thread(DBOS.migrate, database, schema=SCHEMA)
    engine = create_async_engine(database, pool_size=1)
    try:
        async with engine.begin() as connection:
            for statement in filter(str.strip, TABLES.split(";")):
                await connection.execute(text(statement))
        simulator = Simulator("peer-simulator", stage.simulator.folder, free_port())
        yield Peer(engine, database, simulator, free_port())
    finally:
        await engine.dispose()
