"""Making a cluster, and the two files that say how it runs and whom it lets in.

A cluster appears whole: it is made in a staging folder, with its logins and database, and moved to its
place in one step. Its configuration lies outside its data, is ours to write and is written at every start.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from printvision.platform.bundled_postgres.errors import DatabaseVersionMismatch, refused
from printvision.platform.bundled_postgres.home import (
    APP,
    DATABASE,
    OWNER,
    SUPERUSER,
    SYSTEM,
    Home,
    replace_file,
)
from printvision.platform.bundled_postgres.installation import MAJOR
from printvision.platform.lifeline import Account

RUN_LIMIT_S = 120.0
LOG_FILE_MB = 10


class Durability(StrEnum):
    """`OFF` is for tests: a crash of the machine loses the cluster."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True)
class Tuning:
    """What a start may choose. `max_connections` is 10 to 1000."""

    max_connections: int = 100
    shared_buffers_mb: int = 128
    durability: Durability = Durability.ON


@dataclass(frozen=True)
class Programs:
    """PostgreSQL's programs and the user that runs them."""

    folder: Path
    account: Account | None

    def run(self, program: str, *arguments: str, cwd: Path, input: str | None = None) -> None:
        """Run one to its end.

        Raises:
            DatabaseFolderUnusable: the disk is full or closed.
            DatabaseDidNotStart: it failed for another reason.
        """
        try:
            done = self._run([str(self.folder / program), *arguments], cwd, input)
        except subprocess.TimeoutExpired:
            raise refused(cwd, f"error: {program} took longer than {RUN_LIMIT_S:.0f} s") from None
        if done.returncode != 0:
            raise refused(cwd, done.stdout)

    def _run(self, argv: list[str], cwd: Path, input: str | None) -> subprocess.CompletedProcess[str]:
        account = self.account
        return subprocess.run(  # noqa: S603 -- a program of the wheel
            argv,
            input=input or "",
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env=environment(),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            timeout=RUN_LIMIT_S,
            check=False,
        )


def environment() -> dict[str, str]:
    """The whole environment of PostgreSQL's programs: none of our secrets, none of the user's PG*
    variables."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def create(home: Home, programs: Programs, passwords: Mapping[str, str], tuning: Tuning) -> None:
    """Make the cluster with its logins and the empty database; afterwards it is there, or nothing is."""
    for abandoned in home.path.glob("staging-*"):
        # Its initdb may yet live for a moment; what it still writes is taken away next time.
        shutil.rmtree(abandoned, ignore_errors=True)
    with _staging(home, programs.account) as staging:
        data = staging / "data"
        password = staging / "password"
        password.write_text(passwords[SUPERUSER])
        _give(password, programs.account)
        programs.run("initdb", *_initdb_arguments(data, password, tuning), cwd=staging)
        _single_user(programs, data, create_statements(passwords))
        os.rename(data, home.data)
        _sync_folder(home.path)


def set_passwords(home: Home, programs: Programs, passwords: Mapping[str, str]) -> None:
    """Give the logins of a stopped cluster new passwords."""
    _single_user(programs, home.data, password_statements(passwords))


def check_version(home: Home) -> None:
    """Make sure that this PostgreSQL may run on the data.

    Raises:
        DatabaseVersionMismatch: another major version wrote it.
    """
    found = (home.data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        detail = f"{home.data} was written by PostgreSQL {found}; this is {MAJOR}"
        raise DatabaseVersionMismatch(detail, folder=str(home.data), found=found, expected=MAJOR)


@contextmanager
def _staging(home: Home, account: Account | None) -> Generator[Path]:
    staging = Path(tempfile.mkdtemp(prefix="staging-", dir=home.path))
    try:
        _give(staging, account)
        yield staging
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _give(path: Path, account: Account | None) -> None:
    path.chmod(0o700 if path.is_dir() else 0o600)
    if account:
        os.chown(path, account.uid, account.gid)


def _initdb_arguments(data: Path, password: Path, tuning: Tuning) -> list[str]:
    arguments = [f"--pgdata={data}", f"--username={SUPERUSER}", f"--pwfile={password}"]
    arguments += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums", "--no-instructions"]
    # The builtin provider sorts and folds case alike on every machine, whatever its C library.
    arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return [*arguments, "--no-sync"] if tuning.durability is Durability.OFF else arguments


def _single_user(programs: Programs, data: Path, statements: list[str]) -> None:
    """Run statements as the superuser on a stopped cluster: no password is in any argument or socket yet."""
    text = "".join(f"{statement};\n\n" for statement in statements)
    options = ["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic", "-c", "log_statement=none"]
    programs.run("postgres", "--single", "-D", str(data), *options, "-j", "postgres", cwd=data, input=text)


def create_statements(passwords: Mapping[str, str]) -> list[str]:
    """SQL that makes the three logins and the owner's database.

    None of them passes by row-level security; what the system login may see is said by policies.
    """
    plain = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return [
        *(f"CREATE ROLE {login} {plain}" for login in (OWNER, APP, SYSTEM)),
        *password_statements(passwords),
        f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
        *admit_statements(DATABASE),
    ]


def password_statements(passwords: Mapping[str, str]) -> list[str]:
    """SQL that sets the passwords, which are URL-safe base64 and need no escape."""
    return [f"ALTER ROLE {login} PASSWORD '{password}'" for login, password in passwords.items()]


def admit_statements(database: str) -> list[str]:
    """SQL that lets our logins, and nobody else, into a database."""
    return [
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {APP}, {SYSTEM}",
    ]


def write_configuration(home: Home, socket: Path, account: Account | None, tuning: Tuning) -> None:
    """Write postgresql.conf and pg_hba.conf; an operator's own lines go to `custom.conf` beside them."""
    # Root's files are read by another user: they hold no secret.
    mode = 0o644 if account else 0o600
    settings = "".join(f"{name} = {value}\n" for name, value in _settings(home, socket, tuning).items())
    replace_file(home.conf, f"{settings}include_if_exists = 'custom.conf'\n".encode(), mode=mode)
    replace_file(home.hba, b"local all all scram-sha-256\n", mode=mode)


def _settings(home: Home, socket: Path, tuning: Tuning) -> dict[str, str]:
    durable = tuning.durability.value
    return {
        "data_directory": _quoted(home.data),
        "hba_file": _quoted(home.hba),
        "ident_file": _quoted(home.data / "pg_ident.conf"),
        "listen_addresses": "''",
        "unix_socket_directories": _quoted(socket),
        "unix_socket_permissions": "0700",
        "password_encryption": "'scram-sha-256'",
        "allow_alter_system": "off",
        "max_connections": str(tuning.max_connections),
        "shared_buffers": f"'{tuning.shared_buffers_mb}MB'",
        "fsync": durable,
        "full_page_writes": durable,
        "synchronous_commit": durable,
        "jit": "off",
        "timezone": "'UTC'",
        "lc_messages": "'C'",
        **(_FORGETFUL if tuning.durability is Durability.OFF else {}),
        **_log_settings(home),
    }


# Nothing will be recovered or replicated: little log, and no hurry to bring it to the disk.
_FORGETFUL = {
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "'256MB'",
    "checkpoint_flush_after": "0",
    "bgwriter_flush_after": "0",
}


def _log_settings(home: Home) -> dict[str, str]:
    return {
        "logging_collector": "on",
        "log_directory": _quoted(home.logs),
        "log_filename": "'postgresql-%Y%m%d-%H%M%S.log'",
        "log_rotation_size": f"'{LOG_FILE_MB}MB'",
        "log_rotation_age": "'1d'",
        "log_line_prefix": "'%m [%p] %q%u@%d '",
        "log_timezone": "'UTC'",
        # Statements and the details of a broken constraint quote buyers' names and addresses.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }


def _quoted(path: Path) -> str:
    escaped = str(path).replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
