"""Clusters of demos and tests whose data folder was simply deleted.

A cluster that lies apart from its data folder outlives it. That is right for real data: the folder may be an
unmounted disk. A disposable cluster says of itself that nobody will miss it, and is deleted when the next one
is made.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import structlog

from printvision.platform.bundled_postgres.locks import FileLock

log = structlog.get_logger(__name__)

MARK = "disposable"


def mark(home: Path) -> None:
    """Say that this cluster may go once its data folder no longer names it."""
    (home / MARK).touch()


def sweep(clusters: Path) -> None:
    """Delete the disposable clusters that no data folder names and nobody runs."""
    for marked in clusters.glob(f"*/{MARK}"):
        home = marked.parent
        if not _is_named(home) and _is_idle(home):
            shutil.rmtree(home, ignore_errors=True)
            log.info("database.disposed", folder=str(home))


def _is_named(home: Path) -> bool:
    pointer = Path((home / "belongs-to").read_text().strip()) / "database" / "location"
    return pointer.exists() and pointer.read_text().strip() == str(home)


def _is_idle(home: Path) -> bool:
    lock = FileLock(home / "supervisor.lock")
    idle = lock.acquire()
    lock.release()
    return idle
