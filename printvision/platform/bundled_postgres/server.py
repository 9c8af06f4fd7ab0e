"""The bundled PostgreSQL, run and stopped by the supervisor."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGINT, SIGQUIT
from threading import RLock
from typing import Final

import structlog

from printvision.platform.bundled_postgres import cluster, leftovers
from printvision.platform.bundled_postgres import home as homes
from printvision.platform.bundled_postgres.cluster import Programs, Tuning
from printvision.platform.bundled_postgres.errors import DatabaseInUse, refused, using_folder
from printvision.platform.bundled_postgres.home import Access, Home
from printvision.platform.bundled_postgres.installation import SYSTEM_FOLDER, database_account, programs
from printvision.platform.bundled_postgres.locks import FileLock
from printvision.platform.lifeline import Guarded

log = structlog.get_logger(__name__)

FAST_THEN_HARD: Final = ((SIGINT, 5.0), (SIGQUIT, 2.0))
STOP_LIMIT_S: Final = 10.0
LOG_FILES_KEPT: Final = 5


@dataclass(frozen=True)
class DatabaseUrls:
    """SQLAlchemy addresses (psycopg driver) of the three logins; `direct` is for LISTEN."""

    app: str = field(repr=False)
    system: str = field(repr=False)
    owner: str = field(repr=False)
    direct: str = field(repr=False)

    @classmethod
    def of(cls, access: Access, database: str = homes.DATABASE) -> DatabaseUrls:
        system = access.url(homes.SYSTEM, database)
        return cls(access.url(homes.APP, database), system, access.url(homes.OWNER, database), system)


def read_urls(data_dir: Path) -> DatabaseUrls:
    """The addresses of the server that was started in a data folder, whether or not it runs now.

    Raises:
        DatabaseNotStarted: none ever was.
    """
    return DatabaseUrls.of(homes.read_access(data_dir))


class BundledPostgres:
    """One PostgreSQL server, reached through a private socket alone; it ends with this process at the latest.

    `start` and `stop` block; give them a thread where an event loop runs.

    Args:
        data_dir: the product's data folder; ours is `database` in it.
        tuning: connections, memory, durability.
        disposable: nobody will miss the data once the data folder is deleted: for demos and tests.
        start_limit_s: how long a start may take, recovery after a crash included.
        system_folder: root's place for the programs and for clusters of closed data folders.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        tuning: Tuning | None = None,
        disposable: bool = False,
        start_limit_s: float = 300.0,
        system_folder: Path = SYSTEM_FOLDER,
    ) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self._tuning = tuning or Tuning()
        self._disposable = disposable
        self._start_limit_s = start_limit_s
        self._system_folder = system_folder
        self._home: Home | None = None
        self._claim: FileLock | None = None
        self._server: Guarded | None = None
        self._one_at_a_time = RLock()

    @property
    def pid(self) -> int | None:
        """The server's pid while it runs."""
        return self._server.pid if self._server and self._server.running else None

    @property
    def superuser_url(self) -> str:
        """For set-up, backups and tests; no process of the product is given it."""
        return homes.read_access(self.data_dir).url(homes.SUPERUSER, "postgres")

    @property
    def log_folder(self) -> Path:
        """Where PostgreSQL writes its log."""
        return self._settled().logs

    def start(self) -> DatabaseUrls:
        """Start the server unless it runs, making the cluster the first time; returns once it takes
        connections.

        Raises:
            DatabaseNotInstalled: there is no PostgreSQL for this platform.
            DatabaseInUse: another living process runs this cluster.
            DatabaseVersionMismatch: the data is of another major version.
            DatabaseFolderUnusable: a disk is full, closed or gone.
            DatabaseDidNotStart: PostgreSQL refused, with its reason.
        """
        with self._one_at_a_time, using_folder(self.data_dir):
            if self.pid is None:
                self._stop_server()
                try:
                    self._start()
                except BaseException:
                    self.stop()
                    raise
        return read_urls(self.data_dir)

    def stop(self) -> None:
        """Stop the server (fast, then hard, at most 10 s) and let go of the cluster. May be called at any
        time."""
        with self._one_at_a_time:
            self._stop_server()
            if self._claim:
                homes.tidy_socket_folder(self.data_dir, self._settled())
                self._claim.release()
                self._claim = None

    def remove(self) -> None:
        """Stop the server and delete its data for good: for demos and tests."""
        self.stop()
        homes.forget(self.data_dir, self._settled())
        self._home = None

    def prune_logs(self) -> None:
        """Keep the newest log files; PostgreSQL begins a new one every 10 MB and never deletes any."""
        for old in log_files(self._settled())[:-LOG_FILES_KEPT]:
            old.unlink(missing_ok=True)

    async def ended(self) -> int:
        """Wait until the server has ended, for whatever reason; its exit code.

        Raises:
            RuntimeError: it was not started.
        """
        if self._server is None:
            raise RuntimeError("the server was not started")
        return await self._server.ended()

    def _stop_server(self) -> None:
        if self._server:
            self._server.stop()
            self._server.wait(STOP_LIMIT_S)
            self._server = None

    def _settled(self) -> Home:
        if self._home is None:
            self._home = homes.settle(
                self.data_dir, database_account(), self._system_folder, disposable=self._disposable
            )
        return self._home

    def _start(self) -> None:
        account = database_account()
        home = self._settled()
        self._take_claim(home)
        tools = Programs(programs(account, self._system_folder), account)
        lock = FileLock(home.path / "server.lock")
        if not lock.acquire(timeout_s=STOP_LIMIT_S):
            # Its supervisor is gone, and its guard has not managed to end it.
            raise DatabaseInUse(folder=str(home.path), supervisor=lock.holder())
        try:
            access = self._prepare(home, tools)
            self._launch(home, tools, Path(access.socket), lock)
        finally:
            lock.release()

    def _take_claim(self, home: Home) -> None:
        if self._claim is None:
            claim = FileLock(home.path / "supervisor.lock")
            if not claim.acquire():
                raise DatabaseInUse(folder=str(self.data_dir), supervisor=claim.holder())
            self._claim = claim

    def _prepare(self, home: Home, tools: Programs) -> Access:
        """Everything a start needs: a cluster of the right version, passwords, configuration, no
        leftovers."""
        account = tools.account
        socket = homes.socket_folder(home, account)
        leftovers.clear(home, socket)
        known = homes.find_access(self.data_dir)
        access = Access(str(socket), known.passwords if known else homes.new_passwords())
        if access != known:
            homes.write_access(self.data_dir, access)
        if not home.data.exists():
            cluster.create(home, tools, access.passwords, self._tuning)
        else:
            cluster.check_version(home)
            if known is None:
                cluster.set_passwords(home, tools, access.passwords)
        homes.make_folder(home.logs, 0o700, account)
        self.prune_logs()
        cluster.write_configuration(home, socket, account, self._tuning)
        return access

    def _launch(self, home: Home, tools: Programs, socket: Path, lock: FileLock) -> None:
        first_words = home.path / "start.log"
        with first_words.open("wb") as output:
            self._server = Guarded(
                [str(tools.folder / "postgres"), "-D", str(home.data), "-c", f"config_file={home.conf}"],
                stop=FAST_THEN_HARD,
                env=cluster.environment(),
                output=output,
                account=tools.account,
                keep=(lock.descriptor,),
            )
        self._wait_until_ready(home, self._server)
        log.info("database.started", pid=self._server.pid, socket=str(socket))

    def _wait_until_ready(self, home: Home, server: Guarded) -> None:
        began, deadline = time.time(), time.monotonic() + self._start_limit_s
        while not is_ready(home, server.pid):
            if not server.running or time.monotonic() > deadline:
                raise refused(home.path, last_words(home, began))
            time.sleep(0.01)


def is_ready(home: Home, pid: int) -> bool:
    """Whether this very server takes connections: it says so in the eighth line of its pid file."""
    try:
        lines = (home.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def last_words(home: Home, since: float, *, lines: int = 20) -> str:
    """The end of what PostgreSQL wrote since then (seconds since 1970): first to `start.log`, then to its
    log."""
    written = [home.path / "start.log", *log_files(home)]
    # A file's time is that of the kernel's last tick, which may lie a little before ours.
    texts = [path.read_text(errors="replace") for path in written if path.stat().st_mtime > since - 0.1]
    return "\n".join("".join(texts).splitlines()[-lines:])


def log_files(home: Home) -> list[Path]:
    """PostgreSQL's logs, oldest first."""
    return sorted(home.logs.glob("postgresql-*.log"))
