"""The whole way of a hundred orders while our own processes are killed."""

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

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


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


async def test_a_hundred_orders_are_printed_once_though_five_processes_are_killed(
    own_environment: None, data: Path
):
    plan = Plan(
        orders=100,
        seed=11,
        data=data,
        kills=5,
        kill_pause_s=(1.5, 4.0),
        unanswered=0.2,
        a_second=6.0,
    )
    told: list[tuple[Stage, Ended]] = []

    ended = await run_demo(plan, Screen(json=True), tell=lambda stage, ended: told.append((stage, ended)))

    assert ended is not None
    assert (ended.verdict.lost, ended.verdict.doubled) == ((), ())
    assert ended.problems == ()
    assert ended.counts["killed"] == 5
    assert ended.figures.received == 100
    assert ended.figures.unknown_resolved > 0
    assert [one for _, one in told] == [ended]
