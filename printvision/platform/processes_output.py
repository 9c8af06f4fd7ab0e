"""What our processes write: kept in files of bounded size, or passed on line by line."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

CHUNK = 65_536
TAIL = 8_192


class Sink(Protocol):
    def write(self, chunk: bytes) -> None: ...

    def close(self) -> None: ...


class RotatingFile:
    """A log of at most `files` times `max_bytes`: `serve.log`, then `serve.log.1`, the older the higher.

    A full disk costs lines, never a process.
    """

    def __init__(self, path: Path, *, max_bytes: int = 10_000_000, files: int = 3) -> None:
        self._path = path
        self._max_bytes = max_bytes
        self._files = files
        self._file: IO[bytes] | None = None

    def write(self, chunk: bytes) -> None:
        with suppress(OSError):
            file = self._opened()
            if file.tell() and file.tell() + len(chunk) > self._max_bytes:
                file = self._rotated()
            file.write(chunk)

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _opened(self) -> IO[bytes]:
        if self._file is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
        return self._file

    def _rotated(self) -> IO[bytes]:
        self.close()
        for number in range(self._files - 1, 0, -1):
            younger = self._numbered(number - 1)
            if younger.exists():
                younger.replace(self._numbered(number))
        return self._opened()

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path


class Lines:
    """Whole lines to our own standard error, so that those of several processes do not mix."""

    def __init__(self) -> None:
        self._begun = b""

    def write(self, chunk: bytes) -> None:
        lines, newline, self._begun = (self._begun + chunk).rpartition(b"\n")
        if len(self._begun) > CHUNK:
            lines, newline, self._begun = lines + newline + self._begun, b"\n", b""
        self._pass_on(lines + newline)

    def close(self) -> None:
        self._pass_on(self._begun)
        self._begun = b""

    def _pass_on(self, text: bytes) -> None:
        # Whoever reads our standard error may be gone; that ends nothing of ours.
        with suppress(OSError, ValueError):
            sys.stderr.buffer.write(text)
            sys.stderr.buffer.flush()


class Tail:
    """A sink that also remembers the end of what went through it."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._kept = b""

    def write(self, chunk: bytes) -> None:
        self._kept = (self._kept + chunk)[-TAIL:]
        self._sink.write(chunk)

    def close(self) -> None:
        self._sink.close()

    def last_lines(self, count: int = 20) -> list[str]:
        return self._kept.decode(errors="replace").splitlines()[-count:]


async def pump(pipe: IO[bytes], sink: Sink) -> None:
    """Move what a process writes to the sink until its end of the pipe is closed."""
    reader = asyncio.StreamReader(limit=CHUNK)
    protocol = asyncio.StreamReaderProtocol(reader)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, pipe)
    try:
        while chunk := await reader.read(CHUNK):
            sink.write(chunk)
    finally:
        transport.close()
