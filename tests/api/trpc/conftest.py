from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from litestar import Litestar

from printvision.api.application import make_application
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.workspaces import operations as workspaces
from tests.api.conftest import opener, running
from tests.api.trpc import calls, real
from tests.api.trpc.real import RealClient
from tests.api.wire import Wire
from tests.factories.workspaces import MadeWorkspace


@pytest.fixture(autouse=True)
def _fresh_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "HANGING", asyncio.Event())
    monkeypatch.setattr(calls, "LEFT", asyncio.Event())


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    own = [*calls.OPERATIONS, workspaces.get, workspaces.update]
    app = make_application(settings, own, opener=opener(platform))
    async with running(app):
        yield app


@pytest.fixture
async def key(workspace: MadeWorkspace) -> str:
    return (await workspace.key()).reveal()


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and the packages they use."""
    packages = real.installed()
    folder = tmp_path_factory.mktemp("node")
    for script in real.HERE.glob("*.mjs"):
        shutil.copy(script, folder)
    (folder / "node_modules").symlink_to(packages / "node_modules")
    return folder


@pytest.fixture
def real_client(node_folder: Path, wire: Wire, key: str) -> RealClient:
    return RealClient(node_folder, wire, key)
