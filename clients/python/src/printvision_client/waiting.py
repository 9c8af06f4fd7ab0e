"""The client for those who wait."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from types import TracebackType
from typing import TypeVar

import httpx

from printvision_client import operations
from printvision_client.attempts import Outcome, Pause, Retries, Send, Step
from printvision_client.calls import Given, Operation, Options, PageOf
from printvision_client.codes import EventKind
from printvision_client.core import (
    GIVE_UP_AFTER_S,
    SILENCE_S,
    TIMEOUT_S,
    Body,
    Core,
    http_options,
    make_core,
    timeouts,
)
from printvision_client.errors import Refused, refusal
from printvision_client.following import MAX_REFUSAL, Following
from printvision_client.values import Event

T = TypeVar("T")


class Sender:
    """Sends what the core says, and sleeps when it says so."""

    def __init__(self, core: Core, http: httpx.Client) -> None:
        self.core = core
        self.http = http

    def call(self, operation: Operation[T], given: Given, options: Options) -> T:
        return self._told(self.core.begin(operation, given, options))

    def pages(self, operation: Operation[PageOf[T]], given: Given, options: Options) -> Iterator[T]:
        cursor: str | None = None
        while True:
            page = self.call(operation, {**given, "cursor": cursor}, options)
            yield from page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def _told(self, story: Generator[Step, Outcome, T]) -> T:
        outcome: Outcome = None
        while True:
            try:
                step = story.send(outcome)
            except StopIteration as end:
                return end.value
            outcome = self._do(step)

    def _do(self, step: Step) -> Outcome:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            return self._send(step)
        except httpx.RequestError as error:
            return error

    def _send(self, step: Send) -> Outcome:
        asked, body = step.request, Body(step.by)
        with self.http.stream(
            asked.method,
            asked.url,
            headers=dict(asked.headers),
            content=asked.content,
            timeout=timeouts(step.timeout_s),
        ) as answer:
            for chunk in answer.iter_bytes():
                body.add(chunk)
        return body.received(answer.status_code, answer.headers)


class EventStream(Iterator[Event]):
    """What happens, from when it is entered; after a cut it goes on, without a gap or a double."""

    def __init__(self, http: httpx.Client, following: Following) -> None:
        self._http = http
        self._following = following
        self._told = self._follow()

    @property
    def last_id(self) -> str | None:
        """Where it stands: a stream that is opened with it goes on right after."""
        return self._following.last_id

    def __enter__(self) -> EventStream:
        next(self._told)  # a connection begins by saying where
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __next__(self) -> Event:
        while True:
            event = next(self._told)
            if event is not None:
                return event

    def close(self) -> None:
        self._told.close()

    def _follow(self) -> Generator[Event | None, None, None]:
        while True:
            lost: httpx.RequestError | Refused | None = None
            try:
                yield from self._connection()
            except (httpx.RequestError, Refused) as error:
                lost = error
            time.sleep(self._following.again_after(lost))

    def _connection(self) -> Iterator[Event | None]:
        asked = self._following.request()
        with self._http.stream(
            asked.method,
            asked.url,
            headers=dict(asked.headers),
            timeout=timeouts(self._following.silence_s),
        ) as answer:
            if answer.status_code != 200:
                body = Body(most=MAX_REFUSAL)
                for chunk in answer.iter_bytes():
                    body.add(chunk)
                told = body.received(answer.status_code, answer.headers)
                raise refusal(told.status, told.body, told.headers)
            for chunk in answer.iter_bytes():
                yield from self._following.take(chunk)


class Events(operations.Events):
    """`events`."""

    def __init__(self, sender: Sender) -> None:
        super().__init__(sender)
        self._sender = sender

    def stream(
        self,
        *,
        kinds: Sequence[EventKind] = (),
        last_id: str | None = None,
        silence_s: float = SILENCE_S,
        give_up_after_s: float = GIVE_UP_AFTER_S,
    ) -> EventStream:
        """Watch what happens, live.

        Args:
            kinds: such as `orders.held`, or `orders` for all of a domain; left out, all that the key may see.
            last_id: where to go on, the `id` of the last event that was dealt with; left out, from now on: from when
                it is entered (`with`) or first asked for an event.
            silence_s: a connection on which nothing came for so long is opened anew.
            give_up_after_s: how long to go on without any.

        Raises:
            Refused, NoAnswer, UnreadableAnswer: while it is read.
        """
        following = self._sender.core.follow(kinds, last_id, silence_s, give_up_after_s)
        return EventStream(self._sender.http, following)


class PrintVision(operations.Domains):
    """A client of one installation; calls are methods of their domain, such as `client.orders.get(order_id=…)`.

    It may be used by several threads at once. Close it, or use it with `with`.

    Args:
        url: where the installation is, such as `https://desk.example.com`.
        key: an API key; `printvision keys create` makes one.
        retries: of calls that may be made again without doing anything twice.
        timeout_s: for one try of a call; an upload has five minutes.
        allow_http: to send the key over a network that you trust as you do yourself. This machine needs no such word.
        transport: what carries requests, instead of the network.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        retries: Retries | None = None,
        timeout_s: float = TIMEOUT_S,
        allow_http: bool = False,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        core = make_core(url, retries, timeout_s, allow_http=allow_http)
        self._sender = Sender(core, httpx.Client(transport=transport, **http_options(core, key)))
        super().__init__(self._sender)
        self.events = Events(self._sender)

    def __enter__(self) -> PrintVision:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._sender.core.base!r})"

    def close(self) -> None:
        self._sender.http.close()
