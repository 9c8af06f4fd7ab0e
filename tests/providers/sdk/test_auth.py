from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs

import pytest

from printvision.platform import clock
from printvision.providers.sdk import (
    App,
    Basic,
    Bearer,
    Client,
    Declared,
    Granted,
    Header,
    OAuth2,
    ProviderHttp,
    ProviderNeedsAttention,
    ProviderUnavailable,
    Secret,
    Tokens,
)
from printvision.providers.sdk.auth import MemoryTokenStore
from tests.providers.scripted import ScriptedProvider, Turn, answer, hang_up

Connect = Callable[..., ProviderHttp]


@pytest.fixture
async def gate() -> AsyncIterator[ScriptedProvider]:
    """The provider's token endpoint."""
    scripted = ScriptedProvider()
    yield scripted
    await scripted.stop()


def tokens(*, expires_in_s: float) -> Tokens:
    return Tokens(
        access=Secret("access-one"),
        refresh=Secret("refresh-one"),
        expires_at=clock.now() + timedelta(seconds=expires_in_s),
    )


async def oauth(gate: ScriptedProvider, store: MemoryTokenStore, *turns: Turn) -> OAuth2:
    gate.then(*turns)
    url = f"{await gate.start()}/oauth/token"
    app = App(
        key="inkwell",
        declared=Declared(authorize_url="https://inkwell.example/oauth", exchange_url=url),
        client_id="app-1",
        client_secret=Secret("hush-hush"),
    )
    return OAuth2(Granted(app, store))


FRESH = answer(
    body={"access_token": "access-two", "refresh_token": "refresh-two", "expires_at": "4102444800"}
)


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        (Bearer(Secret("t")), "Authorization", "Bearer t"),
        (Header("X-Api-Key", Secret("t")), "X-Api-Key", "t"),
        (Basic("ø", Secret("p")), "Authorization", "Basic " + base64.b64encode("ø:p".encode()).decode()),
    ],
)
async def test_a_fixed_credential_is_sent(
    connect: Connect, provider: ScriptedProvider, auth: Header, name: str, value: str
) -> None:
    provider.then(answer(body={}))

    await connect(auth=auth).get("/things")

    assert provider.seen[0].headers[name] == value


async def test_a_token_that_is_good_is_used(
    connect: Connect, provider: ScriptedProvider, gate: ScriptedProvider
) -> None:
    provider.then(answer(body={}))

    await connect(auth=await oauth(gate, MemoryTokenStore(tokens(expires_in_s=600)), FRESH)).get("/things")

    assert provider.seen[0].headers["Authorization"] == "Bearer access-one"
    assert gate.seen == []


async def test_a_token_near_its_end_is_renewed_and_both_tokens_are_replaced(
    connect: Connect, provider: ScriptedProvider, gate: ScriptedProvider
) -> None:
    store = MemoryTokenStore(tokens(expires_in_s=30))
    provider.then(answer(body={}))

    await connect(auth=await oauth(gate, store, FRESH)).get("/things")

    assert provider.seen[0].headers["Authorization"] == "Bearer access-two"
    assert parse_qs(gate.seen[0].body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": ["refresh-one"],
        "client_id": ["app-1"],
        "client_secret": ["hush-hush"],
    }
    assert await store.load() == Tokens(
        access=Secret("access-two"),
        refresh=Secret("refresh-two"),
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
    )


async def test_twenty_callers_with_an_old_token_burn_one(
    connect: Connect, provider: ScriptedProvider, gate: ScriptedProvider
) -> None:
    provider.then(answer(body={}))
    http = connect(auth=await oauth(gate, MemoryTokenStore(tokens(expires_in_s=0)), FRESH))

    await asyncio.gather(*(http.get("/things") for _ in range(20)))

    assert len(gate.seen) == 1
    assert {seen.headers["Authorization"] for seen in provider.seen} == {"Bearer access-two"}


async def test_a_token_refused_before_its_end_is_renewed_and_the_call_made_again(
    connect: Connect, provider: ScriptedProvider, gate: ScriptedProvider
) -> None:
    provider.then(answer(401), answer(body={"id": 1}))
    http = connect(auth=await oauth(gate, MemoryTokenStore(tokens(expires_in_s=600)), FRESH))

    assert (await http.get("/things")).json() == {"id": 1}
    assert [seen.headers["Authorization"] for seen in provider.seen] == [
        "Bearer access-one",
        "Bearer access-two",
    ]


async def test_a_second_refusal_needs_somebody(
    connect: Connect, provider: ScriptedProvider, gate: ScriptedProvider
) -> None:
    provider.then(answer(401))
    http = connect(auth=await oauth(gate, MemoryTokenStore(tokens(expires_in_s=600)), FRESH))

    with pytest.raises(ProviderNeedsAttention):
        await http.get("/things")

    assert (len(provider.seen), len(gate.seen)) == (2, 1)


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (answer(400, {"error": "invalid_grant"}), ProviderNeedsAttention),
        (answer(401), ProviderNeedsAttention),
        (answer(503), ProviderUnavailable),
        (answer(429), ProviderUnavailable),
        (hang_up, ProviderUnavailable),
        (answer(body={"token": "?"}), ProviderUnavailable),
    ],
)
async def test_a_renewal_that_fails_keeps_the_old_tokens(
    client: Client, gate: ScriptedProvider, turn: Turn, kind: type[Exception]
) -> None:
    old = tokens(expires_in_s=0)
    store = MemoryTokenStore(old)
    auth = await oauth(gate, store, turn)

    with pytest.raises(kind):
        await auth.headers(client)

    assert await store.load() == old


@pytest.mark.parametrize(
    ("said", "lifetime_s"),
    [({"expires_in": 120}, 120), ({"expires_in": "120"}, 120), ({}, 3_600), ({"expires_at": "never"}, 3_600)],
)
async def test_an_end_is_read_in_every_form(
    client: Client, gate: ScriptedProvider, said: dict[str, object], lifetime_s: int
) -> None:
    store = MemoryTokenStore(tokens(expires_in_s=0))
    auth = await oauth(gate, store, answer(body={"access_token": "access-two"} | said))

    await auth.headers(client)

    end = (await store.load()).expires_at
    assert end is not None
    left = end - clock.now()
    assert left.total_seconds() == pytest.approx(lifetime_s, abs=5)
    assert (await store.load()).refresh == Secret("refresh-one")
