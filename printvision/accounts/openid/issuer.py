"""What an issuer publishes about itself, and its keys: fetched from checked addresses, and kept for a while."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar
from urllib.parse import quote, urlsplit

import aiohttp
import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from yarl import URL

from printvision.accounts.openid.errors import IssuerUnavailable
from printvision.platform import clock
from printvision.platform.outbound import (
    AddressRefused,
    AnswerTooLarge,
    check_url,
    open_session,
    read_body,
)
from printvision.platform.redaction import Secret
from printvision.platform.settings import IssuerSettings

METADATA_KEPT: Final = timedelta(hours=1)
KEYS_KEPT: Final = timedelta(hours=1)
KEYS_FETCHED_AT_MOST_EVERY: Final = timedelta(seconds=5)
MOST_BYTES: Final = 500_000
CALL_LIMIT_S: Final = 10.0
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

Read = TypeVar("Read")
_log: Final = structlog.get_logger(__name__)


class Metadata(msgspec.Struct, frozen=True):
    """What we use of an issuer's document (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Tokens(msgspec.Struct, frozen=True):
    """What a code was exchanged for."""

    id_token: str
    access_token: str


class Issuer:
    """One issuer of the settings, in this process."""

    def __init__(self, settings: IssuerSettings) -> None:
        self.settings = settings
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, KeySet] | None = None
        self._fetching = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """
        Raises:
            IssuerUnavailable
        """
        kept = self._metadata
        if kept is not None and clock.now() < kept[0] + METADATA_KEPT:
            return kept[1]
        url = self.settings.url.rstrip("/") + "/.well-known/openid-configuration"
        found = _read(await self._call("GET", url), Metadata)
        if found.issuer != self.settings.url:
            raise _unavailable("its document names another issuer")
        self._metadata = clock.now(), found
        return found

    async def keys(self, kid: str | None) -> KeySet:
        """Its keys, asked for anew where none of those we know is `kid`, though not at every call.

        Raises:
            IssuerUnavailable
        """
        async with self._fetching:
            kept, now = self._keys, clock.now()
            if kept is not None:
                age = now - kept[0]
                known = kid is None or any(key.kid == kid for key in kept[1].keys)
                if age < KEYS_FETCHED_AT_MOST_EVERY or (known and age < KEYS_KEPT):
                    return kept[1]
            body = await self._call("GET", (await self.metadata()).jwks_uri)
            try:
                keys = KeySet.import_key_set(json.loads(body))
            except (ValueError, KeyError, TypeError, JoseError):
                raise _unavailable("its keys cannot be read") from None
            self._keys = now, keys
            return keys

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """
        Raises:
            IssuerUnavailable
            CodeRefused
        """
        metadata = await self.metadata()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        mine, secret = self.settings.client_id, self.settings.client_secret.reveal()
        headers: dict[str, str] = {}
        if "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            headers["Authorization"] = aiohttp.encode_basic_auth(quote(mine, ""), quote(secret, ""))
        else:
            form |= {"client_id": mine, "client_secret": secret}
        return _read(await self._call("POST", metadata.token_endpoint, form=form, headers=headers), Tokens)

    async def userinfo(self, access_token: Secret) -> dict[str, Any]:
        """What else it tells about somebody; nothing where it tells no more.

        Raises:
            IssuerUnavailable
        """
        url = (await self.metadata()).userinfo_endpoint
        if url is None:
            return {}
        bearer = {"Authorization": f"Bearer {access_token.reveal()}"}
        return _read(await self._call("GET", url, headers=bearer), dict[str, Any])

    async def _call(
        self,
        method: str,
        url: str,
        *,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        private = self.settings.allow_private_addresses
        try:
            checked = check_url(url, allow_private=private)
        except AddressRefused as error:
            raise _unavailable(f"an address of it is refused: {error.reason}") from None
        if checked.scheme != "https" and checked.host not in _LOOPBACK:
            raise _unavailable("an address of it is not https")
        try:
            async with (
                asyncio.timeout(CALL_LIMIT_S),
                open_session(allow_private=private) as client,
                client.request(
                    method,
                    URL(checked.url, encoded=True),
                    data=form,
                    headers={"Accept": "application/json", **(headers or {})},
                    allow_redirects=False,
                ) as answer,
            ):
                body = await read_body(answer, most=MOST_BYTES)
        except AnswerTooLarge:
            raise _unavailable("its answer is too large") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise _unavailable(type(error).__name__) from None
        if method == "POST" and answer.status in (400, 401, 403):
            raise CodeRefused
        if answer.status != 200:
            raise _unavailable(f"{urlsplit(url).path} answered {answer.status}")
        return body


class CodeRefused(Exception):
    """The issuer does not take the code: it was used, is too old, or is not of this sign-in."""


def _read(body: bytes, kind: type[Read]) -> Read:
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise _unavailable("its answer is not as published") from None


def _unavailable(reason: str) -> IssuerUnavailable:
    _log.warning("openid issuer failed", reason=reason)
    return IssuerUnavailable()
