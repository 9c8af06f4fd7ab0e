"""The application behind a real server, spoken to in bytes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from litestar import Litestar

from printvision.api.server import serve_until
from printvision.cli.ports import free_port
from printvision.platform.settings import Settings

PATIENCE_S = 20.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


@dataclass(frozen=True)
class Wire:
    port: int
    stop: asyncio.Event
    served: asyncio.Task[None]

    async def send(self, *chunks: bytes) -> Answer:
        """Send bytes on a connection of their own and read the one answer, whichever side ends first."""
        async with asyncio.timeout(PATIENCE_S):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writing = asyncio.create_task(_write(writer, chunks))
                answer = await _read_answer(reader)
                writing.cancel()
                return answer
            finally:
                writer.close()

    async def request(
        self, method: str, path: str, body: bytes = b"", *, key: str = "", **headers: str
    ) -> Answer:
        """One request; a header's underscores become hyphens."""
        given = {"content-length": str(len(body)), "content-type": "application/json"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            given["authorization"] = f"Bearer {key}"
        lines = [
            f"{method} {path} HTTP/1.1",
            "host: x",
            *(f"{name}: {value}" for name, value in given.items()),
        ]
        return await self.send("\r\n".join([*lines, "", ""]).encode("latin-1"), body)


@asynccontextmanager
async def serving(app: Litestar, settings: Settings) -> AsyncGenerator[Wire]:
    port = free_port()
    there = msgspec.structs.replace(settings, server=msgspec.structs.replace(settings.server, port=port))
    stop = asyncio.Event()
    served = asyncio.create_task(serve_until(stop, app, there))
    await _until_it_listens(port, served)
    yield Wire(port, stop, served)
    stop.set()
    await served


async def _until_it_listens(port: int, served: asyncio.Task[None]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not served.done():
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
    served.result()


async def _write(writer: asyncio.StreamWriter, chunks: tuple[bytes, ...]) -> None:
    try:
        for chunk in chunks:
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        return  # it has heard enough


async def _read_answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in head[1:-2]:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", "0"))
    return Answer(int(head[0].split(" ")[1]), headers, await reader.readexactly(length))
