"""From a call to its request, and from an answer to what it means; nothing here is sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from ipaddress import ip_address
from typing import Any, Final, TypeVar, cast
from urllib.parse import quote, urlencode, urlsplit

import msgspec
from msgspec import UNSET

from printvision_client.calls import Given, Operation, Options
from printvision_client.errors import MadeLater, UnreadableAnswer, refusal
from printvision_client.values import Answer, Model, answer_of, with_answer

T = TypeVar("T")

BASE: Final = "/api/v1"
VERSION: Final = "0.1.0"
MAX_KEY: Final = 255
_OURS: Final = frozenset({"authorization", "host", "content-length", "transfer-encoding", "connection"})
_PARAMETER: Final = re.compile(r"\{([a-z_]+)\}")
_KEY_TEXT: Final = re.compile(r"[ -~]+")


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, again and again if need be.

    Args:
        safe: it may be sent again where nobody knows whether it was done.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(default=None, repr=False)
    timeout_s: float | None = None
    safe: bool = False
    known: Model | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Received:
    """What came back; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def base_of(url: str, *, allow_http: bool) -> str:
    """Where an installation is, without a slash at the end.

    Raises:
        ValueError: it is no such address, or the key would go over the network for all to read.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise ValueError("url is the address of an installation, such as https://desk.example.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("url has no user, no query and no fragment")
    if parts.scheme == "http" and not allow_http and not is_loopback(parts.hostname):
        raise ValueError(
            "url is http, where anybody on the way could read the key: use https, or allow_http=True"
        )
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether it is this very machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def check_key(key: str) -> str:
    """
    Raises:
        ValueError: it cannot be sent as a header; the message does not hold it.
    """
    if not re.fullmatch(r"[!-~]+", key):
        raise ValueError("key is an API key: one word of printable ASCII")
    return key


# -- asked -------------------------------------------------------------------------------------------------------------


def request_of(base: str, operation: Operation[Any], given: Given, options: Options) -> Request:
    """The request of a call, with a new idempotency key where it takes one and has none.

    Raises:
        ValueError: of an option.
    """
    said = cast("Mapping[str, Any]", options)
    left = {name: value for name, value in given.items() if value is not UNSET}
    path = _PARAMETER.sub(lambda found: quote(str(left.pop(found[1])), safe=""), operation.path)
    asked = {name.lower(): value for name, value in said.get("headers", {}).items()}
    headers = {name: value for name, value in asked.items() if name not in _OURS}
    headers["accept"] = "application/json"
    content, query = _split(operation, left, headers)
    if operation.keyed:
        headers["idempotency-key"] = _quoted(said.get("idempotency_key") or str(uuid.uuid4()))
    matching = said.get("if_match")
    if matching is not None:
        headers["if-match"] = matching if isinstance(matching, str) else _tag(matching)
    known = said.get("if_none_match")
    if known is not None:
        headers["if-none-match"] = _tag(known)
    return Request(
        operation.method,
        base + BASE + path + (f"?{urlencode(query)}" if query else ""),
        headers,
        content,
        said.get("timeout_s"),
        # With If-Match, and no key, a second try would be refused for what the first one has done.
        safe=operation.keyed or (operation.repeatable and matching is None),
        known=known,
    )


def _split(
    operation: Operation[Any], left: dict[str, object], headers: dict[str, str]
) -> tuple[bytes | None, list[tuple[str, str]]]:
    """What goes into the body, and what into the query."""
    if operation.body == "json":
        headers["content-type"] = "application/json"
        return msgspec.json.encode(left), []
    content = None
    if operation.body == "raw":
        content = cast("bytes", left.pop("data"))
        headers.setdefault("content-type", "application/octet-stream")
    return content, [
        pair for name, value in left.items() if value is not None for pair in _pairs(name, value)
    ]


def _pairs(name: str, value: object) -> Iterable[tuple[str, str]]:
    if isinstance(value, list | tuple | set | frozenset):
        return [(name, _text(each)) for each in cast("Iterable[object]", value)]
    return [(name, _text(value))]


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return str(value.value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _quoted(key: str) -> str:
    """As a String of RFC 9651, 3.3.3."""
    if not _KEY_TEXT.fullmatch(key) or len(key) > MAX_KEY:
        raise ValueError(f"idempotency_key has 1 to {MAX_KEY} printable characters of ASCII")
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _tag(model: Model) -> str:
    tag = answer_of(model).etag
    if tag is None:
        raise ValueError(f"this {type(model).__name__} came without an ETag: give what a read answered")
    return tag


# -- answered ----------------------------------------------------------------------------------------------------------


def read(operation: Operation[T], request: Request, received: Received) -> T:
    """What an answer says.

    Raises:
        Refused: it is a failure.
        MadeLater: a task makes the call.
        UnreadableAnswer
    """
    if received.status == 304 and isinstance(request.known, operation.output):
        return request.known
    if not 200 <= received.status < 300:
        raise refusal(received.status, received.body, received.headers)
    if received.headers.get("preference-applied", "").startswith("respond-async"):
        raise MadeLater(received.headers.get("location", ""))
    if operation.output is type(None):
        return cast("T", None)
    try:
        output = msgspec.json.decode(received.body, type=operation.output)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableAnswer(f"{operation.key} answered {received.status}: {error}") from None
    if isinstance(output, Model):
        with_answer(output, Answer(received.status, received.headers))
    return output
