"""The story as the durable engine carries it: queued, handed on, remembered."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

import pytest

from printvision.platform.engine import Engine
from printvision.platform.runtime import Platform
from printvision.providers.sdk import ProviderUnavailable
from printvision.sync import SyncState, SyncView
from printvision.sync.schemas import LIVE
from printvision.sync.workflow import SLICE
from tests.factories.fake_adapter import FakeProvider
from tests.factories.workspaces import MadeWorkspace
from tests.sync.carrying import look, start
from tests.waiting import until


@pytest.fixture
async def engine(platform: Platform) -> AsyncGenerator[Engine]:
    engine = Engine(platform)
    await engine.start()
    yield engine
    await engine.stop(grace_s=1)


@pytest.mark.usefixtures("engine")
async def test_the_engine_carries_a_sync_over_several_runs_and_a_pause(
    workspace: MadeWorkspace, connection_id: UUID, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("printvision.sync.progress.FIRST_WAIT_S", 0.05)
    for number in range(SLICE + 2):
        provider.add(f"{number}", variants=1)
    provider.fail("prices", "3", ProviderUnavailable(provider="fake", retry_after_s=None))

    begun = await start(workspace, connection_id)

    async def ended() -> SyncView | None:
        view = await look(workspace, begun.id)
        return None if view.state in LIVE else view

    done = await until(ended)
    assert done is not None
    assert (done.state, done.position, done.counters.blueprints) == (SyncState.DONE, SLICE + 2, SLICE + 2)
    assert provider.calls["variants", "3"] == 2
    assert {count for (verb, _), count in provider.calls.items() if verb == "stock"} == {1}
