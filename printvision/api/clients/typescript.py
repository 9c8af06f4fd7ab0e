"""The types of our tRPC router, from the schemas that the OpenAPI document has too.

A `.ts` and not a `.d.ts`, where a missing shape would go unseen with `skipLibCheck`. Times, ids and decimals are texts,
as JSON has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from printvision.accounts import Permission
from printvision.api.execution import AnyOperation
from printvision.api.live.kinds import permission_of
from printvision.api.openapi.shapes import REF, Schema, Shapes, shapes_of
from printvision.platform.errors import PrintVisionError
from printvision.platform.events import Event, event_kinds
from printvision.platform.features import features

NONE: Final = type(None)
WATCH: Final = "Watch"
HEAD: Final = """\
// Written from the server's own declarations; `make reference` writes it again.
import type {
  TRPCBuiltRouter,
  TRPCErrorShape,
  TRPCMutationProcedure,
  TRPCQueryProcedure,
  TRPCSubscriptionProcedure,
} from "@trpc/server";
"""
ROUTER: Final = """\
/** What a call needs of its caller. */
export interface Meta {
  readonly feature: FeatureKey;
  readonly permission: PermissionKey | null;
}

/** What is told of every failure; some codes add members of their own. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly action: string;
  readonly request_id: string;
  readonly detail?: string;
  readonly [member: string]: unknown;
}

export interface ErrorShape extends TRPCErrorShape {
  data: { code: string; httpStatus: number; path?: string; problem: Problem };
}

interface Root {
  ctx: object;
  meta: Meta;
  errorShape: ErrorShape;
  transformer: false;
}

type Q<I, O> = TRPCQueryProcedure<{ input: I; output: O; meta: Meta }>;
type M<I, O> = TRPCMutationProcedure<{ input: I; output: O; meta: Meta }>;

/** `kinds`: such as `orders.held`, or `orders` for all of a domain; left out, everything that may be seen. */
type Watch = TRPCSubscriptionProcedure<{
  input: { readonly kinds?: readonly string[]; readonly lastEventId?: string | null } | void;
  output: AsyncIterable<{ id: string; data: Event }>;
  meta: Meta;
}>;
"""
_NAME: Final = re.compile(r"[A-Za-z_$][\w$]*")
_PRIMITIVES: Final = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def typescript_router(operations: Iterable[AnyOperation]) -> str:
    """The module that exports `AppRouter`, every shape by its name, and the unions of keys and codes."""
    made = sorted(
        (each for each in operations if each.rest.body == "json" and not each.rest_only),
        key=lambda each: each.key,
    )
    events = {kind: event for kind, event in sorted(event_kinds().items()) if permission_of(kind)}
    outputs = [each.output for each in made if each.output is not NONE]
    shapes = shapes_of((each.input for each in made), [*outputs, *events.values()])
    routes = _tree(made)
    routes["events"] = {"stream": WATCH}
    parts = [
        HEAD,
        *_unions(),
        *(_shape(name, schema) for name, schema in _used(made, events.values(), shapes).items()),
        _events(events, shapes),
        ROUTER,
        f"interface Routes {_routes(routes, shapes, '')}\n",
        "export type AppRouter = TRPCBuiltRouter<Root, { [K in keyof Routes]: Routes[K] }>;\n",
    ]
    return "\n".join(parts)


def _unions() -> Iterator[str]:
    codes = [
        code for code, error in PrintVisionError.known.items() if error.__module__.startswith("printvision.")
    ]
    yield _union("PermissionKey", [each.value for each in Permission])
    yield _union("FeatureKey", list(features()))
    yield _union("ProblemCode", codes)


def _union(name: str, words: Sequence[str]) -> str:
    return f"export type {name} =\n" + "\n".join(f"  | {json.dumps(word)}" for word in sorted(words)) + ";\n"


# -- shapes ------------------------------------------------------------------------------------------------------------


def _used(
    operations: Sequence[AnyOperation], events: Iterable[type[Event]], shapes: Shapes
) -> dict[str, Schema]:
    """Inputs are written where they are taken; what they and the outputs are made of has a name."""
    found: set[str] = set()
    left: list[Any] = [shapes.of_input(each.input) for each in operations]
    left += [shapes.of_output(each.output) for each in operations if each.output is not NONE]
    left += [_data_of(event, shapes) for event in events]
    while left:
        for name in _references(left.pop()):
            if name not in found:
                found.add(name)
                left.append(shapes.schemas[name])
    return {name: shapes.schemas[name] for name in sorted(found)}


def _events(events: Mapping[str, type[Event]], shapes: Shapes) -> str:
    """What a stream tells: of each kind the thing it happened to, when, and its own data."""
    kinds = [
        f"  | {{ readonly kind: {json.dumps(kind)}; readonly subject_id: string; readonly at: string;"
        f" readonly data: {_object(_data_of(event, shapes), '    ')} }}"
        for kind, event in events.items()
    ]
    return "export type Event =\n" + "\n".join(kinds) + ";\n"


def _data_of(event: type[Event], shapes: Shapes) -> Schema:
    """The members of an event besides the id of what it happened to."""
    schema = shapes.schemas[str(shapes.of_output(event)["$ref"]).removeprefix(REF)]
    properties = {name: each for name, each in schema["properties"].items() if name != "subject_id"}
    return {**schema, "properties": properties}


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        for key, value in cast("Schema", schema).items():
            if key == "$ref":
                yield str(value).removeprefix(REF)
            else:
                yield from _references(value)
    elif isinstance(schema, list):
        for each in cast("list[Any]", schema):
            yield from _references(each)


def _shape(name: str, schema: Schema) -> str:
    said = _comment(schema, "")
    if "properties" in schema:
        return f"{said}export interface {name} {_object(schema, '')}\n"
    return f"{said}export type {name} = {_type(schema, '')};\n"


def _type(schema: Schema, indent: str) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(REF)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(each, indent) for each in schema["anyOf"]))
    if words := schema.get("enum", [schema["const"]] if "const" in schema else []):
        return " | ".join(json.dumps(each) for each in words)
    if schema.get("type") == "array":
        inner = _type(schema.get("items", {}), indent)
        return f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]"
    if schema.get("type") == "object":
        return _object(schema, indent)
    return _PRIMITIVES.get(str(schema.get("type")), "unknown")


def _object(schema: Schema, indent: str) -> str:
    if "properties" not in schema:
        values = schema.get("additionalProperties", {})
        return f"Readonly<Record<string, {'unknown' if isinstance(values, bool) else _type(values, indent)}>>"
    deeper = indent + "  "
    required = schema.get("required", ())
    lines = [
        f"{_comment(each, deeper)}{deeper}readonly {_key(name)}{'' if name in required else '?'}:"
        f" {_type(each, deeper)};"
        for name, each in schema["properties"].items()
    ]
    return "\n".join(["{", *lines, indent + "}"]) if lines else "{}"


def _comment(schema: Mapping[str, Any], indent: str) -> str:
    text = " ".join(str(schema.get("description", "")).partition("\n\n")[0].split()).replace("*/", "* /")
    return f"{indent}/** {text} */\n" if text else ""


def _key(name: str) -> str:
    return name if _NAME.fullmatch(name) else json.dumps(name)


# -- routes ------------------------------------------------------------------------------------------------------------

Tree = dict[str, Any]


def _tree(operations: Sequence[AnyOperation]) -> Tree:
    tree: Tree = {}
    for each in operations:
        *above, verb = each.key.split(".")
        place = tree
        for name in above:
            place = place.setdefault(name, {})
        place[verb] = each
    return tree


def _routes(tree: Tree, shapes: Shapes, indent: str) -> str:
    deeper = indent + "  "
    lines: list[str] = []
    for name, each in tree.items():
        if each is WATCH:
            lines.append(f"{deeper}/** Watch what happens, live */\n{deeper}{_key(name)}: {WATCH};")
        elif isinstance(each, dict):
            lines.append(f"{deeper}{_key(name)}: {_routes(cast('Tree', each), shapes, deeper)};")
        else:
            lines.append(
                f"{deeper}/** {each.title} */\n{deeper}{_key(name)}: {_procedure(each, shapes, deeper)};"
            )
    return "\n".join(["{", *lines, indent + "}"])


def _procedure(operation: AnyOperation, shapes: Shapes, indent: str) -> str:
    schema = shapes.of_input(operation.input)
    takes = "void" if not schema["properties"] else _object(schema, indent)
    if schema["properties"] and not schema.get("required"):
        takes += " | void"
    gives = "null" if operation.output is NONE else _type(shapes.of_output(operation.output), indent)
    return f"{'M' if operation.changes else 'Q'}<{takes}, {gives}>"
