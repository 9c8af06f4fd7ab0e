from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from printvision.cli.errors import BadUsage
from printvision.cli.exits import Exit
from printvision.cli.fault_options import FaultOptions
from printvision.cli.faults import CALLS, WEBHOOKS, read_changes, read_faults
from printvision.cli.ports import free_port
from printvision.cli.simulating import Wanted, prepare
from printvision.providers.simulators.faults import Faults
from tests.cli.conftest import Run
from tests.processes import wait_until
from tests.shared import ROOT


@dataclass(frozen=True)
class Simulating:
    process: subprocess.Popen[str]
    port: int


Simulate = Callable[..., Simulating]


@pytest.fixture
def simulate(tmp_path: Path) -> Generator[Simulate]:
    """Simulated providers as processes of their own."""
    with ExitStack() as stack:
        yield lambda *words: stack.enter_context(simulating(tmp_path, *words))


@contextmanager
def simulating(data: Path, *words: str) -> Generator[Simulating]:
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "printvision", "simulate", *words),
            *("--data", str(data), "--port", str(port), "--json"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until(lambda: answers(port))
        yield Simulating(process, port)
    finally:
        process.kill()
        process.communicate()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/_simulator/health", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest.mark.system
def test_faults_of_a_running_simulator_are_shown_changed_and_ended(run: Run, simulate: Simulate):
    simulator = simulate("printful", "--dropped", "0.5", "--on", "orders.create")
    at = ("--port", simulator.port)

    begun = run("simulate", "faults", "show", *at, "--json").answer
    assert begun["dropped"] == {"share": 0.5, "operations": ["orders.create"], "times": None}

    changed = run("simulate", "faults", "set", *at, "--webhooks-lost", "25%", "--json").answer
    assert (changed["webhooks_lost"]["share"], changed["dropped"]["share"]) == (0.25, 0.5)

    ended = run("simulate", "faults", "set", *at, "--dropped", "0", "--blackout", "1m", "--json").answer
    assert (ended["webhooks_lost"]["share"], ended["dropped"]["share"]) == (0.25, 0.0)
    assert 55 < ended["blackout"]["for_s"] <= 60
    shown = run("simulate", "faults", "show", *at).out
    assert "webhooks lost" in shown
    assert "blackout" in shown
    assert "dropped" not in shown

    assert run("simulate", "faults", "clear", *at).out.strip() == "Nothing goes wrong."

    simulator.process.send_signal(signal.SIGTERM)
    assert simulator.process.wait(10) == Exit.OK


@pytest.mark.system
def test_the_second_provider_is_simulated_too(run: Run, simulate: Simulate, tmp_path: Path):
    simulator = simulate("printify", "--auto-approve", "never")

    health = httpx.get(f"http://127.0.0.1:{simulator.port}/_simulator/health", trust_env=False).json()
    told = run("simulate", "faults", "set", "printify", "--port", simulator.port, "--dropped", "5%", "--json")

    assert health["provider"] == "printify"
    assert told.answer["dropped"]["share"] == 0.05
    assert (tmp_path / "ledger" / "printify.jsonl").exists()


EVERYTHING = FaultOptions(
    latency="10%",
    latency_for="50ms..2s",
    rate_limited="1%",
    retry_after="7s",
    server_error="0.02",
    dropped="3%",
    applied_then_timeout="4%",
    applied_late="5%",
    late_by="1.5s",
    hold="2m",
    charge_failed="6%",
    webhooks_lost="7%",
    webhooks_late="8%",
    webhooks_late_by="3s",
    webhooks_doubled="9%",
    webhooks_doubled_after="0s..1s",
    webhooks_shuffled="11%",
    webhooks_window="500ms",
    on=["orders.*"],
    times="12",
    blackout="20s",
    blackout_in="5s",
    out_of_stock=["4011", "9:5:17887"],
    price_change="-5%",
)


def test_every_fault_can_be_said():
    told = msgspec.json.decode(msgspec.json.encode(read_faults(EVERYTHING)))

    assert told.keys() == set(Faults.__struct_fields__)
    assert {name: told[name]["share"] for name in (*CALLS, *WEBHOOKS)} == {
        "latency": 0.1,
        "rate_limited": 0.01,
        "server_error": 0.02,
        "dropped": 0.03,
        "applied_then_timeout": 0.04,
        "applied_late": 0.05,
        "charge_failed": 0.06,
        "webhooks_lost": 0.07,
        "webhooks_late": 0.08,
        "webhooks_doubled": 0.09,
        "webhooks_shuffled": 0.11,
    }
    assert all(
        (told[name]["operations"], told[name]["times"]) == (["orders.*"], 12) for name in (*CALLS, *WEBHOOKS)
    )
    assert (told["latency"]["min_s"], told["latency"]["max_s"]) == (0.05, 2.0)
    assert (told["webhooks_late"]["min_s"], told["webhooks_late"]["max_s"]) == (3.0, 3.0)
    assert told["rate_limited"]["retry_after_s"] == 7.0
    assert (told["applied_late"]["late_s"], told["applied_late"]["hold_s"]) == (1.5, 120.0)
    assert told["applied_then_timeout"]["hold_s"] == 120.0
    assert told["webhooks_shuffled"]["window_s"] == 0.5
    assert told["blackout"] == {"for_s": 20.0, "after_s": 5.0}
    assert told["out_of_stock"] == ["4011", "9:5:17887"]
    assert told["price_percent"] == -5.0


def test_a_change_names_only_what_was_said():
    assert read_changes(FaultOptions(dropped="10%")) == {"dropped": {"share": 0.1}}
    assert read_changes(FaultOptions(late_by="2s")) == {"applied_late": {"late_s": 2.0}}
    assert read_changes(FaultOptions(out_of_stock=["none"])) == {"out_of_stock": []}
    assert read_changes(FaultOptions(dropped="1", times="none")) == {"dropped": {"share": 1.0, "times": None}}


@pytest.mark.parametrize(
    ("options", "word"),
    [
        ({"latency": "1.5"}, "--latency"),
        ({"dropped": "many"}, "--dropped"),
        ({"late_by": "2 days"}, "--late-by"),
        ({"latency_for": "2s..1s"}, "--latency-for"),
        ({"price_change": "twice"}, "--price-change"),
        ({"dropped": "1%", "times": "often"}, "--times"),
        ({"on": ["orders.*"]}, "--on"),
        ({"blackout_in": "2s"}, "--blackout-in"),
    ],
)
def test_what_cannot_be_read_is_a_mistake_that_names_the_option(options: dict[str, Any], word: str):
    with pytest.raises(BadUsage) as raised:
        read_changes(FaultOptions(**options))

    assert word in str(raised.value)


def test_a_share_beyond_all_is_a_mistake(run: Run):
    done = run("simulate", "faults", "set", "--latency", "1.5", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "cli/usage"
    assert "latency" in done.problem["detail"]


def test_a_change_of_nothing_is_a_mistake(run: Run):
    assert run("simulate", "faults", "set", "--json").problem["code"] == "cli/usage"


def test_a_price_may_fall(run: Run):
    done = run("simulate", "faults", "set", "--port", 9, "--price-change=-5%", "--json")

    assert done.problem["code"] == "cli/simulator-unreachable"


def test_faults_are_read_from_a_file_that_show_wrote(run: Run, tmp_path: Path):
    (tmp_path / "faults.json").write_bytes(msgspec.json.encode(Faults()))

    done = run("simulate", "faults", "set", "--port", 9, "--faults", tmp_path / "faults.json", "--json")

    assert done.code == Exit.UNREACHABLE
    assert done.problem["code"] == "cli/simulator-unreachable"


def test_approval_is_for_printify_alone(tmp_path: Path):
    with pytest.raises(BadUsage):
        prepare(Wanted("printful", auto_approve="never"), data_dir=tmp_path)
