"""A provider that answers what a test tells it to, in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

Turn = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Seen(msgspec.Struct, frozen=True):
    """A request as it arrived."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class ScriptedProvider:
    """Answers each request with the next turn of its script; the last turn is given again and again."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._turns: deque[Turn] = deque()
        app = web.Application(client_max_size=10_000_000)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._server = TestServer(app)

    def then(self, *turns: Turn) -> None:
        self._turns.extend(turns)

    async def start(self) -> str:
        await self._server.start_server()
        return str(self._server.make_url("/")).rstrip("/")

    async def stop(self) -> None:
        await self._server.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(Seen(request.method, request.raw_path, request.headers, await request.read()))
        turn = self._turns.popleft() if len(self._turns) > 1 else self._turns[0]
        return await turn(request)


def answer(status: int = 200, body: Any = None, headers: Mapping[str, str] | None = None) -> Turn:
    """Answer with JSON, or with the very bytes where `body` is bytes."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)

    async def turn(request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=content, headers=headers, content_type="application/json")

    return turn


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Take the request and cut the connection."""
    assert request.transport is not None
    request.transport.abort()
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def keep_silent(request: web.Request) -> web.StreamResponse:
    """Take the request and never answer."""
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def stop_half_way(request: web.Request) -> web.StreamResponse:
    """Send the head and a part of the body, and cut the connection."""
    reply = web.StreamResponse(headers={"Content-Length": "1000"})
    await reply.prepare(request)
    await reply.write(b'{"data": [')
    assert request.transport is not None
    request.transport.abort()
    return reply


async def never_end(request: web.Request) -> web.StreamResponse:
    """Send a body without an end."""
    reply = web.StreamResponse()
    await reply.prepare(request)
    try:
        while True:
            await reply.write(b" " * 65_536)
    except ConnectionError:
        return reply
