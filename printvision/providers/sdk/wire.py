"""The line to the outside: time limits, TLS, size, no cookies, no redirects, no strange addresses.

Connections are pooled and shared by every `ProviderHttp` of a process; nothing about an account is kept in
them.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import aiohttp
import httpx
import msgspec
from httpx_aiohttp import AiohttpTransport

from printvision.platform.outbound import is_allowed

logging.getLogger("httpx").setLevel(logging.WARNING)  # it logs whole addresses, secrets in their query too

POOL_SIZE: Final = 100
IDLE_S: Final = 15.0


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """The bounds of one call.

    Args:
        connect_s: until there is a connection, name look-up and queueing for the pool included.
        read_s: the longest silence while an answer comes.
        total_s: one attempt, from connecting to the last byte.
        attempts: tries in one call, 1 or more.
        patience_s: all waiting inside one call; who must wait longer is told so by `ProviderUnavailable`.
        backoff_s: the first pause after a failure; it doubles, with as much chance again.
        max_bytes: the largest answer, unpacked.
        max_pages: the longest walk through pages.
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 30.0
    attempts: int = 4
    patience_s: float = 10.0
    backoff_s: float = 0.3
    max_bytes: int = 16_000_000
    max_pages: int = 1_000


class Answer(msgspec.Struct, frozen=True):
    """What came back: status, headers and the whole body."""

    status: int
    headers: httpx.Headers
    body: bytes


class NotSent(Exception):
    """No connection came about, so nothing of the request can have been seen."""


class NoAnswer(Exception):
    """The request went out, and no whole answer came back."""


class TooLarge(Exception):
    """The answer is larger than we take, or packed in a way we did not ask for."""

    def __init__(self, status: int, headers: httpx.Headers) -> None:
        super().__init__("answer too large")
        self.status = status
        self.headers = headers


def open_client(*, allow_private_addresses: bool = False) -> httpx.AsyncClient:
    """A pool of connections; whoever opens it closes it.

    Args:
        allow_private_addresses: also connect to this machine and its network: simulators and tests.
    """

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            limit=POOL_SIZE,
            ssl=httpx.create_ssl_context(),
            keepalive_timeout=IDLE_S,
            socket_factory=None if allow_private_addresses else _public_socket,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return httpx.AsyncClient(
        transport=AiohttpTransport(client=session),
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "PrintVision"},
    )


async def send(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    params: Mapping[str, str] | None,
    content: bytes | None,
    limits: Limits,
) -> Answer:
    """One request, one answer.

    Raises:
        NotSent, NoAnswer, TooLarge
    """
    request = client.build_request(
        method,
        url,
        headers=dict(headers),
        params=params,
        content=content,
        timeout=httpx.Timeout(limits.read_s, connect=limits.connect_s, pool=limits.connect_s),
    )
    try:
        async with asyncio.timeout(limits.total_s):
            response = await client.send(request, stream=True)
            try:
                return Answer(response.status_code, response.headers, await _body(response, limits.max_bytes))
            finally:
                await response.aclose()
    except (httpx.HTTPError, aiohttp.ClientError, OSError) as error:
        if _never_left(error):
            raise NotSent(type(error).__name__) from error
        raise NoAnswer(type(error).__name__) from error


async def _body(response: httpx.Response, max_bytes: int) -> bytes:
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", ""):  # another could unpack to any size in one go
        raise TooLarge(response.status_code, response.headers)
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > max_bytes:
            raise TooLarge(response.status_code, response.headers)
    return bytes(body)


def _never_left(error: BaseException) -> bool:
    """Whether the request cannot have been seen by anybody.

    The transport names every broken connection `ConnectTimeout`, also one that broke after the request was
    sent, so its own cause is what counts.
    """
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return True
    cause = error.__cause__ or error
    return isinstance(cause, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError)


def _public_socket(info: tuple[Any, Any, int, str, Any]) -> socket.socket:
    """A socket for an address, looked up or written out, unless it points into our own network."""
    family, kind, protocol, _, address = info
    if not is_allowed(str(address[0]), allow_private=False):
        raise OSError("that address is not on the public network")
    return socket.socket(family, kind, protocol)
