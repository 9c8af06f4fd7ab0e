"""Figures: measured in rounds, ours and its peer's in turns, so that a slow minute is slow for both."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import msgspec


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One figure over all rounds."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        return cls(median=statistics.median(values), lowest=min(values), highest=max(values))


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What a median is to reach, and whether it does."""

    words: str
    met: bool

    @classmethod
    def at_least(cls, bound: float, spread: Spread) -> Goal:
        return cls(words=f"≥ {bound:g}", met=spread.median >= bound)

    @classmethod
    def below(cls, bound: float, spread: Spread) -> Goal:
        return cls(words=f"< {bound:g}", met=spread.median < bound)


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the report.

    Args:
        name: what was measured.
        unit: of its values.
        spread: over the rounds.
        goal: None for a figure that only explains another.
    """

    name: str
    unit: str
    spread: Spread
    goal: Goal | None = None


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one measurement, and what is to be known to read them."""

    title: str
    figures: tuple[Figure, ...]
    notes: tuple[str, ...] = ()


def figure(
    name: str,
    unit: str,
    values: Sequence[float],
    *,
    at_least: float | None = None,
    below: float | None = None,
) -> Figure:
    """A figure of one value a round, with at most one goal."""
    spread = Spread.of(values)
    goal = None
    if at_least is not None:
        goal = Goal.at_least(at_least, spread)
    elif below is not None:
        goal = Goal.below(below, spread)
    return Figure(name=name, unit=unit, spread=spread, goal=goal)


def ratios(ours: Sequence[float], peers: Sequence[float]) -> list[float]:
    """Ours through its peer's of the same round."""
    return [mine / theirs for mine, theirs in zip(ours, peers, strict=True)]


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all lie at or below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
