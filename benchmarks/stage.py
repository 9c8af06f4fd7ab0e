"""Where it is measured: the real processes on free ports over a bundled PostgreSQL that keeps its promises."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from benchmarks.simulator import COUNTS
from benchmarks.vendor import Vendor, set_up
from printvision.api.discovery import load_operations
from printvision.cli.door import Door, find_workspace, operator
from printvision.cli.installation import prepare
from printvision.cli.ports import free_port
from printvision.cli.roles import serve_role, worker_role
from printvision.platform.bundled_postgres import BundledPostgres, DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.errors import PrintVisionError
from printvision.platform.processes import Role
from printvision.platform.runtime import open_platform
from printvision.platform.settings import ProviderSettings, ServerSettings, Settings
from printvision.platform.supervisor import Supervisor

READY_WITHIN_S: Final = 60.0


@dataclass(frozen=True)
class Simulator:
    """A simulated provider in a process of its own."""

    name: str
    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def role(self) -> Role:
        command = [sys.executable, "-m", "benchmarks.simulator"]
        arguments = ["--data", str(self.folder / self.name), "--port", str(self.port)]
        return Role(self.name, [*command, *arguments], ready=f"{self.url}/_simulator/health")

    async def calls(self) -> dict[str, int]:
        """How often each of its calls was made so far."""
        async with httpx.AsyncClient(trust_env=False) as client:
            return msgspec.json.decode((await client.get(self.url + COUNTS)).content, type=dict[str, int])


@dataclass(frozen=True)
class Stage:
    """An installation with one vendor, whose processes can be started and stopped."""

    settings: Settings
    database: BundledPostgres
    urls: DatabaseUrls
    simulator: Simulator
    vendor: Vendor

    @property
    def url(self) -> str:
        return self.settings.server.public_url

    @property
    def superuser_url(self) -> str:
        """For libpq: past every policy, where a bare limit is measured."""
        server, _, options = libpq_url(self.database.superuser_url).partition("?")
        name = libpq_url(self.urls.owner).partition("?")[0].rpartition("/")[2]
        return f"{server.rpartition('/')[0]}/{name}?{options}"

    @property
    def processes(self) -> Path:
        """Where the pids of the running processes are written."""
        return self.settings.data_path / "processes.json"

    @asynccontextmanager
    async def running(self, *more: Role, worker: bool) -> AsyncGenerator[None]:
        """The web server, the simulator, these roles and, if wanted, a worker."""
        roles = [serve_role(self.settings), self.simulator.role, *more]
        async with _running(self.settings, [*roles, *([worker_role(self.settings)] * worker)]):
            yield


@asynccontextmanager
async def open_stage() -> AsyncGenerator[Stage]:
    """A fresh installation in a temporary folder; all of it is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="printvision-benchmark-") as name:
        folder = Path(name)
        database = BundledPostgres(folder, disposable=True)
        try:
            urls = await asyncio.to_thread(database.start)
            yield await _furnish(folder, database, urls)
        finally:
            await asyncio.to_thread(database.remove)


async def _furnish(folder: Path, database: BundledPostgres, urls: DatabaseUrls) -> Stage:
    port = free_port()
    settings = Settings(
        data_dir=str(folder),
        server=ServerSettings(
            port=port,
            public_url=f"http://127.0.0.1:{port}",
            requests_a_minute=100_000_000,
            workspace_requests_a_minute=100_000_000,
        ),
        providers=ProviderSettings(allow_private_addresses=True),
    )
    prepared = await prepare(settings)
    assert prepared.first_key is not None, "the folder is fresh"
    simulator = Simulator("simulator", folder, free_port())
    load_operations()
    roles = [serve_role(settings), worker_role(settings), simulator.role]
    async with _running(settings, roles), open_platform(settings) as platform:
        door = Door(platform, await find_workspace(platform, None), operator())
        vendor = await set_up(door, api_key=prepared.first_key.reveal(), provider_url=simulator.url)
    return Stage(settings, database, urls, simulator, vendor)


@asynccontextmanager
async def _running(settings: Settings, roles: Sequence[Role]) -> AsyncGenerator[None]:
    supervisor = Supervisor(
        roles, processes_file=settings.data_path / "processes.json", log_folder=settings.data_path / "logs"
    )
    async with supervisor:
        if not await supervisor.wait_ready(timeout_s=READY_WITHIN_S):
            raise RuntimeError("stopped before the processes were ready")
        watch = asyncio.create_task(_stop_with(supervisor, asyncio.current_task()))
        try:
            yield
        finally:
            watch.cancel()


async def _stop_with(supervisor: Supervisor, measuring: asyncio.Task[Any] | None) -> None:
    """End the measurement when Ctrl-C, or a process that cannot be kept running, ends the supervisor."""
    with suppress(PrintVisionError):  # the supervisor has logged it
        await supervisor.wait()
    assert measuring is not None
    measuring.cancel()
