"""What a crash leaves behind: a server nobody owns, or the files of one that is no more."""

from __future__ import annotations

import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil
import structlog

from printvision.platform.bundled_postgres.home import SOCKET_FILE, Home

log = structlog.get_logger(__name__)

STOPPING = ((signal.SIGINT, 5.0), (signal.SIGQUIT, 2.0))


def clear(home: Home, socket: Path) -> None:
    """Stop a server still alive on this data and take away the files that would keep a new one from
    starting.

    The caller holds the cluster's lock: whoever started that server has ended without stopping it. It is
    stopped, not adopted, for nobody guards it and its settings may be old.
    """
    pid_file = home.data / "postmaster.pid"
    if not pid_file.exists():
        return
    written = _first_number(pid_file)
    family = _family(home.data)
    if family:
        log.warning(
            "database.leftover_stopped", pid=written, processes=len(family), reason="its supervisor is gone"
        )
        _stop(family, written)
    else:
        log.info(
            "database.leftover_cleared", pid=written, reason="the server was killed or the machine went down"
        )
    # PostgreSQL takes any process of this number for a server, and numbers come round again after a reboot.
    for stale in (pid_file, socket / SOCKET_FILE, socket / f"{SOCKET_FILE}.lock"):
        stale.unlink(missing_ok=True)


def _first_number(path: Path) -> int | None:
    line = path.read_text(errors="replace").partition("\n")[0].strip()
    return int(line) if line.isdecimal() else None


def _family(data: Path) -> list[psutil.Process]:
    """The server and its backends: each works inside its data folder."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["name"]):
        try:
            if "postgres" in process.name() and Path(process.cwd()).samefile(data):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def _stop(family: list[psutil.Process], postmaster: int | None) -> None:
    for number, grace_s in STOPPING:
        for process in family:
            if process.pid == postmaster:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(number)
        if _all_gone(family, grace_s):
            return
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _all_gone(family, 2.0)


def _all_gone(family: list[psutil.Process], within_s: float) -> bool:
    deadline = time.monotonic() + within_s
    while any(_lives(process) for process in family):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def _lives(process: psutil.Process) -> bool:
    # A zombie does nothing any more, and in a container there may be nobody to bury it.
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
