"""One call to an endpoint, and what came of it. Nobody's redirect is followed, and no more of an answer is read than is
kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
import httpx
import msgspec
from yarl import URL

from printvision.hooks.names import LeadsInside, Names
from printvision.platform import clock
from printvision.platform.outbound import public_socket

CONNECT_S: Final = 5.0
POOL_SIZE: Final = 240
MOST_OF_ANSWER: Final = 1_024
LONGEST_WAIT: Final = timedelta(hours=1)
"""What Retry-After is heeded up to. It holds up all that waits for the endpoint, so one wrong answer, such as a date of
the wrong year, must not cost more of the day of tries than this; one that is still busy says so again."""
GONE: Final = 410
THROTTLING: Final = frozenset({429, 502, 503, 504})


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a call.

    Args:
        status: None where there was no answer, and then `error` says why.
        answer: the first kilobyte of its body, as text.
        retry_after: how long the endpoint asked to be left alone, 0 to `LONGEST_WAIT`.
    """

    status: int | None = None
    answer: str | None = None
    error: str | None = None
    retry_after: timedelta = timedelta(0)

    @property
    def delivered(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def failure(self) -> str:
        """In words, of one that was not delivered."""
        return self.error or f"It answered {self.status}"

    @property
    def gone(self) -> bool:
        """Whether the endpoint asks that nothing more be sent to it, ever."""
        return self.status == GONE


@asynccontextmanager
async def open_client(*, allow_private_addresses: bool) -> AsyncGenerator[aiohttp.ClientSession]:
    """A pool of connections. Where a name leads is looked at each time one is made."""
    names = Names(allow_private=allow_private_addresses)
    connector = aiohttp.TCPConnector(
        resolver=names,
        limit=POOL_SIZE,
        ssl=httpx.create_ssl_context(),
        socket_factory=None if allow_private_addresses else public_socket,
    )
    headers = {
        "Content-Type": "application/json",
        "Accept-Encoding": "identity",
        "User-Agent": "PrintVision",
    }
    try:
        async with aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, headers=headers
        ) as client:
            yield client
    finally:
        await names.close()


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
                retry_after=_asked_to_wait(response) if response.status in THROTTLING else timedelta(0),
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


def _asked_to_wait(response: aiohttp.ClientResponse) -> timedelta:
    return wait_of(response.headers.get("Retry-After", ""), now=clock.now())


def wait_of(retry_after: str, *, now: datetime) -> timedelta:
    """How long a Retry-After asks us to wait, 0 to `LONGEST_WAIT`; 0 where it is none.

    Args:
        retry_after: seconds or an HTTP date (RFC 9110, 10.2.3).
    """
    asked = retry_after.strip()
    if asked.isascii() and asked.isdigit():
        # four digits hold every wait that is heeded; a thousand of them are not worth reading as a number
        return (
            LONGEST_WAIT if len(asked.lstrip("0")) > 4 else min(timedelta(seconds=int(asked)), LONGEST_WAIT)
        )
    try:
        until = parsedate_to_datetime(asked)
        wait = until.replace(tzinfo=until.tzinfo or UTC) - now
    except (ValueError, OverflowError):
        return timedelta(0)
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _told(error: Exception) -> str:
    """Why there was no answer, for whoever runs the endpoint; never what a server put into our error's words."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "Its certificate is not trusted, or TLS failed"
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, LeadsInside):
        return "Its name leads into a private network"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "Its name leads nowhere"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "No connection"
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return f"No connection within {CONNECT_S:g} seconds"
    return f"The connection broke ({type(error).__name__})"
