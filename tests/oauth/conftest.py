from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from httpx import AsyncClient

from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from tests.api.browsing import signed_in
from tests.factories.workspaces import MadeWorkspace
from tests.oauth.granting import Person, Provider, browsing, granting, knowing


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncGenerator[Provider]:
    async with granting(tmp_path / "printful") as provider:
        yield provider


@pytest.fixture
def registered(platform: Platform, settings: Settings, provider: Provider) -> Platform:
    """This process, registered at the simulated provider."""
    platform.settings = knowing(settings, provider.address)
    return platform


@pytest.fixture
async def browser(registered: Platform) -> AsyncGenerator[AsyncClient]:
    async with browsing(registered) as client:
        yield client


@pytest.fixture
async def owner(browser: AsyncClient, workspace: MadeWorkspace) -> Person:
    return Person(browser, workspace, await signed_in(browser, workspace))
