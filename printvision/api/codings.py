"""Content codings (RFC 9110, 8.4): answers go out as gzip or zstd to whoever takes that; bodies that come in do not.

A coded answer is another representation, so its `ETag` is another too: the plain one with the coding behind it. Whoever
compares tags takes that off again (`fields`), since both are of the same version.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Final

from backports import zstd
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, HTTPScope, Message, Send

from printvision.platform.errors import PrintVisionError

MIN_BYTES: Final = 1_024  # below that the answer and its head still travel in one packet
GZIP_LEVEL: Final = 5
ZSTD_LEVEL: Final = 3
_TYPES: Final = (
    b"application/json",
    b"application/problem+json",
    b"application/javascript",
    b"image/svg+xml",
    b"text/",
)
_NEVER: Final = b"text/event-stream"
_VARY: Final = (b"vary", b"accept-encoding")

Headers = list[tuple[bytes, bytes]]


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, GZIP_LEVEL, mtime=0)


def _zstd(body: bytes) -> bytes:
    return zstd.compress(body, ZSTD_LEVEL)


CODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType({"zstd": _zstd, "gzip": _gzip})


class EncodedBody(PrintVisionError):
    """The header Content-Encoding says that the body is compressed; bodies are taken as they are."""

    status = 415
    code = "request/encoded-body"
    title = "The body is compressed"
    action = "Send the body as it is, without the header Content-Encoding."


def check_not_encoded(content_encoding: str) -> None:
    """
    Raises:
        EncodedBody
    """
    if content_encoding.strip().lower() not in ("", "identity"):
        raise EncodedBody


def choose(accept_encoding: str, among: Collection[str] = CODINGS.keys()) -> str | None:
    """Of these codings the one that the field weighs most, the first between equals; None to send it plain."""
    if not among:
        return None
    weights = dict(_weights(accept_encoding))
    best = max(among, key=lambda name: weights.get(name, weights.get("*", 0.0)))
    weight = weights.get(best, weights.get("*", 0.0))
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _weights(accept_encoding: str) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for part in accept_encoding.lower().split(",")[:20]:
        name, *parameters = (word.strip() for word in part.split(";"))
        found.append(("gzip" if name == "x-gzip" else name, _weight(parameters)))
    return found


def _weight(parameters: list[str]) -> float:
    for each in parameters:
        name, _, value = each.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0  # not a weight: not taken
    return 1.0


def coded(scope: HTTPScope, send: Send) -> Send:
    """Send an answer on, coded as its reader likes it, where that is worth it.

    Only an answer that comes in one piece and is text is coded: a stream's parts go out as they come.
    """
    given = dict(scope["headers"])
    accepted = given.get(b"accept-encoding")
    coding = choose(accepted.decode("latin-1")) if accepted else None
    held: list[HTTPResponseStartEvent] = []

    async def send_on(message: Message) -> None:
        if message["type"] == "http.response.start":
            if _may_be_coded(message):
                held.append(message)
                return
            if message["status"] == 304:
                message["headers"] = _as_it_was_known(list(message["headers"]), given)
            await send(message)
            return
        if held and message["type"] == "http.response.body":
            start = held.pop()
            await send(start if message.get("more_body") else _code(start, message, coding))
        await send(message)

    return send_on


def _may_be_coded(start: HTTPResponseStartEvent) -> bool:
    if start["status"] in (204, 206, 304):
        return False
    headers = dict(start["headers"])
    kind = headers.get(b"content-type", b"")
    return (
        kind.startswith(_TYPES)
        and not kind.startswith(_NEVER)
        and b"content-encoding" not in headers
        and b"no-transform" not in headers.get(b"cache-control", b"")
    )


def _code(
    start: HTTPResponseStartEvent, whole: HTTPResponseBodyEvent, coding: str | None
) -> HTTPResponseStartEvent:
    """Code the body in its message, and say so in the head."""
    headers: Headers = [*start["headers"], _VARY]
    if coding is not None and len(whole["body"]) >= MIN_BYTES:
        whole["body"] = CODINGS[coding](whole["body"])
        headers = [_of_coding(name, value, coding) for name, value in headers if name != b"content-length"]
        headers += [
            (b"content-encoding", coding.encode()),
            (b"content-length", str(len(whole["body"])).encode()),
        ]
    start["headers"] = headers
    return start


def _of_coding(name: bytes, value: bytes, coding: str) -> tuple[bytes, bytes]:
    return (name, value[:-1] + b"-" + coding.encode() + b'"') if name == b"etag" else (name, value)


def _as_it_was_known(headers: Headers, given: Mapping[bytes, bytes]) -> Headers:
    """A 304 has the tag by which the caller knows the answer."""
    known = given.get(b"if-none-match", b"")
    tag = next((value for name, value in headers if name == b"etag"), None)
    for coding in CODINGS if tag else ():
        of_coding = _of_coding(b"etag", tag or b"", coding)
        if of_coding[1] in known:
            return [*(each for each in headers if each[0] != b"etag"), of_coding, _VARY]
    return [*headers, _VARY] if tag else headers
