from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from printvision.platform import clock
from printvision.providers.adapters.printful import Printful, PrintfulSettings
from printvision.providers.sdk import (
    Breaker,
    Client,
    MemoryBudget,
    NoRecorder,
    OAuth2App,
    ProviderNeedsAttention,
    Secret,
    Tokens,
    TokenStore,
)
from printvision.providers.sdk.auth import MemoryTokenStore
from tests.providers.scripted import ScriptedProvider, answer


class Granted(Printful):
    """The same provider, for connections that were granted by OAuth 2."""

    @classmethod
    def authenticate(cls, settings: PrintfulSettings) -> OAuth2App:  # pyright: ignore[reportIncompatibleMethodOverride]
        return OAuth2App(
            provider=cls.key,
            token_url="https://oauth.example/token",
            client_id="app-1",
            client_secret=settings.token,
        )


@pytest.fixture
async def provider() -> AsyncIterator[ScriptedProvider]:
    scripted = ScriptedProvider()
    yield scripted
    await scripted.stop()


def connect(client: Client, base_url: str | None, tokens: TokenStore | None) -> Granted:
    return Granted.connect(
        PrintfulSettings(token=Secret("hush")),
        client=client,
        budget=MemoryBudget(Granted.rate, provider=Granted.key),
        breaker=Breaker("one", provider=Granted.key),
        recorder=NoRecorder(),
        base_url=base_url,
        tokens=tokens,
    )


async def test_connect_uses_the_tokens_that_were_granted(client: Client, provider: ScriptedProvider) -> None:
    provider.then(answer(404))
    end = clock.now() + timedelta(hours=1)
    store = MemoryTokenStore(Tokens(access=Secret("access"), refresh=Secret("refresh"), expires_at=end))

    assert await connect(client, await provider.start(), store).find("a" * 32) is None
    assert provider.seen[0].headers["Authorization"] == "Bearer access"


async def test_connect_needs_somebody_where_nothing_was_granted(client: Client) -> None:
    with pytest.raises(ProviderNeedsAttention):
        connect(client, None, None)
