"""A server in between that loses, refuses and cuts as it is told."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from printvision.cli.ports import free_port


class Fault(Enum):
    BEFORE = auto()  # the connection is cut before the request has gone on
    AFTER = auto()  # the request is done, and its answer is lost


@dataclass
class FaultProxy:
    """Every request on a connection of its own; `faults` are taken one a request: a fault, or bytes to answer with."""

    port: int
    server_port: int
    faults: list[Fault | bytes] = field(default_factory=list)
    seen: list[bytes] = field(default_factory=list)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def headers(self, name: str) -> list[str]:
        """What each request so far had as a header; nothing where it had none."""
        pattern = re.compile(rb"\r\n" + name.encode() + rb": ([^\r]*)", re.IGNORECASE)
        return [found[1].decode() if (found := pattern.search(each)) else "" for each in self.seen]

    def cut(self) -> None:
        """End every connection that is open."""
        for writer in [*self._open]:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            await self._answer(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        request = head + await reader.readexactly(int(length[1]) if length else 0)
        self.seen.append(request)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, bytes):
            writer.write(fault)
            await writer.drain()
        elif fault is not Fault.BEFORE:
            await self._pass_on(request, None if fault is Fault.AFTER else writer)

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter | None) -> None:
        theirs, ours = await asyncio.open_connection("127.0.0.1", self.server_port)
        try:
            ours.write(
                re.sub(rb"\r\nconnection: [^\r]*", b"\r\nconnection: close", request, flags=re.IGNORECASE)
            )
            while chunk := await theirs.read(65_536):
                if writer is not None:
                    writer.write(chunk)
                    await writer.drain()
        finally:
            ours.close()


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An answer as bytes; a header's underscores become hyphens."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def between(server_port: int) -> AsyncGenerator[FaultProxy]:
    proxy = FaultProxy(free_port(), server_port)
    server = await asyncio.start_server(proxy._serve, "127.0.0.1", proxy.port)
    yield proxy
    server.close()
    proxy.cut()
