"""The peer's worker: two DBOS workflows. `fulfil` has five steps as ours has, `look` one."""

from __future__ import annotations

import argparse
import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import httpx
import msgspec
import uvloop
from dbos import DBOS
from httpx_aiohttp import AiohttpTransport
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from benchmarks.peer.rows import (
    LOOKING,
    NOTE,
    PREPARED,
    QUEUE,
    READ,
    SCHEMA,
    SHIPPED,
    SIZE,
)
from benchmarks.vendor import TOKEN, VARIANTS
from printvision.platform.lifeline import hold
from printvision.platform.settings import WorkerSettings

Step = Callable[[UUID], Awaitable[None]]
AGAIN_S: Final = 1.0  # as ours; the simulator calculates at once, so it is hardly ever needed
EARLY: Final = frozenset({"draft", "inreview", "pending", "failed"})


class Work:
    """The steps, each with its calls and one row."""

    def __init__(self, engine: AsyncEngine, client: httpx.AsyncClient, files_url: str) -> None:
        self._engine = engine
        self._client = client
        self._files_url = files_url

    async def begin(self, order_id: UUID) -> None:
        await self._note(order_id, "begin", None)

    async def check(self, order_id: UUID) -> None:
        await self._read(order_id)
        await self._note(order_id, "check", None)

    async def route(self, order_id: UUID) -> None:
        body = (await self._read(order_id)).body
        wanted = {
            "recipient": _recipient(body),
            "order_items": [{**_item(line), "source": "catalog"} for line in body["lines"]],
            "currency": "USD",
        }
        await self._note(order_id, "route", await self._call("POST", "/v2/shipping-rates", wanted))

    async def prepare(self, order_id: UUID) -> None:
        row = await self._read(order_id)
        wanted = {
            "external_id": order_id.hex,
            "shipping": "STANDARD",
            "recipient": _recipient(row.body),
            "order_items": [self._print(line) for line in row.body["lines"]],
        }
        told = await self._call("POST", "/v2/orders", wanted)
        await self._note(
            order_id, "prepare", told, (PREPARED, {"provider_id": str(told["data"]["id"]), "id": order_id})
        )

    async def confirm(self, order_id: UUID) -> None:
        path = f"/v2/orders/{(await self._read(order_id)).provider_order_id}"
        # another process calculates, and tells nobody when it is done
        while (await self._call("GET", path))["data"]["costs"]["calculation_status"] != "done":  # noqa: ASYNC110
            await asyncio.sleep(AGAIN_S)
        await self._note(order_id, "confirm", await self._call("POST", f"{path}/confirmation"))

    async def look(self, order_id: UUID) -> None:
        async with self._engine.begin() as connection:
            provider_id = (await connection.execute(LOOKING, {"id": order_id})).scalar_one()
        told = await self._call("GET", f"/v2/orders/{provider_id}")
        if told["data"]["status"] not in EARLY:
            told["shipments"] = await self._call(
                "GET", f"/v2/orders/{provider_id}/shipments?limit=100&offset=0"
            )
        shipped = told["data"]["status"] == "fulfilled"
        await self._note(order_id, "look", told, (SHIPPED, {"id": order_id}) if shipped else None)

    def _print(self, line: dict[str, Any]) -> dict[str, Any]:
        file = {"type": "file", "url": self._files_url}
        placement = {"placement": "front", "technique": "dtg", "layers": [file]}
        return {**_item(line), "source": "catalog", "placements": [placement]}

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        content = None if body is None else msgspec.json.encode(body)
        headers = {"content-type": "application/json"} if content else {}
        reply = await self._client.request(method, path, content=content, headers=headers)
        reply.raise_for_status()
        return msgspec.json.decode(reply.content)

    async def _read(self, order_id: UUID) -> Any:
        async with self._engine.connect() as connection:
            return (await connection.execute(READ, {"id": order_id})).one()

    async def _note(
        self, order_id: UUID, step: str, told: Any, change: tuple[TextClause, dict[str, Any]] | None = None
    ) -> None:
        async with self._engine.begin() as connection:
            words = msgspec.json.encode(told).decode()
            await connection.execute(NOTE, {"id": order_id, "step": step, "told": words})
            if change is not None:
                await connection.execute(*change)


def _recipient(body: Any) -> dict[str, Any]:
    to = body["recipient"]
    return {
        "name": to["name"],
        "address1": to["line1"],
        "city": to["city"],
        "zip": to["postal_code"],
        "country_code": to["country"],
    }


def _item(line: dict[str, Any]) -> dict[str, Any]:
    return {"catalog_variant_id": int(VARIANTS[line["sku"]]), "quantity": line["quantity"]}


def register(work: Work) -> None:
    """Tell DBOS of both workflows."""

    async def step(verb: Step, order_id: UUID) -> None:
        await DBOS.run_step_async({"name": verb.__name__}, verb, order_id)

    @DBOS.workflow(name="fulfil")
    async def fulfil(order_id: str) -> None:
        for verb in (work.begin, work.check, work.route, work.prepare, work.confirm):
            await step(verb, UUID(order_id))

    @DBOS.workflow(name="look")
    async def look(order_id: str) -> None:
        await step(work.look, UUID(order_id))

    del fulfil, look


async def _work(url: str, provider: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    defaults = WorkerSettings()
    engine = create_async_engine(url, pool_size=SIZE, max_overflow=0)
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(transport=AiohttpTransport(), base_url=provider, headers=headers) as client:
        DBOS(
            config={
                "name": "peer",
                "system_database_url": url,
                "dbos_system_schema": SCHEMA,
                "sys_db_pool_size": SIZE,
                "log_level": "WARNING",
            }
        )
        register(Work(engine, client, f"{provider}/picture.png"))
        DBOS.launch()
        await DBOS.register_queue_async(
            QUEUE, worker_concurrency=defaults.concurrency, polling_interval_sec=defaults.poll_s
        )
        await stop.wait()
        await asyncio.to_thread(DBOS.destroy)
    await engine.dispose()


def main() -> None:
    """Work until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--provider", required=True)
    given = parser.parse_args()
    hold()
    uvloop.run(_work(given.database, given.provider))


if __name__ == "__main__":
    main()
