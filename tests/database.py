"""One PostgreSQL for the whole test run, and a database of its own for every test.

The first test that needs a database starts a keeper process, which runs the bundled server without any care
for durability; the workers of pytest-xdist share it. The keeper ends, and its server and data with it, when
the process that began the test run ends, however that happens. With `TEST_DATABASE_URL`,
`TEST_DATABASE_SYSTEM_URL` and `TEST_DATABASE_OWNER_URL` set that server is used instead; its owner login
needs CREATEDB.
"""

from __future__ import annotations

import fcntl
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg

from printvision.platform.bundled_postgres import (
    BundledPostgres,
    DatabaseUrls,
    Durability,
    Tuning,
    admit_statements,
)
from printvision.platform.bundled_postgres.home import OWNER

ROOT = Path(__file__).resolve().parent.parent
START_LIMIT_S = 60.0
ROOM_IN_MEMORY = 2_000_000_000

BuildTemplate = Callable[[DatabaseUrls], None]


@dataclass(frozen=True)
class DatabaseServer:
    """The run's server: `admin` (may create and drop databases) and the addresses of the three logins."""

    admin: str = field(repr=False)
    urls: DatabaseUrls

    def urls_of(self, name: str) -> DatabaseUrls:
        """The addresses of another database on this server."""
        return DatabaseUrls(**{login: at_database(url, name) for login, url in asdict(self.urls).items()})

    def execute(self, statement: str) -> None:
        self._connection.execute(statement.encode())

    def ask(self, statement: str) -> str:
        """The first column of the first row, as text."""
        row = self._connection.execute(statement.encode()).fetchone()
        return str(row[0]) if row else ""

    @cached_property
    def _connection(self) -> psycopg.Connection:
        return psycopg.connect(libpq(self.admin), autocommit=True)

    def close(self) -> None:
        self._connection.close()


def at_database(url: str, name: str) -> str:
    """The same address with another database."""
    before, question, after = url.partition("?")
    return f"{before.rpartition('/')[0]}/{name}{question}{after}"


def libpq(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def fresh_name(prefix: str = "test") -> str:
    return f"{prefix}_{uuid4().hex[:12]}"


def create_database(server: DatabaseServer, name: str, template: str | None = None) -> DatabaseUrls:
    """Make a database of the owner's, empty or as a copy, and let the other two logins in."""
    # FILE_COPY: 11 ms where WAL_LOG takes 25 ms (80 tables, in memory); on a disk they are alike.
    copy = f"TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
    server.execute(f"CREATE DATABASE {name} OWNER {OWNER} {copy}")
    for statement in admit_statements(name):
        server.execute(statement)
    return server.urls_of(name)


def drop_database(server: DatabaseServer, name: str) -> None:
    """Drop a database whatever is still connected to it."""
    server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def ensure_template(server: DatabaseServer, run: Path, build: BuildTemplate) -> str:
    """The name of the run's template; the first to ask builds it."""
    with locked(run / "template.lock"):
        written = run / "template"
        if not written.exists():
            name = fresh_name("template")
            build(create_database(server, name))
            # Nobody connects to it any more, not even autovacuum: a copy would have to wait.
            server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            written.write_text(name)
        return written.read_text()


class TestRun:
    """The folder of a test run, in the process that began it. `close()` ends what hangs on it."""

    __test__ = False

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="printvision-tests-", dir=roomy_place()))
        self.folder.chmod(0o711)
        os.mkfifo(self.folder / "lifeline", 0o600)
        self._lifeline = os.open(self.folder / "lifeline", os.O_RDWR | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self._lifeline)
        # The keeper holds the lock until its server has stopped, and may take the folder away before we do.
        with suppress(FileNotFoundError), locked(self.folder / "keeper.lock"):
            shutil.rmtree(self.folder, ignore_errors=True)


def roomy_place() -> str | None:
    """Memory where there is plenty, which makes copies steady and fast; else the usual place."""
    memory = Path("/dev/shm")
    if memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM_IN_MEMORY:
        return str(memory)
    return None


def join_server(run: Path) -> DatabaseServer:
    """The run's server; the first to ask starts it."""
    given = server_from_environment()
    if given:
        return given
    with locked(run / "start.lock"):
        address = run / "server.json"
        if not address.exists():
            start_keeper(run, address)
        return msgspec.json.decode(address.read_bytes(), type=DatabaseServer)


def server_from_environment() -> DatabaseServer | None:
    app = os.environ.get("TEST_DATABASE_URL")
    if not app:
        return None
    system, owner = os.environ["TEST_DATABASE_SYSTEM_URL"], os.environ["TEST_DATABASE_OWNER_URL"]
    return DatabaseServer(owner, DatabaseUrls(app, system, owner, system))


def start_keeper(run: Path, address: Path) -> None:
    log = run / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.database", str(run)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_LIMIT_S
    while not address.exists():
        if keeper.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the test database did not start:\n{log.read_text()}")
        time.sleep(0.01)
    # It outlives this worker on purpose.
    keeper.returncode = 0


def keep_server(run: Path) -> None:
    """Run the server until the process that began the test run has ended; then take everything away."""
    with locked(run / "keeper.lock"):
        server = BundledPostgres(run, tuning=Tuning(max_connections=200, durability=Durability.OFF))
        urls = server.start()
        try:
            partial = run / "server.json.partial"
            partial.touch(0o600)
            partial.write_bytes(msgspec.json.encode(DatabaseServer(server.superuser_url, urls)))
            partial.rename(run / "server.json")
            wait_for_end_of(run / "lifeline")
        finally:
            server.remove()
            shutil.rmtree(run, ignore_errors=True)


def wait_for_end_of(fifo: Path) -> None:
    """Wait until no process has the pipe open for writing."""
    handle = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    while True:
        try:
            if os.read(handle, 1) == b"":
                return
        except BlockingIOError:
            waiting.poll()


@contextmanager
def locked(path: Path) -> Generator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    keep_server(Path(sys.argv[1]))
