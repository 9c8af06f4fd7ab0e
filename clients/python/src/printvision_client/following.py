"""Where a stream of events stands: what to ask for next, and what a cut means; nothing here is sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import msgspec

from printvision_client.attempts import AGAIN, Retries
from printvision_client.errors import NoAnswer, Refused, UnreadableAnswer, refusal
from printvision_client.models import EVENTS
from printvision_client.sse import Message, Parser
from printvision_client.values import Event
from printvision_client.wire import BASE, Request

PATH: Final = "/events/stream"
MAX_REFUSAL: Final = 100_000


class Following:
    """One stream over all of its connections.

    Args:
        silence_s: a connection on which nothing came for so long is dead; the server sends something every 10 seconds.
        give_up_after_s: how long to go on without a single message.
    """

    def __init__(
        self,
        base: str,
        kinds: Sequence[str],
        last_id: str | None,
        retries: Retries,
        *,
        silence_s: float,
        give_up_after_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if isinstance(kinds, str):
            raise TypeError("kinds is a list of kinds")
        query = urlencode([("kinds", kind) for kind in kinds])
        self._url = base + BASE + PATH + (f"?{query}" if query else "")
        self._retries = retries
        self._clock = clock
        self._parser = Parser()
        self._failed = 0
        self._give_up_after_s = give_up_after_s
        self._give_up_at: float | None = None
        self.silence_s = silence_s
        self.last_id = last_id

    def request(self) -> Request:
        """What the next connection asks for: all that is after the last id."""
        self._parser = Parser()
        headers = {"accept": "text/event-stream", "accept-encoding": "identity", "cache-control": "no-store"}
        if self.last_id is not None:
            headers["last-event-id"] = self.last_id
        return Request("GET", self._url, headers, timeout_s=self.silence_s, safe=True)

    def take(self, chunk: bytes) -> Iterator[Event | None]:
        """The events of a chunk, and None for what only says that the stream is there.

        Raises:
            Refused: the server ends the stream with a problem.
            UnreadableAnswer
        """
        for message in self._parser.feed(chunk):
            self.last_id = message.id or self.last_id
            if message.name == "problem":
                raise _problem(message)
            self._failed, self._give_up_at = 0, None
            yield _event(message) if message.name == "message" else None

    def again_after(self, error: httpx.RequestError | Refused | None) -> float:
        """How long to wait before the next connection, after one that failed or ended.

        Raises:
            Refused: another try would be refused as well.
            NoAnswer: it has gone on for too long.
        """
        if isinstance(error, Refused) and error.status not in {429, *AGAIN}:
            raise error
        if self._give_up_at is None:
            self._give_up_at = self._clock() + self._give_up_after_s
        self._failed += 1
        asked_s = error.retry_after_s or 0 if isinstance(error, Refused) else 0
        wait_s = max(self._retries.wait_s(self._failed), asked_s)
        if self._clock() + wait_s >= self._give_up_at:
            if isinstance(error, Refused):
                raise error
            raise NoAnswer(f"the stream of events was not to be had again ({error!r})", maybe_done=False)
        return wait_s


def _event(message: Message) -> Event:
    try:
        whole = msgspec.json.decode(message.data, type=Event)
        known = EVENTS.get(whole.kind)
        if known is not None:
            whole = msgspec.json.decode(message.data, type=known)
    except msgspec.DecodeError as error:
        raise UnreadableAnswer(f"an event of the stream: {error}") from None
    return msgspec.structs.replace(whole, id=message.id)


def _problem(message: Message) -> Refused:
    try:
        document: Mapping[str, Any] = msgspec.json.decode(message.data, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise UnreadableAnswer(f"the end of the stream: {error}") from None
    status = document.get("status")
    return refusal(status if isinstance(status, int) else 500, message.data.encode(), {})
