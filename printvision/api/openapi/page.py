"""The reference as a page: everything the document says, without a script and without anything from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

Members = Mapping[str, Any]

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --card: #fff; --ink: #1d1b18; --quiet: #635e57; --line: #dcd8d1; --link: #0b57a4;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #171614; --card: #1f1d1b; --ink: #ece9e4; --quiet: #a8a299; --line: #3a3733; --link: #8ab9f1 }
}
* { box-sizing: border-box }
html { scroll-padding-top: 1rem }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
header, .page { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 0 }
.page { padding: 1rem 1.25rem 4rem; display: grid; gap: 0 2rem }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 .5rem }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; text-transform: capitalize }
h3 { font-size: 1rem; margin: 0 } h4 { font-size: .875rem; margin: 1rem 0 .25rem; color: var(--quiet) }
p { margin: .25rem 0 } a { color: var(--link) }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link) }
code { font: .875em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.quiet { color: var(--quiet) }
nav h2 { font-size: .875rem; margin: .75rem 0 0; color: var(--quiet) }
nav ul, main ul { list-style: none; margin: 0; padding: 0 }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1rem }
nav li { font-size: .875rem; padding: .1rem 0 }
@media (min-width: 60rem) {
  .page { grid-template-columns: 15rem minmax(0, 1fr) }
  nav { position: sticky; top: 0; max-height: 100vh; overflow: auto; padding: .5rem 0; align-self: start }
  nav ul { display: block }
  main > h2:first-child { margin-top: .5rem }
}
article { background: var(--card); border: 1px solid var(--line); border-radius: .5rem }
article { padding: 1rem; margin: .75rem 0 }
.call { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline }
main li { padding: .4rem 0; border-top: 1px solid var(--line) }
main li ul { margin: .25rem 0 0 1rem }
summary { cursor: pointer; color: var(--link) }
"""
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


def reference_page(document: Members, address: str) -> str:
    """The page of a document that is served at `address`."""
    by_tag: dict[str, list[tuple[str, str, Members]]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            by_tag[operation["tags"][0]].append((method.upper(), path, operation))
    index = "".join(_index(tag, calls) for tag, calls in sorted(by_tag.items()))
    calls = "".join(_group(document, tag, calls) for tag, calls in sorted(by_tag.items()))
    schemas = document["components"]["schemas"]
    shapes = "".join(_shape(name, schema) for name, schema in sorted(schemas.items()))
    info = document["info"]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>API reference · PrintVision</title><style>{STYLE}</style></head><body>"
        f"<header><h1>API reference</h1><p>{_text(info['description'])}</p>"
        f'<p class="quiet">Version {escape(info["version"])} · <a href="{escape(address)}">OpenAPI document</a>'
        f' · <a href="/problems">Problems</a></p></header>'
        f'<div class="page"><nav aria-label="Calls">{index}</nav>'
        f"<main>{calls}<h2>Shapes</h2>{shapes}</main></div></body></html>"
    )


def _index(tag: str, calls: list[tuple[str, str, Members]]) -> str:
    items = "".join(
        f'<li><a href="#{escape(operation["operationId"])}">{escape(operation["operationId"])}</a></li>'
        for _, _, operation in calls
    )
    return f"<h2>{escape(tag)}</h2><ul>{items}</ul>"


def _group(document: Members, tag: str, calls: list[tuple[str, str, Members]]) -> str:
    return f"<h2>{escape(tag)}</h2>" + "".join(_call(document, *call) for call in calls)


def _call(document: Members, method: str, path: str, operation: Members) -> str:
    needs = (
        f"Permission <code>{escape(operation['x-permission'])}</code>. "
        if "x-permission" in operation
        else ""
    )
    parts = [
        f'<article id="{escape(operation["operationId"])}"><div class="call">',
        f"<h3>{escape(operation['summary'])}</h3>",
        f"<code>{method} {escape(path)}</code></div>",
        f"<p>{_text(operation['description'])}</p>" if "description" in operation else "",
        f'<p class="quiet">{needs}Feature <code>{escape(operation["x-feature"])}</code>.</p>',
    ]
    if operation["parameters"]:
        given = [_found(document, each) for each in operation["parameters"]]
        for place, title in (("path", "In the path"), ("query", "In the query"), ("header", "Headers")):
            if items := "".join(_parameter(each) for each in given if each["in"] == place):
                parts.append(f"<h4>{title}</h4><ul>{items}</ul>")
    if "requestBody" in operation:
        for media_type, body in operation["requestBody"]["content"].items():
            parts.append(
                f"<h4>Body, <code>{escape(media_type)}</code></h4>{_fields(document, body['schema'])}"
            )
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            shown = "".join(_link(each["schema"]) for each in response.get("content", {}).values())
            parts.append(f"<h4>Answer {status}</h4><p>{shown or 'Nothing.'}</p>")
    return "".join(parts) + _refusals(operation) + "</article>"


def _found(document: Members, parameter: Members) -> Members:
    named = parameter.get("$ref", "").rpartition("/")[2]
    return document["components"]["parameters"][named] if named else parameter


def _parameter(parameter: Members) -> str:
    needed = "" if parameter["required"] else " · optional"
    return (
        f"<li><code>{escape(parameter['name'])}</code> "
        f'<span class="quiet">{_link(parameter["schema"])}{needed}{_bounds(parameter["schema"])}</span>'
        f"{_described(parameter)}</li>"
    )


def _fields(document: Members, schema: Members) -> str:
    named = schema.get("$ref", "").rpartition("/")[2]
    whole = document["components"]["schemas"].get(named, schema)
    if "properties" not in whole:
        return f"<p>{_link(schema)}</p>"
    return f"<ul>{''.join(_members(whole))}</ul>"


def _members(schema: Members) -> Iterator[str]:
    for name, each in schema["properties"].items():
        needed = "" if name in schema.get("required", ()) else " · optional"
        yield (
            f"<li><code>{escape(name)}</code> "
            f'<span class="quiet">{_link(each)}{needed}{_bounds(each)}</span>{_described(each)}</li>'
        )


def _shape(name: str, schema: Members) -> str:
    inside = f"<ul>{''.join(_members(schema))}</ul>" if "properties" in schema else f"<p>{_link(schema)}</p>"
    described = f"<p>{_text(schema['description'])}</p>" if "description" in schema else ""
    return (
        f'<article id="shape-{escape(name)}"><h3>{escape(name)}</h3>{described}'
        f"<details><summary>Members</summary>{inside}</details></article>"
    )


def _refusals(operation: Members) -> str:
    codes = [
        f'<a href="/problems/{escape(code)}"><code>{escape(code)}</code></a>'
        for response in operation["responses"].values()
        for code in response.get("x-problem-codes", ())
    ]
    return f"<details><summary>What it may refuse</summary><p>{', '.join(codes)}</p></details>"


def _link(schema: Members) -> str:
    """A schema in a few words, with a link where it has a name."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#shape-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_link(each) for each in schema["anyOf"])
    if "enum" in schema:
        return "one of " + ", ".join(f"<code>{escape(str(each))}</code>" for each in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_link(schema.get('items', {}))}"
    if schema.get("type") == "object" and "additionalProperties" in schema and "properties" not in schema:
        values: Members | bool = schema["additionalProperties"]
        return f"{'any value' if isinstance(values, bool) else _link(values)} by name"
    return escape(str(schema.get("format") or schema.get("type") or "any value"))


def _bounds(schema: Members) -> str:
    words = {
        "minimum": "from",
        "maximum": "to",
        "minLength": "at least",
        "maxLength": "at most",
        "default": "by default",
    }
    told = [
        f"{word} {escape(str(schema[key]))}" for key, word in words.items() if schema.get(key) is not None
    ]
    return f" · {', '.join(told)}" if told else ""


def _described(schema: Members) -> str:
    return f"<br>{_text(schema['description'])}" if "description" in schema else ""


def _text(text: str) -> str:
    """Prose with its `code` set off."""
    words = escape(text).split("`")
    return "".join(f"<code>{word}</code>" if at % 2 else word for at, word in enumerate(words))
