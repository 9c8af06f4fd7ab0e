"""Where the demo is watched: a live table on a terminal, plain lines elsewhere, never mixed with a JSON answer."""

from __future__ import annotations

import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Final

from rich.live import Live
from rich.text import Text

from printvision.cli.demo.progress import Progress, line, picture
from printvision.cli.output import console

LINE_EVERY_S: Final = 5.0


class Screen:
    """What a person sees while it goes on. With `json` it is on standard error."""

    def __init__(self, *, json: bool) -> None:
        self.console = console(stderr=json)
        self._live: Live | None = None
        self._last_line = float("-inf")

    def say(self, words: str) -> None:
        """One line, at once."""
        self.console.print(Text(words, style="dim"))

    def way_in(self, address: str) -> None:
        """Where to look at it with a browser; in one piece, however narrow the terminal is."""
        self.console.print(
            Text.assemble("Look at it (this link works once): ", (address, "bold")), soft_wrap=True
        )

    @contextmanager
    def watching(self) -> Generator[None]:
        """Keep the table on the terminal meanwhile."""
        if not self.console.is_terminal:
            yield
            return
        with Live(console=self.console, auto_refresh=False) as self._live:
            yield
        self._live = None

    def show(self, progress: Progress, words: str, counts: Mapping[str, int]) -> None:
        """How far it is now."""
        if self._live:
            self._live.update(picture(progress, words, counts), refresh=True)
        elif time.monotonic() - self._last_line >= LINE_EVERY_S:
            self._last_line = time.monotonic()
            self.console.print(line(progress, counts))
