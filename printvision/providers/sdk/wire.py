"""The line to the outside: time limits, TLS, size, no cookies, no redirects, no strange addresses.

Connections are pooled and shared by every `ProviderHttp` of a process; nothing about an account is kept in
them.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import aiohttp
import httpx
import msgspec
from yarl import URL

from printvision.platform.outbound import public_socket

POOL_SIZE: Final = 100
IDLE_S: Final = 15.0
GZIP: Final = 16 + zlib.MAX_WBITS  # a header and a check sum around what is packed

Client = aiohttp.ClientSession
"""The pool of connections."""


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
    """What came back: status, headers and the whole body. A header is found by its name in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotSent(Exception):
    """No connection came about, so nothing of the request can have been seen."""


class NoAnswer(Exception):
    """The request went out, and no whole answer came back."""


class TooLarge(Exception):
    """The answer is larger than we take, or packed in a way we did not ask for."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        super().__init__("answer too large")
        self.status = status
        self.headers = headers


def open_client(*, allow_private_addresses: bool = False) -> Client:
    """A pool of connections; whoever opens it closes it.

    Args:
        allow_private_addresses: also connect to this machine and its network: simulators and tests.
    """
    connector = aiohttp.TCPConnector(
        limit=POOL_SIZE,
        ssl=httpx.create_ssl_context(),
        keepalive_timeout=IDLE_S,
        socket_factory=None if allow_private_addresses else public_socket,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "PrintVision"},
    )


async def send(
    client: Client,
    method: str,
    base_url: str,
    target: str,
    *,
    headers: Mapping[str, str],
    content: bytes | None,
    limits: Limits,
) -> Answer:
    """One request, one answer.

    Args:
        target: what follows the base address: path and query, escaped.

    Raises:
        NotSent, NoAnswer, TooLarge
    """
    timeout = aiohttp.ClientTimeout(
        connect=limits.connect_s, sock_connect=limits.connect_s, sock_read=limits.read_s
    )
    try:
        url = URL(_read(base_url) + target, encoded=True)
        async with (
            asyncio.timeout(limits.total_s),
            client.request(
                method, url, headers=headers, data=content, timeout=timeout, allow_redirects=False
            ) as response,
        ):
            return Answer(response.status, response.headers, await _body(response, limits.max_bytes))
    except (aiohttp.ClientError, httpx.InvalidURL, OSError, zlib.error) as error:
        if isinstance(error, _NEVER_LEFT):
            raise NotSent(type(error).__name__) from error
        raise NoAnswer(type(error).__name__) from error


# Nothing of the request can have been seen by anybody.
_NEVER_LEFT: Final = (
    *(aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError),
    *(aiohttp.InvalidURL, httpx.InvalidURL),
)


@lru_cache(maxsize=256)
def _read(base_url: str) -> str:
    """The address as it was understood when it was checked (`platform.outbound`): by the same parser."""
    return str(httpx.URL(base_url))


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip", ""):  # another could unpack to any size in one go
        raise TooLarge(response.status, response.headers)
    unpacking = zlib.decompressobj(GZIP) if packing == "gzip" else None
    body = bytearray()
    while chunk := await response.content.readany():
        body += unpacking.decompress(chunk, max_bytes + 1 - len(body)) if unpacking else chunk
        if len(body) > max_bytes:
            raise TooLarge(response.status, response.headers)
    return bytes(body)
