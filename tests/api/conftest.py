from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, nullcontext

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar

from printvision.accounts import operations as accounts
from printvision.api.application import Opener, make_application
from printvision.platform.rates import spending
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from printvision.workspaces import operations as workspaces
from tests.api import echo
from tests.api.echo import OPERATIONS
from tests.api.wire import Wire, serving
from tests.factories.workspaces import MadeWorkspace


@pytest.fixture(autouse=True)
def _fresh_signals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "WAITING", asyncio.Event())
    monkeypatch.setattr(echo, "GO_ON", asyncio.Event())


@pytest.fixture(autouse=True)
def _patient_budgets(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine with other work a process would else go by budgets of its own for a while, which begin full."""
    monkeypatch.setattr(spending, "LEASED_WITHIN_S", 20.0)


@pytest.fixture
async def app(settings: Settings, platform: Platform) -> AsyncGenerator[Litestar]:
    """An application of the test's own operations, and those of workspaces and sessions."""
    own = [*OPERATIONS, workspaces.get, workspaces.update, *SESSIONS]
    app = make_application(settings, own, opener=opener(platform))
    async with running(app):
        yield app


SESSIONS = [
    accounts.open_session,
    accounts.get_session,
    accounts.close_session,
    accounts.list_open,
    accounts.end_one,
    accounts.end_others,
]


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
