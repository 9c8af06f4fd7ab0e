from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from printvision.platform import clock
from printvision.providers.adapters.printful import Printful, PrintfulSettings
from printvision.providers.sdk import (
    App,
    Breaker,
    Client,
    Granted,
    MemoryBudget,
    NoRecorder,
    Secret,
    Tokens,
)
from printvision.providers.sdk.auth import MemoryTokenStore
from tests.providers.scripted import ScriptedProvider, answer


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedProvider]:
    scripted = ScriptedProvider()
    yield scripted
    await scripted.stop()


async def test_connect_uses_the_tokens_that_were_granted(client: Client, provider: ScriptedProvider) -> None:
    provider.then(answer(404))
    end = clock.now() + timedelta(hours=1)
    store = MemoryTokenStore(Tokens(access=Secret("access"), refresh=Secret("refresh"), expires_at=end))
    assert Printful.oauth is not None
    adapter = Printful.connect(
        PrintfulSettings(token=Secret("")),
        client=client,
        budget=MemoryBudget(Printful.rate, provider=Printful.key),
        breaker=Breaker("one", provider=Printful.key),
        recorder=NoRecorder(),
        base_url=await provider.start(),
        granted=Granted(App(key="printful", declared=Printful.oauth, client_id="app-1"), store),
    )

    assert await adapter.find("a" * 32) is None
    assert provider.seen[0].headers["Authorization"] == "Bearer access"
