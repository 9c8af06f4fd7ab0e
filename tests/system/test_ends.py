"""Nothing of ours outlives its supervisor."""

from __future__ import annotations

import signal

import pytest

from printvision.cli.ports import free_port
from tests.processes import survivors, wait_until
from tests.system.conftest import READY_WITHIN_S, Start

pytestmark = [pytest.mark.system, pytest.mark.timeout(180)]

GONE_WITHIN_S = 10.0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_ten_seconds_after_up_has_ended_nothing_of_it_lives(start: Start, how: signal.Signals):
    up = start("up", "--json", "--port", str(free_port()))
    told = up.answer()
    assert told["ready"] is True
    assert (up.data / "first-api-key").read_text().strip() == told["api_key"]
    family = up.family()
    processes = up.told_processes()
    assert {processes["supervisor"], processes["database"], *processes["serve"], *processes["worker"]} < {
        *family
    }

    up.process.send_signal(how)

    assert survivors(family, after_s=GONE_WITHIN_S) == []
    assert up.process.wait(1) == (-signal.SIGKILL if how is signal.SIGKILL else 0)


def test_ten_seconds_after_a_killed_demo_nothing_of_it_lives(start: Start):
    demo = start("demo", "--orders", "20")
    wait_until((demo.data / "sent.jsonl").exists, within_s=READY_WITHIN_S)
    family = demo.family()
    processes = demo.told_processes()
    assert [len(processes[role]) for role in ("simulate", "simulate-printify")] == [1, 1]

    demo.process.kill()

    assert survivors(family, after_s=GONE_WITHIN_S) == []
