from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import UUID

import msgspec
from rich.console import Console

from printvision.cli.exits import Exit
from printvision.cli.route_views import show_replay, show_route
from printvision.orders.route_schemas import (
    Replay,
    ReplayedRoute,
    ReplayTotal,
    RouteExplanation,
    RouteOutcome,
    RouteView,
)
from printvision.orders.routing import choose
from printvision.orders.rules import RoutingRules
from printvision.orders.schemas import OrderView
from printvision.orders.states import Stage
from printvision.platform.money import Money
from printvision.platform.settings import Settings
from tests.cli.conftest import Run
from tests.orders.problems import line, offered, problem, source

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
ORDER = OrderView(
    id=UUID(int=1),
    shop_id=UUID(int=2),
    external_id="1001",
    number="#1001",
    stage=Stage.ROUTED,
    reason=None,
    hold=None,
    country="US",
    test=False,
    placed_at=NOON,
    received_at=NOON,
    stage_at=NOON,
)


def screen() -> tuple[Console, StringIO]:
    written = StringIO()
    return Console(file=written, width=200), written


def test_nothing_routed_is_replayed_as_such(run: Run, installed: Settings):
    done = run("routes", "replay", "--since", "2026-01-01", "--max-days", 3, "--json")

    assert done.code == Exit.OK
    assert (done.answer["looked_at"], done.answer["orders"], done.answer["totals"]) == (0, [], [])
    assert done.answer["rules"]["max_days"] == 3
    assert "0 orders looked at" in run("routes", "replay", "--since", "2026-01-01T10:00:00+02:00").out


def test_rules_come_from_a_file_and_options_lie_over_it(run: Run, installed: Settings, tmp_path: Path):
    run("rules", "set", "--most-parcels", 4)
    file = tmp_path / "rules.json"
    file.write_text('{"max_days": 9, "most_parcels": null, "exact_only": true}')

    done = run("routes", "replay", "--since", "2026-01-01", "--rules", file, "--max-days", 3, "--json")

    rules = done.answer["rules"]
    assert (rules["max_days"], rules["most_parcels"], rules["exact_only"]) == (3, None, True)
    file.write_text(msgspec.json.encode(run("rules", "show", "--json").answer).decode())
    shown = run("routes", "replay", "--since", "2026-01-01", "--rules", file, "--json")
    assert shown.answer["rules"]["most_parcels"] == 4


def test_a_file_that_holds_no_rules_is_a_mistake_of_usage(run: Run, installed: Settings, tmp_path: Path):
    file = tmp_path / "rules.json"
    file.write_text("[1]")

    for wrong in (file, tmp_path / "missing.json"):
        done = run("routes", "replay", "--since", "2026-01-01", "--rules", wrong, "--json")
        assert (done.code, done.problem["code"]) == (Exit.REFUSED, "cli/usage")
        assert done.problem["detail"].startswith(f"--rules: {wrong}: ")


def test_a_rule_that_there_is_not_is_refused(run: Run, installed: Settings, tmp_path: Path):
    file = tmp_path / "rules.json"
    file.write_text('{"cheapest": true}')

    done = run("routes", "replay", "--since", "2026-01-01", "--rules", file, "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["errors"][0]["path"].startswith("rules")


def test_an_explanation_shows_the_chosen_parts_and_what_was_against_the_others():
    given = problem(
        source(0, offered(0, 1_000), offered(1, 3_000)),
        source(1, offered(0, 3_000), offered(1, 1_000)),
        source(2, offered(0, 900), paused="key revoked"),
        lines=(line(0), line(1)),
    )
    decision = choose(given, keep=3)
    record = msgspec.to_builtins(
        {"winner": decision.winner, "candidates": decision.candidates, "considered": 3}, str_keys=True
    )
    view = RouteView(decided_at=NOON, record=record, best=decision.baskets)
    console, written = screen()

    show_route(console, RouteExplanation(order=ORDER, decisions=[view]))

    rows = [" ".join(row.split()) for row in written.getvalue().splitlines()]
    assert (
        "chosen House 0, Standard (1 line) + House 1, Standard (1 line) 20.00 EUR 10.00 EUR 30.00 EUR 2 -"
        in rows
    )
    assert "House 2 STANDARD - - - - key revoked" in rows


def test_a_decision_of_an_older_shape_is_shown_too():
    candidate = {"connection_name": "Print house", "method": "STANDARD", "failed": None}
    record = {
        "winner": candidate,
        "candidates": [candidate, {**candidate, "failed": "no-price"}],
        "considered": 2,
    }
    console, written = screen()

    show_route(
        console,
        RouteExplanation(order=ORDER, decisions=[RouteView(decided_at=NOON, record=record, best=())]),
    )

    rows = [" ".join(row.split()) for row in written.getvalue().splitlines()]
    assert "Print house chosen STANDARD - - - -" in rows
    assert "Print house STANDARD - - - - no-price" in rows


def test_a_replay_shows_what_changes_and_what_it_comes_to():
    before = RouteOutcome(makers=("House 0, Standard",), total=Money(3_000, "EUR"))
    after = RouteOutcome(makers=("House 1, Fast",), total=Money(2_750, "EUR"))
    route = ReplayedRoute(
        order_id=ORDER.id,
        number="#1001",
        decided_at=NOON,
        before=before,
        after=after,
        changed=True,
        more=Money(-250, "EUR"),
    )
    total = ReplayTotal(
        currency="EUR",
        orders=2,
        before=Money(6_000, "EUR"),
        after=Money(5_750, "EUR"),
        more=Money(-250, "EUR"),
    )
    console, written = screen()

    show_replay(
        console,
        Replay(
            rules=RoutingRules(),
            looked_at=3,
            unknown=1,
            changed=1,
            newly_made=0,
            no_longer_made=0,
            more_to_see=True,
            totals=(total,),
            orders=(route,),
        ),
    )

    told = [" ".join(row.split()) for row in written.getvalue().splitlines()]
    assert "3 orders looked at, 1 would be routed otherwise." in told
    assert "#1001 2026-03-20 12:00:00 House 0, Standard 30.00 EUR House 1, Fast 27.50 EUR -2.50 EUR" in told
    assert "2 orders cost 60.00 EUR and would cost 57.50 EUR: -2.50 EUR" in told
    assert "1 are too old to be routed anew." in told
    assert "There are more: raise --limit." in told
