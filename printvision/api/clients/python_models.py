"""The models of the Python client: every shape as a frozen struct, every closed set as words that may grow."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from printvision.api.openapi.shapes import REF, Schema

NULL: Final = {"type": "null"}
_ARGS: Final = re.compile(r"(?:^|\n)Args:\n")
_SECTION: Final = re.compile(r"\n\s*\n?(?:Raises|Returns):\n")
_FORMATS: Final = {
    "uuid": "UUID",
    "date-time": "datetime",
    "date": "date",
    "decimal": "Decimal",
    "byte": "bytes",
    "binary": "bytes",
}
_PRIMITIVES: Final = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_IMPORTS: Final = (
    ("collections.abc", ("AsyncIterator", "Iterator", "Mapping", "Sequence")),
    ("datetime", ("date", "datetime")),
    ("decimal", ("Decimal",)),
    ("types", ("NoneType",)),
    ("typing", ("Any", "Final", "Literal", "Unpack")),
    ("uuid", ("UUID",)),
    ("msgspec", ("UNSET", "UnsetType")),
    ("printvision_client", ("models",)),
    (
        "printvision_client.calls",
        ("AsyncGroup", "Group", "Operation", "PostOptions", "ReadOptions", "WriteOptions"),
    ),
    ("printvision_client.values", ("Event", "Model", "Word")),
)
_APART: Final = ("msgspec", "printvision_client", "printvision_client.calls", "printvision_client.values")


def module(about: str, body: str) -> str:
    """A generated module: what it is, what it needs, what it says."""
    head = (
        f'"""{about}"""\n\n# Written from the server\'s own declarations; `make reference` writes it again.'
    )
    lines = [head, "from __future__ import annotations", ""]
    before = ""
    for source, names in _IMPORTS:
        if used := [name for name in names if re.search(rf"(?<![\w.\"]){name}\b", body)]:
            kind = source.partition("_")[0] if source in _APART else "standard"
            if kind != before and lines[-1]:
                lines.append("")
            before = kind
            lines.append(f"from {source} import {', '.join(used)}")
    return "\n".join(lines).rstrip() + "\n\n" + body


# -- types -------------------------------------------------------------------------------------------------------------


def annotation(schema: Schema, *, given: bool, within: str = "") -> str:
    """A schema as Python writes it.

    Args:
        given: of what a caller gives, which may be any sequence, and an id as a text; what is answered never changes.
        within: what stands before the name of a model.
    """
    if "$ref" in schema:
        return within + name_of(schema)
    if "anyOf" in schema:
        ways = (annotation(each, given=given, within=within) for each in schema["anyOf"])
        return _union(way for each in ways for way in each.split(" | "))
    match schema.get("type"):
        case "array":
            inner = annotation(schema.get("items", {}), given=given, within=within)
            made = f"Sequence[{inner}]" if given else f"tuple[{inner}, ...]"
        case "object":
            made = f"Mapping[str, {_values(schema, given=given, within=within)}]"
        case "string":
            kind = "bytes" if "contentEncoding" in schema else _FORMATS.get(schema.get("format", ""), "str")
            made = "UUID | str" if given and kind == "UUID" else kind
        case None if words := schema.get("enum", [schema["const"]] if "const" in schema else []):
            made = _PRIMITIVES["string"] if isinstance(words[0], str) else "Any"
        case kind:
            made = _PRIMITIVES.get(str(kind), "Any")
    return made


def _values(schema: Schema, *, given: bool, within: str) -> str:
    values = schema.get("additionalProperties", True)
    return "Any" if isinstance(values, bool) else annotation(values, given=given, within=within)


def _union(ways: Iterable[str]) -> str:
    found = list(dict.fromkeys(ways))
    if "Any" in found:
        return "Any"
    return " | ".join([*(way for way in found if way != "None"), *(way for way in found if way == "None")])


def name_of(ref: Mapping[str, Any]) -> str:
    return str(ref["$ref"]).removeprefix(REF)


def optional(kind: str) -> str:
    """What may be left out, which is not the same as null."""
    return _union([*kind.split(" | "), "UnsetType"])


def nullable(schema: Schema) -> bool:
    return NULL in schema.get("anyOf", ())


def word(name: str) -> str:
    """A name as Python may have it."""
    return f"{name}_" if keyword.iskeyword(name) else name


# -- what is said of them ----------------------------------------------------------------------------------------------


def docstring(text: str, told: Mapping[str, str], indent: str) -> str:
    """A docstring of a text and of what is said of each name; nothing where there is nothing to say."""
    said = [f"{name}: {' '.join(about.split())}" for name, about in told.items()]
    parts = [text] if text else []
    if said:
        parts.append("Args:\n" + "\n".join(f"    {each}" for each in said))
    if not parts:
        return ""
    whole = "\n\n".join(parts).replace("\\", "\\\\").replace('"""', "'''")
    ends = '"""' if "\n" not in whole and not whole.endswith('"') else f'\n{indent}"""'
    return "\n".join(_indented(f'"""{whole}{ends}', indent)) + "\n"


def _indented(text: str, indent: str) -> Iterator[str]:
    for index, line in enumerate(text.split("\n")):
        yield indent + line if line and not (index and line.startswith(indent + '"""')) else line


def said_of(schema: Schema) -> tuple[str, dict[str, str]]:
    """What a schema says of itself, and of each of its members."""
    text = inspect.cleandoc(str(schema.get("description", "")))
    before, *listed = _ARGS.split(_SECTION.split(text)[0], maxsplit=1)
    told = {
        name: str(about) for name, each in schema.get("properties", {}).items() if (about := _about(each))
    }
    found = re.findall(r"^    (\w+(?:, \w+)*): (.+?)(?=^    \w|\Z)", listed[0] if listed else "", re.S | re.M)
    for names, about in found:
        told[names] = about
    return before.strip(), told


def _about(schema: Schema) -> str:
    ways = [schema, *schema.get("anyOf", ())]
    return next((str(way["description"]) for way in ways if "description" in way), "")


# -- the module --------------------------------------------------------------------------------------------------------


def models_module(
    schemas: Mapping[str, Schema], answered: Iterable[str], events: Mapping[str, tuple[str, Schema]]
) -> str:
    """
    Args:
        schemas: by name, all that inputs, outputs and events are made of.
        answered: the names of those that an output is made of.
        events: by kind, the name of its class and the schema of its data.
    """
    ours = set(answered)
    made = {name: _model(name, schema, given=name not in ours) for name, schema in schemas.items()}
    for kind, (name, schema) in events.items():
        if schema["properties"]:
            made[f"{name}Data"] = _struct(f"{name}Data", {**schema, "description": ""}, given=False)
        made[name] = _event(kind, name, schema)
    kinds = [f'    "{kind}": {name},' for kind, (name, _) in events.items()]
    names = "\n".join(f'    "{name}",' for name in sorted([*made, "EVENTS"]))
    parts = [
        f"__all__ = [\n{names}\n]\n",
        *(f"\n\n{text}" for text in made.values()),
        "\n\nEVENTS: Mapping[str, type[Event]] = {\n" + "\n".join(kinds) + "\n}\n",
    ]
    return module("What goes to the API and what it answers.", "".join(parts))


def _model(name: str, schema: Schema, *, given: bool) -> str:
    if "enum" in schema:
        return _words(name, schema)
    if "properties" in schema:
        return _struct(name, schema, given=given)
    return f"{name} = {annotation(schema, given=given)}\n"


def _words(name: str, schema: Schema) -> str:
    said = docstring(inspect.cleandoc(str(schema.get("description", ""))), {}, "    ")
    lines = [f'    {re.sub(r"[^A-Z0-9]", "_", str(each).upper())} = "{each}"' for each in schema["enum"]]
    return f"class {name}(Word):\n{said}" + ("\n" if said else "") + "\n".join(lines) + "\n"


def _struct(name: str, schema: Schema, *, given: bool) -> str:
    text, told = said_of(schema)
    required = schema.get("required", ())
    fields = [
        _field(member, cast("Schema", each), required=member in required, given=given)
        for member, each in schema["properties"].items()
    ]
    said = docstring(text, told, "    ")
    body = (said + ("\n" if said else "")) + "\n".join(fields)
    return f"class {name}(Model, frozen=True, kw_only=True):\n{body or '    pass'}\n"


def _field(name: str, schema: Schema, *, required: bool, given: bool) -> str:
    if word(name) != name:
        raise ValueError(f"{name} is a keyword of Python: a member of the API needs another name")
    kind = annotation(schema, given=given)
    return f"    {name}: {kind}" if required else f"    {name}: {optional(kind)} = UNSET"


def _event(kind: str, name: str, schema: Schema) -> str:
    text, told = said_of(schema)
    said = docstring(text or f"`{kind}`.", told, "    ")
    data = f"\n    data: {name}Data\n" if schema["properties"] else ""
    return f"class {name}(Event, frozen=True, kw_only=True):\n{said}{data}"
