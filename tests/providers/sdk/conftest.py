"""A client with everything around it, pointed at a scripted provider."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from printvision.providers.sdk import (
    Bearer,
    Breaker,
    Client,
    Limits,
    MemoryBudget,
    MemoryRecorder,
    ProviderHttp,
    Rate,
    Secret,
    open_client,
)
from tests.providers.scripted import ScriptedProvider

TOKEN = "tok-3f9a1c77"
QUICK = Limits(
    connect_s=1, read_s=0.3, total_s=1, attempts=3, patience_s=1, backoff_s=0.005, max_bytes=100_000
)


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedProvider]:
    scripted = ScriptedProvider()
    yield scripted
    await scripted.stop()


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with open_client(allow_private_addresses=True) as opened:
        yield opened


@pytest.fixture
def recorder() -> MemoryRecorder:
    return MemoryRecorder()


@pytest.fixture
def budget() -> MemoryBudget:
    return MemoryBudget(Rate(1_000, timedelta(seconds=1)), provider="inkwell")


@pytest.fixture
def breaker() -> Breaker:
    return Breaker("one", provider="inkwell", threshold=50)


@pytest.fixture
async def connect(
    provider: ScriptedProvider,
    client: Client,
    recorder: MemoryRecorder,
    budget: MemoryBudget,
    breaker: Breaker,
) -> Callable[..., ProviderHttp]:
    base_url = await provider.start()

    def make(**changes: Any) -> ProviderHttp:
        given: dict[str, Any] = {
            "client": client,
            "budget": budget,
            "breaker": breaker,
            "recorder": recorder,
            "provider": "inkwell",
            "limits": QUICK,
        }
        auth = changes.pop("auth", Bearer(Secret(TOKEN)))
        return ProviderHttp(changes.pop("base_url", base_url), auth, **(given | changes))

    return make


@pytest.fixture
def http(connect: Callable[..., ProviderHttp]) -> ProviderHttp:
    return connect()
