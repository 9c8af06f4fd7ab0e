"""What a run of chaos is made of, and how it tells what it found."""

from __future__ import annotations

from pathlib import Path

import msgspec

from printvision.cli.demo.evidence import Evidence
from printvision.cli.demo.plan import Ended, Figures, ProviderFigures, Verdict
from tests.chaos.plan import make_plan
from tests.chaos.report import make_report, markdown, write

FIGURES = Figures(
    received=20,
    delivered=17,
    held=2,
    not_printable=1,
    lost=0,
    doubled=1,
    rerouted=5,
    unknown_resolved=3,
    seconds=60.0,
    passed_over=4,
    taken_back=1,
    split=2,
    held_wrongly=1,
    providers={"printful": ProviderFigures(orders=9, pieces=12)},
)
HELD = Evidence(
    external_id="demo-7-3",
    recipient="Ana",
    fate="plain",
    wanted=["1 × TEE"],
    order={"stage": "routed", "held_at": "now", "hold_reason": "our-fault", "hold_detail": "it broke"},
    run="ERROR",
    events=[],
    fulfilments=[],
    submissions=[],
    decisions=[],
    ledger={},
)


def ended(*problems: str) -> Ended:
    verdict = Verdict(lost=(), doubled=(("Ana", "TEE"),))
    return Ended(FIGURES, verdict, problems, {"killed": 5}, (HELD,))


def test_everything_but_the_kills_moments_follows_from_the_seed():
    assert make_plan(orders=20, kills=5, seed=7) == make_plan(orders=20, kills=5, seed=7)
    assert make_plan(orders=20, kills=5, seed=7) != make_plan(orders=20, kills=5, seed=8)


def test_a_run_is_as_bad_as_it_says_for_every_seed():
    plans = [make_plan(orders=20, kills=5, seed=seed) for seed in range(200)]

    assert all(0.15 <= plan.unanswered <= 0.3 for plan in plans)
    assert all(0.01 <= plan.applied_late <= 0.08 for plan in plans)
    assert all("orders.create" in plan.unanswered_calls for plan in plans)


def test_the_report_says_what_was_found_how_to_repeat_it_and_whom_to_look_into():
    plan = make_plan(orders=20, kills=5, seed=7)

    told = markdown(make_report(plan, ended("1 lines were ordered or printed more than once"), Path("/x")))

    assert "not all is well" in told
    assert "**1 lines were ordered or printed more than once**" in told
    assert 'make chaos ARGS="--orders 20 --kills 5 --seed 7"' in told
    assert "| held though printable | 1 (our-fault: 1) |" in told
    assert "- demo-7-3 (plain): routed, held: our-fault: it broke; wanted 1 × TEE" in told


def test_both_forms_are_written_and_the_json_has_the_evidence(tmp_path: Path):
    report = make_report(make_plan(orders=20, kills=5, seed=7), ended(), tmp_path)

    path = write(report, tmp_path)

    assert path.read_text().startswith("# Chaos of ")
    stored = msgspec.json.decode(path.with_suffix(".json").read_bytes())
    assert (stored["ok"], stored["plan"]["seed"]) == (True, 7)
    assert stored["evidence"][0]["order"]["hold_detail"] == "it broke"
