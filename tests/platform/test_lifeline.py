"""Nothing outlives whoever started it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from printvision.platform import lifeline
from printvision.platform.lifeline import CommandNotStarted, Guarded
from tests.database import ROOT
from tests.processes import family, lives, survivors, wait_until

pytestmark = pytest.mark.system

STUBBORN = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
open(sys.argv[1], "w").close()
signal.pause()
"""

HOLDING = """
import signal, sys
from printvision.platform.lifeline import hold
hold(grace_s=0.2)
if sys.argv[2] == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
open(sys.argv[1], "w").close()
signal.pause()
"""

STARTER = """
import signal, sys
from printvision.platform.lifeline import Guarded
guarded = Guarded(sys.argv[1:], stop=((signal.SIGTERM, 0.3),))
signal.pause()
"""


def python(code: str, *arguments: str | Path) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def test_a_command_ends_with_its_own_code() -> None:
    assert Guarded(["sh", "-c", "exit 7"]).wait(10) == 7
    assert Guarded(["sh", "-c", "kill -KILL $$"]).wait(10) == 128 + 9


def test_a_command_that_is_not_there_is_named() -> None:
    with pytest.raises(CommandNotStarted) as refused:
        Guarded(["/nowhere/printvision"])

    assert str(refused.value) == "/nowhere/printvision: No such file or directory"
    assert refused.value.fields == {"command": "/nowhere/printvision"}


async def test_its_end_can_be_awaited_twice() -> None:
    guarded = Guarded(["sh", "-c", "exit 3"])

    assert (await guarded.ended(), await guarded.ended()) == (3, 3)


def test_it_is_taken_down_signal_by_signal() -> None:
    script = "trap 'echo int' INT; trap 'echo quit; exit 4' QUIT; echo up; while :; do sleep 0.05; done"
    guarded = Guarded(
        ["sh", "-c", script],
        stop=((signal.SIGINT, 0.3), (signal.SIGQUIT, 5.0)),
        output=subprocess.PIPE,
    )
    assert guarded.output is not None
    first = guarded.output.readline()

    guarded.stop()

    assert (first, guarded.wait(10), guarded.output.read()) == (b"up\n", 4, b"int\nquit\n")
    guarded.output.close()


def test_a_deaf_command_and_its_far_children_are_killed(tmp_path: Path) -> None:
    guarded = Guarded(python(STUBBORN, tmp_path / "up"), stop=((signal.SIGTERM, 0.2),))
    wait_until((tmp_path / "up").exists)
    everything = family(guarded.guard_pid)

    guarded.stop()

    assert guarded.wait(10) == 128 + 9
    assert (len(everything), survivors(everything, after_s=0)) == (3, [])


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_end_of_the_starter_is_the_end_of_all(tmp_path: Path, how: signal.Signals) -> None:
    starter = subprocess.Popen(python(STARTER, *python(STUBBORN, tmp_path / "up")), cwd=ROOT)
    wait_until((tmp_path / "up").exists)
    everything = family(starter.pid)

    starter.send_signal(how)
    starter.wait()

    assert (len(everything), survivors(everything, after_s=10)) == (4, [])


def test_a_stopped_command_is_killed_too(tmp_path: Path) -> None:
    guarded = Guarded(python(HOLDING, tmp_path / "up", "hearing"), stop=((signal.SIGTERM, 0.2),))
    wait_until((tmp_path / "up").exists)
    os.kill(guarded.pid, signal.SIGSTOP)
    wait_until(lambda: psutil.Process(guarded.pid).status() == psutil.STATUS_STOPPED)

    guarded.stop()

    assert guarded.wait(10) == 128 + 9


@pytest.mark.parametrize("ear", ["hearing", "deaf"])
def test_a_command_of_ours_ends_when_its_guard_is_killed(tmp_path: Path, ear: str) -> None:
    guarded = Guarded(python(HOLDING, tmp_path / "up", ear))
    wait_until((tmp_path / "up").exists)

    os.kill(guarded.guard_pid, signal.SIGKILL)

    assert survivors([guarded.pid], after_s=5) == []
    assert guarded.wait(5) == -9


def test_ctrl_c_in_our_terminal_does_not_reach_a_command() -> None:
    guarded = Guarded(["sleep", "60"])

    groups = {os.getpgid(pid) for pid in (os.getpid(), guarded.guard_pid, guarded.pid)}

    assert len(groups) == 3
    guarded.stop()
    assert guarded.wait(10) == 128 + 15


def test_another_child_does_not_keep_the_lifeline_open() -> None:
    guarded = Guarded(["sleep", "60"])
    bystander = subprocess.Popen(["sleep", "60"])

    guarded.stop()

    assert guarded.wait(10) == 128 + 15
    bystander.kill()
    bystander.wait()


def test_a_process_started_by_hand_holds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    read, write = os.pipe()
    os.close(write)
    inode = os.fstat(read).st_ino
    for value in ("", "nonsense", "9999:1", f"{read}:{inode + 1}", "0:0", f"{read}"):
        monkeypatch.setenv(lifeline.VARIABLE, value)
        lifeline.hold()

    assert lives(os.getpid())
    assert "lifeline" not in {thread.name for thread in threading.enumerate()}
    os.close(read)


def test_a_guard_is_light_and_quick() -> None:
    began = time.monotonic()
    guarded = Guarded(["sleep", "60"])

    assert time.monotonic() - began < 2
    assert psutil.Process(guarded.guard_pid).memory_info().rss < 40_000_000
    guarded.stop()
    guarded.wait(10)
