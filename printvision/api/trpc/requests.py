"""Which calls a tRPC request makes, and with what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

import msgspec
from litestar.exceptions import MethodNotAllowedException

from printvision.api.codings import check_not_encoded
from printvision.api.errors import MalformedJson, NoSuchAddress, TooDeep, UnsupportedMediaType
from printvision.api.execution import AnyOperation, Reader
from printvision.api.idempotency import read_key
from printvision.api.incoming import Incoming
from printvision.api.input import MAX_DEPTH, Given, read_json
from printvision.api.rest import CALL_LIMIT_S, read_query
from printvision.api.trpc.errors import HeaderOfOneCall, MixedKinds, TooManyCalls
from printvision.api.within import Within
from printvision.platform.errors import InvalidInput

BASE: Final = "/trpc"
SUBSCRIPTION: Final = "events.stream"
MAX_CALLS: Final = 50
METHODS: Final = ("GET", "POST")

Source = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a request; `operation` is None where there is none of that path."""

    path: str
    operation: AnyOperation | None
    read: Reader


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for."""

    calls: tuple[Call, ...]
    batched: bool
    streamed: bool

    @property
    def subscribes(self) -> bool:
        return not self.batched and self.calls[0].path == SUBSCRIPTION


def check_method(request: Incoming) -> None:
    """
    Raises:
        MethodNotAllowedException: nothing here is called so.
        UnsupportedMediaType: a POST does not call itself JSON, as no form of another site can.
    """
    if request.method not in METHODS:
        raise MethodNotAllowedException(headers={"allow": ", ".join(("HEAD", *METHODS))})
    check_not_encoded(request.headers.text("content-encoding"))
    media_type = request.headers.text("content-type").partition(";")[0].strip().lower()
    if request.method == "POST" and media_type != "application/json":
        raise UnsupportedMediaType(accepted=["application/json"])


async def read_asked(request: Incoming, operations: Mapping[str, AnyOperation], max_bytes: int) -> Asked:
    """The calls of a request.

    One call alone has its body read when it may call. A batch is one JSON document and is read before its calls,
    up to `max_bytes`, for what is wrong with it is wrong for all of them.

    Raises:
        PrintVisionError: the request as a whole cannot be read.
    """
    query = dict(reversed(read_query(request.scope["query_string"])))  # of two of one name, the first
    path = _path(request.scope["raw_path"])
    batched = query.get("batch") == "1"
    paths = path.split(",") if batched else [path]
    if len(paths) > MAX_CALLS:
        raise TooManyCalls(max_calls=MAX_CALLS)
    found = [operations.get(each) for each in paths]
    if len({each.changes for each in found if each}) > 1:
        raise MixedKinds

    async def whole() -> bytes:
        if request.method == "GET":
            return query.get("input", "").encode()
        return await request.body(max_bytes)

    headers = _headers(request, len(paths))
    if batched:
        with Within(CALL_LIMIT_S):
            sources = _split(await whole(), len(paths))
    else:
        sources = [whole]
    readers = (_reader(source, each, headers) for source, each in zip(sources, found, strict=True))
    calls = tuple(Call(*each) for each in zip(paths, found, readers, strict=True))
    streamed = batched and request.headers.text("trpc-accept") == "application/jsonl"
    return Asked(calls, batched, streamed)


def _path(raw_path: bytes) -> str:
    """What follows `BASE/`, taken before the framework tidies it: a batch's paths are parted by commas."""
    base, _, path = raw_path.partition(b"?")[0].partition(f"{BASE}/".encode())
    try:
        found = unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        raise NoSuchAddress from None
    if base or not found:
        raise NoSuchAddress
    return found


def _split(document: bytes, count: int) -> list[Source]:
    """A batch's inputs, each as it came, by its call's place; a call without one has none.

    Raises:
        MalformedJson, TooDeep
        InvalidInput: it is not an object.
    """
    try:
        inputs = msgspec.json.decode(document or b"{}", type=dict[str, msgspec.Raw])
    except RecursionError:
        raise TooDeep(max_depth=MAX_DEPTH) from None
    except msgspec.ValidationError:
        raise InvalidInput(errors=[{"path": "", "message": "Expected `object`"}]) from None
    except msgspec.DecodeError as error:
        raise MalformedJson(str(error)) from None
    except UnicodeDecodeError:
        raise MalformedJson("The batch is not UTF-8") from None
    return [_given(bytes(inputs.get(str(index), b""))) for index in range(count)]


def _given(text: bytes) -> Source:
    async def source() -> bytes:
        return text

    return source


class Headers(NamedTuple):
    """What a request's headers say of its call."""

    key: str | None
    if_match: Sequence[str]


def _headers(request: Incoming, count: int) -> Headers:
    """As REST takes them of what changes something.

    Raises:
        BadIdempotencyKey
        HeaderOfOneCall: there are several calls, and nothing says which of them is meant.
    """
    if request.method == "GET":
        return Headers(None, ())
    keys, versions = request.headers.all("idempotency-key"), request.headers.all("if-match")
    if count > 1 and (keys or versions):
        raise HeaderOfOneCall(header="Idempotency-Key" if keys else "If-Match")
    return Headers(read_key(keys), versions)


def _reader(source: Source, operation: AnyOperation | None, headers: Headers) -> Reader:
    async def read() -> Given:
        members = read_json(await source())
        if operation is not None and operation.pages:
            # The client's infinite queries say which way they go; ours go one way.
            members = {name: value for name, value in members.items() if name != "direction"}
        return Given(members, key=headers.key, if_match=headers.if_match)

    return read
