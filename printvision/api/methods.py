"""What every address has beside its calls: `OPTIONS` names its methods, and `HEAD` is a `GET` whose body stays here."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import cast

from litestar import Response
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import HTTPReceiveMessage, Message, Receive, Send


def allow_of(methods: Iterable[str]) -> str:
    """The methods of an address as `Allow` names them."""
    found = {*methods, "OPTIONS"}
    return ", ".join(sorted(found | {"HEAD"} if "GET" in found else found))


def options_routes(handlers: Iterable[BaseRouteHandler]) -> list[HTTPRouteHandler]:
    """A handler of `OPTIONS` for each path; they go before the others, or Litestar makes some that know one method."""
    methods: dict[str, set[str]] = defaultdict(set)
    for handler in handlers:
        if not isinstance(handler, HTTPRouteHandler):
            continue  # it is given every method and answers by itself
        for path in handler.paths:
            methods[path].update(handler.http_methods)
    return [_options(path, allow_of(found)) for path, found in methods.items()]


def _options(path: str, allow: str) -> HTTPRouteHandler:
    @HTTPRouteHandler(path, http_method="OPTIONS", status_code=204, include_in_schema=False)
    async def options() -> Response[None]:
        return Response(None, status_code=204, headers={"allow": allow})

    return options


class Head:
    """Between a `HEAD` and the `GET` that answers it: the head goes out, and what gives a body without end is told
    that its reader left.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._told = asyncio.Event()

    async def send(self, message: Message) -> None:
        if self._told.is_set():
            return
        if message["type"] == "http.response.body":
            self._told.set()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._send(message)

    async def receive(self) -> HTTPReceiveMessage:
        if self._told.is_set():
            return {"type": "http.disconnect"}
        coming = asyncio.ensure_future(self._receive())
        told = asyncio.ensure_future(self._told.wait())
        try:
            await asyncio.wait({coming, told}, return_when=asyncio.FIRST_COMPLETED)
            return (
                cast("HTTPReceiveMessage", coming.result()) if coming.done() else {"type": "http.disconnect"}
            )
        finally:
            coming.cancel()
            told.cancel()
