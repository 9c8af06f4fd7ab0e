"""Printful's refusals, in the three shapes its documents show.

v1 and most of v2 answer `{code, result, error}`, some of v2 (shipping rates, stores, mockup styles,
estimates) say `data` for `result` and leave the code out, and v2's server errors are problem documents. Named
codes such as `OR-13` stand in `error.api_error_code` and at the head of the message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException

_DATA_SHAPED = re.compile(
    r"/v2/(shipping-rates|stores|order-estimation-tasks|catalog-products/\d+/mockup-styles)"
)
_REASONS: dict[int, str | int] = {400: "BadRequest", 401: "BadRequest", 404: "NotFound"}


class Refusal(Exception):
    """A request that is answered with an error.

    Args:
        status: of HTTP.
        message: for the client.
        code: a named code of the documents, such as `OR-13`.
    """

    def __init__(
        self, status: int, message: str, *, code: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = f"{code}: {message}" if code else message
        self.code = code
        self.headers = dict(headers or {})


def bad_request(message: str, code: str | None = None) -> Refusal:
    return Refusal(400, message, code=code)


def not_found(message: str = "Not Found") -> Refusal:
    return Refusal(404, message)


def wording(path: str, status: int, message: str, code: str | None = None) -> dict[str, Any]:
    """The body of a refusal at this path."""
    error: dict[str, Any] = {"reason": _REASONS.get(status, status), "message": message}
    if code:
        error["api_error_code"] = code
    if _DATA_SHAPED.match(path):
        return {"data": message, "error": error}
    return {"code": status, "result": message, "error": error}


class Answers:
    """How refusals look that no handler had a part in."""

    def too_many(self, path: str, retry_after_s: float) -> tuple[int, Mapping[str, str], Any]:
        seconds = max(1, round(retry_after_s))
        message = f"You've recently sent too many requests. Please try again after {seconds} seconds."
        headers = {"content-type": "application/json", "retry-after": str(seconds)}
        return 429, headers, wording(path, 429, message)

    def broken(self, path: str) -> tuple[int, Mapping[str, str], Any]:
        if path.startswith("/v2/"):
            return 500, {"content-type": "application/problem+json"}, _problem()
        message = "An error occurred and we have been notified."
        return 500, {"content-type": "application/json"}, wording(path, 500, message)


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    body = wording(request.url.path, refusal.status, refusal.message, refusal.code)
    return Response(body, status_code=refusal.status, headers=refusal.headers, media_type="application/json")


def answer_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the web framework refuses by itself: unknown paths, wrong methods, bodies too large."""
    message = "Not Found" if error.status_code == 404 else error.detail
    body = wording(request.url.path, error.status_code, message)
    return Response(body, status_code=error.status_code, media_type="application/json")


def _problem() -> dict[str, Any]:
    return {
        "type": "https://developers.printful.com/docs/v2-beta/#errors/internal-server-error",
        "status": 500,
        "title": "Internal Server Error",
        "detail": "An error occurred and we have been notified.",
        "instance": "tag:api.printful.com,2023-10-04:errors/1",
    }
