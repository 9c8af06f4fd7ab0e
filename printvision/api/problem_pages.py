"""`/problems/<code>`: what the `type` of a problem document leads to, a page for people."""

from __future__ import annotations

import base64
import hashlib
import inspect
from html import escape
from typing import Any, Final

import msgspec

from printvision.platform.errors import NotFound, PrintVisionError

STYLE: Final = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf8; --ink: #1d1b18; --quiet: #635e57; --line: #dcd8d1; --link: #0b57a4;
}
@media (prefers-color-scheme: dark) {
  :root { --paper: #171614; --ink: #ece9e4; --quiet: #a8a299; --line: #3a3733; --link: #8ab9f1 }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 system-ui, sans-serif }
main { max-width: 42rem; margin: 0 auto; padding: 3rem 1.25rem 4rem }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .25rem 0 1rem }
h2 { font-size: 1rem; margin: 2rem 0 .25rem }
p { margin: .25rem 0 } a { color: var(--link) }
code { font: .9em/1.5 ui-monospace, monospace; overflow-wrap: anywhere }
.quiet { color: var(--quiet) }
dl, ul { margin: .5rem 0 0; padding: 0; list-style: none }
dl div, li { padding: .5rem 0; border-top: 1px solid var(--line) }
dt, dd { display: inline; margin: 0 } dd { color: var(--quiet); margin-left: .75rem }
"""
CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'; "
    f"style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
)


def problem_page(code: str) -> str:
    """The page of one code.

    Raises:
        NotFound: no error of ours has it.
    """
    kind = PrintVisionError.known.get(code)
    if kind is None:
        raise NotFound(kind="problem", id=code[:200])
    parts = [
        f'<p class="quiet"><a href="/problems">Problems</a> · {kind.status}</p>',
        f"<h1>{escape(kind.title)}</h1>",
        f"<p><code>{escape(code)}</code></p>",
        _section("What it means", _meaning(kind)),
        _section("What to do", kind.action),
    ]
    if fields := kind.public_fields():
        rows = "".join(
            f"<div><dt><code>{escape(name)}</code></dt><dd>{escape(type_name(hint))}</dd></div>"
            for name, hint in fields.items()
        )
        parts.append(f"<h2>What the document adds</h2><dl>{rows}</dl>")
    return _page(kind.title, "".join(parts))


def problem_index() -> str:
    """Every code with its title."""
    rows = "".join(
        f'<li><a href="/problems/{escape(code)}"><code>{escape(code)}</code></a><br>{escape(kind.title)}</li>'
        for code, kind in sorted(PrintVisionError.known.items())
    )
    return _page("Problems", f"<h1>Problems</h1><p>Every code that an answer may carry.</p><ul>{rows}</ul>")


def type_name(hint: Any) -> str:
    """A type as its JSON is called, for people."""
    schema = msgspec.json.schema(hint)
    schema = schema.get("$defs", {}).get(schema.get("$ref", "").removeprefix("#/$defs/"), schema)
    return _schema_name(schema)


def _schema_name(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(str(value) for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(_schema_name(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_schema_name(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any value")


def _meaning(kind: type[PrintVisionError]) -> str:
    own = kind.__dict__.get("__doc__")
    return inspect.cleandoc(own).replace("`", "") if own else f"{kind.title}."


def _section(title: str, text: str) -> str:
    return f"<h2>{title}</h2><p>{escape(text)}</p>"


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)} · PrintVision</title><style>{STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>"
    )
