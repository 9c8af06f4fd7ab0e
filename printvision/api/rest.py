"""REST under `/api/v1`: one Litestar handler an operation, made from the registry."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import InternalServerException
from litestar.handlers import HTTPRouteHandler

from printvision.api.addresses import caller_address
from printvision.api.caching import cache_control
from printvision.api.codings import check_not_encoded
from printvision.api.cookies import Cookies, cookies_for
from printvision.api.edge import ANSWER_FIELDS, WHOSE_KEY
from printvision.api.errors import ClientLeft, MalformedRequest, TookTooLong, TooLarge, UnsupportedMediaType
from printvision.api.execution import AnyOperation, Caller, at_once, execute
from printvision.api.fields import entity_tag, next_link, none_match, put_rate_limits
from printvision.api.idempotency import Begun, Replay, read_key
from printvision.api.input import Given, read_json
from printvision.api.output import encode
from printvision.api.problems import MEDIA_TYPE as PROBLEM
from printvision.api.tasks import Preference, TaskView, later, may_be_task, read_preference, wait_for_answer
from printvision.platform.operations import Rest
from printvision.platform.settings import ServerSettings

BASE: Final = "/api/v1"
CALL_LIMIT_S: Final = 30
UPLOAD_LIMIT_S: Final = 300
MAX_QUERY_FIELDS: Final = 250
WORKSPACE_HEADER: Final = "printvision-workspace"

AnyRequest = Request[Any, Any, State]
Handler = Callable[[AnyRequest], Awaitable[Response[bytes | None]]]


def rest_routes(operations: Iterable[AnyOperation], server: ServerSettings) -> list[HTTPRouteHandler]:
    """A handler for each operation, and the list of all of them at `BASE` itself."""
    made = sorted(operations, key=lambda each: each.key)
    return [_index(made), *(_route(each, server) for each in made)]


def _route(operation: AnyOperation, server: ServerSettings) -> HTTPRouteHandler:
    rest = operation.rest
    max_bytes = server.max_upload_bytes if rest.body == "raw" else server.max_body_bytes
    return HTTPRouteHandler(
        BASE + rest.path.replace("}", ":str}"),
        http_method=rest.method,
        status_code=200,  # each response carries its own; Litestar wants one here that may have a body
        name=operation.key,
        request_max_body_size=max_bytes,
        include_in_schema=False,
    )(_handler(operation, max_bytes, server.public_url))


def _handler(operation: AnyOperation, max_bytes: int, public_url: str) -> Handler:
    pages = operation.pages
    may_be_later = may_be_task(operation)
    limit_s = UPLOAD_LIMIT_S if operation.rest.body == "raw" else CALL_LIMIT_S

    async def handle(request: AnyRequest) -> Response[bytes | None]:
        async def read() -> Given:
            return await read_request(request, operation.rest, max_bytes)

        fields: list[tuple[bytes, bytes]] = request.scope["state"][ANSWER_FIELDS]
        caller = caller_of(request)
        prefers = read_preference(request.headers.getall("prefer", [])) if may_be_later else None
        limit = asyncio.timeout(limit_s)
        try:
            async with limit:
                output = await execute(
                    request.app.state.platform,
                    caller,
                    operation,
                    read,
                    way=later if prefers else at_once,
                    told=lambda budgets: put_rate_limits(fields, budgets),
                )
        except TimeoutError:
            if not limit.expired():
                raise  # of something inside, which named no error of ours for it
            raise TookTooLong(limit_s=limit_s) from None
        if caller.visit.answered:
            fields.extend(cookies_of(request).fields(caller.visit))
        if isinstance(output, Begun):
            return await _answer_later(request, output, prefers or Preference(), fields)
        if (kept := cache_control([operation.cache], guarded=not operation.public)) is not None:
            fields.append((b"cache-control", kept))
        if isinstance(output, Replay):
            fields.append((b"idempotent-replayed", b"true"))
            return _json(output.body, operation.rest.status)
        if pages and output.next_cursor is not None:
            query = read_query(request.scope["query_string"])
            link = next_link(public_url, request.scope["path"], query, output.next_cursor)
            fields.append((b"link", link))
        return answer(request, operation.rest, output, fields)

    return handle


def answer(
    request: AnyRequest, rest: Rest, output: Any, fields: list[tuple[bytes, bytes]]
) -> Response[bytes | None]:
    """An output as it is sent; nothing of it where the caller has it already, by its tag."""
    if output is None:
        return _json(None, rest.status)
    body = encode(output)
    fields.extend(_come_again(output))
    if rest.method == "GET":
        tag = entity_tag(body)
        fields.append((b"etag", tag.encode()))
        held = request.headers.getall("if-none-match", [])
        if held and not none_match(held, tag):
            return _json(None, 304)
    return _json(body, rest.status)


async def _answer_later(
    request: AnyRequest, begun: Begun, prefers: Preference, fields: list[tuple[bytes, bytes]]
) -> Response[bytes | None]:
    """The call's own answer where a task has made it in the time that its caller would wait, else the task."""
    task, answer = await wait_for_answer(request.app.state.platform, begun, prefers.wait_s)
    if begun.before:
        fields.append((b"idempotent-replayed", b"true"))
    if answer is not None:
        fields.append((b"preference-applied", f"wait={prefers.wait_s}".encode()))
        response = _json(answer.body, answer.status)
        if answer.failed:
            response.media_type = PROBLEM
        return response
    fields.append((b"preference-applied", prefers.applied.encode()))
    fields.append((b"location", f"{BASE}/tasks/{task.id}".encode()))
    fields.extend(_come_again(task))
    return _json(encode(task), 202)


def _come_again(output: Any) -> list[tuple[bytes, bytes]]:
    """`Retry-After`, of a task that is still under way."""
    return [(b"retry-after", b"1")] if isinstance(output, TaskView) and output.ended_at is None else []


def _json(body: bytes | None, status: int) -> Response[bytes | None]:
    if body is None:
        return Response(None, status_code=status)
    return Response(body, status_code=status, media_type="application/json")


def caller_of(request: AnyRequest, workspace: str | None = None) -> Caller:
    """Who calls, by any wire.

    Args:
        workspace: which of theirs a person is in, where no header says so.
    """
    headers = request.headers
    visit = cookies_of(request).visit(
        headers, request.cookies if "cookie" in headers else {}, caller_address(request)
    )
    named = headers.get(WORKSPACE_HEADER, workspace)
    return Caller(bearer(request), visit, named or None, request.scope["state"][WHOSE_KEY].hear)


def cookies_of(request: AnyRequest) -> Cookies:
    """How tokens travel at this installation's address."""
    server: ServerSettings = request.app.state.platform.settings.server
    return cookies_for(server.public_url, allow_insecure_http=server.allow_insecure_http)


def bearer(request: AnyRequest) -> str | None:
    """What `Authorization: Bearer …` presents; None where there is nothing of the kind."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


# -- reading -------------------------------------------------------------------------------------------------


async def read_request(request: AnyRequest, rest: Rest, max_bytes: int) -> Given:
    """What a request gives to its operation: words of the path and the query, members of the body.

    Raises:
        PrintVisionError: the request cannot be read; nothing beyond `max_bytes` was.
    """
    texts = [*request.path_params.items(), *read_query(request.scope["query_string"])]
    members = await _members(request, rest, max_bytes)
    key = read_key(request.headers.getall("idempotency-key", [])) if rest.method == "POST" else None
    if_match = request.headers.getall("if-match", []) if rest.method != "GET" else []
    return Given(members, texts, key, if_match)


async def _members(request: AnyRequest, rest: Rest, max_bytes: int) -> Mapping[str, Any]:
    check_not_encoded(request.headers.get("content-encoding", ""))
    if rest.body == "raw":
        _check_media_type(request, rest.media_types)
        return {"data": await _body(request, max_bytes)}
    if not rest.takes_json:
        return {}
    body = await _body(request, max_bytes)
    if body:
        _check_media_type(request, ("application/json",))
    return read_json(body)


def read_query(query: bytes) -> list[tuple[str, str]]:
    """
    Raises:
        MalformedRequest: it is not UTF-8, or has more than `MAX_QUERY_FIELDS` fields.
    """
    try:
        return parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_FIELDS
        )
    except ValueError:
        raise MalformedRequest("The query is not a list of name=value in UTF-8") from None


def _check_media_type(request: AnyRequest, accepted: tuple[str, ...]) -> None:
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if accepted and given not in accepted:
        raise UnsupportedMediaType(accepted=list(accepted))


async def _body(request: AnyRequest, max_bytes: int) -> bytes:
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > max_bytes:
        raise TooLarge(max_bytes=max_bytes)
    try:
        return await request.body()
    except InternalServerException as error:
        raise ClientLeft(note=error.detail) from None


# -- the list of calls ---------------------------------------------------------------------------------------


class IndexEntry(msgspec.Struct, frozen=True):
    """One call, as `GET /api/v1` lists it."""

    operation: str
    title: str
    method: str
    path: str
    feature: str
    permission: str | None


# Its answer has no end, so it is no operation; its handler is that of `api.live`.
EVENT_STREAM: Final = f"{BASE}/events/stream"
EVENT_STREAM_ENTRY: Final = IndexEntry(
    "events.stream", "See changes as they happen", "GET", EVENT_STREAM, "events", None
)


def _index(operations: list[AnyOperation]) -> HTTPRouteHandler:
    entries = [
        IndexEntry(
            each.key, each.title, each.rest.method, BASE + each.rest.path, each.feature.key, each.permission
        )
        for each in operations
    ]
    entries.append(EVENT_STREAM_ENTRY)
    body = msgspec.json.encode({"operations": entries})

    @get(BASE, name="index", include_in_schema=False)
    async def index() -> Response[bytes]:
        return Response(body, media_type="application/json")

    return index
