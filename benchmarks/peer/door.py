"""The peer's web server: orders and webhooks are stored and their runs enqueued in one transaction."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import msgspec
import uvloop
from dbos import DBOSClient, EnqueueOptions
from litestar import Litestar, Request, Response, get, post
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from benchmarks.peer.rows import ASK_FOR_LOOK, KEEP, QUEUE, SCHEMA, SIZE, TAKE_IN
from printvision.platform.lifeline import hold
from printvision.providers.simulators.serving import serve_app


def make_app(url: str) -> Litestar:
    """The whole of it."""
    engine = create_async_engine(url, pool_size=SIZE, max_overflow=0)
    client = DBOSClient(system_database_url=url, dbos_system_schema=SCHEMA)

    async def enqueue(connection: AsyncConnection, workflow: str, order_id: UUID) -> None:
        options: EnqueueOptions = {"workflow_name": workflow, "queue_name": QUEUE}

        def plainly(plain: Connection) -> None:
            client.enqueue_in_transaction(plain, options, str(order_id))

        await connection.run_sync(plainly)

    @get("/ready")
    async def ready() -> Response[None]:
        return Response(None)

    @post("/orders")
    async def take_in(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        order_id = uuid4()
        async with engine.begin() as connection:
            external_id = msgspec.json.decode(body)["external_id"]
            values = {"id": order_id, "external_id": external_id, "body": body.decode()}
            await connection.execute(TAKE_IN, values)
            await enqueue(connection, "fulfil", order_id)
        return Response(msgspec.json.encode({"id": order_id}), status_code=201)

    @post("/webhook")
    async def hear(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        told = msgspec.json.decode(body)
        async with engine.begin() as connection:
            await connection.execute(KEEP, {"id": uuid4(), "body": body})
            asked = await connection.execute(ASK_FOR_LOOK, {"id": str(told["data"]["order"]["id"])})
            order_id = asked.scalar_one_or_none()
            if order_id is not None:
                await enqueue(connection, "look", order_id)
        return Response(b"{}", status_code=200)

    return Litestar([ready, take_in, hear], openapi_config=None, logging_config=None)


async def _serve(url: str, port: int) -> None:
    serving = asyncio.create_task(serve_app(make_app(url), "127.0.0.1", port))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, serving.cancel)
    with suppress(asyncio.CancelledError):
        await serving


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    hold()
    uvloop.run(_serve(given.database, given.port))


if __name__ == "__main__":
    main()
