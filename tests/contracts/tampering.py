"""A proxy between an adapter and its provider's simulator that changes answers on the way.

Simulators answer as their provider's documents say; what the documents do not say is put in here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

import aiohttp
import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer

Change = Callable[[web.Request, bytes], Awaitable[web.StreamResponse | bytes]]

HOP_BY_HOP = frozenset({"transfer-encoding", "content-encoding", "content-length", "connection"})


class Tampering:
    """Forwards everything to `target`; `change` gets each answer and may give another."""

    def __init__(self, target: str) -> None:
        self.change: Change | None = None
        self.narrow_pages_to: int | None = None
        self._target = target
        self._session: aiohttp.ClientSession | None = None
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._forward)
        self._server = TestServer(app)

    async def start(self) -> str:
        # a connection that is used again is opened again behind our back when it breaks
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))
        await self._server.start_server()
        return str(self._server.make_url("/")).rstrip("/")

    async def stop(self) -> None:
        await self._server.close()
        if self._session:
            await self._session.close()

    def reset(self) -> None:
        self.change, self.narrow_pages_to = None, None

    async def _forward(self, request: web.Request) -> web.StreamResponse:
        assert self._session is not None
        query = dict(request.query)
        if self.narrow_pages_to and "limit" in query:
            query["limit"] = str(self.narrow_pages_to)
        try:
            async with self._session.request(
                request.method,
                self._target + request.path,
                params=query,
                headers={k: v for k, v in request.headers.items() if k.lower() != "host"},
                data=await request.read(),
                allow_redirects=False,
            ) as reply:
                body = await reply.read()
        except aiohttp.ClientError:
            return await _cut(request)
        changed = await self.change(request, body) if self.change else body
        if isinstance(changed, web.StreamResponse):
            return changed
        headers = {k: v for k, v in reply.headers.items() if k.lower() not in HOP_BY_HOP}
        return web.Response(status=reply.status, body=changed, headers=headers)


def rewrite(change: Callable[[Any], Any]) -> Change:
    """Change every JSON answer that has a body."""

    async def apply(request: web.Request, body: bytes) -> bytes:
        del request
        return msgspec.json.encode(change(msgspec.json.decode(body))) if body else body

    return apply


def with_new_fields(value: Any) -> Any:
    """The value with a field nobody has heard of in every object."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {name: with_new_fields(child) for name, child in fields.items()} | {"unheard_of": {"a": [1]}}
    return (
        [with_new_fields(child) for child in cast("list[Any]", value)] if isinstance(value, list) else value
    )


def with_words(words: dict[str, str]) -> Callable[[Any], Any]:
    """The value with some of its texts replaced, wherever they stand."""

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change(child) for name, child in cast("dict[str, Any]", value).items()}
        if isinstance(value, list):
            return [change(child) for child in cast("list[Any]", value)]
        return words.get(value, value) if isinstance(value, str) else value

    return change


async def cut_short(request: web.Request, body: bytes) -> bytes:
    """Half of the body, whole on the wire."""
    del request
    return body[: len(body) // 2]


async def quote_back(request: web.Request, body: bytes) -> web.StreamResponse:
    """A refusal that repeats all it was told, as a careless server does."""
    del body
    told = (await request.read()).decode()
    message = f"Cannot do that with {request.headers.get('Authorization')}: {told}"
    error = {"error": {"message": message, "reason": request.headers.get("Authorization")}, "told": told}
    return web.json_response(error, status=422)


async def never_end(request: web.Request, body: bytes) -> web.StreamResponse:
    reply = web.StreamResponse()
    await reply.prepare(request)
    try:
        while True:
            await reply.write(body + b" " * 65_536)
    except ConnectionError:
        return reply


async def keep_silent(request: web.Request, body: bytes) -> web.StreamResponse:
    del request, body
    await asyncio.Event().wait()
    raise AssertionError("unreachable")


async def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=502)
