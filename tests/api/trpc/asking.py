"""Asking as a tRPC client does, and reading what it would read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from httpx import Response

from tests.api.wire import PATIENCE_S, Wire

THING = "019a0000-0000-7000-8000-000000000001"
JSON = {"content-type": "application/json"}


def asked(paths: str, input: Any = None, *, batch: bool = False) -> str:
    """The address of queries; without an input it has none."""
    query = {"batch": "1"} if batch else {}
    if input is not None:
        query["input"] = input if isinstance(input, str) else json.dumps(input)
    return f"/trpc/{paths}" + (f"?{urlencode(query)}" if query else "")


def data(reply: Response) -> Any:
    """What a call alone answered."""
    assert reply.status_code == 200, reply.text
    return reply.json()["result"]["data"]


def refused(reply: Response, status: int, name: str, number: int, code: str) -> dict[str, Any]:
    """The problem document of a failure that says all of this."""
    assert reply.status_code == status, reply.text
    return told(reply.json(), status, name, number, code)


def told(answer: Any, status: int, name: str, number: int, code: str) -> dict[str, Any]:
    error = answer["error"]
    problem = error["data"]["problem"]
    assert (error["code"], error["data"]["code"], error["data"]["httpStatus"]) == (number, name, status)
    assert (problem["status"], problem["code"]) == (status, code)
    assert error["message"] == problem.get("detail", problem["title"])
    return problem


class Stream:
    """A streamed answer, read line by line as it comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self.status = 0
        self.headers: dict[str, str] = {}

    async def start(self) -> None:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        self.status = int(head[0].split(" ")[1])
        for line in head[1:-2]:
            name, _, value = line.partition(":")
            before = self.headers.get(name.lower())
            self.headers[name.lower()] = f"{before}, {value.strip()}" if before else value.strip()

    async def chunk(self) -> bytes:
        """The next; empty where it has ended."""
        async with asyncio.timeout(PATIENCE_S):
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            return (await self._reader.readexactly(size + 2))[:-2]

    async def line(self) -> Any:
        line = await self.chunk()
        assert line.endswith(b"\n"), line
        return json.loads(line)


@asynccontextmanager
async def streaming(wire: Wire, address: str, key: str, **headers: str) -> AsyncGenerator[Stream]:
    """A streamed answer, its head read; the connection is closed at the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    head = [
        f"GET {address} HTTP/1.1",
        "host: x",
        f"authorization: Bearer {key}",
        "trpc-accept: application/jsonl",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    stream = Stream(reader, writer)
    try:
        async with asyncio.timeout(PATIENCE_S):
            await stream.start()
        yield stream
    finally:
        writer.close()
