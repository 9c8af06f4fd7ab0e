"""Fixtures of a process with a migrated database; a conftest imports the ones it needs."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID

import pytest

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform, keyring_path, open_platform
from printvision.platform.sealed import Keyring
from printvision.platform.settings import DatabaseSettings, Settings
from printvision.providers.schemas import AddConnection
from printvision.providers.service import add_connection
from tests.factories.workspaces import MadeWorkspace, make_workspace


@pytest.fixture
async def platform(database_urls: DatabaseUrls, tmp_path: Path) -> AsyncGenerator[Platform]:
    settings = Settings(
        data_dir=str(tmp_path / "data"),
        database=DatabaseSettings(
            url=Secret(database_urls.app),
            system_url=Secret(database_urls.system),
            owner_url=Secret(database_urls.owner),
            pool_size=3,
        ),
    )
    Keyring.create(keyring_path(settings))
    async with open_platform(settings) as platform:
        yield platform


@pytest.fixture
async def workspace(platform: Platform) -> MadeWorkspace:
    return await make_workspace(platform)


@pytest.fixture
async def stranger(platform: Platform) -> MadeWorkspace:
    """Another workspace, to which nothing of the first belongs."""
    return await make_workspace(platform)


@pytest.fixture
async def connection_id(workspace: MadeWorkspace) -> UUID:
    return await make_connection(workspace)


async def make_connection(workspace: MadeWorkspace) -> UUID:
    """A connection of the workspace to Printful, whose credential nobody knows."""
    wanted = AddConnection(provider="printful", name="Print house", credentials={"token": "not-a-real-one"})
    async with workspace.scope() as scope:
        return (await add_connection(scope, wanted)).id
