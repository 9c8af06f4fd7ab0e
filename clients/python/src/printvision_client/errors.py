"""What a call can fail with. Switch on `code`, never on the words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec

from printvision_client.codes import ProblemCode

MAX_WAIT_S: Final = 3_600.0


class PrintVisionError(Exception):
    """Anything that goes wrong with a call."""


class NoAnswer(PrintVisionError):
    """The server was not reached, or its answer was lost.

    Args:
        maybe_done: whether the server may have done what it was asked all the same.
    """

    def __init__(self, message: str, *, maybe_done: bool) -> None:
        super().__init__(message)
        self.maybe_done = maybe_done


class UnreadableAnswer(PrintVisionError):
    """What came back is not what this version of the client can read."""


class MadeLater(PrintVisionError):
    """Not a failure: with `Prefer: respond-async` a task makes the call, so what it answers is not there yet.

    Args:
        task_id: what to ask `client.tasks` for.
    """

    def __init__(self, location: str) -> None:
        self.task_id = location.rpartition("/")[2]
        super().__init__(f"the task {self.task_id} makes the call")


class Refused(PrintVisionError):
    """The server answered with a failure.

    Args:
        code: what it is, in a word that stays; None where it was not PrintVision that answered. A newer server may
            have codes that are not in `ProblemCode`.
        action: what to do about it.
        request_id: what an operator finds the request by.
        members: all of the problem document, such as the `errors` of an invalid input.
        retry_after_s: how long to wait at least; None where it was not said.
    """

    def __init__(self, status: int, problem: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        self.status = status
        self.code = cast("ProblemCode | None", _text(problem, "code"))
        self.title = _text(problem, "title") or f"The server answered {status}"
        self.detail = _text(problem, "detail")
        self.action = _text(problem, "action")
        self.request_id = _text(problem, "request_id") or headers.get("x-request-id")
        self.members = problem
        self.retry_after_s = _seconds(headers.get("retry-after"))
        super().__init__(self._said())

    def _said(self) -> str:
        said = f"{self.title}: {self.detail}" if self.detail else self.title
        parts = [f"{self.status} {self.code or ''}".rstrip(), said, self.action or ""]
        known_by = f" [request {self.request_id}]" if self.request_id else ""
        return ". ".join(part.rstrip(".") for part in parts if part) + known_by


class InvalidRequest(Refused):
    """400, 413, 415, 422 and the like: the request itself has to be another."""


class NotSignedIn(Refused):
    """401: there is no such key, or no longer."""


class NotInPlan(Refused):
    """402: the workspace's plan does not have it."""


class Forbidden(Refused):
    """403: the key may not."""


class NotFound(Refused):
    """404 and 410: there is no such thing in the workspace, or no longer."""


class Conflict(Refused):
    """409: not in the state that the thing has now."""


class Changed(Refused):
    """412: somebody else has changed it since it was read."""


class TooManyRequests(Refused):
    """429: the budget is spent; `retry_after_s` says for how long."""


class ServerFailed(Refused):
    """5xx: not the caller's fault."""


_FAMILIES: Final[Mapping[int, type[Refused]]] = {
    401: NotSignedIn,
    402: NotInPlan,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: NotFound,
    412: Changed,
    429: TooManyRequests,
}


def refusal(status: int, body: bytes, headers: Mapping[str, str]) -> Refused:
    """The error of an answer that is none of the successes."""
    kind = _FAMILIES.get(status)
    if kind is None:
        kind = ServerFailed if status >= 500 else InvalidRequest if status >= 400 else Refused
    try:
        problem: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problem = None
    return kind(status, cast("Mapping[str, Any]", problem) if isinstance(problem, dict) else {}, headers)


def _text(problem: Mapping[str, Any], name: str) -> str | None:
    value = problem.get(name)
    return value if isinstance(value, str) else None


def _seconds(text: str | None) -> float | None:
    """`Retry-After` in seconds; as a date it is not heeded, since clocks differ."""
    return min(float(text[:10]), MAX_WAIT_S) if text and text.isascii() and text.isdecimal() else None
