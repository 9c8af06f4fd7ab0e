"""How calls prove who we are."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol
from urllib.parse import urlencode

import msgspec

from printvision.platform import clock
from printvision.platform.redaction import Secret
from printvision.providers.sdk.errors import (
    ProviderNeedsAttention,
    ProviderUnavailable,
    ProviderUnintelligible,
)
from printvision.providers.sdk.wire import Answer, Client, Limits, NoAnswer, NotSent, TooLarge, send

RENEW_BEFORE: Final = timedelta(seconds=60)
RENEWAL: Final = Limits(total_s=20.0, max_bytes=64_000)
DEFAULT_LIFETIME: Final = timedelta(hours=1)  # where the answer does not say


class Auth(Protocol):
    """Proves who we are on every call."""

    async def headers(self, client: Client) -> Mapping[str, str]:
        """What to send with the next call."""
        ...

    async def renewed(self, client: Client, refused: Mapping[str, str]) -> bool:
        """Whether, after `refused` was answered with 401, there is now something better to send."""
        ...


class Header:
    """A credential in a header of its own."""

    def __init__(self, name: str, value: Secret) -> None:
        self._headers = {name: value}

    async def headers(self, client: Client) -> Mapping[str, str]:
        del client
        return {name: value.reveal() for name, value in self._headers.items()}

    async def renewed(self, client: Client, refused: Mapping[str, str]) -> bool:
        del client, refused
        return False


class Bearer(Header):
    """`Authorization: Bearer …` (RFC 6750)."""

    def __init__(self, token: Secret) -> None:
        super().__init__("Authorization", Secret(f"Bearer {token.reveal()}"))


class Basic(Header):
    """`Authorization: Basic …` (RFC 7617), UTF-8."""

    def __init__(self, user: str, password: Secret) -> None:
        pair = base64.b64encode(f"{user}:{password.reveal()}".encode()).decode()
        super().__init__("Authorization", Secret(f"Basic {pair}"))


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A pair of OAuth 2 tokens; `expires_at` is the access token's end."""

    access: Secret
    refresh: Secret
    expires_at: datetime


class TokenStore(Protocol):
    """Where a connection's tokens lie, for all processes."""

    async def load(self) -> Tokens: ...

    def lock(self) -> AbstractAsyncContextManager[None]:
        """One holder at a time among all processes."""
        ...

    async def save(self, tokens: Tokens) -> None:
        """Replace both tokens, durable when it returns."""
        ...


class MemoryTokenStore:
    """Tokens of one process, for tests and for authors."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = asyncio.Lock()

    async def load(self) -> Tokens:
        return self._tokens

    def lock(self) -> AbstractAsyncContextManager[None]:
        return self._lock

    async def save(self, tokens: Tokens) -> None:
        self._tokens = tokens


class OAuth2App(msgspec.Struct, frozen=True, kw_only=True):
    """Who we are at the provider's token endpoint: what an adapter names when its connections use OAuth 2."""

    provider: str
    token_url: str
    client_id: str
    client_secret: Secret


class OAuth2:
    """A bearer token that renews itself (RFC 6749, section 6).

    Providers replace both tokens on renewal and the old refresh token dies, so renewal happens under the
    store's lock and only when nobody else has done it in the meantime: one token is burnt, however many
    callers found it old.
    """

    def __init__(self, app: OAuth2App, store: TokenStore) -> None:
        self._app = app
        self._store = store

    async def headers(self, client: Client) -> Mapping[str, str]:
        tokens = await self._store.load()
        if clock.now() >= tokens.expires_at - RENEW_BEFORE:
            tokens = await self._renew(client, tokens)
        return _bearer(tokens)

    async def renewed(self, client: Client, refused: Mapping[str, str]) -> bool:
        tokens = await self._store.load()
        if _bearer(tokens) == refused:
            await self._renew(client, tokens)
        return True

    async def _renew(self, client: Client, stale: Tokens) -> Tokens:
        async with self._store.lock():
            current = await self._store.load()
            if current.access != stale.access:
                return current
            fresh = await self._ask(client, current)
            await self._store.save(fresh)
            return fresh

    async def _ask(self, client: Client, tokens: Tokens) -> Tokens:
        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens.refresh.reveal(),
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret.reveal(),
        }
        try:
            answer = await send(
                client,
                "POST",
                self._app.token_url,
                "",
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                content=urlencode(form).encode(),
                limits=RENEWAL,
            )
        except TooLarge as large:
            answer = Answer(large.status, large.headers, b"")
        except (NotSent, NoAnswer) as failure:
            raise ProviderUnavailable(
                "The token could not be renewed: no answer",
                provider=self._app.provider,
                retry_after_s=None,
                note=str(failure),
            ) from None
        return self._read(answer, tokens)

    def _read(self, reply: Answer, old: Tokens) -> Tokens:
        provider = self._app.provider
        if reply.status == 429 or reply.status >= 500:
            raise ProviderUnavailable(
                "The token could not be renewed now", provider=provider, retry_after_s=None
            )
        if not 200 <= reply.status < 300:
            raise ProviderNeedsAttention("The token was not renewed: connect again", provider=provider)
        try:
            answer = msgspec.json.decode(reply.body, type=_TokenAnswer)
        except msgspec.DecodeError:
            raise ProviderUnintelligible(
                "The answer to a renewal is not what it should be", provider=provider
            ) from None
        return Tokens(
            access=Secret(answer.access_token),
            refresh=Secret(answer.refresh_token) if answer.refresh_token else old.refresh,
            expires_at=_expiry(answer),
        )


class _TokenAnswer(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: int | str | None = None
    expires_at: int | str | None = None  # unix seconds, as Printful says it


def _bearer(tokens: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.access.reveal()}"}


def _expiry(answer: _TokenAnswer) -> datetime:
    try:
        if answer.expires_at is not None:
            return datetime.fromtimestamp(int(answer.expires_at), UTC)
        if answer.expires_in is not None:
            return clock.now() + timedelta(seconds=int(answer.expires_in))
    except (ValueError, OverflowError, OSError):
        pass
    return clock.now() + DEFAULT_LIFETIME


def secrets_of(headers: Mapping[str, str]) -> list[str]:
    """The words that must not be seen: whole values, and what follows a scheme such as `Bearer`."""
    words: list[Any] = []
    for value in headers.values():
        words += [value, value.partition(" ")[2]]
    return [word for word in words if word]
