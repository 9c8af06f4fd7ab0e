"""Takes a simulator's webhooks and keeps them as they came."""

from __future__ import annotations

from types import TracebackType

import msgspec
from aiohttp import web
from aiohttp.test_utils import TestServer


class Delivery(msgspec.Struct, frozen=True):
    """One call; header names are lower case."""

    body: bytes
    headers: dict[str, str]


class Postbox:
    """A small server at `url`, while it is open."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.url = ""
        app = web.Application()
        app.router.add_post("/hooks", self._take)
        self._server = TestServer(app)

    async def __aenter__(self) -> Postbox:
        await self._server.start_server()
        self.url = str(self._server.make_url("/hooks"))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._server.close()

    async def _take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.deliveries.append(Delivery(await request.read(), headers))
        return web.Response()
