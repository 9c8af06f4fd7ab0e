"""REST under `/api/v1`: one handler an operation, made from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from printvision.api.caching import cache_control
from printvision.api.codings import check_not_encoded
from printvision.api.cookies import Cookies, cookies_for
from printvision.api.errors import MalformedRequest, UnsupportedMediaType
from printvision.api.execution import AnyOperation, Caller, at_once, execute
from printvision.api.fields import entity_tag, next_link, none_match
from printvision.api.idempotency import Begun, Replay, read_key
from printvision.api.incoming import Incoming
from printvision.api.input import Given, read_json
from printvision.api.output import encode
from printvision.api.problems import MEDIA_TYPE as PROBLEM
from printvision.api.routing import JSON, Answer, Handler, Route
from printvision.api.tasks import Preference, TaskView, later, may_be_task, read_preference, wait_for_answer
from printvision.api.within import Within
from printvision.platform.operations import Rest
from printvision.platform.settings import ServerSettings

BASE: Final = "/api/v1"
CALL_LIMIT_S: Final = 30
UPLOAD_LIMIT_S: Final = 300
MAX_QUERY_FIELDS: Final = 250
WORKSPACE_HEADER: Final = "printvision-workspace"


def rest_routes(operations: Iterable[AnyOperation], server: ServerSettings) -> list[Route]:
    """A handler for each operation, and the list of all of them at `BASE` itself."""
    made = sorted(operations, key=lambda each: each.key)
    routes = (Route(each.rest.method, BASE + each.rest.path, _handler(each, server)) for each in made)
    return [Route("GET", BASE, _index(made)), *routes]


def _handler(operation: AnyOperation, server: ServerSettings) -> Handler:
    rest = operation.rest
    raw, pages, may_be_later = rest.body == "raw", operation.pages, may_be_task(operation)
    max_bytes = server.max_upload_bytes if raw else server.max_body_bytes
    limit_s = UPLOAD_LIMIT_S if raw else CALL_LIMIT_S

    async def handle(request: Incoming, words: Mapping[str, str]) -> Answer:
        async def read() -> Given:
            return await read_request(request, rest, words, max_bytes)

        fields = request.fields
        caller = caller_of(request)
        prefers = read_preference(request.headers.all("prefer")) if may_be_later else None
        with Within(limit_s):
            output = await execute(
                request.platform,
                caller,
                operation,
                read,
                way=later if prefers else at_once,
                told=request.hear_budgets,
            )
        if caller.visit.answered:
            fields.extend(cookies_of(request).fields(caller.visit))
        if isinstance(output, Begun):
            return await _answer_later(request, output, prefers or Preference())
        if (kept := cache_control([operation.cache], guarded=not operation.public)) is not None:
            fields.append((b"cache-control", kept))
        if isinstance(output, Replay):
            fields.append((b"idempotent-replayed", b"true"))
            return Answer(rest.status, output.body)
        if pages and output.next_cursor is not None:
            query = read_query(request.scope["query_string"])
            link = next_link(server.public_url, request.scope["path"], query, output.next_cursor)
            fields.append((b"link", link))
        return answer(request, rest, output, fields)

    return handle


def answer(request: Incoming, rest: Rest, output: Any, fields: list[tuple[bytes, bytes]]) -> Answer:
    """An output as it is sent; nothing of it where the caller has it already, by its tag."""
    if output is None:
        return Answer(rest.status)
    body = encode(output)
    fields.extend(_come_again(output))
    if rest.method == "GET":
        tag = entity_tag(body)
        fields.append((b"etag", tag.encode()))
        held = request.headers.all("if-none-match")
        if held and not none_match(held, tag):
            return Answer(304)
    return Answer(rest.status, body)


async def _answer_later(request: Incoming, begun: Begun, prefers: Preference) -> Answer:
    """The call's own answer where a task has made it in the time that its caller would wait, else the task."""
    fields = request.fields
    task, answer = await wait_for_answer(request.platform, begun, prefers.wait_s)
    if begun.before:
        fields.append((b"idempotent-replayed", b"true"))
    if answer is not None:
        fields.append((b"preference-applied", f"wait={prefers.wait_s}".encode()))
        return Answer(answer.status, answer.body, PROBLEM.encode() if answer.failed else JSON)
    fields.append((b"preference-applied", prefers.applied.encode()))
    fields.append((b"location", f"{BASE}/tasks/{task.id}".encode()))
    fields.extend(_come_again(task))
    return Answer(202, encode(task))


def _come_again(output: Any) -> list[tuple[bytes, bytes]]:
    """`Retry-After`, of a task that is still under way."""
    return [(b"retry-after", b"1")] if isinstance(output, TaskView) and output.ended_at is None else []


def caller_of(request: Incoming, workspace: str | None = None) -> Caller:
    """Who calls, by any wire.

    Args:
        workspace: which of theirs a person is in, where no header says so.
    """
    headers = request.headers
    visit = cookies_of(request).visit(headers, request.cookies, request.address)
    named = headers.get(WORKSPACE_HEADER, workspace)
    return Caller(bearer(request), visit, named or None, request.whose.hear)


def cookies_of(request: Incoming) -> Cookies:
    """How tokens travel at this installation's address."""
    server = request.platform.settings.server
    return cookies_for(server.public_url, allow_insecure_http=server.allow_insecure_http)


def bearer(request: Incoming) -> str | None:
    """What `Authorization: Bearer …` presents; None where there is nothing of the kind."""
    scheme, _, token = request.headers.text("authorization").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


# -- reading -------------------------------------------------------------------------------------------------


async def read_request(request: Incoming, rest: Rest, words: Mapping[str, str], max_bytes: int) -> Given:
    """What a request gives to its operation: words of the path and the query, members of the body.

    Raises:
        PrintVisionError: the request cannot be read; nothing beyond `max_bytes` was.
    """
    texts = [*words.items(), *read_query(request.scope["query_string"])]
    members = await _members(request, rest, max_bytes)
    key = read_key(request.headers.all("idempotency-key")) if rest.method == "POST" else None
    if_match = request.headers.all("if-match") if rest.method != "GET" else []
    return Given(members, texts, key, if_match)


async def _members(request: Incoming, rest: Rest, max_bytes: int) -> Mapping[str, Any]:
    check_not_encoded(request.headers.text("content-encoding"))
    if rest.body == "raw":
        _check_media_type(request, rest.media_types)
        return {"data": await request.body(max_bytes)}
    if not rest.takes_json:
        return {}
    body = await request.body(max_bytes)
    if body:
        _check_media_type(request, ("application/json",))
    return read_json(body)


def read_query(query: bytes) -> list[tuple[str, str]]:
    """
    Raises:
        MalformedRequest: it is not UTF-8, or has more than `MAX_QUERY_FIELDS` fields.
    """
    if not query:
        return []
    try:
        return parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MAX_QUERY_FIELDS
        )
    except ValueError:
        raise MalformedRequest("The query is not a list of name=value in UTF-8") from None


def _check_media_type(request: Incoming, accepted: tuple[str, ...]) -> None:
    given = request.headers.text("content-type").partition(";")[0].strip().lower()
    if accepted and given not in accepted:
        raise UnsupportedMediaType(accepted=list(accepted))


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


def _index(operations: list[AnyOperation]) -> Handler:
    entries = [
        IndexEntry(
            each.key, each.title, each.rest.method, BASE + each.rest.path, each.feature.key, each.permission
        )
        for each in operations
    ]
    entries.append(EVENT_STREAM_ENTRY)
    body = msgspec.json.encode({"operations": entries})

    async def index(request: Incoming, words: Mapping[str, str]) -> Answer:
        return Answer(200, body)

    return index
