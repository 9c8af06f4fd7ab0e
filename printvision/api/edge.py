"""Around every request, whoever answers it: its id, headers that keep browsers honest, a span, a log line.

The calls of the registry are answered past the web framework, whose way to a handler costs more than a short call
(docs/decisions/0013); pages, files, webhooks and streams are its own.
"""

from __future__ import annotations

import re
import time
from typing import Any, Final, cast

from litestar import Litestar
from litestar.types import (
    HTTPScope,
    LifeSpanReceive,
    LifeSpanScope,
    LifeSpanSend,
    Message,
    Receive,
    Scope,
    Send,
)
from structlog.contextvars import bind_contextvars, reset_contextvars
from structlog.typing import FilteringBoundLogger

from printvision.api.codings import coded
from printvision.api.cors import Cors, answer_preflight
from printvision.api.direct import Direct
from printvision.api.fields import rate_limits
from printvision.api.incoming import INCOMING, Headers, Incoming
from printvision.api.methods import Head
from printvision.platform.ids import new_id
from printvision.platform.telemetry import span

ANSWERS_HEAD: Final = "/trpc"  # itself, as its clients expect
_GOOD_ID = re.compile(r"[A-Za-z0-9._-]{8,128}")

# For what is not HTML; a page brings its own policy. Nothing here may be framed, sniffed or kept.
SECURITY_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}
STRICT_TRANSPORT: Final = "max-age=31536000; includeSubDomains"
_PLAIN: Final = tuple((name.encode(), value.encode()) for name, value in SECURITY_HEADERS.items())
_ENCODED: Final = {False: _PLAIN, True: (*_PLAIN, (b"strict-transport-security", STRICT_TRANSPORT.encode()))}


class Application(Litestar):
    """The web application. Litestar's own middleware does not see what no route answers; this does.

    Attributes:
        log: bound once, for there is a line for each request.
    """

    secure: bool = False  # served over TLS, by whoever stands before us
    cors: Cors = Cors(frozenset())
    direct: Direct
    log: FilteringBoundLogger

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        await self._serve(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        began_s, method = time.perf_counter(), scope["method"]
        headers = Headers(list(scope["headers"]))
        request_id = _request_id(headers)
        tokens = bind_contextvars(request_id=request_id)
        if method == "HEAD" and not scope["path"].startswith(ANSWERS_HEAD):
            head = Head(receive, send)
            receive, send = cast("Receive", head.receive), head.send
            cast("dict[str, Any]", scope)["method"] = "GET"
        request = Incoming(
            scope,
            receive,
            self.state.platform,
            headers=headers,
            request_id=request_id,
            trusted_proxies=self.state.trusted_proxies,
        )
        status = 0
        out = coded(scope, send)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                nonlocal status
                status = message["status"]
                said = [
                    *message["headers"],
                    *rate_limits(request.budgets),
                    *request.fields,
                    *self.cors.fields(scope, request.whose),
                ]
                message["headers"] = _with_ours(said, request_id, secure=self.secure)
            await out(message)

        with span("request", method=method, request_id=request_id) as current:
            try:
                await self._answer(request, send_on)
            finally:
                current.set_attribute("http.response.status_code", status)
                self.log.info(
                    "request.answered",
                    method=method,
                    path=scope["path"][:200],
                    status=status,
                    ms=round((time.perf_counter() - began_s) * 1000, 1),
                )
                reset_contextvars(**tokens)

    async def _answer(self, request: Incoming, send: Send) -> None:
        scope = request.scope
        if "origin" in request.headers:
            if self.cors.may_allow(scope):
                await self.cors.look(request.platform)
            if self.cors.asks(scope):
                await answer_preflight(send)
                return
        if (answering := self.direct.find(request)) is not None:
            await answering(request, send)
        else:
            given = cast("dict[str, Any]", scope)
            given["state"] = {**given.get("state", {}), INCOMING: request}
            await super().__call__(scope, request.receive, send)


def _request_id(headers: Headers) -> str:
    """The caller's own where it is fit for a log, else a new one."""
    for given in headers.all("x-request-id"):
        if _GOOD_ID.fullmatch(given):
            return given
    return new_id().hex


def _with_ours(
    headers: list[tuple[bytes, bytes]], request_id: str, *, secure: bool
) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    headers += [each for each in _ENCODED[secure] if each[0] not in present]
    if b"x-request-id" not in present:
        headers.append((b"x-request-id", request_id.encode()))
    return headers
