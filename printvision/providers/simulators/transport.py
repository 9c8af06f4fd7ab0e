"""Where faults meet requests: between the connection and the handler, so that no handler knows of them."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

import msgspec
import psutil
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from printvision.providers.simulators.faults import AppliedLate, Dice, Unanswered

_HELD_AT_ONCE = 2_000
_LARGEST_BODY = 4 * 1024 * 1024


class FaultAnswers(Protocol):
    """How this provider words a refusal that no handler had a part in: status, headers, body."""

    def too_many(self, path: str, retry_after_s: float) -> tuple[int, Mapping[str, str], Any]: ...

    def broken(self, path: str) -> tuple[int, Mapping[str, str], Any]: ...


class FaultyTransport(ASGIMiddleware):
    """Applies the faults that the dice choose to every handler that names its `opt["operation"]`."""

    def __init__(self, dice: Dice, answers: FaultAnswers) -> None:
        self._dice = dice
        self._answers = answers
        self._held: set[asyncio.Task[Any]] = set()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        operation: str | None = scope["route_handler"].opt.get("operation")
        if operation is None:
            await next_app(scope, receive, send)
            return
        faults, dice = self._dice.faults, self._dice
        if dice.falls("latency", operation):
            await asyncio.sleep(
                dice.between("latency", operation, faults.latency.min_s, faults.latency.max_s)
            )
        if dice.dark:
            dice.hits["blackout"] += 1
            hang_up(scope)
        elif dice.falls("rate_limited", operation):
            await send_answer(send, *self._answers.too_many(scope["path"], faults.rate_limited.retry_after_s))
        elif dice.falls("server_error", operation):
            await send_answer(send, *self._answers.broken(scope["path"]))
        elif dice.falls("dropped", operation):
            hang_up(scope)
        elif len(self._held) < _HELD_AT_ONCE and dice.falls("applied_then_timeout", operation):
            await self._hold(scope, _apply_unanswered(scope, receive, next_app, faults.applied_then_timeout))
        elif len(self._held) < _HELD_AT_ONCE and dice.falls("applied_late", operation):
            await self._hold(scope, _apply_late(scope, receive, next_app, faults.applied_late))
        else:
            await next_app(scope, receive, send)

    @property
    def held(self) -> int:
        """Calls that are not answered on purpose at this moment."""
        return len(self._held)

    async def close(self) -> None:
        """Let go of every call that is being held. What was to be applied later is not applied any more."""
        for task in self._held:
            task.cancel()
        await asyncio.gather(*self._held, return_exceptions=True)

    async def _hold(self, scope: Scope, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._held.add(task)
        try:
            await asyncio.wait([task])
        finally:
            self._held.discard(task)
        if task.cancelled():
            hang_up(scope)
        else:
            task.result()


def hang_up(scope: Scope) -> None:
    """Cut the connection under a request, as a dying machine does: no status line, no goodbye.

    The web server offers no way to do it, so its socket is found by the two ports among this process's own.
    """
    client, server = scope["client"], scope["server"]
    if client is None or server is None:
        raise ConnectionResetError("the connection was cut")
    ports = (int(server[1] or 0), int(client[1]))  # granian gives them as text
    for connection in psutil.Process().net_connections("tcp"):
        if connection.raddr and (connection.laddr.port, connection.raddr.port) == ports:
            with socket.socket(fileno=os.dup(connection.fd)) as line:
                line.shutdown(socket.SHUT_RDWR)
            return


async def _apply_unanswered(scope: Scope, receive: Receive, next_app: ASGIApp, fault: Unanswered) -> None:
    await next_app(scope, receive, _nowhere)
    await _until_the_client_gives_up(receive, fault.hold_s)
    hang_up(scope)


async def _apply_late(scope: Scope, receive: Receive, next_app: ASGIApp, fault: AppliedLate) -> None:
    body = await _read(receive)
    await _until_the_client_gives_up(receive, fault.hold_s)
    hang_up(scope)
    await asyncio.sleep(fault.late_s)
    await next_app(scope, _replay(body), _nowhere)


async def _read(receive: Receive) -> bytes:
    body = bytearray()
    while len(body) < _LARGEST_BODY:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body)


def _replay(body: bytes) -> Receive:
    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def _nowhere(_: Message) -> None:
    """Takes the answer that nobody shall get."""


async def _until_the_client_gives_up(receive: Receive, hold_s: float) -> None:
    try:
        async with asyncio.timeout(hold_s):
            while (await receive())["type"] != "http.disconnect":
                continue
    except TimeoutError:
        return


async def send_answer(send: Send, status: int, headers: Mapping[str, str], body: Any) -> None:
    """A whole answer with a JSON body, made without any handler."""
    message: Any = {"type": "http.response.start", "status": status, "headers": []}
    scope_headers = MutableScopeHeaders(message)
    for name, value in headers.items():
        scope_headers[name] = value
    await send(message)
    await send({"type": "http.response.body", "body": msgspec.json.encode(body), "more_body": False})
