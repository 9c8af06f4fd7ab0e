"""Load over HTTP/1.1 from one process, made so thin that it takes little of the two cores it shares.

A closed loop shows what can be done: so many clients, each with its next request when the last was answered. An open
loop shows what callers feel: requests leave at their times whether or not the last was answered, and each wait is
counted from the time it was meant to leave.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from benchmarks.figures import percentile

ANSWER_WITHIN_S: Final = 60.0


@dataclass
class Load:
    """What came of a load.

    Args:
        latencies_s: of the answered requests, whatever the answer.
        statuses: how often each came.
    """

    seconds: float = 0.0
    latencies_s: list[float] = field(default_factory=list[float])
    statuses: Counter[int] = field(default_factory=Counter[int])

    @property
    def a_second(self) -> float:
        return len(self.latencies_s) / self.seconds

    def ms(self, share: float) -> float:
        """The latency that `share` of the requests keep to, in ms."""
        return percentile(self.latencies_s, share) * 1_000

    def require(self, *statuses: int) -> Load:
        """Make sure that nothing else was answered.

        Raises:
            RuntimeError: a figure of refused requests says nothing.
        """
        others = {status: count for status, count in self.statuses.items() if status not in statuses}
        if others:
            raise RuntimeError(f"answered with other statuses than {statuses}: {others}")
        return self


def post(path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
    """A whole POST request as it goes over the wire."""
    lines = [f"POST {path} HTTP/1.1", "host: benchmark", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def closed_loop(url: str, requests: Sequence[bytes], *, clients: int) -> Load:
    """Send all of the requests from so many clients, each one at a time."""
    load, left = Load(), iter(requests)

    async def client() -> None:
        wire = await Wire.open(url)
        for request in left:
            began = time.perf_counter()
            load.statuses[await wire.exchange(request)] += 1
            load.latencies_s.append(time.perf_counter() - began)
        wire.close()

    began = time.perf_counter()
    async with asyncio.timeout(ANSWER_WITHIN_S + len(requests) * 0.1), asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())
    load.seconds = time.perf_counter() - began
    return load


async def open_loop(url: str, requests: Sequence[bytes], *, a_second: float, connections: int = 64) -> Load:
    """Send the requests evenly, `a_second` of them, over at most so many connections at once."""
    load, due = Load(), asyncio.Queue[tuple[float, bytes] | None]()

    async def client(wire: Wire) -> None:
        while (job := await due.get()) is not None:
            meant_at, request = job
            load.statuses[await wire.exchange(request)] += 1
            load.latencies_s.append(time.perf_counter() - meant_at)
        wire.close()

    wires = [await Wire.open(url) for _ in range(connections)]
    began = time.perf_counter()
    async with asyncio.timeout(ANSWER_WITHIN_S + len(requests) / a_second), asyncio.TaskGroup() as group:
        for wire in wires:
            group.create_task(client(wire))
        for number, request in enumerate(requests):
            meant_at = began + number / a_second
            if (early_s := meant_at - time.perf_counter()) > 0:
                await asyncio.sleep(early_s)
            due.put_nowait((meant_at, request))
        for _ in wires:
            due.put_nowait(None)
    load.seconds = time.perf_counter() - began
    return load


class Wire:
    """One connection that is kept. It reads a status and a body, of told length or in chunks."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, url: str) -> Wire:
        parts = urlsplit(url)
        return cls(*await asyncio.open_connection(parts.hostname, parts.port))

    async def exchange(self, request: bytes) -> int:
        """Send a request and read its answer to the end; the status."""
        return (await self.read(request))[0]

    async def read(self, request: bytes) -> tuple[int, bytes]:
        """Send a request; the answer's status and body."""
        self._writer.write(request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        fields = head.lower()
        length = fields.partition(b"content-length:")[2].partition(b"\r\n")[0]
        body = b""
        if length:
            body = await self._reader.readexactly(int(length))
        elif b"transfer-encoding: chunked" in fields:
            body = await self._read_chunks()
        return int(head[9:12]), body

    async def _read_chunks(self) -> bytes:
        body, size = b"", -1
        while size:
            size = int(await self._reader.readuntil(b"\r\n"), 16)
            body += (await self._reader.readexactly(size + len(b"\r\n")))[:-2]
        return body

    def close(self) -> None:
        self._writer.close()
