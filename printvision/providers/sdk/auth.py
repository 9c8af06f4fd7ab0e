"""How calls prove who we are."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol

from printvision.oauth import App, TokenNotUsed, TokenRefused, Tokens, TokenUnanswered, renew
from printvision.platform.redaction import Secret
from printvision.providers.sdk.errors import (
    ProviderNeedsAttention,
    ProviderOutcomeUnknown,
    ProviderUnavailable,
)
from printvision.providers.sdk.wire import Client

SIGN_IN_AGAIN: Final = "The provider has ended the access that it granted: sign in there again"


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


Ask = Callable[[Tokens], Awaitable[Tokens]]
"""Renews tokens at the provider.

Raises:
    ProviderNeedsAttention: they are worth nothing any more.
    ProviderOutcomeUnknown: the refresh token may have been used, and no new one came.
    ProviderUnavailable: it was not used.
"""


class TokenStore(Protocol):
    """Where a connection's tokens lie, for all processes."""

    async def load(self) -> Tokens:
        """Those this process knows of."""
        ...

    async def renew(self, stale: Tokens, ask: Ask) -> Tokens:
        """Those that replaced `stale`: asked for by one caller among all processes, and durable when it returns."""
        ...


class MemoryTokenStore:
    """Tokens of one process, for tests and for authors."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._lock = asyncio.Lock()

    async def load(self) -> Tokens:
        return self._tokens

    async def renew(self, stale: Tokens, ask: Ask) -> Tokens:
        async with self._lock:
            if self._tokens.access == stale.access:
                self._tokens = await ask(self._tokens)
            return self._tokens


class Granted(NamedTuple):
    """A connection that was granted by OAuth 2: who we are there, and its tokens."""

    app: App
    store: TokenStore


class OAuth2:
    """A bearer token that renews itself (RFC 6749, section 6).

    Providers replace both tokens on renewal and the old refresh token dies: the store sees to it that one caller
    renews, however many found the token old. One that still holds is used where renewing has to wait.
    """

    def __init__(self, granted: Granted) -> None:
        self._app, self._store = granted

    async def headers(self, client: Client) -> Mapping[str, str]:
        tokens = await self._store.load()
        if tokens.due:
            try:
                tokens = await self._renew(client, tokens)
            except ProviderUnavailable:
                if tokens.expired:
                    raise
        return _bearer(tokens)

    async def renewed(self, client: Client, refused: Mapping[str, str]) -> bool:
        tokens = await self._store.load()
        if _bearer(tokens) == refused:
            await self._renew(client, tokens)
        return True

    async def _renew(self, client: Client, stale: Tokens) -> Tokens:
        provider = self._app.key

        async def ask(tokens: Tokens) -> Tokens:
            try:
                return await renew(client, self._app, tokens)
            except TokenRefused:
                raise ProviderNeedsAttention(SIGN_IN_AGAIN, provider=provider) from None
            except TokenNotUsed:
                raise ProviderUnavailable(
                    "The token could not be renewed now", provider=provider, retry_after_s=None
                ) from None
            except TokenUnanswered as error:
                raise ProviderOutcomeUnknown(
                    "The token could not be renewed: no answer",
                    provider=provider,
                    retry_after_s=None,
                    note=str(error),
                ) from None

        try:
            return await self._store.renew(stale, ask)
        except ProviderOutcomeUnknown as error:
            # Of the renewal, not of the call that wanted it: that was not sent.
            raise ProviderUnavailable(
                error.detail, provider=provider, retry_after_s=error.retry_after_s, note=error.note
            ) from None


def _bearer(tokens: Tokens) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens.access.reveal()}"}


def secrets_of(headers: Mapping[str, str]) -> list[str]:
    """The words that must not be seen: whole values, and what follows a scheme such as `Bearer`."""
    words: list[Any] = []
    for value in headers.values():
        words += [value, value.partition(" ")[2]]
    return [word for word in words if word]
