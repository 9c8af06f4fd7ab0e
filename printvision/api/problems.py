"""Every failure as one RFC 9457 problem document; here alone errors meet HTTP.

What we can name goes out with its code, title, action and public fields. What we cannot is a bug: it answers
500 with the request id and nothing else, and is logged whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import msgspec
import psycopg
import sqlalchemy.exc
import structlog
from litestar.exceptions import HTTPException

from printvision.api.codings import EncodedBody
from printvision.api.errors import (
    DatabaseBusy,
    MalformedRequest,
    MethodNotAllowed,
    NoSuchAddress,
    TooLarge,
    UnsupportedMediaType,
)
from printvision.api.methods import allow_of
from printvision.platform.db import DatabaseUnavailable
from printvision.platform.errors import PrintVisionError
from printvision.platform.redaction import enc_hook

log = structlog.get_logger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
OWN_MEMBERS: Final = ("type", "title", "status", "detail", "instance", "code", "action", "request_id")


@dataclass(frozen=True, slots=True)
class Problem:
    """A failure as it is sent."""

    status: int
    document: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict[str, str])

    def encode(self) -> bytes:
        return msgspec.json.encode(self.document)


def problem_of(error: BaseException, *, public_url: str, request_id: str, max_body_bytes: int) -> Problem:
    """The problem document of an exception, logged where it tells of a fault of ours.

    Args:
        public_url: where `/problems/<code>` explains the code.
        request_id: what the reader quotes to the operator.
        max_body_bytes: the bound that the web framework refuses by without naming it.
    """
    named = _name(error, max_body_bytes)
    if named is None:
        log.error("request.failed", exc_info=error)
        named = PrintVisionError()
    elif named.status >= 500:
        log.warning("request.refused", code=named.code, note=named.note, exc_info=error)
    elif named.note:
        log.info("request.refused", code=named.code, note=named.note)
    document: dict[str, Any] = {
        "type": address_of(named.code, public_url),
        "title": named.title,
        "status": named.status,
        "instance": f"urn:printvision:request:{request_id}",
        "code": named.code,
        "action": named.action,
        "request_id": request_id,
    }
    if named.detail:
        document["detail"] = named.detail
    document |= {name: _plain(value) for name, value in named.fields.items() if name in _public(type(named))}
    return Problem(named.status, document, _headers(named, error))


def status_of(error: BaseException) -> int:
    """The status with which an error is answered."""
    named = _name(error, 0)
    return named.status if named else PrintVisionError.status


def address_of(code: str, public_url: str) -> str:
    """Where a code is explained."""
    return f"{public_url.rstrip('/')}/problems/{quote(code)}"


def _name(error: BaseException, max_body_bytes: int) -> PrintVisionError | None:
    """The error of ours that says it; None where there is none, which is a bug."""
    if isinstance(error, PrintVisionError):
        return error
    if isinstance(error, HTTPException):
        return _name_http(error, max_body_bytes)
    if isinstance(error, sqlalchemy.exc.TimeoutError):
        return DatabaseBusy(note="no connection came free in time")
    if isinstance(error, sqlalchemy.exc.DBAPIError) and isinstance(error.orig, psycopg.OperationalError):
        return _name_database(error.orig)
    return None


def _name_http(error: HTTPException, max_body_bytes: int) -> PrintVisionError | None:
    match error.status_code:
        case 404:
            return NoSuchAddress()
        case 405:
            return MethodNotAllowed()
        case 413:
            return TooLarge(max_bytes=max_body_bytes)
        case 415:
            return UnsupportedMediaType(accepted=[])
        case status if status < 500:
            return MalformedRequest(note=error.detail)
        case _:
            return None


def _name_database(error: psycopg.OperationalError) -> PrintVisionError:
    # Classes 40 and 55, and 57014: undone by a conflict, a lock or a time limit. The rest: no connection.
    state = error.sqlstate or ""
    if state[:2] in ("40", "55") or state == "57014":
        return DatabaseBusy(note=f"{state}: {error.diag.message_primary}")
    return DatabaseUnavailable(note=str(error))


def _headers(named: PrintVisionError, error: BaseException) -> dict[str, str]:
    headers: dict[str, str] = {}
    if named.status == 401:
        invalid = "" if named.code == "access/key-missing" else ', error="invalid_token"'  # RFC 6750, 3.1
        headers["WWW-Authenticate"] = f'Bearer realm="PrintVision"{invalid}'
    if named.code == EncodedBody.code:
        headers["Accept-Encoding"] = "identity"  # what bodies may come as (RFC 9110, 12.5.3)
    if isinstance(wait_s := named.fields.get("retry_after_s"), int):
        headers["Retry-After"] = str(wait_s)
    elif named.status == 503:
        headers["Retry-After"] = "5"
    if isinstance(error, HTTPException) and (allow := (error.headers or {}).get("allow")):
        # the web framework's own is without HEAD
        headers["Allow"] = allow_of(allow.split(", ")) if "OPTIONS" in allow else allow
    return headers


@lru_cache(maxsize=512)
def _public(kind: type[PrintVisionError]) -> frozenset[str]:
    return frozenset(kind.public_fields()) - frozenset(OWN_MEMBERS)


def _plain(value: Any) -> Any:
    return msgspec.to_builtins(value, enc_hook=enc_hook, str_keys=True)
