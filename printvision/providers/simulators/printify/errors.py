"""Printify's refusals: one shape for what is wrong with a request, another for who asks and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

# Documented codes; the others are invented, as the documents say that codes may change.
ADDRESS_INVALID = 8103
UPLOAD_REFUSED = 8201
LOW_QUALITY = 8203
ORDER_EXISTS = 8503
DOWNLOAD_FAILED = 10_300
INVALID = 8150
NOT_POSSIBLE = 8502
LOCKED = 8252


class Refusal(Exception):
    """A request that is answered with an error; `body` is the whole answer."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def invalid(reason: str, code: int = INVALID) -> Refusal:
    """400, the request is wrong."""
    return Refusal(400, _worded("Validation failed.", reason, code))


def invalid_fields(fields: Mapping[str, str], code: int) -> Refusal:
    """400 with the fields as JSON inside the reason, as the documents show it for addresses."""
    return invalid(msgspec.json.encode({name: [words] for name, words in fields.items()}).decode(), code)


def impossible(reason: str, code: int = NOT_POSSIBLE) -> Refusal:
    """400, the request is right and cannot be done."""
    return Refusal(400, _worded("Operation failed.", reason, code))


def order_exists(order_id: str, external_id: str) -> Refusal:
    """409 with the order that holds the reference."""
    body = _worded("Operation failed.", "Order already exists for the given external_id.", ORDER_EXISTS)
    return Refusal(409, body | {"order": {"id": order_id, "external_id": external_id}})


def turned_away(status: int, message: str) -> Refusal:
    """The shape of refusals by the gateway: 401, 403, 404, 429, 5xx."""
    return Refusal(status, _gateway(message))


def not_found() -> Refusal:
    return turned_away(404, "Not found")


class Answers:
    """How refusals look that no handler had a part in. Printify documents no delay for its 429."""

    def too_many(self, path: str, retry_after_s: float) -> tuple[int, Mapping[str, str], Any]:
        return 429, {"content-type": "application/json"}, _gateway("Too Many Requests")

    def broken(self, path: str) -> tuple[int, Mapping[str, str], Any]:
        return 500, {"content-type": "application/json"}, _gateway("Internal Server Error")


def answer_refusal(request: Request[Any, Any, Any], refusal: Refusal) -> Response[Any]:
    return Response(refusal.body, status_code=refusal.status, media_type="application/json")


def answer_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the web framework refuses by itself: unknown paths, wrong methods, bodies too large."""
    message = "Not found" if error.status_code == 404 else error.detail
    return Response(_gateway(message), status_code=error.status_code, media_type="application/json")


def _gateway(message: str) -> dict[str, Any]:
    return {"error": message, "request_id": str(uuid4())}


def _worded(message: str, reason: str, code: int) -> dict[str, Any]:
    return {
        "status": "error",
        "code": code,
        "message": message,
        "errors": {"reason": reason, "code": code},
    }
