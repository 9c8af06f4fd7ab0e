"""How a command answers: words and tables for people, or one JSON document for programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from printvision.platform.redaction import enc_hook

WIDTH_OF_PIPES: Final = 200
Show = Callable[[Console], None]


class Output:
    """Standard output. With `json` nothing goes there but the document."""

    def __init__(self, *, json: bool) -> None:
        self.json = json
        self.console = console()

    def say(self, text: str) -> None:
        """A line for people."""
        if not self.json:
            self.console.print(Text(text))

    def answer(self, document: Any, show: Show) -> None:
        """The command's result: the document, or what `show` prints of it."""
        if self.json:
            sys.stdout.write(msgspec.json.encode(document, enc_hook=enc_hook).decode() + "\n")
            sys.stdout.flush()
        else:
            show(self.console)


def console(*, stderr: bool = False) -> Console:
    """For words and tables. What is piped on is not folded to a terminal's width."""
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, highlight=False, width=None if stream.isatty() else WIDTH_OF_PIPES)


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A plain table: headers, cells as text, nothing cut off in the first column."""
    made = Table(box=None, pad_edge=False, padding=(0, 3, 0, 0), header_style="bold")
    for number, header in enumerate(headers):
        made.add_column(header, no_wrap=number == 0, overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return made


def fields(pairs: Iterable[tuple[str, object]]) -> Table:
    """Names and values, one a line; what has no value is left out."""
    made = Table.grid(padding=(0, 3, 0, 0))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for name, value in pairs:
        if value is not None:
            made.add_row(name, value if isinstance(value, Text) else Text(plain(value)))
    return made


def plain(value: object) -> str:
    """As a person reads it."""
    from datetime import datetime

    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return str(value)
