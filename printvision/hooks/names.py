"""Where the names of endpoints lead, looked at each time a connection is made: a name can be pointed elsewhere at any
moment. Of one that leads into our own network no address is used, whatever else it leads to.

A look-up cannot be called off, and whoever runs a name's server may let it hang for half a minute. So they have threads
of their own: neither other endpoints' look-ups nor those of the database and the providers wait for them.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from aiohttp.abc import AbstractResolver, ResolveResult

from printvision.platform.outbound import is_allowed

THREADS: Final = 512
"""More than the calls at once can keep busy: each gives up after seconds, and what it left hanging after thirty."""

Found = list[tuple[Any, Any, int, str, Any]]


class LeadsInside(OSError):
    """A name leads into a private network."""


class Names(AbstractResolver):
    """
    Args:
        look_up: as `socket.getaddrinfo`; in a thread.
    """

    def __init__(self, *, allow_private: bool, look_up: Callable[..., Found] | None = None) -> None:
        self._allow_private = allow_private
        self._look_up = look_up or socket.getaddrinfo
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="hooks-name")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """
        Raises:
            LeadsInside
            OSError: it leads nowhere.
        """
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads,
            lambda: self._look_up(
                host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
            ),
        )
        if not all(is_allowed(str(each[4][0]), allow_private=self._allow_private) for each in found):
            raise LeadsInside("that name leads into a private network")
        return [_result(host, each) for each in found]

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _result(host: str, found: tuple[Any, Any, int, str, Any]) -> ResolveResult:
    family, _, protocol, _, address = found
    return ResolveResult(
        hostname=host,
        host=str(address[0]),
        port=int(address[1]),
        family=family,
        proto=protocol,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
