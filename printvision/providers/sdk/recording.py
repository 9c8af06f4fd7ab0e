"""The last calls of a connection, as its page and the support engineer see them."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from typing import Final, Protocol

import msgspec

REQUEST_CHARS: Final = 2_000
RESPONSE_CHARS: Final = 4_000


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt of one call, already redacted and cut.

    Args:
        at: when it began.
        path: with its query, as sent.
        template: the path with its ids taken out, for counting.
        attempt: 1 for the first try of the call.
        status: None where no answer came.
        duration_ms: from the first byte sent to the last one read, waiting for the budget left out.
        request, response: at most `REQUEST_CHARS` and `RESPONSE_CHARS`; without credential and buyer.
        error: the stable code of the error the attempt ended with.
    """

    provider: str
    at: datetime
    method: str
    path: str
    template: str
    attempt: int
    status: int | None
    duration_ms: float
    request: str
    response: str
    error: str | None = None


class Recorder(Protocol):
    """Where records go. Neither blocks nor raises: an implementation that stores them buffers."""

    def record(self, call: CallRecord) -> None: ...


class MemoryRecorder:
    """Keeps the last `keep` calls."""

    def __init__(self, keep: int = 200) -> None:
        self.calls: deque[CallRecord] = deque(maxlen=keep)

    def record(self, call: CallRecord) -> None:
        self.calls.append(call)


class NoRecorder:
    """Keeps nothing."""

    def record(self, call: CallRecord) -> None:
        del call
