from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec
import pytest

from printvision.cli.exits import Exit
from printvision.providers.simulators.faults import Faults
from tests.cli.conftest import Run
from tests.processes import wait_until
from tests.shared import ROOT


@dataclass(frozen=True)
class Simulating:
    process: subprocess.Popen[str]
    port: int


@pytest.fixture
def simulator(tmp_path: Path) -> Generator[Simulating]:
    """A simulated Printful as a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "printvision", "simulate", "printful", "--data", str(tmp_path)),
            *("--port", str(port), "--json", "--dropped", "0.5", "--on", "orders.create"),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_until(lambda: answers(port))
    yield Simulating(process, port)
    process.kill()
    process.communicate()


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/_simulator/health", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@pytest.mark.system
def test_faults_of_a_running_simulator_are_shown_and_changed(run: Run, simulator: Simulating):
    at = ("--port", simulator.port)

    begun = run("simulate", "faults", "show", *at, "--json").answer
    assert begun["dropped"] == {"share": 0.5, "operations": ["orders.create"], "times": None}

    changed = run("simulate", "faults", "set", *at, "--webhooks-lost", "0.25", "--json").answer
    assert (changed["webhooks_lost"]["share"], changed["dropped"]["share"]) == (0.25, 0.0)
    assert "webhooks lost" in run("simulate", "faults", "show", *at).out

    simulator.process.send_signal(signal.SIGTERM)
    assert simulator.process.wait(10) == Exit.OK


def test_a_share_beyond_all_is_a_mistake(run: Run):
    done = run("simulate", "faults", "set", "--latency", "1.5", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "cli/usage"
    assert "latency" in done.problem["detail"]


def test_faults_are_read_from_a_file_that_show_wrote(run: Run, tmp_path: Path):
    (tmp_path / "faults.json").write_bytes(msgspec.json.encode(Faults()))

    done = run("simulate", "faults", "set", "--port", 9, "--faults", tmp_path / "faults.json", "--json")

    assert done.code == Exit.UNREACHABLE
    assert done.problem["code"] == "cli/simulator-unreachable"
