"""Shares, lengths of time and changes as people write them on the command line."""

from __future__ import annotations

import re
from typing import Final

from printvision.cli.errors import BadUsage

SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}

_NUMBER = r"[+-]?\d+(?:\.\d+)?"
_DURATION = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<unit>ms|s|m|h|d)?")
_PERCENT = re.compile(rf"(?P<number>{_NUMBER})\s*(?P<sign>%)?")


def read_share(text: str, option: str) -> float:
    """`0.05` or `5%`.

    Raises:
        BadUsage: it is not between nothing and all.
    """
    found = _PERCENT.fullmatch(text.strip())
    share = float(found["number"]) / (100 if found["sign"] else 1) if found else -1.0
    if not 0 <= share <= 1:
        raise BadUsage(f"{option} wants a share such as 5% or 0.05, not {text!r}")
    return share


def read_duration(text: str, option: str) -> float:
    """Seconds of `250ms`, `20s`, `2m`, `1h` or `1d`; a number alone is seconds.

    Raises:
        BadUsage: it is no length of time, or longer than a day.
    """
    found = _DURATION.fullmatch(text.strip())
    seconds = float(found["number"]) * SECONDS[found["unit"] or "s"] if found else -1.0
    if not 0 <= seconds <= SECONDS["d"]:
        raise BadUsage(f"{option} wants a length of time up to a day, such as 250ms, 20s or 2m, not {text!r}")
    return seconds


def read_span(text: str, option: str) -> tuple[float, float]:
    """Shortest and longest of `50ms..250ms`, in seconds; one length of time is both.

    Raises:
        BadUsage: it is no span, or its end lies before its beginning.
    """
    first, dots, last = text.partition("..")
    shortest = read_duration(first, option)
    longest = read_duration(last, option) if dots else shortest
    if longest < shortest:
        raise BadUsage(f"{option} wants the shorter time first, not {text!r}")
    return shortest, longest


def read_percent(text: str, option: str) -> float:
    """`+12%`, `-5` or `0`.

    Raises:
        BadUsage: it is no percentage.
    """
    found = _PERCENT.fullmatch(text.strip())
    if not found:
        raise BadUsage(f"{option} wants a change such as +12% or -5%, not {text!r}")
    return float(found["number"])


def duration(seconds: float) -> str:
    """`250 ms`, `20 s`, `2 min`, `1 h`."""
    if seconds < 1 and seconds:
        return f"{seconds * 1000:.3g} ms"
    for size, unit in ((3_600.0, "h"), (60.0, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:.3g} s" if seconds < 100 else f"{seconds:.0f} s"


def span(shortest: float, longest: float) -> str:
    return duration(shortest) if shortest == longest else f"{duration(shortest)} to {duration(longest)}"
