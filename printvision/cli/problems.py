"""How a failure is told: in words, or with `--json` as the problem document that the API would send."""

from __future__ import annotations

import sys
from typing import Any, cast

import msgspec
from rich.console import Console
from rich.text import Text

DEFAULT_PUBLIC_URL = "http://127.0.0.1:8000"
DEFAULT_MAX_BODY = 5_000_000
_OWN = frozenset({"type", "title", "status", "detail", "instance", "code", "action", "request_id"})


def tell(error: BaseException, *, json: bool) -> None:
    """Write the failure to standard error; a JSON document is its last line."""
    document = document_of(error)
    if json:
        sys.stderr.write(msgspec.json.encode(document).decode() + "\n")
    else:
        _show(Console(stderr=True, highlight=False, soft_wrap=True), document)


def document_of(error: BaseException) -> dict[str, Any]:
    """The problem document of whatever went wrong; what is not named is logged whole."""
    from printvision.api.problems import problem_of
    from printvision.platform.ids import new_id
    from printvision.platform.logs import configure_logs

    # Of what we can name the words say enough; only a fault of ours leaves its trace.
    configure_logs("cli", level="error", json=False)
    problem = problem_of(
        error,
        public_url=DEFAULT_PUBLIC_URL,
        request_id=new_id().hex,
        max_body_bytes=DEFAULT_MAX_BODY,
    )
    return dict(problem.document)


def _show(console: Console, document: dict[str, Any]) -> None:
    console.print(Text.assemble(("✗ ", "bold red"), (str(document["title"]), "bold")))
    if detail := document.get("detail"):
        console.print(Text(f"  {detail}"))
    for name, value in document.items():
        if name not in _OWN:
            _show_member(console, name, value)
    console.print(Text.assemble("  → ", str(document["action"]), (f"  ({document['code']})", "dim")))


def _show_member(console: Console, name: str, value: Any) -> None:
    if name == "errors":
        for fault in value:
            console.print(Text(f"  {fault['path'] or 'it'}: {fault['message']}"))
    elif name == "possible":
        for one in value:
            console.print(
                Text(f"  still possible: {one['verb'].replace('_', '-')}. {one['note']}{_cost(one)}")
            )
    elif isinstance(value, list):
        lines = cast("list[Any]", value)
        console.print(Text(f"  {name}:"))
        for line in lines[-20:]:
            console.print(Text(f"    {line}", style="dim"))
    else:
        console.print(Text(f"  {name}: {value}"))


def _cost(possible: dict[str, Any]) -> str:
    """What it would add to the bill, where that is known."""
    from printvision.platform.money import Money

    cost = possible.get("cost")
    if cost is None:
        return ""
    money = msgspec.convert(cost, Money)
    return f" About {money.text()} {money.currency}."
