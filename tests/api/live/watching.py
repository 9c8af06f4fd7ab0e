"""A reader of server-sent events on a connection of its own, by the letter of the standard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from tests.api.wire import PATIENCE_S, Wire


@dataclass(frozen=True)
class Message:
    """One block as it came; `name` empty for an event."""

    name: str
    id: str
    data: Any


@dataclass
class Watcher:
    """An open stream; `first_id` says where it began, `last_id` is what a browser would come back with."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    headers: dict[str, str]
    last_id: str = ""
    first_id: str = ""
    _left: bytes = b""
    _messages: list[Message] = field(default_factory=list[Message])

    async def message(self) -> Message:
        """The next message, heartbeats too.

        Raises:
            EOFError: the stream was ended.
        """
        async with asyncio.timeout(PATIENCE_S):
            while not self._messages:
                self._take(await self._chunk())
        found = self._messages.pop(0)
        self.last_id = found.id or self.last_id
        return found

    async def event(self) -> Any:
        """The next event."""
        while True:
            found = await self.message()
            if not found.name:
                return found.data

    async def events(self, count: int) -> list[Any]:
        return [await self.event() for _ in range(count)]

    async def named(self, name: str) -> Message:
        """The next message of that name."""
        while (found := await self.message()).name != name:
            pass
        return found

    async def ended(self) -> None:
        """Wait until the server ends the stream."""
        try:
            while True:
                await self.message()
        except (EOFError, ConnectionError):
            return

    def _take(self, chunk: bytes) -> None:
        *blocks, self._left = (self._left + chunk).split(b"\n\n")
        self._messages += [_read(block.decode()) for block in blocks]

    async def _chunk(self) -> bytes:
        size = int(await self.reader.readuntil(b"\r\n"), 16)
        chunk = await self.reader.readexactly(size + 2)
        if not size:
            raise EOFError
        return chunk[:-2]


def _read(block: str) -> Message:
    fields = dict(line.split(": ", 1) for line in block.split("\n"))
    return Message(fields.get("event", ""), fields.get("id", ""), msgspec.json.decode(fields["data"]))


@asynccontextmanager
async def watching(
    wire: Wire, key: str = "", *, cookie: str = "", query: str = "", last_id: str = "", limit: int = 2**16
) -> AsyncGenerator[Watcher]:
    """Open a stream and wait until it begins.

    Args:
        cookie: sent by a page of ours, instead of a key.
        limit: how many bytes are read ahead of who reads.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port, limit=limit)
    try:
        lines = [f"GET /api/v1/events/stream{query} HTTP/1.1", "host: x"]
        lines += [f"cookie: {cookie}", "sec-fetch-site: same-origin"] if cookie else []
        lines += [f"authorization: Bearer {key}"] * bool(key)
        lines += [f"last-event-id: {last_id}"] * bool(last_id)
        writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(PATIENCE_S):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        assert head[0] == "HTTP/1.1 200 OK", head
        headers = dict(line.split(": ", 1) for line in head[1:-2])
        watcher = Watcher(reader, writer, headers)
        begins = await watcher.message()
        assert begins.name == "connected"
        watcher.first_id = begins.id
        yield watcher
    finally:
        writer.close()
