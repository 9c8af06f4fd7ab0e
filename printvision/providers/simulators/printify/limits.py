"""The documented limits on calls, for the account as a whole; the share of errors; the id on every answer.

Printify documents neither a `Retry-After` nor any header that tells what is left.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from printvision.providers.simulators.limits import Window
from printvision.providers.simulators.printify.errors import Answers
from printvision.providers.simulators.transport import send_answer

CATALOG, PUBLISHING = "catalog", "publishing"
_SIZES = {"all": (600, 60.0), CATALOG: (100, 60.0), PUBLISHING: (200, 1800.0)}
_MOST_ERRORS = 0.05


class Limits(ASGIMiddleware):
    """Refuses what is too much and counts what was refused. With `enforced` off nothing is too much."""

    def __init__(self, *, enforced: bool) -> None:
        self._enforced = enforced
        self._windows = {name: Window(size, span_s) for name, (size, span_s) in _SIZES.items()}
        self._answers = Answers()
        self._calls = 0
        self._errors = 0

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        opt = scope["route_handler"].opt
        if "operation" not in opt:
            await next_app(scope, receive, send)
            return
        self._calls += 1
        telling = _telling(send, self._on_status)
        if all(self._windows[name].take(time.monotonic()).granted for name in self._named(opt)):
            await next_app(scope, receive, telling)
        else:
            await send_answer(telling, *self._answers.too_many(scope["path"], 0))

    def share(self) -> dict[str, Any]:
        """Of the calls that reached a handler or a limit, those answered with an error; faults to order do not count.

        Printify asks for less than 5 percent.
        """
        share = self._errors / self._calls if self._calls else 0.0
        return {
            "calls": self._calls,
            "errors": self._errors,
            "share": share,
            "too_many": share > _MOST_ERRORS,
        }

    def _named(self, opt: dict[str, Any]) -> tuple[str, ...]:
        return ("all", *opt["limits"]) if self._enforced else ()

    def _on_status(self, status: int) -> None:
        self._errors += status >= 400


def _telling(send: Send, on_status: Callable[[int], None]) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            on_status(message["status"])
            MutableScopeHeaders(message)["x-pfy-correlation-id"] = str(uuid4())
        await send(message)

    return tell
