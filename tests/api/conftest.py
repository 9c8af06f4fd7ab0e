from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from printvision.api.application import Opener, make_application
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform, keyring_path, open_platform
from printvision.platform.sealed import Keyring
from printvision.platform.settings import DatabaseSettings, Settings
from printvision.workspaces import operations as workspaces
from tests.api import echo
from tests.api.echo import OPERATIONS
from tests.api.schema import build
from tests.api.wire import Wire, serving
from tests.database import DatabaseServer, create_database, drop_database, fresh_name
from tests.factories.workspaces import MadeWorkspace, make_workspace


@pytest.fixture(scope="session")
def template_database(database_server: DatabaseServer) -> Generator[str]:
    name = fresh_name("api_template")
    build(create_database(database_server, name))
    yield name
    drop_database(database_server, name)


@pytest.fixture
def settings(database_urls: DatabaseUrls, tmp_path: Path) -> Settings:
    made = Settings(
        data_dir=str(tmp_path / "data"),
        database=DatabaseSettings(
            url=Secret(database_urls.app),
            system_url=Secret(database_urls.system),
            owner_url=Secret(database_urls.owner),
            pool_size=3,
        ),
    )
    Keyring.create(keyring_path(made))
    return made


@pytest.fixture
async def platform(settings: Settings) -> AsyncGenerator[Platform]:
    async with open_platform(settings) as platform:
        yield platform


@pytest.fixture
async def workspace(platform: Platform) -> MadeWorkspace:
    return await make_workspace(platform)


@pytest.fixture(autouse=True)
def _fresh_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "WAITING", asyncio.Event())
    monkeypatch.setattr(echo, "GO_ON", asyncio.Event())


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    """An application of the test's own operations and those of workspaces."""
    app = make_application(
        settings, [*OPERATIONS, workspaces.get, workspaces.update], opener=opener(platform)
    )
    async with running(app):
        yield app


def opener(platform: Platform) -> Opener:
    """For an application whose platform the test has opened and will close."""
    return lambda _: nullcontext(platform)


@asynccontextmanager
async def running(app: Litestar) -> AsyncGenerator[None]:
    """Its start and stop in one task, as Litestar needs: a fixture's two halves run in two."""
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    life = asyncio.create_task(live())
    await started.wait()
    yield
    stop.set()
    await life


@pytest.fixture
async def wire(app: Litestar, settings: Settings) -> AsyncGenerator[Wire]:
    """The application on a real port."""
    async with serving(app, settings) as wire:
        yield wire


@pytest.fixture
async def anybody(app: Litestar) -> AsyncGenerator[AsyncClient]:
    """Somebody without a key."""
    async with AsyncClient(transport=ASGITransport(app), base_url="http://printvision.test") as client:
        yield client


@pytest.fixture
async def client(anybody: AsyncClient, workspace: MadeWorkspace) -> AsyncClient:
    """Somebody with a key that may do everything in `workspace`."""
    anybody.headers["authorization"] = f"Bearer {(await workspace.key()).reveal()}"
    return anybody
