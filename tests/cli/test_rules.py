from __future__ import annotations

import re

import pytest

from printvision.cli.exits import Exit
from printvision.platform.settings import Settings
from tests.cli.conftest import Run

DEFAULTS = {
    "fallback": "next_best",
    "most_parcels": None,
    "exact_only": False,
    "max_days": None,
    "margin_floor_percent": None,
    "most_extra_percent": None,
    "stale_after_days": 30,
    "rates_max_age_days": 7,
    "quote_tolerance_percent": 2,
    "services": [],
}


def test_the_defaults_are_shown_where_nobody_set_any(run: Run, installed: Settings):
    assert run("rules", "show", "--json").answer == {
        "id": None,
        "rules": DEFAULTS,
        "set_at": None,
        "set_by": None,
    }
    assert "Nobody has set any" in run("rules", "show").out


def test_each_rule_is_set_by_an_option_of_its_name(run: Run, installed: Settings):
    numbers = {name: 3 for name, default in DEFAULTS.items() if name.endswith(("days", "percent", "parcels"))}
    options = [part for name in numbers for part in (f"--{name.replace('_', '-')}", 3)]

    done = run("rules", "set", "--fallback", "queue", "--exact-only", *options, "--json")

    assert done.code == Exit.OK
    assert done.answer["rules"] == DEFAULTS | numbers | {"fallback": "queue", "exact_only": True}
    assert run("rules", "show", "--json").answer == done.answer


def test_none_takes_a_bound_away(run: Run, installed: Settings):
    run("rules", "set", "--max-days", 3, "--exact-only")

    done = run("rules", "set", "--max-days", "none", "--no-exact-only", "--json")

    assert done.answer["rules"] == DEFAULTS


def test_services_are_set_replaced_and_forgotten_one_by_one(run: Run, installed: Settings):
    run("rules", "set", "--service", "Standard=printful:STANDARD", "--service", "A=B=printful:FAST")

    done = run(
        *("rules", "set", "--service", "standard = printful:STANDARD, printful:ECONOMY"),
        *("--forget-service", "a=b", "--json"),
    )

    assert done.answer["rules"]["services"] == [
        {"asked": "standard", "methods": {"printful": ["STANDARD", "ECONOMY"]}}
    ]
    assert "printful: STANDARD, ECONOMY" in run("rules", "show").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Name at least one rule"),
        (("--service", "Express"), "--service: expected SERVICE=PROVIDER:METHOD"),
        (("--service", "Express=printful"), "--service: expected SERVICE=PROVIDER:METHOD"),
        (("--forget-service", "Express"), "no service is called 'Express'"),
    ],
)
def test_what_is_badly_written_is_refused_in_words(
    run: Run, installed: Settings, arguments: tuple[str, ...], said: str
):
    done = run("rules", "set", *arguments, "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "cli/usage"
    assert said in done.problem["detail"]


def test_nonsense_is_refused_with_the_place_of_it(run: Run, installed: Settings):
    done = run("rules", "set", "--service", "Express=inkwell:FAST", "--max-days", 3, "--json")

    assert (done.code, done.problem["code"]) == (Exit.REFUSED, "rule-broken")
    assert [fault["path"] for fault in done.problem["errors"]] == ["services[0].methods.inkwell"]
    assert run("rules", "show", "--json").answer["rules"] == DEFAULTS


def test_the_history_tells_what_each_setting_changed(run: Run, installed: Settings):
    assert "Nobody has set any rules" in run("rules", "history").out
    run("rules", "set", "--max-days", 3)
    run("rules", "set", "--max-days", "none", "--service", "Express=printful:FAST")

    lines = run("rules", "history").out.splitlines()

    assert [re.split(" {3,}", line.rstrip())[-1] for line in lines] == [
        "what",
        "max-days none, services 1",
        "max-days 3",
    ]
    assert len(run("rules", "history", "--json").answer["items"]) == 2
