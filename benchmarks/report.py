"""Results as a table for people and as JSON for machines."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from benchmarks.figures import Figure, Section
from benchmarks.plan import Plan
from printvision.platform import clock

RESULTS: Final = Path(__file__).parent / "results"


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run on one machine."""

    at: str
    cores: int
    system: str
    python: str
    rounds: int
    sections: tuple[Section, ...]


def make_report(plan: Plan, sections: Sequence[Section]) -> Report:
    return Report(
        at=clock.now().isoformat(timespec="seconds"),
        cores=os.cpu_count() or 1,
        system=platform.platform(),
        python=platform.python_version(),
        rounds=plan.rounds,
        sections=tuple(sections),
    )


def markdown(report: Report) -> str:
    """The whole report."""
    head = (
        f"# Benchmark of {report.at}\n\n"
        f"{report.cores} cores, {report.system}, Python {report.python}; median of {report.rounds} rounds"
        " (lowest to highest). A goal is held against the median.\n"
    )
    return "\n".join([head, *(_section(section) for section in report.sections)])


def write(report: Report, folder: Path = RESULTS) -> Path:
    """Store both forms; the path of the Markdown."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = report.at.replace(":", "").replace("+0000", "Z")
    (folder / f"{stem}.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)) + b"\n")
    path = folder / f"{stem}.md"
    path.write_text(markdown(report))
    return path


def _section(section: Section) -> str:
    rows = "\n".join(_row(figure) for figure in section.figures)
    notes = "".join(f"- {note}\n" for note in section.notes)
    table = f"| | median | spread | goal |\n| --- | ---: | ---: | --- |\n{rows}\n"
    return f"## {section.title}\n\n{table}{notes and chr(10)}{notes}"


def _row(figure: Figure) -> str:
    spread, goal = figure.spread, figure.goal
    unit = f" {figure.unit}" if figure.unit else ""
    told = f"{goal.words}: {'met' if goal.met else '**missed**'}" if goal else ""
    range_ = f"{_number(spread.lowest)} to {_number(spread.highest)}"
    return f"| {figure.name} | {_number(spread.median)}{unit} | {range_} | {told} |"


def _number(value: float) -> str:
    """Three figures, at most three of them behind the point."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
