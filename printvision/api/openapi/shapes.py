"""The shapes of inputs and outputs as JSON Schema, from the same structs that read and write them.

A field with a default may be left out of an input and is always there in an output. So a struct that is used both ways
has two schemas where that makes a difference; the input's is then called `…Input`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast, get_args, get_origin

import msgspec

from printvision.platform.redaction import Secret

Schema = dict[str, Any]

REF: Final = "#/components/schemas/"
_GENERIC: Final = re.compile(r"^(\w+?)_(\w+)_$")


@dataclass(frozen=True)
class Shapes:
    """Every schema by name, and which of them an input or an output is."""

    schemas: Mapping[str, Schema]
    _inputs: Mapping[type, str]
    _outputs: Mapping[Any, Schema]

    def of_input(self, kind: type[msgspec.Struct]) -> Schema:
        """The schema of an input itself."""
        return self.schemas[self._inputs[kind]]

    def ref_to_input(self, kind: type[msgspec.Struct]) -> Schema:
        return {"$ref": REF + self._inputs[kind]}

    def of_output(self, hint: Any) -> Schema:
        return self._outputs[hint]


def shapes_of(inputs: Iterable[type[msgspec.Struct]], outputs: Iterable[Any]) -> Shapes:
    """The schemas of all of them, as `components.schemas` of a document has them."""
    takes, gives = list(dict.fromkeys(inputs)), list(dict.fromkeys(outputs))
    input_refs, read = _components(takes)
    output_refs, written = _components(gives)
    _note_times(read, _structs(takes))
    _note_times(written, _structs(gives))
    omitting = {kind.__name__ for kind in _structs(gives) if kind.__struct_config__.omit_defaults}
    for name, schema in written.items():
        if "properties" in schema and name not in omitting:
            schema["required"] = list(schema["properties"])
    renamed = _twice(read, written)
    own = {renamed.get(name, name): _with_names(schema, renamed) for name, schema in read.items()}
    return Shapes(
        schemas=dict(sorted((written | own).items())),
        _inputs={kind: _name(_with_names(ref, renamed)) for kind, ref in zip(takes, input_refs, strict=True)},
        _outputs=dict(zip(gives, output_refs, strict=True)),
    )


def without_null(schema: Schema) -> Schema:
    """What a schema allows besides null, which nobody can write into an address."""
    ways = [way for way in schema.get("anyOf", ()) if way != {"type": "null"}]
    if not ways:
        return schema
    rest = {key: value for key, value in schema.items() if key not in {"anyOf", "default"}}
    if schema.get("default") is not None:
        rest["default"] = schema["default"]
    return {**(ways[0] if len(ways) == 1 else {"anyOf": ways}), **rest}


def _components(hints: list[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    refs, found = msgspec.json.schema_components(hints, schema_hook=_of_ours, ref_template=REF + "{name}")
    names = {name: _plain(name) for name in found if _plain(name) != name}
    return (
        [_with_names(ref, names) for ref in refs],
        {names.get(name, name): _with_names(schema, names) for name, schema in found.items()},
    )


def _of_ours(kind: type) -> Schema:
    if kind is Secret:
        return {"type": "string", "format": "password"}
    raise NotImplementedError(f"{kind} has no schema")


def _plain(name: str) -> str:
    """`Page_OrderView_` as `OrderViewPage`."""
    return _GENERIC.sub(r"\2\1", name)


def _structs(hints: list[Any]) -> set[type[msgspec.Struct]]:
    """Every struct that is in any of them."""
    found: set[type[msgspec.Struct]] = set()

    def walk(info: Any) -> None:
        if isinstance(info, msgspec.inspect.StructType):
            kind = cast("type[msgspec.Struct]", get_origin(info.cls) or info.cls)
            if kind in found:
                return
            found.add(kind)
        for name in getattr(info, "__struct_fields__", ()):
            inner: Any = getattr(info, name)
            for each in cast("tuple[Any, ...]", inner if isinstance(inner, tuple) else (inner,)):
                if isinstance(each, msgspec.inspect.Type | msgspec.inspect.Field):
                    walk(each)

    for info in msgspec.inspect.multi_type_info(hints):
        walk(info)
    return found


def _note_times(schemas: Mapping[str, Schema], structs: Iterable[type[msgspec.Struct]]) -> None:
    """Say of times that they are: msgspec calls one that need not name its zone a mere string."""
    for kind in structs:
        properties = schemas.get(kind.__name__, {}).get("properties", {})
        for field in msgspec.structs.fields(kind):
            if datetime in (field.type, *get_args(field.type)):
                schema = properties[field.encode_name]
                for each in schema.get("anyOf", [schema]):
                    if each.get("type") == "string":
                        each.setdefault("format", "date-time")


def _twice(read: Mapping[str, Schema], written: Mapping[str, Schema]) -> dict[str, str]:
    """The inputs that need a name of their own: they differ from the output of that name, or lead to one that does."""
    renamed: dict[str, str] = {}
    while True:
        more = {
            name: name if name.endswith("Input") else f"{name}Input"
            for name in read.keys() & written.keys() - renamed.keys()
            if _with_names(read[name], renamed) != written[name]
        }
        if not more:
            return renamed
        renamed |= more


def _with_names(schema: Any, names: Mapping[str, str]) -> Any:
    if isinstance(schema, dict):
        members = cast("Schema", schema)
        return {
            key: REF + names.get(_name(members), _name(members))
            if key == "$ref"
            else _with_names(value, names)
            for key, value in members.items()
        }
    if isinstance(schema, list):
        return [_with_names(each, names) for each in cast("list[Any]", schema)]
    return schema


def _name(ref: Mapping[str, Any]) -> str:
    return str(ref["$ref"]).removeprefix(REF)
