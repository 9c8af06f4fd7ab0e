"""What a crash leaves behind: a server nobody owns, or the files of one that is no more."""

from __future__ import annotations

import signal
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
    alive = family
    for number, grace_s in STOPPING:
        for process in alive:
            if process.pid == postmaster:
                process.send_signal(number)
        alive = psutil.wait_procs(alive, timeout=grace_s)[1]
        if not alive:
            return
    for process in alive:
        process.kill()
    psutil.wait_procs(alive, timeout=2.0)
