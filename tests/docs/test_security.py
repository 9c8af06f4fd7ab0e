"""What the assessment of security says of itself: real requirements, each once, and evidence that is there."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from tests.shared import shared

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "security" / "asvs.md"
STATES = re.compile(r"met|met when .+|not applicable|not met")


def rows() -> list[tuple[str, str, str, str]]:
    found = [
        line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| V")
    ]
    return [
        (each[0], each[1], each[2].strip(), each[3].strip("` ") if len(each) > 3 else "") for each in found
    ]


def test_it_counts_itself():
    first = PAGE.read_text().splitlines()[0]

    assert first == f"# OWASP ASVS 5.0: {len(rows())} of 345 requirements assessed"
    assert len({requirement for requirement, *_ in rows()}) == len(rows())


def test_each_has_a_state_and_evidence_that_is_there():
    for requirement, state, how, evidence in rows():
        assert STATES.fullmatch(state), requirement
        assert how or evidence, requirement
        assert not evidence or (ROOT / evidence).is_file(), f"{requirement}: {evidence}"


def test_what_is_met_is_shown_or_said():
    silent = [requirement for requirement, state, _, evidence in rows() if state == "met" and not evidence]

    assert silent == []


def test_each_is_a_published_requirement_of_level_one_or_two():
    with shared("vectors/security-checklists/asvs5.csv").open(newline="") as file:
        levels = {row["req_id"]: int(row["L"]) for row in csv.DictReader(file)}

    assert {requirement for requirement, *_ in rows() if levels.get(requirement, 3) > 2} == set()
