"""What the outside may ask of us: each call declared once, with everything about it said.

An operation is a typed function `(scope, input) -> output`. The one door (`api.execution`) checks by its
declaration, and every wire is made from it; nobody lists operations by hand. A declaration that leaves
something out stops the import and says what.

The type of `scope` says whose the call is: `WorkspaceScope` a vendor's, `PersonScope` of a person who is signed in,
whichever workspaces they are in, `VisitScope` of anybody at a browser, `SystemScope` of anybody at all.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Generic, Literal, TypeVar, cast, get_origin, get_type_hints

import msgspec

from printvision.platform.db import Model
from printvision.platform.features import Feature
from printvision.platform.scope import AnyScope, PersonScope, SystemScope, VisitScope, WorkspaceScope

In = TypeVar("In", bound=msgspec.Struct)
Out = TypeVar("Out")
Scope = TypeVar("Scope", WorkspaceScope, SystemScope, VisitScope, PersonScope)

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
METHODS_WITHOUT_BODY: Final = frozenset({"GET", "DELETE"})

_KEY = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)+")
_PATH = re.compile(r"(/([a-z][a-z0-9_-]*|\{[a-z][a-z_]*\}))+")
_PARAMETER = re.compile(r"\{([a-z_]+)\}")

_TAG = re.compile(r"[a-z][a-z_]*")

MAX_RATE_COST: Final = 100
MAX_CACHE_S: Final = 86_400

_OF_SOMEBODY: Final = (WorkspaceScope, PersonScope)
_OF_ANYBODY: Final = (SystemScope, VisitScope)

_registry: dict[str, Operation[Any, Any]] = {}


class BadDeclaration(TypeError):
    """An operation does not declare itself fully; the message names it and what to write."""


@dataclass(frozen=True, slots=True)
class Rest:
    """An operation's place under `/api/v1`.

    Args:
        path: `/orders/{order_id}`; each parameter is a field of the input.
        status: of a success; 204 where the output is None.
        body: `json` gives the other input fields (for GET and DELETE the query does); `raw` gives the body's
            bytes as the field `data`, and the others come from the query.
        media_types: what a raw body may call itself; empty takes any, and the domain looks at the bytes.
    """

    method: Method
    path: str
    status: int = 200
    body: Literal["json", "raw"] = "json"
    media_types: tuple[str, ...] = ()

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(_PARAMETER.findall(self.path))

    @property
    def takes_json(self) -> bool:
        return self.body == "json" and self.method not in METHODS_WITHOUT_BODY


@dataclass(frozen=True, slots=True)
class Cache:
    """How long an answer of a read may be given again, and what makes it stale before.

    It is the same answer for whoever of the workspace may ask, so it must not hang on the principal.

    Args:
        scope: `private` holds for the workspace that asked, `public` for everybody.
        seconds: 1 to a day.
        tags: names of what it tells of; a write that touches one of them, of the workspace or of everybody, makes it
            stale. See `platform.caching`.
    """

    scope: Literal["private", "public"]
    seconds: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """What a write with `If-Match` is compared with before it goes ahead.

    Args:
        read: the GET of the thing, whose answer's `ETag` the caller has: that of the same path, or of the path that
            a verb such as `/hold` or a part such as `/address` is put behind.
        row: what holds the thing, by the id that the path ends with; without one it is the workspace's own.
        lock: where no row holds the thing, what keeps others from writing it until the transaction ends.
    """

    read: Operation[Any, Any]
    row: type[Model] | None = None
    lock: Callable[[WorkspaceScope], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True)
class Operation(Generic[In, Out]):
    """One registered call; calling it runs it in an open scope, past the door.

    `idempotent`: a second call with the same input changes nothing more. `audit`: who called is written down.
    `sensitive_input`: the input must not appear in an address. `public`: anybody may call it, without a key.
    `rest_only`: it deals in the browser's cookies, so it is never one of a batch. `step_up`: a session must have been
    proved a short while ago; a key may by its permissions alone. `rate_cost`: how many calls of the caller's budget it
    takes. `cache`: how its answer may be kept. `drops`: tags of caches that it makes stale. `meter`: what a tier
    counts by it. `version`: what `If-Match` means; without it no version matches.
    """

    key: str
    title: str
    description: str
    feature: Feature
    permission: str | None
    rest: Rest
    input: type[In]
    output: Any
    run: Callable[[Any, In], Awaitable[Out]]
    scope: type[AnyScope] = WorkspaceScope
    idempotent: bool = False
    audit: bool = False
    sensitive_input: bool = False
    public: bool = False
    rest_only: bool = False
    step_up: bool = False
    rate_cost: int = 1
    cache: Cache | None = None
    drops: tuple[str, ...] = ()
    meter: str | None = None
    version: Version | None = None

    async def __call__(self, scope: AnyScope, input: In) -> Out:
        return await self.run(scope, input)

    @property
    def of_workspace(self) -> bool:
        """Whether it is one vendor's call."""
        return self.scope is WorkspaceScope

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.rest.method != "GET"

    @property
    def pages(self) -> bool:
        """Whether it answers a part of a list, with the cursor of what follows."""
        kind = get_origin(self.output) or self.output
        return {"items", "next_cursor"} <= set(getattr(kind, "__struct_fields__", ()))


def operation(
    key: str,
    *,
    title: str,
    feature: Feature,
    permission: str | None = None,
    rest: Rest,
    idempotent: bool = False,
    audit: bool = False,
    sensitive_input: bool = False,
    public: bool = False,
    rest_only: bool = False,
    step_up: bool = False,
    rate_cost: int = 1,
    cache: Cache | None = None,
    drops: tuple[str, ...] = (),
    meter: str | None = None,
    version: Version | None = None,
) -> Callable[[Callable[[Scope, In], Awaitable[Out]]], Operation[In, Out]]:
    """Declare the decorated `async def verb(scope: WorkspaceScope, input: In) -> Out` as an operation.

    Args:
        key: `domain.verb`; stable, unique.
        title: one short sentence for lists and documents.
        permission: exactly one word of `accounts.permissions`; None only where `public`.
        rate_cost: 1 to 100 calls of the budget a minute.
        cache: of a call that changes nothing; of a public one only where the scope is public too.
        drops: of a call that changes something; the tags are touched in its transaction.
        meter: `snake_case`; of a call that changes something for a workspace.
        version: of what changes a thing that can be read.

    Raises:
        BadDeclaration: at import, naming the operation and what is missing.
    """

    def register(verb: Callable[[Scope, In], Awaitable[Out]]) -> Operation[In, Out]:
        scope, takes, gives = _annotations(key, verb, public=public)
        made = Operation(
            key=key,
            title=title,
            description=inspect.getdoc(verb) or "",
            feature=feature,
            permission=str(permission) if permission else None,
            rest=rest,
            input=cast("type[In]", takes),
            output=gives,
            run=verb,
            scope=scope,
            idempotent=idempotent,
            audit=audit,
            sensitive_input=sensitive_input,
            public=public,
            rest_only=rest_only,
            step_up=step_up,
            rate_cost=rate_cost,
            cache=cache,
            drops=drops,
            meter=meter,
            version=version,
        )
        _check_declaration(made)
        _check_accounting(made)
        _check_rest(made)
        _check_unique(made)
        _registry[key] = made
        return made

    return register


def registry() -> Mapping[str, Operation[Any, Any]]:
    """Every operation declared so far, by key."""
    return MappingProxyType(_registry)


def _annotations(
    key: str, verb: Callable[..., Any], *, public: bool
) -> tuple[type[AnyScope], type[msgspec.Struct], Any]:
    if not inspect.iscoroutinefunction(verb):
        raise BadDeclaration(f"{key}: write `async def`")
    try:
        hints = get_type_hints(verb, include_extras=True)
    except NameError as error:
        raise BadDeclaration(
            f"{key}: {error}; import it at the module's top, outside TYPE_CHECKING"
        ) from error
    allowed = _OF_ANYBODY if public else _OF_SOMEBODY
    scope = hints.get("scope")
    if list(inspect.signature(verb).parameters) != ["scope", "input"] or scope not in allowed:
        names = " or ".join(each.__name__ for each in allowed)
        raise BadDeclaration(f"{key}: write (scope: {names}, input: YourInput) -> YourOutput")
    takes = hints.get("input")
    if not (isinstance(takes, type) and issubclass(takes, msgspec.Struct)):
        raise BadDeclaration(f"{key}: the input is a msgspec.Struct")
    if not (takes.__struct_config__.forbid_unknown_fields and takes.__struct_config__.frozen):
        raise BadDeclaration(f"{key}: the input is frozen=True, forbid_unknown_fields=True")
    if "return" not in hints:
        raise BadDeclaration(f"{key}: annotate what it returns")
    return cast("type[AnyScope]", scope), takes, hints["return"]


def _check_declaration(made: Operation[Any, Any]) -> None:
    if not _KEY.fullmatch(made.key):
        raise BadDeclaration(f"{made.key}: a key is domain.verb in lower case")
    if not made.title.strip():
        raise BadDeclaration(f"{made.key}: give it a title")
    if made.public is (made.permission is not None):
        raise BadDeclaration(f"{made.key}: name one permission, or say public=True")
    if made.step_up and not (made.changes and made.permission):
        raise BadDeclaration(f"{made.key}: what asks for a fresh proof changes something, and is somebody's")
    if made.rest_only and made.of_workspace:
        raise BadDeclaration(f"{made.key}: what deals in a browser's cookies is of no workspace")
    if made.sensitive_input and not made.rest.takes_json and made.rest.body != "raw":
        raise BadDeclaration(f"{made.key}: sensitive input travels in a body, not in an address")


def _check_accounting(made: Operation[Any, Any]) -> None:
    if not 1 <= made.rate_cost <= MAX_RATE_COST:
        raise BadDeclaration(f"{made.key}: rate_cost is 1 to {MAX_RATE_COST}")
    if made.meter is not None and not _TAG.fullmatch(made.meter):
        raise BadDeclaration(f"{made.key}: a meter is named like orders_placed")
    if made.meter is not None and not (made.of_workspace and made.changes):
        raise BadDeclaration(f"{made.key}: a meter counts what changes something for a workspace")
    if made.cache is not None:
        _check_cache(made, made.cache)
    if made.drops and not (made.changes and all(_TAG.fullmatch(tag) for tag in made.drops)):
        raise BadDeclaration(f"{made.key}: what changes something drops caches, by tags like catalog")
    if made.version is not None:
        _check_version(made, made.version)


def _check_cache(made: Operation[Any, Any], cache: Cache) -> None:
    if made.changes:
        raise BadDeclaration(f"{made.key}: what changes something is not cached")
    if cache.scope == "private" and not made.of_workspace:
        raise BadDeclaration(f"{made.key}: a public call has no workspace that a private cache could be of")
    if not 1 <= cache.seconds <= MAX_CACHE_S:
        raise BadDeclaration(f"{made.key}: a cache lasts 1 to {MAX_CACHE_S} seconds")
    if not cache.tags or not all(_TAG.fullmatch(tag) for tag in cache.tags):
        raise BadDeclaration(f"{made.key}: a cache names what makes it stale, by tags like catalog")


def _check_version(made: Operation[Any, Any], version: Version) -> None:
    read = version.read
    if not (made.of_workspace and made.changes):
        raise BadDeclaration(f"{made.key}: a version is of what a call changes for a workspace")
    thing = made.rest.path.rpartition("/")[0] if made.rest.path != read.rest.path else read.rest.path
    if read.rest.method != "GET" or read.rest.path != thing:
        raise BadDeclaration(
            f"{made.key}: its version is read by the GET of {made.rest.path}, or of its thing"
        )
    if (version.row is None) is (version.lock is None):
        raise BadDeclaration(f"{made.key}: a version has a row, or a lock")


def _check_rest(made: Operation[Any, Any]) -> None:
    rest = made.rest
    if not _PATH.fullmatch(rest.path):
        raise BadDeclaration(f"{made.key}: {rest.path!r} is not a path like /orders/{{order_id}}")
    fields = {field.encode_name: field.type for field in msgspec.structs.fields(made.input)}
    if missing := [name for name in rest.parameters if name not in fields]:
        raise BadDeclaration(f"{made.key}: the input has no field {missing[0]} for its path")
    if rest.body == "raw" and (rest.method in METHODS_WITHOUT_BODY or not _is_bytes(fields.get("data"))):
        raise BadDeclaration(
            f"{made.key}: a raw body goes by POST, PUT or PATCH to an input with data: bytes"
        )
    if (made.output is type(None)) is not (rest.status == 204):
        raise BadDeclaration(f"{made.key}: status 204 goes with the output None, and only with it")


def _check_unique(made: Operation[Any, Any]) -> None:
    for other in _registry.values():
        if other.key == made.key:
            raise BadDeclaration(f"two operations are called {made.key}")
        if (other.rest.method, _shape(other.rest)) == (made.rest.method, _shape(made.rest)):
            raise BadDeclaration(f"{made.key} and {other.key} are both {made.rest.method} {made.rest.path}")


def _is_bytes(hint: Any) -> bool:
    return hint is bytes or getattr(hint, "__origin__", None) is bytes  # Annotated[bytes, …]


def _shape(rest: Rest) -> str:
    return _PARAMETER.sub("{}", rest.path)
