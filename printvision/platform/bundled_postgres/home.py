"""Where a cluster lies, and the file that lets one in.

`DATA/database/` holds `access.json` (0600: passwords and the socket's folder). The cluster lies beside it,
except where root's data folder is closed to the user that runs the server: then it lies in
`/var/lib/printvision/clusters` and a file `location` names it. No folder of anybody else is ever opened for
it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from printvision.platform.bundled_postgres import disposal
from printvision.platform.bundled_postgres.errors import (
    DatabaseFolderUnusable,
    DatabaseNotStarted,
    using_folder,
)
from printvision.platform.bundled_postgres.installation import make_folder
from printvision.platform.lifeline import Account

FOLDER: Final = "database"
DATABASE: Final = "printvision"
SUPERUSER: Final = "postgres"
APP: Final = "printvision_app"
SYSTEM: Final = "printvision_system"
OWNER: Final = "printvision_owner"
LOGINS: Final = (SUPERUSER, OWNER, APP, SYSTEM)

SOCKET_FILE: Final = ".s.PGSQL.5432"
# sun_path holds 108 bytes on Linux and 104 elsewhere, the closing zero included.
SOCKET_PATH_LIMIT: Final = 103


@dataclass(frozen=True)
class Home:
    """The folder of one cluster; everything in it but the data belongs to us."""

    path: Path

    @property
    def data(self) -> Path:
        return self.path / "data"

    @property
    def logs(self) -> Path:
        return self.path / "log"

    @property
    def conf(self) -> Path:
        return self.path / "postgresql.conf"

    @property
    def hba(self) -> Path:
        return self.path / "pg_hba.conf"


class Access(msgspec.Struct, frozen=True):
    """What it takes to connect: the folder of the socket and a password for each login."""

    socket: str
    passwords: dict[str, str]

    def __repr__(self) -> str:
        return f"Access(socket={self.socket!r})"

    def url(self, login: str, database: str = DATABASE) -> str:
        """The address for SQLAlchemy with psycopg."""
        password = quote(self.passwords[login], safe="")
        return f"postgresql+psycopg://{login}:{password}@/{database}?host={quote(self.socket, safe='/')}"


def read_access(data_dir: Path) -> Access:
    """The access to the server of a data folder.

    Raises:
        DatabaseNotStarted: no server was ever started there.
        DatabaseFolderUnusable: the file cannot be understood.
    """
    access = find_access(data_dir)
    if access is None:
        raise DatabaseNotStarted(folder=str(data_dir))
    return access


def find_access(data_dir: Path) -> Access | None:
    """As `read_access`; `None` where there is no file."""
    path = data_dir / FOLDER / "access.json"
    if not path.exists():
        return None
    try:
        with using_folder(path):
            access = msgspec.json.decode(path.read_bytes(), type=Access)
    except msgspec.DecodeError as error:
        raise DatabaseFolderUnusable(
            f"{path}: {error}", folder=str(path), reason="not readable JSON"
        ) from None
    if not set(LOGINS) <= access.passwords.keys():
        raise DatabaseFolderUnusable(
            f"{path}: a login is missing", folder=str(path), reason="a login is missing"
        )
    return access


def new_passwords() -> dict[str, str]:
    return {login: secrets.token_urlsafe(32) for login in LOGINS}


def write_access(data_dir: Path, access: Access) -> None:
    replace_file(data_dir / FOLDER / "access.json", msgspec.json.encode(access), mode=0o600)


def replace_file(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file whole or not at all, never readable by more than `mode` says, and safely on disk."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def settle(data_dir: Path, account: Account | None, system_folder: Path, *, disposable: bool) -> Home:
    """Find the home of a data folder's cluster, or choose and make one."""
    folder = data_dir / FOLDER
    pointer = folder / "location"
    make_folder(folder, 0o711 if account else 0o700)
    if pointer.exists():
        home = Path(pointer.read_text().strip())
        if not home.is_dir():
            # An unmounted disk looks like this: a fresh cluster in its place would hide the real one.
            raise DatabaseFolderUnusable(f"{home} is gone", folder=str(home), reason="the folder is gone")
        return Home(home)
    if account is None or (folder / "data").exists() or may_enter(account, folder):
        return Home(folder)
    # Named by chance: were it named by the data folder, the next one at that place would meet its data.
    home = system_folder / "clusters" / f"{data_dir.name}-{secrets.token_hex(4)}"
    make_folder(home.parent, 0o711)
    disposal.sweep(home.parent)
    make_folder(home, 0o711)
    (home / "belongs-to").write_text(f"{data_dir}\n")
    replace_file(pointer, f"{home}\n".encode(), mode=0o644)
    if disposable:
        disposal.mark(home)
    return Home(home)


def may_enter(account: Account, folder: Path) -> bool:
    """Whether this user may walk to the folder; root's own home counts as closed whatever its mode."""
    folder = folder.resolve()
    if folder.is_relative_to(Path.home().resolve()):
        return False
    return all(_may_pass(account, step) for step in (folder, *folder.parents))


def _may_pass(account: Account, folder: Path) -> bool:
    found = folder.stat()
    if found.st_uid == account.uid:
        return bool(found.st_mode & 0o100)
    if found.st_gid == account.gid:
        return bool(found.st_mode & 0o010)
    return bool(found.st_mode & 0o001)


def socket_folder(home: Home, account: Account | None) -> Path:
    """A folder of the server's own (0700) whose path is short enough for a socket; made where missing."""
    folder = home.path / "socket"
    if len(os.fsencode(folder / SOCKET_FILE)) > SOCKET_PATH_LIMIT:
        name = hashlib.sha256(os.fsencode(home.path)).hexdigest()[:16]
        folder = _short_place(account) / f"printvision-{name}"
    make_folder(folder, 0o700, account)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != (account.uid if account else os.geteuid()):
        reason = "it belongs to somebody else"
        raise DatabaseFolderUnusable(f"{folder}: {reason}", folder=str(folder), reason=reason)
    folder.chmod(0o700)
    return folder


def _short_place(account: Account | None) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if account is None and runtime and len(runtime) < 40 and os.access(runtime, os.W_OK):
        return Path(runtime)
    return Path("/tmp")  # noqa: S108 -- the folder made there is private, and checked to be ours


def tidy_socket_folder(data_dir: Path, home: Home) -> None:
    """Take away a socket folder that lies outside the home; a server still there keeps it."""
    access = find_access(data_dir)
    if access and not Path(access.socket).is_relative_to(home.path):
        with suppress(OSError):
            Path(access.socket).rmdir()


def forget(data_dir: Path, home: Home) -> None:
    """Delete a stopped cluster with all its data, and the way to it."""
    if home.path != data_dir / FOLDER:
        shutil.rmtree(home.path)
    shutil.rmtree(data_dir / FOLDER)
