"""What is answered past the web framework: the calls of the registry, by REST and by tRPC."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from litestar.exceptions import MethodNotAllowedException
from litestar.types import Send

from printvision.api.errors import MalformedRequest
from printvision.api.incoming import Incoming
from printvision.api.problems import MEDIA_TYPE, problem_of
from printvision.api.routing import Answer, Found, Routes
from printvision.api.trpc.requests import BASE as TRPC
from printvision.api.trpc.route import Endpoint
from printvision.platform.settings import ServerSettings

Answering = Callable[[Incoming, Send], Awaitable[None]]

_HOST: Final = re.compile(r"[0-9A-Za-z!$&'()*+,;=\-._~:\[\]@%]*")  # RFC 3986, 3.2.2, and a port
_PROBLEM: Final = MEDIA_TYPE.encode()


class Direct:
    """
    Args:
        calls: by REST.
        trpc: all that is asked under its address.
    """

    def __init__(self, calls: Routes, trpc: Endpoint, server: ServerSettings) -> None:
        self._calls = calls
        self._trpc = trpc
        self._server = server

    def find(self, request: Incoming) -> Answering | None:
        """What answers a request; None where that is for the framework to say."""
        path = request.scope["path"]
        if (found := self._calls.find(path)) is not None:
            request.scope["path"] = found.path
            return partial(self._answer_call, found)
        return self._answer_trpc if path.lstrip("/").startswith(TRPC[1:]) else None

    def has(self, path: str) -> bool:
        """Whether a call is there."""
        return self._calls.find(path) is not None

    async def _answer_call(self, found: Found, request: Incoming, send: Send) -> None:
        fields: list[tuple[bytes, bytes]] = []
        try:
            _check_host(request)
            answer = await _call(found, request, fields)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told as a problem
            answer = self._refuse(error, request, fields)
        await _send(send, answer, fields)

    async def _answer_trpc(self, request: Incoming, send: Send) -> None:
        fields: list[tuple[bytes, bytes]] = []
        try:
            _check_host(request)
        except MalformedRequest as error:
            await _send(send, self._refuse(error, request, fields), fields)
            return
        await self._trpc.serve(request, send)

    def _refuse(self, error: Exception, request: Incoming, fields: list[tuple[bytes, bytes]]) -> Answer:
        problem = problem_of(
            error,
            public_url=self._server.public_url,
            request_id=request.request_id,
            max_body_bytes=self._server.max_body_bytes,
        )
        fields += [(name.lower().encode(), value.encode()) for name, value in problem.headers.items()]
        return Answer(problem.status, problem.encode(), _PROBLEM)


async def _call(found: Found, request: Incoming, fields: list[tuple[bytes, bytes]]) -> Answer:
    there = found.address.find(request.method)
    if there is not None:
        handler, names = there
        return await handler(request, dict(zip(names, found.words, strict=True)))
    if request.method != "OPTIONS":
        raise MethodNotAllowedException(headers={"allow": found.address.allow})
    fields.append((b"allow", found.address.allow.encode()))
    return Answer(204)


def _check_host(request: Incoming) -> None:
    if not _HOST.fullmatch(request.headers.text("host")):
        raise MalformedRequest(note="its host is none")


async def _send(send: Send, answer: Answer, fields: list[tuple[bytes, bytes]]) -> None:
    body = answer.body
    if body is not None:
        length = (b"content-length", str(len(body)).encode())
        fields += ((b"content-type", answer.media_type), length)
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    await send({"type": "http.response.body", "body": body or b"", "more_body": False})
