"""The documented limits on calls, kept for each token, and the headers that tell of them."""

from __future__ import annotations

import time
from collections.abc import Callable

from litestar.datastructures import MutableScopeHeaders
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from printvision.providers.simulators.limits import Allowance, Bucket, Limit, Window
from printvision.providers.simulators.printful.errors import Answers, Refusal
from printvision.providers.simulators.transport import send_answer

_MOST_TOKENS = 1_000
_LARGE_BASKET = 100  # pieces; beyond, shipping rates have a limit of their own

_GROUPS: dict[str, Callable[[], Limit]] = {
    "v1/general": lambda: Window(120),
    "v2/general": lambda: Bucket(120, 0.5),
    "catalog": lambda: Window(120, lockout_s=60),
    "rates": lambda: Window(120, lockout_s=60),
    "large rates": lambda: Window(5, lockout_s=60),
    "mockups": lambda: Window(10, lockout_s=60),  # an established store; new ones have 2
    "product_updates": lambda: Window(10, lockout_s=60),
}


class RateLimits(ASGIMiddleware):
    """Refuses what is too much. With `enforced` off it counts nothing and sends no headers."""

    def __init__(self, *, enforced: bool) -> None:
        self._enforced = enforced
        self._limits: dict[tuple[str, str], Limit] = {}
        self._answers = Answers()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        group: str | None = scope["route_handler"].opt.get("limit")
        if group is None or not self._enforced:
            await next_app(scope, receive, send)
            return
        second = scope["path"].startswith("/v2/")
        name = f"{'v2' if second else 'v1'}/general" if group == "general" else group
        limit = self._limit(name, _token(scope))
        allowance = limit.take(time.monotonic())
        telling = _telling(send, _headers(limit, allowance, second=second))
        if allowance.granted:
            await next_app(scope, receive, telling)
            return
        status, headers, body = self._answers.too_many(scope["path"], allowance.retry_after_s)
        await send_answer(telling, status, headers, body)

    def check_basket(self, authorization: str, pieces: int) -> None:
        """The tighter limit on rates for large baskets.

        Raises:
            Refusal: 429.
        """
        if not self._enforced or pieces <= _LARGE_BASKET:
            return
        allowance = self._limit("large rates", authorization).take(time.monotonic())
        if not allowance.granted:
            seconds = max(1, round(allowance.retry_after_s))
            message = f"You've recently sent too many requests. Please try again after {seconds} seconds."
            raise Refusal(429, message, headers={"retry-after": str(seconds)})

    def _limit(self, name: str, token: str) -> Limit:
        key = (name, token)
        if key not in self._limits:
            if len(self._limits) >= _MOST_TOKENS * len(_GROUPS):
                self._limits.clear()
            self._limits[key] = _GROUPS[name]()
        return self._limits[key]


def _token(scope: Scope) -> str:
    return next((value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"), "")


def _headers(limit: Limit, allowance: Allowance, *, second: bool) -> dict[str, str]:
    headers = {
        "X-Ratelimit-Limit": str(limit.size),
        "X-Ratelimit-Remaining": str(allowance.remaining),
        "X-Ratelimit-Reset": f"{allowance.reset_s:.1f}" if second else str(round(allowance.reset_s)),
    }
    return headers | ({"X-Ratelimit-Policy": f"{limit.size};w=60;"} if second else {})


def _telling(send: Send, headers: dict[str, str]) -> Send:
    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            scope_headers = MutableScopeHeaders(message)
            for name, value in headers.items():
                scope_headers[name] = value
        await send(message)

    return tell
