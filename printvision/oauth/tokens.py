"""Calls to a token address: a code becomes tokens, tokens are renewed.

Whoever calls learns whether what they sent may have been used: a refresh token that is worth something once must not
be sent again as if nothing had been.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

import aiohttp
import msgspec

from printvision.oauth.declared import App
from printvision.platform import clock
from printvision.platform.outbound import AnswerTooLarge, read_body
from printvision.platform.redaction import Secret

CALL_LIMIT_S: Final = 20.0
MOST_BYTES: Final = 64_000
DEFAULT_LIFETIME: Final = timedelta(hours=1)  # of what there is something to renew by, where nobody says
RENEW_BEFORE: Final = timedelta(seconds=60)
_NEVER_LEFT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """What was granted. `expires_at` is the access token's end; None where it has none."""

    access: Secret
    refresh: Secret | None = None
    expires_at: datetime | None = None

    @property
    def due(self) -> bool:
        """Whether it is time to renew."""
        return (
            self.refresh is not None
            and self.expires_at is not None
            and clock.now() >= self.expires_at - RENEW_BEFORE
        )

    @property
    def expired(self) -> bool:
        return self.expires_at is not None and clock.now() >= self.expires_at


class TokenError(Exception):
    """No tokens came."""


class TokenRefused(TokenError):
    """They said no (`invalid_grant` and its kin): what was sent is worth nothing."""


class TokenNotUsed(TokenError):
    """Nothing was done with what was sent: no connection came about, or we call too often."""


class TokenUnanswered(TokenError):
    """What was sent may have been used, and no answer told."""


class TokenUnreadable(TokenUnanswered):
    """An answer came, not as published."""


class _Answer(msgspec.Struct):
    access_token: str
    refresh_token: str | None = None
    expires_in: int | str | None = None
    expires_at: int | str | None = None  # unix seconds, as Printful says it
    expire_at: str | None = None  # "2020-10-14 11:26:10+00:00", as Printify says it


async def exchange(
    client: aiohttp.ClientSession, app: App, *, code: str, redirect: str, verifier: str
) -> Tokens:
    """
    Raises:
        TokenError
    """
    form = {"grant_type": "authorization_code", "code": code, app.declared.redirect: redirect}
    if app.declared.pkce:
        form["code_verifier"] = verifier
    return _read(await _post(client, app, app.declared.exchange_url, form), None)


async def renew(client: aiohttp.ClientSession, app: App, tokens: Tokens) -> Tokens:
    """What replaces them; the refresh token stays where they send no other.

    Raises:
        TokenError
    """
    if tokens.refresh is None:
        raise TokenRefused
    form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh.reveal()}
    url = app.declared.refresh_url or app.declared.exchange_url
    return _read(await _post(client, app, url, form), tokens.refresh)


async def _post(client: aiohttp.ClientSession, app: App, url: str, form: Mapping[str, str]) -> bytes:
    try:
        async with (
            asyncio.timeout(CALL_LIMIT_S),
            client.post(
                app.at(url),
                data=urlencode({**form, **app.identity()}),
                headers={
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                    "Accept-Encoding": "identity",
                    "User-Agent": "PrintVision",
                },
                allow_redirects=False,
            ) as answer,
        ):
            body = await read_body(answer, most=MOST_BYTES)
    except AnswerTooLarge:
        raise TokenUnreadable("too large") from None
    except (aiohttp.ClientError, OSError) as error:
        if isinstance(error, _NEVER_LEFT):
            raise TokenNotUsed(type(error).__name__) from None
        raise TokenUnanswered(type(error).__name__) from None
    if 200 <= answer.status < 300:
        return body
    if answer.status == 429:
        raise TokenNotUsed("429")
    if 400 <= answer.status < 500:
        raise TokenRefused(str(answer.status))
    raise TokenUnanswered(str(answer.status))


def _read(body: bytes, before: Secret | None) -> Tokens:
    try:
        answer = msgspec.json.decode(body, type=_Answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise TokenUnreadable("not as published") from None
    refresh = Secret(answer.refresh_token) if answer.refresh_token else before
    end = _end(answer)
    if end is None and refresh is not None:
        end = clock.now() + DEFAULT_LIFETIME
    return Tokens(access=Secret(answer.access_token), refresh=refresh, expires_at=end)


def _end(answer: _Answer) -> datetime | None:
    try:
        if answer.expires_at is not None:
            return datetime.fromtimestamp(int(answer.expires_at), UTC)
        if answer.expires_in is not None:
            return clock.now() + timedelta(seconds=int(answer.expires_in))
        if answer.expire_at is not None:
            told = datetime.fromisoformat(answer.expire_at)
            return told if told.tzinfo else told.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        pass
    return None


def tokens_as_json(tokens: Tokens) -> bytes:
    """In the clear, to be sealed at once."""
    plain: dict[str, Any] = {
        "access": tokens.access.reveal(),
        "refresh": tokens.refresh.reveal() if tokens.refresh else None,
        "expires_at": tokens.expires_at,
    }
    return msgspec.json.encode(plain)
