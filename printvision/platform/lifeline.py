"""Nothing of ours outlives its supervisor, however that ended: Ctrl-C, SIGTERM or SIGKILL.

Every process we start hangs on a pipe whose write end only its starter holds. The kernel closes that end
with the starter, and the reader knows. `Guarded` starts a command under a small guard process that reads
the pipe and takes the command down (`lifeline_guard.py`); `hold()` is for our own commands, which hang on a
second pipe from their guard.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from printvision.platform import lifeline_guard
from printvision.platform.errors import PrintVisionError

VARIABLE = "PRINTVISION_LIFELINE_FD"

Steps = Sequence[tuple[signal.Signals, float]]
"""How a command is taken down: signals in order, each with its grace in seconds. SIGKILL comes last by
itself."""

POLITELY: Steps = ((signal.SIGTERM, 3.0),)


class CommandNotStarted(PrintVisionError):
    code = "processes/not-started"
    title = "A command could not be started"
    action = "Check that the named program is installed and may be run by this user."
    command: str


@dataclass(frozen=True)
class Account:
    """The system user a command runs as instead of ourselves."""

    name: str
    uid: int
    gid: int


class Guarded:
    """A command that runs under a guard; it ends when we end, when `stop()` is called, or by itself.

    It gets its own session, so a Ctrl-C in our terminal does not reach it, and nothing on its standard input.

    Args:
        env: the whole environment; ours when not given.
        output: where its standard output and error go: a file, or `subprocess.PIPE`, read from `self.output`.
        account: run it as somebody else; only root may.
        keep: file descriptors the guard (not the command) keeps open until all is over, such as a lock.

    Raises:
        CommandNotStarted: the command cannot be executed.
    """

    def __init__(
        self,
        argv: Sequence[str],
        *,
        stop: Steps = POLITELY,
        env: Mapping[str, str] | None = None,
        output: int | IO[bytes] | None = None,
        account: Account | None = None,
        keep: Sequence[int] = (),
    ) -> None:
        lifeline, self._lifeline = os.pipe()
        self._report, report = os.pipe()
        order = lifeline_guard.Order(lifeline=lifeline, report=report, stop=[*stop])
        if account:
            order |= {"uid": account.uid, "gid": account.gid}
        try:
            self._guard = subprocess.Popen(  # noqa: S603 -- whoever calls us chose the command
                [sys.executable, "-I", "-S", str(Path(lifeline_guard.__file__)), json.dumps(order), *argv],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output is not None else None,
                env=env,
                start_new_session=True,
                pass_fds=(lifeline, report, *keep),
            )
        finally:
            os.close(lifeline)
            os.close(report)
        self.output = self._guard.stdout
        self.pid = self._read_pid(argv[0])

    def _read_pid(self, command: str) -> int:
        line = os.read(self._report, 512).decode(errors="replace").strip()
        if line.isdecimal():
            return int(line)
        self.pid = 0
        self.wait(10)
        raise CommandNotStarted(f"{command}: {line or 'its guard was killed'}", command=command)

    @property
    def guard_pid(self) -> int:
        return self._guard.pid

    @property
    def running(self) -> bool:
        return self._guard.poll() is None

    def stop(self) -> None:
        """Let go of the lifeline: the guard takes the command down. Returns at once."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def wait(self, timeout_s: float) -> int:
        """The command's exit code, 128 + n after signal n.

        Raises:
            subprocess.TimeoutExpired
        """
        code = self._guard.wait(timeout_s)
        self._close()
        return code

    async def ended(self) -> int:
        """Wait until the command and all it left behind are gone; as `wait`."""
        if self._report < 0:
            return self._guard.returncode
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        # The guard never writes a second time: readable means that it has ended.
        loop.add_reader(self._report, over.set)
        try:
            await over.wait()
        finally:
            loop.remove_reader(self._report)
        return self.wait(5)

    def _close(self) -> None:
        self.stop()
        if self._report >= 0:
            os.close(self._report)
            self._report = -1
        if self._guard.returncode < 0 and self.pid:
            # The guard was killed and could not sweep; the command must not meet its successor.
            lifeline_guard.signal_or_gone(os.killpg, self.pid)


def hold(*, grace_s: float = 3.0) -> None:
    """Tie this process to whoever started it; does nothing in one started by hand.

    When the starter has ended this process gets SIGTERM, and `grace_s` later it ends without further ado.
    """
    lifeline = _inherited_lifeline()
    if lifeline is not None:
        os.set_inheritable(lifeline, False)
        thread = threading.Thread(target=_end_with, args=(lifeline, grace_s), name="lifeline", daemon=True)
        thread.start()


def _inherited_lifeline() -> int | None:
    # A grandchild inherits the variable but not the descriptor, whose number may by then mean another file.
    number, _, inode = os.environ.get(VARIABLE, "").partition(":")
    if not number.isdecimal():
        return None
    try:
        found = os.fstat(int(number))
    except OSError:
        return None
    return int(number) if stat.S_ISFIFO(found.st_mode) and str(found.st_ino) == inode else None


def _end_with(lifeline: int, grace_s: float) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_s)
    os._exit(1)
