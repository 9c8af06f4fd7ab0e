"""The client for those who await."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Sequence
from contextlib import aclosing
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


class AsyncSender:
    """Sends what the core says, and sleeps when it says so."""

    def __init__(self, core: Core, http: httpx.AsyncClient) -> None:
        self.core = core
        self.http = http

    async def call(self, operation: Operation[T], given: Given, options: Options) -> T:
        return await self._told(self.core.begin(operation, given, options))

    async def pages(
        self, operation: Operation[PageOf[T]], given: Given, options: Options
    ) -> AsyncIterator[T]:
        cursor: str | None = None
        while True:
            page = await self.call(operation, {**given, "cursor": cursor}, options)
            for item in page.items:
                yield item
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _told(self, story: Generator[Step, Outcome, T]) -> T:
        outcome: Outcome = None
        while True:
            try:
                step = story.send(outcome)
            except StopIteration as end:
                return end.value
            outcome = await self._do(step)

    async def _do(self, step: Step) -> Outcome:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        try:
            return await self._send(step)
        except httpx.RequestError as error:
            return error

    async def _send(self, step: Send) -> Outcome:
        asked, body = step.request, Body(step.by)
        async with self.http.stream(
            asked.method,
            asked.url,
            headers=dict(asked.headers),
            content=asked.content,
            timeout=timeouts(step.timeout_s),
        ) as answer:
            async for chunk in answer.aiter_bytes():
                body.add(chunk)
        return body.received(answer.status_code, answer.headers)


class AsyncEventStream(AsyncIterator[Event]):
    """What happens, from when it is entered; after a cut it goes on, without a gap or a double."""

    def __init__(self, http: httpx.AsyncClient, following: Following) -> None:
        self._http = http
        self._following = following
        self._told = self._follow()

    @property
    def last_id(self) -> str | None:
        """Where it stands: a stream that is opened with it goes on right after."""
        return self._following.last_id

    async def __aenter__(self) -> AsyncEventStream:
        await anext(self._told)  # a connection begins by saying where
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def __anext__(self) -> Event:
        while True:
            event = await anext(self._told)
            if event is not None:
                return event

    async def close(self) -> None:
        await self._told.aclose()

    async def _follow(self) -> AsyncGenerator[Event | None, None]:
        while True:
            lost: httpx.RequestError | Refused | None = None
            try:
                async with aclosing(self._connection()) as told:
                    async for each in told:
                        yield each
            except (httpx.RequestError, Refused) as error:
                lost = error
            await asyncio.sleep(self._following.again_after(lost))

    async def _connection(self) -> AsyncGenerator[Event | None, None]:
        asked = self._following.request()
        async with self._http.stream(
            asked.method,
            asked.url,
            headers=dict(asked.headers),
            timeout=timeouts(self._following.silence_s),
        ) as answer:
            if answer.status_code != 200:
                body = Body(most=MAX_REFUSAL)
                async for chunk in answer.aiter_bytes():
                    body.add(chunk)
                told = body.received(answer.status_code, answer.headers)
                raise refusal(told.status, told.body, told.headers)
            async for chunk in answer.aiter_bytes():
                for each in self._following.take(chunk):
                    yield each


class AsyncEvents(operations.AsyncEvents):
    """`events`."""

    def __init__(self, sender: AsyncSender) -> None:
        super().__init__(sender)
        self._sender = sender

    def stream(
        self,
        *,
        kinds: Sequence[EventKind] = (),
        last_id: str | None = None,
        silence_s: float = SILENCE_S,
        give_up_after_s: float = GIVE_UP_AFTER_S,
    ) -> AsyncEventStream:
        """Watch what happens, live.

        Args:
            kinds: such as `orders.held`, or `orders` for all of a domain; left out, all that the key may see.
            last_id: where to go on, the `id` of the last event that was dealt with; left out, from now on: from when
                it is entered (`async with`) or first asked for an event.
            silence_s: a connection on which nothing came for so long is opened anew.
            give_up_after_s: how long to go on without any.

        Raises:
            Refused, NoAnswer, UnreadableAnswer: while it is read.
        """
        following = self._sender.core.follow(kinds, last_id, silence_s, give_up_after_s)
        return AsyncEventStream(self._sender.http, following)


class AsyncPrintVision(operations.AsyncDomains):
    """A client of one installation; calls are methods of their domain, such as `await client.orders.get(order_id=…)`.

    It belongs to one event loop of asyncio. Close it, or use it with `async with`.

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
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        core = make_core(url, retries, timeout_s, allow_http=allow_http)
        self._sender = AsyncSender(core, httpx.AsyncClient(transport=transport, **http_options(core, key)))
        super().__init__(self._sender)
        self.events = AsyncEvents(self._sender)

    async def __aenter__(self) -> AsyncPrintVision:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._sender.core.base!r})"

    async def close(self) -> None:
        await self._sender.http.aclose()
