from __future__ import annotations

from collections.abc import AsyncGenerator

import msgspec
import pytest

from printvision.api.application import make_application
from printvision.platform.runtime import Platform
from printvision.platform.settings import LiveSettings, Settings
from tests.api.conftest import opener
from tests.api.wire import Wire, serving
from tests.factories.workspaces import MadeWorkspace


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Heartbeats come often, so that tests need not wait for them, and few events wait for a slow reader."""
    return msgspec.structs.replace(
        settings, live=LiveSettings(heartbeat_s=0.5, buffer=50, streams_a_workspace=8)
    )


@pytest.fixture
async def wire(settings: Settings, platform: Platform) -> AsyncGenerator[Wire]:
    async with serving(make_application(settings, [], opener=opener(platform)), settings) as wire:
        yield wire


@pytest.fixture
async def key(workspace: MadeWorkspace) -> str:
    return (await workspace.key()).reveal()
