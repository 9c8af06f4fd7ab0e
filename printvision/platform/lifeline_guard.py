"""Runs one command and sees to it that nothing of it outlives whoever asked for it.

Started as a script with `python -I -S`, so it needs the standard library alone: it is up in 20 ms and takes
some 10 MB. Its parent holds the other end of a pipe, the lifeline. When the parent ends, however it ended,
the kernel closes that end and the guard takes the command down: one signal after the other, each with its
grace, SIGKILL at last. What the command leaves behind is swept up. Should the guard itself be killed, the
kernel (Linux) sends the command the first of these signals, and the command's own lifeline, held by the
guard, breaks.

Arguments: a JSON object (`Order`), then the command. The guard writes one line to `report`, the command's
pid or why it could not be started, and closes it only by ending. Its exit code is that of the command, 128
+ n after signal n, 127 where nothing was started.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NotRequired, TypedDict

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
ORPHANS_GRACE_S = 0.5
SWEEP_LIMIT_S = 2.0


class Order(TypedDict):
    """What to do.

    `lifeline` and `report` are file descriptors, `stop` is signals with their seconds of grace, in order;
    `uid` and `gid` are there where the command runs as somebody else.
    """

    lifeline: int
    report: int
    stop: list[tuple[int, float]]
    uid: NotRequired[int]
    gid: NotRequired[int]


class Guard:
    """One command and what becomes of it."""

    def __init__(self, order: Order, argv: list[str]) -> None:
        self._order = order
        self._told_to_stop = False
        self._alarm, alarm_end = os.pipe()
        os.set_blocking(alarm_end, False)
        signal.set_wakeup_fd(alarm_end, warn_on_full_buffer=False)
        # A handler rather than SIG_IGN, which the command would inherit.
        for heard in (signal.SIGCHLD, signal.SIGHUP):
            signal.signal(heard, do_nothing)
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, self._stop)
        self._prctl = linux_prctl()
        self._prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._child = self._start(argv)
        os.write(order["report"], b"%d\n" % self._child.pid)

    def _stop(self, *_: object) -> None:
        self._told_to_stop = True

    def _start(self, argv: list[str]) -> subprocess.Popen[bytes]:
        lifeline, _held_until_we_end = os.pipe()
        guard, first_signal = os.getpid(), self._order["stop"][0][0]

        def die_with_the_guard() -> None:
            self._prctl(PR_SET_PDEATHSIG, first_signal)
            if os.getppid() != guard:
                os._exit(1)

        somebody_else = "uid" in self._order
        child = subprocess.Popen(  # noqa: S603 -- the command is what we are for
            argv,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(lifeline,),
            env={**os.environ, "PRINTVISION_LIFELINE_FD": f"{lifeline}:{os.fstat(lifeline).st_ino}"},
            user=self._order.get("uid"),
            group=self._order.get("gid"),
            extra_groups=[] if somebody_else else None,
            preexec_fn=die_with_the_guard,  # noqa: PLW1509 -- the guard has one thread
        )
        os.close(lifeline)
        return child

    def run(self) -> int:
        """Wait for the command or for the end of the parent; the exit code."""
        waiting = select.poll()
        waiting.register(self._order["lifeline"], select.POLLIN | select.POLLHUP)
        waiting.register(self._alarm, select.POLLIN)
        while self._child.poll() is None:
            ready = dict(waiting.poll())
            if self._alarm in ready:
                os.read(self._alarm, 512)
            if self._told_to_stop or self._order["lifeline"] in ready:
                self._take_down()
        sweep(self._child.pid)
        code = self._child.returncode
        return code if code >= 0 else 128 - code

    def _take_down(self) -> None:
        for number, grace_s in self._order["stop"]:
            self._child.send_signal(number)
            try:
                self._child.wait(grace_s)
                return
            except subprocess.TimeoutExpired:
                continue
        self._child.kill()
        self._child.wait()


def do_nothing(*_: object) -> None:
    """What wakes the guard says nothing else."""


def sweep(group: int) -> None:
    """Reap what the command left behind; kill what is still there after a moment's grace."""
    started = time.monotonic()
    while (waited := time.monotonic() - started) < SWEEP_LIMIT_S:
        try:
            if os.waitpid(-1, os.WNOHANG)[0]:
                continue
        except ChildProcessError:
            break
        if waited > ORPHANS_GRACE_S:
            kill_all(group)
        time.sleep(0.01)
    kill_all(group)


def kill_all(group: int) -> None:
    """SIGKILL for the command's process group and, on Linux, for every orphan that fell to us."""
    signal_or_gone(os.killpg, group)
    for orphan in children(os.getpid()):
        signal_or_gone(os.kill, orphan)


def signal_or_gone(send: Callable[[int, int], None], target: int) -> None:
    try:
        send(target, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def children(parent: int) -> list[int]:
    """Pids whose parent is `parent`, from /proc; empty where there is none."""
    found: list[int] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The command's name, in brackets, may hold anything; the parent is the second field after it.
            fields = stat.read_text(errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(stat.parent.name))
    return found


def linux_prctl() -> Callable[[int, int], object]:
    """prctl(2), or nothing where the system has none."""
    if sys.platform != "linux":
        return lambda option, value: None
    return ctypes.CDLL(None, use_errno=True).prctl


def main(order: Order, argv: list[str]) -> int:
    try:
        guard = Guard(order, argv)
    except OSError as error:
        os.write(order["report"], f"{error.strerror}\n".encode())
        return 127
    return guard.run()


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1]), sys.argv[2:]))
