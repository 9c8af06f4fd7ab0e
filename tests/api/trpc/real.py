"""The unmodified client in Node, against a server of the test's own."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.api.wire import PATIENCE_S, Wire

HERE = Path(__file__).resolve().parent / "node"
INSTALL_LIMIT_S = 100
_LOCKED = ("package.json", "package-lock.json", ".npmrc")
_UNREACHABLE = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "ENETUNREACH",
    "ENOTCACHED",
)


@dataclass(frozen=True)
class Settled:
    """What came of the calls, by their place; and the requests that carried them."""

    order: list[int]
    calls: list[dict[str, Any]]
    requests: list[dict[str, Any]]


class Running:
    """Calls under way in Node."""

    def __init__(self, output: asyncio.StreamReader) -> None:
        self._output = output

    async def line(self) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            return json.loads(await self._output.readline())

    async def settle(self) -> Settled:
        """Everything that is still to come."""
        told: list[dict[str, Any]] = []
        while "requests" not in (line := await self.line()):
            told.append(line)
        order = [each["index"] for each in told]
        return Settled(order, sorted(told, key=lambda each: each["index"]), line["requests"])


@dataclass(frozen=True)
class RealClient:
    """`folder` holds the packages and the script that uses them."""

    folder: Path
    wire: Wire
    key: str

    @asynccontextmanager
    async def calling(
        self, link: str, *calls: Sequence[Any], options: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[Running]:
        """Calls made at once, each `(kind, path)` or `(kind, path, input)`."""
        made = [dict(zip(("kind", "path", "input"), each, strict=False)) for each in calls]
        asked = {
            "url": f"http://127.0.0.1:{self.wire.port}/trpc",
            "key": self.key,
            "link": link,
            "options": options or {},
            "calls": made,
        }
        async with self._running("calls.mjs", asked) as running:
            yield running

    async def call(
        self, link: str, *calls: Sequence[Any], options: Mapping[str, Any] | None = None
    ) -> Settled:
        async with self.calling(link, *calls, options=options) as running:
            return await running.settle()

    @asynccontextmanager
    async def subscribing(self, port: int, input: Any, count: int) -> AsyncGenerator[Running]:
        """A subscription to `events.stream` by that port, until there were `count` events."""
        asked = {"url": f"http://127.0.0.1:{port}/trpc", "key": self.key, "input": input, "count": count}
        async with self._running("watch.mjs", asked) as running:
            yield running

    async def by_queries(self, **asked: Any) -> dict[str, Any]:
        """What TanStack Query found, asked by the options of `@trpc/tanstack-react-query`."""
        address = {"url": f"http://127.0.0.1:{self.wire.port}/trpc", "key": self.key}
        async with self._running("queries.mjs", address | asked) as running:
            return await running.line()

    @asynccontextmanager
    async def _running(self, script: str, asked: Mapping[str, Any]) -> AsyncGenerator[Running]:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            "node", str(self.folder / script), stdin=pipe, stdout=pipe
        )
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(asked).encode())
            process.stdin.close()
            yield Running(process.stdout)
            async with asyncio.timeout(PATIENCE_S):
                assert await process.wait() == 0
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def installed(locked_in: Path = HERE, name: str = "trpc") -> Path:
    """The packages of a folder's lock, installed once a machine; skips the test where Node or a registry is missing."""
    for tool in ("node", "npm"):
        if shutil.which(tool) is None:
            pytest.skip(f"missing: {tool}")
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "printvision-tests"
    locked = hashlib.sha256(b"".join((locked_in / each).read_bytes() for each in _LOCKED)).hexdigest()[:16]
    made = cache / f"{name}-{locked}"
    if not made.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _install(made, locked_in)
    return made


def _install(made: Path, locked_in: Path) -> None:
    with TemporaryDirectory(dir=made.parent, ignore_cleanup_errors=True) as folder:
        for name in _LOCKED:
            shutil.copy(locked_in / name, folder)
        options = ("--ignore-scripts", "--no-audit", "--fetch-retries=1", "--fetch-timeout=20000")
        try:
            ran = subprocess.run(
                ("npm", "ci", *options),
                cwd=folder,
                capture_output=True,
                text=True,
                timeout=INSTALL_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            pytest.skip("missing: an npm registry that answers in time")
        if any(word in ran.stderr for word in _UNREACHABLE):
            pytest.skip("missing: an npm registry that can be reached")
        assert ran.returncode == 0, ran.stderr
        whole = Path(folder) / "whole"
        whole.mkdir()
        (Path(folder) / "node_modules").rename(whole / "node_modules")
        with suppress(OSError):  # another worker was first
            whole.rename(made)
