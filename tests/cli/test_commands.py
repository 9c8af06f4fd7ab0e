from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from printvision.cli.exits import Exit
from tests.cli.conftest import Run
from tests.shared import ROOT

COMMANDS = [
    *(["up"], ["serve"], ["worker"], ["migrate"], ["demo"], ["doctor"], ["settings"], ["features"]),
    ["simulate"],
    *(["simulate", "faults", verb] for verb in ("show", "set", "clear")),
    *(["orders", verb] for verb in ("list", "show", "hold", "release", "retry", "cancel")),
    *(["orders", verb] for verb in ("reroute", "edit-address", "reprint", "mark-shipped")),
    *(["routes", verb] for verb in ("explain", "replay")),
    *(["rules", verb] for verb in ("show", "set", "history")),
    *(["rates", verb] for verb in ("load", "show")),
    *(["connections", verb] for verb in ("add", "list", "live", "calls", "test", "sync")),
    *(["keys", verb] for verb in ("create", "list", "revoke", "rotate")),
    *(["hooks", verb] for verb in ("add", "list", "show", "update", "pause", "resume", "rotate", "delete")),
    *(["hooks", verb] for verb in ("deliveries", "replay", "test", "kinds")),
]


def test_the_help_lists_every_command(run: Run):
    done = run("--help")

    assert done.code == Exit.OK
    words = done.out.split()
    assert {command[0] for command in COMMANDS} < set(words)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(run: Run, command: list[str]):
    done = run(*command, "--help")

    assert done.code == Exit.OK
    assert f"printvision {' '.join(command)}" in done.out
    assert "--json" in done.out


def test_the_help_imports_none_of_what_is_slow():
    asked = (
        "import sys; from printvision.cli import main; main(['--help']); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )

    slow = {"sqlalchemy", "litestar", "dbos", "pyvips", "granian", "psycopg", "httpx", "msgspec"}
    assert slow & set(done.stderr.split()) == set()


def test_an_unknown_command_is_a_mistake_of_usage(run: Run):
    done = run("ordres")

    assert done.code == Exit.USAGE
    assert done.out == ""
    assert '"ordres"' in done.err
    assert "orders" in done.err


def test_a_mistake_of_usage_is_a_problem_document_for_programs(run: Run):
    done = run("orders", "list", "--bogus", "--json")

    assert done.code == Exit.USAGE
    assert done.out == ""
    assert done.problem["code"] == "cli/usage"
    assert done.problem["status"] == 400
    assert "--bogus" in done.problem["detail"]


def test_a_wrong_setting_names_itself(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRINTVISION_SERVER_PORT", "many")

    done = run("orders", "list", "--json")

    assert done.code == Exit.USAGE
    assert (done.out, len(done.err.splitlines())) == ("", 1)
    assert done.problem["code"] == "settings/invalid"
    assert done.problem["variable"] == "PRINTVISION_SERVER_PORT"


def test_what_does_not_run_cannot_be_reached(run: Run, tmp_path: Path):
    done = run("orders", "list", "--json", "--data", tmp_path / "nothing")

    assert done.code == Exit.UNREACHABLE
    assert done.problem["code"] == "cli/not-running"
    assert done.problem["action"].startswith("Start it with `printvision up`")
    assert not (tmp_path / "nothing").exists()


def test_a_person_is_told_in_words(run: Run, tmp_path: Path):
    done = run("orders", "list", "--data", tmp_path / "nothing")

    assert done.code == Exit.UNREACHABLE
    assert done.err.splitlines()[0] == "✗ PrintVision does not run here"
    assert "printvision up" in done.err
    assert "Traceback" not in done.err


def test_a_taken_port_is_told_before_anything_starts(run: Run, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("up", "--json", "--data", tmp_path / "data", "--port", port)

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "cli/port-taken"
    assert done.problem["port"] == port
    assert not (tmp_path / "data").exists()


def test_ctrl_c_has_a_code_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch):
    def interrupted() -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("printvision.cli.commands.build", interrupted)

    assert run("doctor").code == Exit.INTERRUPTED


def test_a_reader_that_has_seen_enough_is_no_failure():
    # `head` is gone before the help is written; standard output is closed under it
    shell = (
        f"{sys.executable} -c 'import time; time.sleep(0.3)' | {sys.executable} -m printvision --help | true"
    )
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "Traceback" not in done.stderr
    assert done.returncode == Exit.OK


def test_completion_is_written_where_it_is_asked_for(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HOME", str(tmp_path))

    done = run("--install-completion", "--shell", "bash", "--output", tmp_path / "completion")

    assert done.code == Exit.OK
    assert "connections sync" in (tmp_path / "completion").read_text()
    assert os.listdir(tmp_path) == ["completion"]


def test_features_tell_which_tier_has_what(run: Run):
    done = run("features", "--json")

    told = {feature["key"]: feature["tiers"] for feature in done.answer["features"]}
    assert told["orders"] == ["free", "creator", "pro", "enterprise"]


def test_a_fault_of_ours_leaves_its_trace_above_the_problem(run: Run, monkeypatch: pytest.MonkeyPatch):
    def broken() -> object:
        raise ValueError("what nobody expected")

    monkeypatch.setattr("printvision.cli.commands.build", broken)

    done = run("doctor", "--json")

    assert done.code == Exit.REFUSED
    assert done.problem["code"] == "internal"
    assert "nobody expected" not in done.err.splitlines()[-1]
    assert "in broken" in done.err
