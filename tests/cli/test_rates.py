from __future__ import annotations

import io
import sys
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from printvision.cli.exits import Exit
from printvision.platform.settings import Settings
from tests.cli.conftest import Run
from tests.exchange.ecb import DAILY_XML, HISTORY_CSV


@pytest.fixture(autouse=True)
def a_day_later() -> Generator[None]:
    """Rates of days to come are refused, and the files' days shall not be those, whenever this runs."""
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def history(tmp_path: Path) -> Path:
    path = tmp_path / "eurofxref-hist.csv"
    path.write_bytes(HISTORY_CSV)
    return path


def test_rates_are_loaded_from_a_file_and_shown(run: Run, installed: Settings, history: Path):
    loaded = run("rates", "load", history, "--json")

    assert loaded.code == Exit.OK
    assert loaded.answer == {
        "first_day": "1999-01-04",
        "last_day": "2026-11-23",
        "days": 3,
        "days_new": 3,
        "rates": 8,
        "rates_new": 8,
        "rates_changed": 0,
        "passed_over": ["CYP"],
    }
    assert run("rates", "show", "--day", "2026-11-22", "--json").answer == {
        "asked": "2026-11-22",
        "day": "2026-11-20",
        "age_days": 2,
        "per_euro": {"EUR": "1", "GBP": "0.8325", "USD": "1.0551"},
    }


def test_it_is_said_in_words(run: Run, installed: Settings, history: Path):
    assert run("rates", "load", history).out.splitlines() == [
        "1999-01-04 to 2026-11-23: 8 rates of 3 days.",
        "8 rates are new, 0 changed; 3 days had none before.",
        "Passed over, no longer currencies: CYP",
    ]
    assert "All of them were there already." in run("rates", "load", history).out
    shown = run("rates", "show", "--day", "2026-11-24").out
    assert "Of 2026-11-23, 1 day before 2026-11-24; for one euro:" in shown
    assert "No rates are loaded for 1998-12-31" in run("rates", "show", "--day", "1998-12-31").out


def test_they_may_come_from_standard_input(run: Run, installed: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DAILY_XML)))

    assert run("rates", "load", "-", "--json").answer["rates_new"] == 3


def test_a_jump_is_refused_until_it_is_forced(run: Run, installed: Settings, history: Path):
    run("rates", "load", history)
    history.write_bytes(HISTORY_CSV.replace(b"2026-11-23,1.0543", b"2026-11-23,10.543"))

    refused = run("rates", "load", history, "--json")

    assert (refused.code, refused.problem["code"]) == (Exit.REFUSED, "exchange/jump")
    assert refused.problem["jumps"] == ["USD: 1.0551 on 2026-11-20, 10.543 on 2026-11-23"]
    assert run("rates", "load", history, "--force", "--json").answer["rates_changed"] == 1


def test_a_file_that_is_none_is_refused_with_the_place(run: Run, installed: Settings, history: Path):
    history.write_bytes(HISTORY_CSV.replace(b"0.8331", b"cheap"))

    done = run("rates", "load", history, "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "exchange/unreadable")
    assert (done.problem["line"], done.problem["column"]) == (2, 30)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("load", "nowhere.csv"), "nowhere.csv: No such file"),
        (("show", "--day", "yesterday"), "--day: expected a day such as 2026-11-23"),
    ],
)
def test_what_is_badly_written_is_refused_in_words(
    run: Run, installed: Settings, arguments: tuple[str, ...], said: str
):
    done = run("rates", *arguments, "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "cli/usage")
    assert said in done.problem["detail"]
