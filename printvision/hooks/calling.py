"""One call to an endpoint, and what came of it. Nobody's redirect is followed, and no more of an answer is read than is
kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Final

import aiohttp
import httpx
import msgspec
from yarl import URL

from printvision.platform.outbound import public_socket

CONNECT_S: Final = 5.0
POOL_SIZE: Final = 100
MOST_OF_ANSWER: Final = 1_024
LONGEST_WAIT_S: Final = 86_400.0
GONE: Final = 410
THROTTLING: Final = frozenset({429, 502, 503, 504})


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a call.

    Args:
        status: None where there was no answer, and then `error` says why.
        answer: the first kilobyte of its body, as text.
        retry_after_s: how long the endpoint asked to be left alone, 0 to a day.
    """

    status: int | None = None
    answer: str | None = None
    error: str | None = None
    retry_after_s: float = 0.0

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the endpoint asks that nothing more be sent to it, ever."""
        return self.status == GONE


def open_client(*, allow_private_addresses: bool) -> aiohttp.ClientSession:
    """A pool of connections; whoever opens it closes it. Where a name leads is looked at each time one is made."""
    connector = aiohttp.TCPConnector(
        limit=POOL_SIZE,
        ssl=httpx.create_ssl_context(),
        socket_factory=None if allow_private_addresses else public_socket,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "PrintVision",
        },
    )


async def call(
    client: aiohttp.ClientSession, url: str, body: bytes, headers: Mapping[str, str], *, timeout_s: float
) -> Outcome:
    """Send a body by POST. A call that fails is an outcome, not an error.

    Args:
        url: as `check_url` gave it.
        timeout_s: from connecting to what is read of the answer.
    """
    connecting = aiohttp.ClientTimeout(connect=CONNECT_S, sock_connect=CONNECT_S)
    try:
        async with (
            asyncio.timeout(timeout_s),
            client.post(
                URL(url, encoded=True), data=body, headers=headers, timeout=connecting, allow_redirects=False
            ) as response,
        ):
            answer = await _beginning(response)
            return Outcome(
                status=response.status,
                answer=answer,
                retry_after_s=_asked_to_wait_s(response) if response.status in THROTTLING else 0.0,
            )
    except aiohttp.ClientError as error:
        return Outcome(error=_told(error))
    except TimeoutError:
        return Outcome(error=f"No answer within {timeout_s:g} seconds")
    except (OSError, ValueError) as error:
        return Outcome(error=_told(error))


async def _beginning(response: aiohttp.ClientResponse) -> str:
    read = bytearray()
    while len(read) < MOST_OF_ANSWER and (chunk := await response.content.read(MOST_OF_ANSWER - len(read))):
        read += chunk
    if not response.content.at_eof():
        response.close()  # or the rest would be waited for before the connection is used again
    return read.decode(errors="replace").replace("\x00", "\ufffd")  # PostgreSQL stores no NUL


def _asked_to_wait_s(response: aiohttp.ClientResponse) -> float:
    """Seconds alone are understood; the date that Retry-After could also be is left to our own pauses."""
    asked = response.headers.get("Retry-After", "").strip()
    return min(float(asked), LONGEST_WAIT_S) if asked.isascii() and asked.isdigit() else 0.0


def _told(error: Exception) -> str:
    """Why there was no answer, for whoever runs the endpoint; never what a server put into our error's words."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "Its certificate is not trusted, or TLS failed"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "Its name leads nowhere"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "No connection, or its name leads into a private network"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"No connection within {CONNECT_S:g} seconds"
    return f"The connection broke ({type(error).__name__})"
