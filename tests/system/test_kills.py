"""The whole way of three hundred orders, by two providers, while our own processes are killed."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from printvision.cli.demo.plan import Ended, Plan
from printvision.cli.demo.run import run_demo
from printvision.cli.demo.screen import Screen
from printvision.cli.demo.stage import Stage
from printvision.platform.settings import ALIASES
from tests.system.conftest import remove_database

pytestmark = [pytest.mark.system, pytest.mark.timeout(480)]


@pytest.fixture
def data(tmp_path: Path) -> Generator[Path]:
    yield tmp_path / "demo"
    remove_database(tmp_path / "demo")


@pytest.fixture
def own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes get none of the settings of whoever runs the tests."""
    for name in [*os.environ]:
        if name.startswith("PRINTVISION_") or name in ALIASES.values():
            monkeypatch.delenv(name)
    monkeypatch.setenv("PRINTVISION_CONFIG", os.devnull)


async def test_three_hundred_orders_are_printed_once_though_ten_processes_are_killed(
    own_environment: None, data: Path
):
    plan = Plan(
        orders=300,
        seed=11,
        data=data,
        kills=10,
        kill_pause_s=(2.0, 5.0),
        unanswered=0.2,
        unanswered_calls=("orders.create", "orders.confirm"),
        applied_late=0.03,
        webhooks_lost=0.1,
        a_second=6.0,
    )
    told: list[tuple[Stage, Ended]] = []

    ended = await run_demo(plan, Screen(json=True), tell=lambda stage, ended: told.append((stage, ended)))

    assert ended is not None
    assert (ended.verdict.lost, ended.verdict.doubled) == ((), ())
    assert ended.problems == ()
    assert ended.counts["killed"] >= 10
    figures = ended.figures
    assert figures.received == 300
    assert figures.delivered + figures.held + figures.not_printable == 300
    # beyond the orders that the shop never says are paid, which are held on purpose
    assert figures.held_wrongly < 0.02 * plan.orders
    assert figures.unknown_resolved > 0
    assert figures.rerouted > 0, "Printify was dark for 20 s"
    assert all(printed.orders > 0 for printed in figures.providers.values())
    assert [one for _, one in told] == [ended]
