"""The OpenAPI 3.1 document of every operation."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

import msgspec

from printvision import __version__
from printvision.accounts import (
    BadKey,
    KeyMissing,
    ProveAgain,
    SecondFactorNeeded,
    SignedOut,
    WorkspaceMissing,
    WrongNetwork,
)
from printvision.api.codings import EncodedBody
from printvision.api.cookies import SECURE_NAME, cookies_for
from printvision.api.errors import (
    DatabaseBusy,
    MalformedJson,
    MalformedRequest,
    TooDeep,
    TookTooLong,
    TooLarge,
    UnsupportedMediaType,
)
from printvision.api.execution import AnyOperation
from printvision.api.idempotency import KEY_PATTERN, BadIdempotencyKey, KeyAlreadyUsed, KeyInFlight
from printvision.api.live import EVENT_STREAM, LIVE_EVENTS, STREAM_ERRORS, WatchEvents
from printvision.api.openapi.shapes import Schema, Shapes, shapes_of, without_null
from printvision.api.problems import MEDIA_TYPE
from printvision.api.rest import BASE
from printvision.api.tasks import MAX_WAIT_S, TaskView, TooManyTasks, may_be_task
from printvision.api.versions import ChangedSince
from printvision.entitlements import NotInTier
from printvision.platform.db import DatabaseUnavailable
from printvision.platform.errors import InvalidInput, NotFound, PrintVisionError, RuleBroken
from printvision.platform.paging import CursorOfAnotherList
from printvision.platform.rates import TooManyRequests
from printvision.platform.scope import PermissionMissing
from printvision.platform.visits import CrossSite, Jar

JSON: Final = "application/json"
PROBLEM: Final = "Problem"
ABOUT: Final = (
    "Everything PrintVision can be asked. Lists are paged by `limit` and `cursor`; whatever fails is answered with a"
    " problem document (RFC 9457), whose `type` leads to its page and whose `code` stays the same."
)
_SECTION: Final = re.compile(r"\n\s*(Args|Raises|Returns):\s*\n")
_NAMED: Final = re.compile(r"^\s*([A-Z]\w+)(?:, [A-Z]\w+)*\s*(?::|$)", re.MULTILINE)
_WORD: Final = re.compile(r"[A-Z]\w+")
_REFERENCE: Final = re.compile(r'"#/components/schemas/([^"]+)"')

Errors = Sequence[type[PrintVisionError]]
_ANY_CALL: Final[Errors] = (
    MalformedRequest,
    InvalidInput,
    RuleBroken,
    TooManyRequests,
    PrintVisionError,
    DatabaseBusy,
    DatabaseUnavailable,
)


def openapi_document(operations: Iterable[AnyOperation], *, public_url: str) -> dict[str, Any]:
    """The document, for whoever reaches the API at `public_url`."""
    made = sorted(operations, key=lambda each: each.key)
    shapes = shapes_of(
        (WatchEvents, *(each.input for each in made)),
        (TaskView, *(each.output for each in made if each.output is not type(None))),
    )
    paths: dict[str, dict[str, Any]] = defaultdict(dict)
    for each in made:
        paths[BASE + each.rest.path][each.rest.method.lower()] = _operation(each, shapes)
    paths[EVENT_STREAM]["get"] = _event_stream(shapes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "PrintVision",
            "version": __version__,
            "description": ABOUT,
            "license": {"name": "All rights reserved", "identifier": "LicenseRef-Proprietary"},
        },
        "servers": [{"url": public_url.rstrip("/")}],
        "tags": [
            {"name": name, "description": title}
            for name, title in {**_domains(made), "events": LIVE_EVENTS.title}.items()
        ],
        "paths": dict(paths),
        "components": {
            "schemas": _used(paths, {**shapes.schemas, PROBLEM: _PROBLEM}),
            "parameters": _PARAMETERS,
            "headers": _HEADERS,
            "securitySchemes": _ways_in(public_url),
        },
    }


def _ways_in(public_url: str) -> dict[str, Schema]:
    return {
        "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": cookies_for(public_url).names.get(Jar.SESSION, SECURE_NAME),
            "description": "What a browser is given at sign-in; it counts for our own pages alone.",
        },
    }


def _used(paths: Mapping[str, Any], schemas: Mapping[str, Schema]) -> dict[str, Schema]:
    """Those that anything refers to: an input that lies in the address as a whole has no body to be the shape of."""
    found: set[str] = set()
    left: list[Any] = [paths]
    while left:
        for name in _REFERENCE.findall(msgspec.json.encode(left.pop()).decode()):
            if name not in found:
                found.add(name)
                left.append(schemas[name])
    return {name: schema for name, schema in sorted(schemas.items()) if name in found}


def _domains(operations: Iterable[AnyOperation]) -> dict[str, str]:
    """Each domain with the titles of the features that its calls belong to."""
    titles: dict[str, dict[str, None]] = defaultdict(dict)
    for each in operations:
        titles[_domain(each)][each.feature.title] = None
    return {name: ", ".join(found) for name, found in titles.items()}


def _domain(operation: AnyOperation) -> str:
    return operation.key.partition(".")[0]


def _operation(operation: AnyOperation, shapes: Shapes) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": operation.key,
        "tags": [_domain(operation)],
        "summary": operation.title,
        "security": _ways_in_of(operation),
        "parameters": [
            *_path_parameters(operation, shapes),
            *_query_parameters(operation, shapes),
            *_header_parameters(operation),
        ],
        "responses": _responses(operation, shapes),
        "x-feature": operation.feature.key,
    }
    if description := _SECTION.split(operation.description)[0].strip():
        told["description"] = description
    if operation.permission:
        told["x-permission"] = operation.permission
    if body := _body(operation, shapes):
        told["requestBody"] = body
    return told


def _ways_in_of(operation: AnyOperation) -> list[Schema]:
    if operation.public:
        return []
    return [{"key": []}, {"session": []}] if operation.of_workspace else [{"session": []}]


def _event_stream(shapes: Shapes) -> dict[str, Any]:
    """The one call that is no operation: its answer has no end."""
    whole = shapes.of_input(WatchEvents)
    query = [_query_parameter(whole, name) for name in whole["properties"]]
    last = {**query[-1], "name": "Last-Event-ID", "in": "header"}
    errors = [
        *(*_ANY_CALL, KeyMissing, BadKey, SignedOut, CrossSite, PermissionMissing, NotInTier),
        *STREAM_ERRORS,
    ]
    return {
        "operationId": "events.stream",
        "tags": ["events"],
        "summary": "See changes as they happen",
        "description": "Events as server-sent events, until you leave; each has an id, to go on from after a cut.",
        "security": [{"key": []}],
        "parameters": [*query, last],
        "responses": {
            "200": {
                "description": "The stream: each message as it is here; its `data` is JSON.",
                "content": {"text/event-stream": {"schema": _MESSAGE}},
            },
            **_refusals(errors),
        },
        "x-feature": LIVE_EVENTS.key,
    }


# -- what it takes -----------------------------------------------------------------------------------------------------


def _path_parameters(operation: AnyOperation, shapes: Shapes) -> list[Schema]:
    return [_parameter(operation, shapes, name, "path") for name in operation.rest.parameters]


def _query_parameters(operation: AnyOperation, shapes: Shapes) -> list[Schema]:
    if operation.rest.takes_json:
        return []
    away = {*operation.rest.parameters, *(("data",) if operation.rest.body == "raw" else ())}
    names = [name for name in shapes.of_input(operation.input)["properties"] if name not in away]
    return [_parameter(operation, shapes, name, "query") for name in names]


def _header_parameters(operation: AnyOperation) -> list[Schema]:
    prefer: list[Schema] = [{"$ref": "#/components/parameters/Prefer"}] if may_be_task(operation) else []
    return [*prefer, *_conditions(operation)]


def _conditions(operation: AnyOperation) -> list[Schema]:
    names: list[str] = []
    if operation.rest.method == "GET":
        names.append("IfNoneMatch")
    if operation.rest.method == "POST" and operation.of_workspace:
        names.append("IdempotencyKey")
    if operation.version is not None:
        names.append("IfMatch")
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _parameter(operation: AnyOperation, shapes: Shapes, name: str, place: str) -> Schema:
    return _query_parameter(shapes.of_input(operation.input), name, place)


def _query_parameter(whole: Schema, name: str, place: str = "query") -> Schema:
    schema = without_null(whole["properties"][name])
    told: Schema = {
        "name": name,
        "in": place,
        "required": place == "path" or name in whole.get("required", ()),
    }
    if description := schema.get("description"):
        told["description"] = description
    told["schema"] = {key: value for key, value in schema.items() if key != "description"}
    return told


def _body(operation: AnyOperation, shapes: Shapes) -> Schema | None:
    rest, whole = operation.rest, shapes.of_input(operation.input)
    if rest.body == "raw":
        binary: Schema = {"schema": {"type": "string", "format": "binary"}}
        return {"required": True, "content": dict.fromkeys(rest.media_types or ("*/*",), binary)}
    members = [name for name in whole["properties"] if name not in rest.parameters]
    if not rest.takes_json or not members:
        return None
    required = [name for name in whole.get("required", ()) if name in members]
    schema = shapes.ref_to_input(operation.input)
    if rest.parameters:
        schema = {**whole, "properties": {name: whole["properties"][name] for name in members}}
        schema["required"] = required
        schema.pop("title", None)
    return {"required": bool(required), "content": {JSON: {"schema": schema}}}


# -- what it gives -----------------------------------------------------------------------------------------------------


def _responses(operation: AnyOperation, shapes: Shapes) -> dict[str, Any]:
    success: Schema = {
        "description": HTTPStatus(operation.rest.status).phrase,
        "headers": _told_with(operation),
    }
    if operation.output is not type(None):
        success["content"] = {JSON: {"schema": shapes.of_output(operation.output)}}
    told: dict[str, Any] = {str(operation.rest.status): success}
    if may_be_task(operation):
        told["202"] = _later(told.get("202"), shapes)
    if operation.rest.method == "GET":
        told["304"] = {"description": "It is as you have it"}
    return told | _refusals(_errors(operation))


def _refusals(errors: Errors) -> dict[str, Schema]:
    by_status: dict[int, set[str]] = defaultdict(set)
    for error in errors:
        by_status[error.status].add(error.code)
    return {
        str(status): _refusal(HTTPStatus(status).phrase, sorted(by_status[status]))
        for status in sorted(by_status)
    }


def _later(usual: Schema | None, shapes: Shapes) -> Schema:
    """The answer that a task makes the call, beside the usual one where that has the same status."""
    names = ("RateLimit", "RateLimit-Policy", "Location", "Preference-Applied", "Retry-After")
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    schema = shapes.of_output(TaskView)
    if usual is None:
        description = "A task makes the call, as was preferred"
        return {"description": description, "headers": headers, "content": {JSON: {"schema": schema}}}
    either = {"anyOf": [usual["content"][JSON]["schema"], schema]}
    return {**usual, "headers": {**usual["headers"], **headers}, "content": {JSON: {"schema": either}}}


def _told_with(operation: AnyOperation) -> dict[str, Schema]:
    names = ["RateLimit", "RateLimit-Policy"]
    if operation.rest.method == "GET":
        names.append("ETag")
    if operation.rest.method == "POST" and operation.of_workspace:
        names.append("Idempotent-Replayed")
    if "cursor" in operation.input.__struct_encode_fields__:
        names.append("Link")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _refusal(description: str, codes: Sequence[str]) -> Schema:
    return {
        "description": description,
        "content": {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{PROBLEM}"}}},
        "x-problem-codes": codes,
    }


def _errors(operation: AnyOperation) -> Errors:
    """What it may fail with: by any call's way in, and by what its own text says it raises."""
    found = [*_ANY_CALL, TookTooLong]
    if not operation.public:
        found += [KeyMissing, BadKey, SignedOut, CrossSite, PermissionMissing, NotInTier]
        if operation.of_workspace:
            found += [WorkspaceMissing, WrongNetwork, SecondFactorNeeded, NotFound]
        if operation.step_up:
            found.append(ProveAgain)
        if operation.changes:
            found.append(ChangedSince)
        if may_be_task(operation):
            found.append(TooManyTasks)
        if operation.rest.method == "POST":
            found += [BadIdempotencyKey, KeyInFlight, KeyAlreadyUsed]
    if operation.rest.parameters:
        found.append(NotFound)
    if operation.pages:
        found.append(CursorOfAnotherList)
    if operation.rest.takes_json:
        found += [MalformedJson, TooDeep, TooLarge, UnsupportedMediaType, EncodedBody]
    elif operation.rest.body == "raw":
        found += [TooLarge, UnsupportedMediaType, EncodedBody]
    return [*found, *_raised(operation)]


def _raised(operation: AnyOperation) -> Errors:
    sections = _SECTION.split(inspect.cleandoc(operation.description))
    text = next(
        (after for name, after in zip(sections[1::2], sections[2::2], strict=True) if name == "Raises"), ""
    )
    known = {error.__name__: error for error in PrintVisionError.known.values()}
    names = [word for line in _NAMED.finditer(text) for word in _WORD.findall(line.group().partition(":")[0])]
    return [known[name] for name in names if name in known]


def _header(description: str, kind: str = "string") -> Schema:
    return {"description": description, "schema": {"type": kind}}


_MESSAGE: Final[Schema] = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "event": {"type": "string", "enum": ["connected", "ping", "problem"]},
        "data": {"type": "string", "contentMediaType": JSON},
        "retry": {"type": "integer"},
    },
    "required": ["data"],
}
_PARAMETERS: Final = {
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A new random text for each thing to do: sent again within a day, it changes nothing again.",
        "schema": {"type": "string", "pattern": KEY_PATTERN},
    },
    "Prefer": {
        "name": "Prefer",
        "in": "header",
        "required": False,
        "description": "`respond-async` has a task make the call, and `wait=N` beside it waits up to"
        f" {MAX_WAIT_S} seconds for the call's own answer before the task is answered (RFC 7240).",
        "schema": {"type": "string"},
    },
    "IfMatch": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The `ETag` of what you have seen: nothing is changed where somebody else has changed it since.",
        "schema": {"type": "string"},
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "required": False,
        "description": "The `ETag` of what you have: answered with 304 where it has not changed.",
        "schema": {"type": "string"},
    },
}
_HEADERS: Final = {
    "RateLimit": _header(
        "What is left of your budgets, and for how long (draft-ietf-httpapi-ratelimit-headers): of `key` and "
        "`workspace`, or of `address`."
    ),
    "RateLimit-Policy": _header("Your budgets."),
    "ETag": _header("What the answer is known by."),
    "Link": _header('The next page, as `rel="next"`, where there is one (RFC 8288).'),
    "Location": _header("Where the task can be watched."),
    "Preference-Applied": _header("What of `Prefer` was done (RFC 7240)."),
    "Retry-After": _header("In so many seconds it is worth looking again.", "integer"),
    "Idempotent-Replayed": _header("`true` where it is the answer that the key's first request had."),
}


class _ProblemDocument(msgspec.Struct):
    """What fails is told so; some codes add members of their own, described on their pages."""

    type: str
    title: str
    status: int
    instance: str
    code: str
    action: str
    request_id: str
    detail: str | msgspec.UnsetType = msgspec.UNSET


def _problem() -> Schema:
    schema = msgspec.json.schema(_ProblemDocument)["$defs"]["_ProblemDocument"]
    return {**schema, "title": PROBLEM, "additionalProperties": True}


_PROBLEM: Final = _problem()
