"""`Prefer` (RFC 7240): whether a caller would have a call go on by itself, and how long they would wait for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

MAX_WAIT_S: Final = 20
RESPOND_ASYNC: Final = "respond-async"
WAIT: Final = "wait"
_PREFERENCES = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PREFERENCE = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9A-Za-z-]+)(?:\s*=\s*"?([^";]*?)"?)?\s*(?:;.*)?')
_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Preference:
    """To have a task make the call, and to wait for it `wait_s` seconds, 0 to `MAX_WAIT_S`, before being told so."""

    wait_s: int = 0

    @property
    def applied(self) -> str:
        """As `Preference-Applied` tells that a task makes it."""
        return f"{RESPOND_ASYNC}, {WAIT}={self.wait_s}" if self.wait_s else RESPOND_ASYNC


def read_preference(lines: Sequence[str]) -> Preference | None:
    """What a request prefers; None where it is to be answered as usual. What we do not know is passed over.

    Args:
        lines: the field as often as it was sent. Of two of one name the first counts.
    """
    found: dict[str, str] = {}
    for name, value in _read(lines):
        found.setdefault(name, value)
    if RESPOND_ASYNC not in found:
        return None
    wait = found.get(WAIT, "")
    return Preference(min(int(wait), MAX_WAIT_S) if _SECONDS.fullmatch(wait) else 0)


def _read(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        for each in _PREFERENCES.findall(line):
            if found := _PREFERENCE.fullmatch(each):
                yield found[1].lower(), found[2] or ""
