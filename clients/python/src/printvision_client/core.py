"""What both clients are: where they call, how, and how they read what comes."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx

from printvision_client.attempts import Outcome, Retries, Step, attempts
from printvision_client.calls import Given, Operation, Options
from printvision_client.errors import UnreadableAnswer
from printvision_client.following import Following
from printvision_client.wire import VERSION, Received, base_of, check_key, is_loopback, request_of

T = TypeVar("T")

TIMEOUT_S: Final = 35.0  # the server stops a call after 30
UPLOAD_TIMEOUT_S: Final = 300.0
CONNECT_TIMEOUT_S: Final = 10.0
SILENCE_S: Final = 30.0
GIVE_UP_AFTER_S: Final = 300.0
MAX_ANSWER: Final = 64_000_000


@dataclass(frozen=True, slots=True)
class Core:
    """A client without what sends."""

    base: str
    retries: Retries
    timeout_s: float

    def begin(self, operation: Operation[T], given: Given, options: Options) -> Generator[Step, Outcome, T]:
        """The story of a call; one key for all its tries."""
        request = request_of(self.base, operation, given, options)
        timeout_s = request.timeout_s
        if timeout_s is None:
            timeout_s = UPLOAD_TIMEOUT_S if operation.body == "raw" else self.timeout_s
        return attempts(operation, request, self.retries, timeout_s=timeout_s)

    def follow(
        self, kinds: Sequence[str], last_id: str | None, silence_s: float, give_up_after_s: float
    ) -> Following:
        return Following(
            self.base, kinds, last_id, self.retries, silence_s=silence_s, give_up_after_s=give_up_after_s
        )


def make_core(url: str, retries: Retries | None, timeout_s: float, *, allow_http: bool) -> Core:
    """
    Raises:
        ValueError: the address is none, or not fit to send a key to.
    """
    return Core(base_of(url, allow_http=allow_http), retries or Retries(), timeout_s)


def http_options(core: Core, key: str) -> dict[str, Any]:
    """What both kinds of `httpx` clients are made with: it follows no redirect, so the key goes nowhere else."""
    return {
        "headers": {
            "authorization": f"Bearer {check_key(key)}",
            "user-agent": f"printvision-client-python/{VERSION}",
        },
        "follow_redirects": False,
        # What stays on this machine goes by no proxy.
        "trust_env": not is_loopback(urlsplit(core.base).hostname or ""),
    }


def timeouts(timeout_s: float) -> httpx.Timeout:
    return httpx.Timeout(timeout_s, connect=min(timeout_s, CONNECT_TIMEOUT_S))


class Body:
    """An answer while it comes.

    Args:
        by: it is read no longer than until then, by the clock of `time.monotonic`.
    """

    def __init__(self, by: float | None = None, *, most: int = MAX_ANSWER) -> None:
        self._by = by
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """
        Raises:
            UnreadableAnswer: it is larger than any answer.
            httpx.ReadTimeout: it took too long.
        """
        self._size += len(chunk)
        if self._size > self._most:
            raise UnreadableAnswer(f"the answer is larger than {self._most} bytes")
        if self._by is not None and time.monotonic() > self._by:
            raise httpx.ReadTimeout("the answer was not complete in time")
        self._parts.append(chunk)

    def received(self, status: int, headers: Mapping[str, str]) -> Received:
        return Received(status, dict(headers), b"".join(self._parts))
