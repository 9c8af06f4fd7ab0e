"""A process of ours over a test's own database: `settings`, `platform`, and a `workspace` in it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform, keyring_path, open_platform
from printvision.platform.sealed import Keyring
from printvision.platform.settings import DatabaseSettings, ProviderSettings, Settings, WorkerSettings
from tests.factories.workspaces import MadeWorkspace, make_workspace


@pytest.fixture
def settings(database_urls: DatabaseUrls, tmp_path: Path) -> Settings:
    """Settings with a keyring and an empty file store; providers may be on this machine."""
    made = Settings(
        data_dir=str(tmp_path / "data"),
        validate_responses=True,
        database=DatabaseSettings(
            url=Secret(database_urls.app),
            system_url=Secret(database_urls.system),
            owner_url=Secret(database_urls.owner),
            pool_size=4,
        ),
        providers=ProviderSettings(allow_private_addresses=True),
        worker=WorkerSettings(poll_s=0.02, stale_after_s=1.0),
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
