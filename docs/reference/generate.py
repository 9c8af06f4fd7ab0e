"""Writes what is made from the code: this folder's pages (settings, operations, problems) and what of the
clients and of the pages follows from the API's own declarations. `make reference` runs it.

`--check` writes nothing and fails, naming the files, where one is stale.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

import msgspec

import printvision
from printvision.accounts.permissions import OF_KEYS, OF_PERSONS
from printvision.accounts.roles import PERMISSIONS, Role
from printvision.api.clients import python_client, typescript_router
from printvision.api.discovery import load_operations
from printvision.platform.errors import PrintVisionError
from printvision.platform.settings import Settings, variable

HERE = Path(__file__).resolve().parent
PYTHON = "../../clients/python/src/printvision_client"
HEAD = "<!-- Written by docs/reference/generate.py from the code. -->\n\n"


def pages() -> dict[str, str]:
    """Every file by its name, seen from here."""
    for module in pkgutil.walk_packages(printvision.__path__, "printvision."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    router = typescript_router(load_operations().values())
    return {
        "settings.md": HEAD + settings_page(),
        "operations.md": HEAD + operations_page(),
        "problems.md": HEAD + problems_page(),
        "access.md": HEAD + access_page(),
        "../../clients/typescript/src/router.ts": router,
        "../../web/src/api/router.ts": router,
        **{f"{PYTHON}/{name}": text for name, text in python_client(load_operations().values()).items()},
    }


def access_page() -> str:
    roles = [role for role in Role if role is not Role.CUSTOM]
    lines = [
        "# Who may what",
        "",
        "Each operation names one permission; a role is a set of them, and so is a key. Every call of this table is",
        "made as everybody in it by `tests/security/test_access_matrix.py`. What is of a person's own account is for",
        "sessions alone.",
        "",
        f"| operation | permission | {' | '.join(roles)} | key | fresh proof |",
        f"|---|---|{'---|' * (len(roles) + 2)}",
    ]
    for each in sorted(load_operations().values(), key=lambda each: each.key):
        if each.permission is None:
            continue
        own = not each.of_workspace
        may = [own or each.permission in PERMISSIONS[role] for role in roles]
        if own and each.permission not in OF_PERSONS:
            may = [False for _ in roles]
        marks = ["yes" if one else "" for one in (*may, each.permission in OF_KEYS, each.step_up)]
        lines.append(f"| `{each.key}` | `{each.permission}` | {' | '.join(marks)} |")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    lines = [
        "# Settings",
        "",
        "From the environment, or from `printvision.toml` (`PRINTVISION_CONFIG` names another file), where",
        "`[server]` `port = 8000` is `PRINTVISION_SERVER_PORT=8000`. The environment wins. A wrong value stops",
        "the start and names itself.",
        "",
    ]
    lines += _settings_of(Settings, ())
    return "\n".join(lines) + "\n"


def _settings_of(struct: type[msgspec.Struct], above: tuple[str, ...]) -> list[str]:
    lines: list[str] = []
    said = _arguments(inspect.getdoc(struct) or "")
    heading = ".".join(above) or "general"
    lines += [f"## {heading}", "", _summary(struct), "", "| variable | default | |", "|---|---|---|"]
    nested: list[str] = []
    for field in msgspec.structs.fields(struct):
        if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
            nested += _settings_of(field.type, (*above, field.name))
            continue
        bounds = _bounds(field.type)
        about = "; ".join(part for part in (said.get(field.name, "").rstrip("."), bounds) if part)
        default = "" if field.default is None else f"`{str(field.default).lower()}`"
        lines.append(f"| `{variable((*above, field.name))}` | {default} | {about} |")
    return [*lines, "", *nested]


def operations_page() -> str:
    lines = [
        "# Operations",
        "",
        "Every call of the API, made from its declaration. REST paths are under `/api/v1`; send the key as",
        "`Authorization: Bearer …`.",
        "",
        "| operation | REST | permission | feature | |",
        "|---|---|---|---|---|",
    ]
    for key, made in sorted(load_operations().items()):
        rest = f"`{made.rest.method} {made.rest.path}`"
        lines.append(
            f"| `{key}` | {rest} | `{made.permission or 'public'}` | {made.feature.key} | {made.title} |"
        )
    return "\n".join(lines) + "\n"


def problems_page() -> str:
    lines = [
        "# Problems",
        "",
        "Errors are RFC 9457 problem documents. `code` is stable: switch on it, never on the words.",
        "",
        "| code | status | what happened | what to do |",
        "|---|---|---|---|",
    ]
    for code, kind in sorted(PrintVisionError.known.items()):
        if kind.__module__.startswith("printvision."):
            lines.append(f"| `{code}` | {kind.status} | {kind.title} | {kind.action} |")
    return "\n".join(lines) + "\n"


def _summary(struct: type) -> str:
    return " ".join((inspect.getdoc(struct) or "").split("Args:")[0].split())


def _arguments(doc: str) -> Mapping[str, str]:
    """What a docstring's `Args:` says of each name."""
    _, _, listed = doc.partition("Args:")
    found = re.findall(r"^\s+(\w+(?:, \w+)*): (.+?)(?=^\s+\w+(?:, \w+)*: |\Z)", listed, flags=re.S | re.M)
    return {name: " ".join(text.split()) for names, text in found for name in names.split(", ")}


def _bounds(kind: Any) -> str:
    for meta in get_args(kind):
        if isinstance(meta, msgspec.Meta):
            low, high = meta.ge if meta.gt is None else meta.gt, meta.le
            words = ("more than" if meta.gt is not None else "at least", "at most")
            told = zip(words, (low, high), strict=True)
            return ", ".join(f"{word} {value:,}" for word, value in told if value is not None)
        if get_origin(meta) is not None and (inner := _bounds(meta)):
            return inner
    return ""


def main() -> int:
    stale = []
    for name, text in pages().items():
        path = HERE / name
        if path.is_file() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.write_text(text)
    if stale and "--check" in sys.argv:
        print(f"stale: {', '.join(stale)}; run `make reference`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
