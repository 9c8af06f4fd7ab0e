from __future__ import annotations

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform, keyring_path, open_platform
from printvision.platform.sealed import Keyring
from printvision.platform.settings import DatabaseSettings, Settings
from tests.api.schema import build
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
