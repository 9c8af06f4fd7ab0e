"""Around every request, whoever answers it: its id, headers that keep browsers honest, a span, a log line."""

from __future__ import annotations

import re
import time
from typing import Any, Final, cast

import structlog
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

from printvision.api.codings import coded
from printvision.api.cors import Cors, WhoseKey, answer_preflight
from printvision.api.methods import Head
from printvision.platform.ids import new_id
from printvision.platform.telemetry import span

log = structlog.get_logger(__name__)

REQUEST_ID: Final = "request_id"
ANSWER_FIELDS: Final = "answer_fields"  # a list: header fields for the answer, whether it succeeds or not
WHOSE_KEY: Final = "whose_key"  # the `WhoseKey` of the request
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
    """The web application. Litestar's own middleware does not see what no route answers; this does."""

    secure: bool = False  # served over TLS, by whoever stands before us
    cors: Cors = Cors(frozenset())

    async def __call__(
        self, scope: Scope | LifeSpanScope, receive: Receive | LifeSpanReceive, send: Send | LifeSpanSend
    ) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        await self._serve(cast("HTTPScope", scope), cast("Receive", receive), cast("Send", send))

    async def _serve(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        request_id = _request_id(scope)
        given = cast("dict[str, Any]", scope)
        noted: list[tuple[bytes, bytes]] = []
        whose = WhoseKey()
        own = {REQUEST_ID: request_id, ANSWER_FIELDS: noted, WHOSE_KEY: whose}
        given["state"] = {**given.get("state", {}), **own}
        seen: dict[str, int] = {}

        head = Head(receive, send)
        heads = scope["method"] == "HEAD" and not scope["path"].startswith(ANSWERS_HEAD)
        out = coded(scope, head.send if heads else send)

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                said = [*message["headers"], *noted, *self.cors.fields(scope, whose)]
                message["headers"] = _with_ours(said, request_id, secure=self.secure)
            await out(message)

        began_s, method = time.perf_counter(), scope["method"]
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            span("request", method=method, request_id=request_id) as current,
        ):
            try:
                if self.cors.may_allow(scope):
                    await self.cors.look(self.state.platform)
                if self.cors.asks(scope):
                    await answer_preflight(send_on)
                elif heads:
                    given["method"] = "GET"
                    await super().__call__(scope, cast("Receive", head.receive), send_on)
                else:
                    await super().__call__(scope, receive, send_on)
            finally:
                status = seen.get("status", 0)
                current.set_attribute("http.response.status_code", status)
                log.info(
                    "request.answered",
                    method=method,
                    path=scope["path"][:200],
                    status=status,
                    ms=round((time.perf_counter() - began_s) * 1000, 1),
                )


def _request_id(scope: HTTPScope) -> str:
    """The caller's own where it is fit for a log, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GOOD_ID.fullmatch(given := value.decode("latin-1")):
            return given
    return new_id().hex


def _with_ours(
    headers: list[tuple[bytes, bytes]], request_id: str, *, secure: bool
) -> list[tuple[bytes, bytes]]:
    present = {name.lower() for name, _ in headers}
    ours = (*_ENCODED[secure], (b"x-request-id", request_id.encode()))
    return headers + [each for each in ours if each[0] not in present]
