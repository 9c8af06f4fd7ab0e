"""The generated part of the Python client: its models, its calls, and the unions of keys and codes.

A call is a method of its domain: `client.orders.create(…)`. Each is there twice, for those who wait and for those who
await; both name the same declaration, and neither knows how it is sent.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from printvision.accounts import Permission
from printvision.api.clients.python_models import (
    annotation,
    docstring,
    models_module,
    module,
    name_of,
    nullable,
    optional,
    said_of,
    word,
)
from printvision.api.execution import AnyOperation
from printvision.api.live.kinds import permission_of
from printvision.api.openapi.shapes import REF, Schema, Shapes, shapes_of, without_null
from printvision.platform.errors import PrintVisionError
from printvision.platform.events import event_kinds
from printvision.platform.features import features

NONE: Final = type(None)
OWN: Final = "events"  # there too where no operation is, for the stream
WITHIN: Final = "models."
OPTIONS: Final = frozenset(
    {"headers", "timeout_s", "if_none_match", "if_match", "idempotency_key", "options", "self"}
)
Tree = dict[str, Any]


def python_client(operations: Iterable[AnyOperation]) -> Mapping[str, str]:
    """Every generated module by its file's name."""
    made = sorted(operations, key=lambda each: each.key)
    seen = {kind: event for kind, event in sorted(event_kinds().items()) if permission_of(kind)}
    inputs = [each.input for each in made if each.rest.body == "json"]
    shapes = shapes_of(inputs, [*(each.output for each in made if each.output is not NONE), *seen.values()])
    data = {kind: _event(shapes.of_output(event), shapes) for kind, event in seen.items()}
    outputs = [shapes.of_output(each.output) for each in made if each.output is not NONE]
    answered = _reached([*outputs, *(schema for _, schema in data.values())], shapes)
    given = _reached([shapes.of_input(kind) for kind in inputs], shapes)
    used = {name: shapes.schemas[name] for name in sorted(answered | given)}
    return {
        "models.py": models_module(used, answered, data),
        "operations.py": _operations_module(made, shapes),
        "codes.py": _codes_module(list(data)),
    }


def _event(ref: Schema, shapes: Shapes) -> tuple[str, Schema]:
    schema = shapes.schemas[name_of(ref)]
    members = {name: each for name, each in schema["properties"].items() if name != "subject_id"}
    return name_of(ref), {**schema, "properties": members}


def _reached(roots: Iterable[Schema], shapes: Shapes) -> set[str]:
    found: set[str] = set()
    left: list[Any] = list(roots)
    while left:
        each = left.pop()
        if isinstance(each, dict):
            members = cast("Schema", each)
            left += members.values()
            ref = str(members.get("$ref", "")).removeprefix(REF)
            if ref and ref not in found:
                found.add(ref)
                left.append(shapes.schemas[ref])
        elif isinstance(each, list):
            left += cast("list[Any]", each)
    return found


# -- unions ------------------------------------------------------------------------------------------------------------


def _codes_module(kinds: Sequence[str]) -> str:
    codes = [
        code for code, error in PrintVisionError.known.items() if error.__module__.startswith("printvision.")
    ]
    domains = {kind.partition(".")[0] for kind in kinds}
    unions = [
        _literal("PermissionKey", [each.value for each in Permission]),
        _literal("FeatureKey", features()),
        _literal("ProblemCode", codes),
        _literal("EventKind", [*domains, *kinds]),
    ]
    return module("The words that the API is asked with and answers with.", "\n".join(unions))


def _literal(name: str, words: Iterable[str]) -> str:
    return f"{name} = Literal[\n" + "\n".join(f'    "{each}",' for each in sorted(words)) + "\n]\n"


# -- calls -------------------------------------------------------------------------------------------------------------


def _operations_module(operations: Sequence[AnyOperation], shapes: Shapes) -> str:
    tree = _tree(operations)
    parts = [_declaration(each, shapes) for each in operations]
    for prefix in ("", "Async"):
        parts += [f"\n\n{_group(prefix, path, group, shapes)}" for path, group in _groups(tree, ())]
        parts.append(f"\n\n{_domains(prefix, tree)}")
    return module("Every call of the API, by its domain.", "\n".join(parts))


def _domains(prefix: str, tree: Tree) -> str:
    joined = "\n".join(
        f"        self.{name} = {_class(prefix, (name,))}(self._caller)" for name in tree if name != OWN
    )
    return (
        f'class {prefix}Domains({prefix}Group):\n    """All that may be asked."""\n\n'
        f"    def _join(self) -> None:\n{joined}\n"
    )


def _tree(operations: Sequence[AnyOperation]) -> Tree:
    tree: Tree = {OWN: {}}
    for each in operations:
        *above, verb = each.key.split(".")
        place = tree
        for name in above:
            place = place.setdefault(name, {})
        place[verb] = each
    return dict(sorted(tree.items()))


def _groups(tree: Tree, above: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Tree]]:
    """Those inside of others first."""
    for name, each in tree.items():
        if isinstance(each, dict):
            group = cast("Tree", each)
            yield from _groups(group, (*above, name))
            yield (*above, name), group


def _class(prefix: str, path: Sequence[str]) -> str:
    return prefix + "".join(part.title().replace("_", "") for part in path)


def _constant(operation: AnyOperation) -> str:
    return operation.key.replace(".", "_").upper()


def _declaration(operation: AnyOperation, shapes: Shapes) -> str:
    rest = operation.rest
    output = "NoneType" if operation.output is NONE else WITHIN + _output(operation, shapes)
    body = "raw" if rest.body == "raw" else "json" if rest.takes_json else "none"
    said = [f'"{operation.key}"', f'"{rest.method}"', f'"{rest.path}"', output, f'body="{body}"']
    if operation.idempotent or not operation.changes:
        said.append("repeatable=True")
    if _keyed(operation):
        said.append("keyed=True")
    lines = "".join(f"    {each},\n" for each in said)
    return f"{_constant(operation)}: Final = Operation(\n{lines})"


def _keyed(operation: AnyOperation) -> bool:
    return operation.rest.method == "POST" and operation.of_workspace


def _output(operation: AnyOperation, shapes: Shapes) -> str:
    ref = shapes.of_output(operation.output)
    if "$ref" not in ref:
        raise TypeError(f"{operation.key}: the Python client takes an answer that is a struct, or none")
    return name_of(ref)


def _group(prefix: str, path: tuple[str, ...], group: Tree, shapes: Shapes) -> str:
    inner = [name for name, each in group.items() if isinstance(each, dict)]
    lines = [f"class {_class(prefix, path)}({prefix}Group):", f'    """`{".".join(path)}`."""', ""]
    if inner:
        lines.append("    def _join(self) -> None:")
        lines += [f"        self.{name} = {_class(prefix, (*path, name))}(self._caller)" for name in inner]
        lines.append("")
    for verb, each in group.items():
        if not isinstance(each, dict):
            lines.append(_method(prefix, verb, each, shapes))
            if each.pages:
                lines.append(_iterator(prefix, verb, each, shapes))
    return "\n".join(lines).rstrip("\n") + "\n"


def _method(prefix: str, verb: str, operation: AnyOperation, shapes: Shapes) -> str:
    schema = _input(operation, shapes)
    gives = "None" if operation.output is NONE else WITHIN + _output(operation, shapes)
    begins, wait = ("async def", "await ") if prefix else ("def", "")
    names = list(schema["properties"])
    return (
        f"    {begins} {word(verb)}({_parameters(operation, schema, names)}) -> {gives}:\n"
        f"{_said(operation, schema)}"
        f"        return {wait}self._caller.call({_asked(operation, names)})\n"
    )


def _iterator(prefix: str, verb: str, operation: AnyOperation, shapes: Shapes) -> str:
    schema = _input(operation, shapes)
    page = shapes.schemas[_output(operation, shapes)]
    item = annotation(page["properties"]["items"]["items"], given=False, within=WITHIN)
    names = [name for name in schema["properties"] if name != "cursor"]
    name = "iterate" if verb == "list" else f"iterate_{verb}"
    return (
        f"    def {name}({_parameters(operation, schema, names)}) -> {prefix}Iterator[{item}]:\n"
        f'        """{operation.title}, one after another to the end; `limit` is how many are asked for at a time."""\n'
        f"        return self._caller.pages({_asked(operation, names)})\n"
    )


def _input(operation: AnyOperation, shapes: Shapes) -> Schema:
    schema = (shapes if operation.rest.body == "json" else shapes_of([operation.input], ())).of_input(
        operation.input
    )
    if clash := OPTIONS & set(schema["properties"]):
        raise ValueError(
            f"{operation.key}: {min(clash)} is an option of every call; give the field another name"
        )
    return schema


def _parameters(operation: AnyOperation, schema: Schema, names: Sequence[str]) -> str:
    required = schema.get("required", ())
    ordered = [name for name in names if name in required] + [name for name in names if name not in required]
    each = [
        f"        {word(name)}: {_taken(operation, name, schema['properties'][name], name in required)},\n"
        for name in ordered
    ]
    kind = "PostOptions" if _keyed(operation) else "WriteOptions" if operation.changes else "ReadOptions"
    star = "        *,\n" if each else ""
    return f"\n        self,\n{star}{''.join(each)}        **options: Unpack[{kind}],\n    "


def _taken(operation: AnyOperation, name: str, schema: Schema, required: bool) -> str:
    if operation.rest.body == "raw" and name == "data":
        return "bytes"
    if required:
        return annotation(schema, given=True, within=WITHIN)
    if not operation.rest.takes_json:  # there is no null in an address
        return annotation(without_null(schema), given=True, within=WITHIN) + " | None = None"
    kind = annotation(schema, given=True, within=WITHIN)
    if nullable(schema) and "default" in schema and schema["default"] is None:
        return f"{kind} = None"
    return f"{optional(kind)} = UNSET"


def _asked(operation: AnyOperation, names: Sequence[str]) -> str:
    if not names:
        return f"{_constant(operation)}, {{}}, options"
    lines = "".join(f'                "{name}": {word(name)},\n' for name in names)
    deep = "\n            "
    return f"{deep}{_constant(operation)},{deep}{{\n{lines}            }},{deep}options,\n        "


def _said(operation: AnyOperation, schema: Schema) -> str:
    about, told = said_of(schema)
    more = said_of({"description": inspect.cleandoc(operation.description)})[0] or about
    text = f"{operation.title}." + (f"\n\n{more}" if more else "")
    return docstring(text, told, "        ")
