"""How a call goes until it is done or given up: which failures are tried again, when, and for how long.

A story without any waiting of its own: it yields what to do next and is sent what came of it, so that one text serves
those who wait and those who await.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx

from printvision_client.calls import Operation
from printvision_client.errors import NoAnswer, Refused
from printvision_client.wire import Received, Request, read

T = TypeVar("T")

IN_FLIGHT: Final = "idempotency/in-flight"
AGAIN: Final = frozenset({502, 503, 504})
# Nothing was sent: whatever it is, it was not done.
UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True, slots=True)
class Retries:
    """
    Args:
        tries: how often a call is sent, at most.
        deadline_s: no try begins, and no answer is read on, later than this after the call began.
        first_wait_s: about how long the first pause is; each one after it is twice as long.
        longest_wait_s: no pause of our own is longer. What the server asks for in `Retry-After` is heeded in full.
    """

    tries: int = 4
    deadline_s: float = 60.0
    first_wait_s: float = 0.25
    longest_wait_s: float = 8.0

    def __post_init__(self) -> None:
        if self.tries < 1 or min(self.deadline_s, self.first_wait_s, self.longest_wait_s) <= 0:
            raise ValueError("tries is at least 1, and every time is more than 0")

    def wait_s(self, failed: int) -> float:
        """How long to wait after so many failures: somewhere in the upper half, so that callers do not come in step."""
        whole = min(self.first_wait_s * 2 ** min(failed - 1, 30), self.longest_wait_s)
        return whole * random.uniform(0.5, 1)  # noqa: S311 -- no secret


@dataclass(frozen=True, slots=True)
class Send:
    """Send the request, and read its answer until `by` on the clock of `time.monotonic`."""

    request: Request
    timeout_s: float
    by: float


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


Step = Send | Pause
Outcome = Received | httpx.RequestError | None


def attempts(
    operation: Operation[T],
    request: Request,
    retries: Retries,
    *,
    timeout_s: float,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Step, Outcome, T]:
    """The story of a call. To a `Send` comes what was received, or the error that kept it away; to a `Pause` None.

    Raises:
        Refused, NoAnswer, UnreadableAnswer
    """
    by = clock() + retries.deadline_s
    failed = 0
    while True:
        outcome = yield Send(request, max(0.001, min(timeout_s, by - clock())), by)
        failed += 1
        try:
            return _end(operation, request, outcome)
        except (NoAnswer, Refused) as error:
            wait_s = _again_after(error, request, outcome, retries.wait_s(failed))
            if wait_s is None or failed >= retries.tries or clock() + wait_s >= by:
                raise
        yield Pause(wait_s)


def _end(operation: Operation[T], request: Request, outcome: Outcome) -> T:
    if isinstance(outcome, Received):
        return read(operation, request, outcome)
    raise NoAnswer(
        f"{operation.key}: no answer from the server ({type(outcome).__name__}: {outcome})",
        maybe_done=request.method != "GET" and not isinstance(outcome, UNSENT),
    ) from outcome


def _again_after(
    error: NoAnswer | Refused, request: Request, outcome: Outcome, wait_s: float
) -> float | None:
    """How long to wait before the next try; None where there is none."""
    if isinstance(error, NoAnswer):
        return wait_s if request.safe or isinstance(outcome, UNSENT) else None
    again = error.status == 429 or (request.safe and (error.status in AGAIN or error.code == IN_FLIGHT))
    return max(wait_s, error.retry_after_s or 0) if again else None
