"""The bundled PostgreSQL: made, guarded, found again after every kind of end."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from structlog.testing import capture_logs

from printvision.platform.bundled_postgres import (
    BundledPostgres,
    DatabaseDidNotStart,
    DatabaseFolderUnusable,
    DatabaseInUse,
    DatabaseNotStarted,
    DatabaseVersionMismatch,
    Durability,
    Tuning,
    read_urls,
)
from printvision.platform.bundled_postgres.home import read_access
from printvision.platform.bundled_postgres.installation import database_account, programs
from tests.database import ROOT, libpq
from tests.processes import family, survivors, wait_until

QUICK = Tuning(max_connections=20, shared_buffers_mb=16, durability=Durability.OFF)
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="is about what root does")


@pytest.fixture
def data_dir() -> Generator[Path]:
    """A data folder that the server's user may reach, with a short path."""
    folder = Path(tempfile.mkdtemp(prefix="data-", dir=os.environ["TEST_RUN_FOLDER"]))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def postgres(data_dir: Path) -> Generator[BundledPostgres]:
    server = BundledPostgres(data_dir, tuning=QUICK)
    yield server
    server.remove()


def ask(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(libpq(url), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_start_makes_logins_that_policies_bind(postgres: BundledPostgres) -> None:
    urls = postgres.start()

    assert ask(urls.app, "SELECT current_user, current_database()") == [("printvision_app", "printvision")]
    assert ask(urls.system, "SELECT current_user") == [("printvision_system",)]
    assert ask(urls.direct, "SELECT current_user") == [("printvision_system",)]
    assert ask(
        urls.owner,
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb FROM pg_roles"
        " WHERE rolname LIKE 'printvision%' ORDER BY rolname",
    ) == [("printvision_app", False), ("printvision_owner", False), ("printvision_system", False)]
    assert ask(
        urls.owner, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'printvision'"
    ) == [("printvision_owner",)]


def test_the_cluster_has_checksums_and_one_order_of_letters_everywhere(postgres: BundledPostgres) -> None:
    urls = postgres.start()

    assert ask(urls.app, "SHOW data_checksums") == [("on",)]
    assert ask(urls.app, "SHOW server_encoding") == [("UTF8",)]
    assert ask(
        urls.app,
        "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = current_database()",
    ) == [("b", "C.UTF-8")]


def test_a_later_start_finds_the_data_under_the_same_address(postgres: BundledPostgres) -> None:
    first = postgres.start()
    ask(first.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    postgres.stop()

    assert postgres.pid is None
    assert postgres.start() == first
    assert ask(first.owner, "SELECT n FROM kept") == [(7,)]


def test_a_start_of_a_running_server_changes_nothing(postgres: BundledPostgres) -> None:
    urls, pid = postgres.start(), postgres.pid

    assert (postgres.start(), postgres.pid) == (urls, pid)


def test_other_processes_read_the_addresses_from_the_data_folder(postgres: BundledPostgres) -> None:
    with pytest.raises(DatabaseNotStarted) as refused:
        read_urls(postgres.data_dir)

    assert refused.value.fields == {"folder": str(postgres.data_dir)}
    assert postgres.start() == read_urls(postgres.data_dir)


def test_a_wrong_password_is_refused(postgres: BundledPostgres) -> None:
    urls = postgres.start()
    password = read_access(postgres.data_dir).passwords["printvision_app"]

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(urls.app.replace(password, "guessed"), "SELECT 1")
    with pytest.raises(psycopg.OperationalError, match="no password supplied"):
        ask(urls.app.replace(f":{password}", ""), "SELECT 1")


def test_nothing_listens_on_the_network(postgres: BundledPostgres) -> None:
    urls = postgres.start()

    assert ask(urls.owner, "SHOW listen_addresses") == [("",)]
    assert postgres.pid is not None
    assert psutil.Process(postgres.pid).net_connections("inet") == []


def test_the_folders_are_closed_to_everybody_else(postgres: BundledPostgres) -> None:
    postgres.start()
    home = postgres.data_dir / "database"
    account = database_account()
    runs_as = account.uid if account else os.geteuid()

    assert mode(home / "access.json") == 0o600
    for name in ("data", "socket", "log"):
        assert (name, mode(home / name)) == (name, 0o700)
        assert (name, (home / name).stat().st_uid) == (name, runs_as)


def test_no_password_is_in_an_argument_or_a_readable_file(postgres: BundledPostgres) -> None:
    postgres.start()
    passwords = read_access(postgres.data_dir).passwords.values()
    assert postgres.pid is not None
    server = psutil.Process(postgres.pid)
    texts = [" ".join(process.cmdline()) for process in (server, *server.parents())]
    texts += [" ".join(server.environ().values())]
    for folder, _, names in os.walk(postgres.data_dir):
        readable = [Path(folder, name) for name in names if mode(Path(folder, name)) & 0o044]
        texts += [path.read_text(errors="replace") for path in readable]

    assert [text for text in texts if any(password in text for password in passwords)] == []


def test_a_second_supervisor_is_refused(postgres: BundledPostgres) -> None:
    urls = postgres.start()

    with pytest.raises(DatabaseInUse) as refused:
        BundledPostgres(postgres.data_dir, tuning=QUICK).start()

    assert refused.value.fields == {"folder": str(postgres.data_dir), "supervisor": str(os.getpid())}
    assert ask(urls.app, "SELECT 1") == [(1,)]


def test_it_starts_again_after_a_kill_with_what_was_committed(data_dir: Path) -> None:
    postgres = BundledPostgres(data_dir, tuning=Tuning(max_connections=20, shared_buffers_mb=16))
    urls = postgres.start()
    ask(urls.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    killed = postgres.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: postgres.pid is None)

    assert postgres.start() == urls
    assert postgres.pid != killed
    assert ask(urls.owner, "SELECT n FROM kept") == [(7,)]
    postgres.remove()


def test_a_server_without_a_supervisor_is_stopped_and_replaced(postgres: BundledPostgres) -> None:
    urls = postgres.start()
    ask(urls.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    postgres.stop()
    orphan = start_unguarded(postgres)
    wait_until(lambda: answers(urls.owner))

    with capture_logs() as logs:
        postgres.start()

    assert logs[0] == {
        "log_level": "warning",
        "event": "database.leftover_stopped",
        "pid": orphan.pid,
        "processes": logs[0]["processes"],
        "reason": "its supervisor is gone",
    }
    assert orphan.poll() is not None
    assert ask(urls.owner, "SELECT n FROM kept") == [(7,)]


def start_unguarded(postgres: BundledPostgres) -> subprocess.Popen[bytes]:
    account = database_account()
    home = postgres.data_dir / "database"
    return subprocess.Popen(
        [programs(account) / "postgres", "-D", home / "data", "-c", f"config_file={home}/postgresql.conf"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def answers(url: str) -> bool:
    try:
        return ask(url, "SELECT 1") == [(1,)]
    except psycopg.OperationalError:
        return False


def test_a_pid_file_that_names_a_stranger_does_not_keep_it_from_starting(postgres: BundledPostgres) -> None:
    urls = postgres.start()
    postgres.stop()
    home = postgres.data_dir / "database"
    for stale in (home / "data" / "postmaster.pid", home / "socket" / ".s.PGSQL.5432.lock"):
        stale.write_text(f"{os.getppid()}\n{home / 'data'}\n1700000000\n5432\n{home / 'socket'}\n\n")

    with capture_logs() as logs:
        postgres.start()

    assert (logs[0]["event"], logs[0]["pid"]) == ("database.leftover_cleared", os.getppid())
    assert ask(urls.app, "SELECT 1") == [(1,)]


def test_lost_passwords_are_replaced_and_the_data_stays(postgres: BundledPostgres) -> None:
    before = postgres.start()
    ask(before.owner, "CREATE TABLE kept AS SELECT 7 AS n")
    postgres.stop()
    (postgres.data_dir / "database" / "access.json").unlink()

    after = postgres.start()

    assert after.owner != before.owner
    assert ask(after.owner, "SELECT n FROM kept") == [(7,)]
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        ask(before.owner, "SELECT 1")


def test_a_first_start_that_was_interrupted_is_begun_again(postgres: BundledPostgres) -> None:
    abandoned = postgres.data_dir / "database" / "staging-abandoned"
    (abandoned / "data").mkdir(parents=True)
    abandoned.parent.chmod(0o711)

    assert answers(postgres.start().app)
    assert not abandoned.exists()


def test_data_of_another_major_version_is_left_alone(postgres: BundledPostgres) -> None:
    postgres.start()
    postgres.stop()
    version = postgres.data_dir / "database" / "data" / "PG_VERSION"
    version.write_text("17\n")

    with pytest.raises(DatabaseVersionMismatch) as refused:
        postgres.start()

    assert refused.value.code == "database/version-mismatch"
    assert refused.value.fields == {"folder": str(version.parent), "found": "17", "expected": "18"}
    assert postgres.pid is None


def test_a_refusal_carries_the_words_of_postgresql(postgres: BundledPostgres) -> None:
    postgres.start()
    postgres.stop()
    custom = postgres.data_dir / "database" / "custom.conf"
    custom.write_text("max_connections = none\n")
    custom.chmod(0o644)

    with pytest.raises(DatabaseDidNotStart) as refused:
        postgres.start()

    assert 'FATAL:  configuration file "' in refused.value.fields["reason"]
    assert 'invalid value for parameter "max_connections": "none"' in (refused.value.note or "")
    custom.write_text("max_connections = 33\n")
    assert ask(postgres.start().app, "SHOW max_connections") == [("33",)]


def test_a_file_in_the_place_of_its_folder_is_named(data_dir: Path) -> None:
    (data_dir / "database").write_text("in the way")

    with pytest.raises(DatabaseFolderUnusable) as refused:
        BundledPostgres(data_dir, tuning=QUICK).start()

    assert refused.value.fields["folder"].startswith(str(data_dir / "database"))
    assert refused.value.fields["reason"] == "Not a directory"


def test_access_that_cannot_be_read_is_named(postgres: BundledPostgres) -> None:
    postgres.start()
    access = postgres.data_dir / "database" / "access.json"
    whole = access.read_bytes()
    access.write_bytes(whole[:20])

    with pytest.raises(DatabaseFolderUnusable) as refused:
        read_urls(postgres.data_dir)

    assert refused.value.fields == {"folder": str(access), "reason": "not readable JSON"}
    access.write_bytes(whole)


@ROOT_ONLY
def test_a_full_disk_is_named(data_dir: Path) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m,mode=711", "tmpfs", str(data_dir)], check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(DatabaseFolderUnusable) as refused:
            BundledPostgres(data_dir, tuning=QUICK).start()

        assert refused.value.fields["reason"] == "the disk is full"
        assert [path.name for path in (data_dir / "database").glob("staging-*")] == []
    finally:
        subprocess.run(["umount", str(data_dir)], check=True)


def test_a_long_path_gets_a_short_socket(data_dir: Path) -> None:
    long = data_dir / ("long-" * 20)
    postgres = BundledPostgres(long, tuning=QUICK)
    try:
        urls = postgres.start()
        socket = Path(read_access(long).socket)

        assert answers(urls.app)
        assert (socket.name.startswith("printvision-"), mode(socket)) == (True, 0o700)
        postgres.stop()
        assert not socket.exists()
    finally:
        postgres.remove()


@ROOT_ONLY
def test_a_closed_data_folder_stays_closed(data_dir: Path) -> None:
    closed = data_dir / "closed"
    closed.mkdir(0o700)
    postgres = BundledPostgres(closed, tuning=QUICK, system_folder=data_dir / "system")
    urls = postgres.start()
    home = Path((closed / "database" / "location").read_text().strip())

    assert answers(urls.app)
    assert home.parent == data_dir / "system" / "clusters"
    assert (home / "belongs-to").read_text() == f"{closed}\n"
    assert mode(closed) == 0o700
    assert mode(closed / "database" / "access.json") == 0o600
    postgres.remove()
    assert (home.exists(), (closed / "database").exists()) == (False, False)


@ROOT_ONLY
def test_only_a_disposable_cluster_goes_with_its_deleted_data_folder(data_dir: Path) -> None:
    system = data_dir / "system"

    def start_and_stop(name: str, *, disposable: bool) -> Path:
        (data_dir / name).mkdir(0o700)
        postgres = BundledPostgres(data_dir / name, tuning=QUICK, disposable=disposable, system_folder=system)
        postgres.start()
        postgres.stop()
        return Path((data_dir / name / "database" / "location").read_text().strip())

    shop = start_and_stop("shop", disposable=False)
    demo = start_and_stop("demo", disposable=True)
    kept = start_and_stop("kept", disposable=True)
    for deleted in ("shop", "demo"):
        shutil.rmtree(data_dir / deleted)

    start_and_stop("next", disposable=False)

    assert [home.exists() for home in (shop, demo, kept)] == [True, False, True]


@ROOT_ONLY
def test_a_cluster_that_is_gone_is_not_replaced_by_an_empty_one(data_dir: Path) -> None:
    folder = data_dir / "database"
    folder.mkdir(0o711)
    (folder / "location").write_text(f"{data_dir}/unmounted/cluster\n")

    with pytest.raises(DatabaseFolderUnusable) as refused:
        BundledPostgres(data_dir, tuning=QUICK).start()

    assert refused.value.fields == {
        "folder": f"{data_dir}/unmounted/cluster",
        "reason": "the folder is gone",
    }


def test_only_the_newest_logs_are_kept(postgres: BundledPostgres) -> None:
    postgres.start()
    written = [postgres.log_folder / f"postgresql-20200101-00000{number}.log" for number in range(8)]
    for path in written:
        path.write_text("old")

    postgres.prune_logs()

    assert [path.exists() for path in written] == [False] * 4 + [True] * 4
    assert len(list(postgres.log_folder.glob("*.log"))) == 5


STARTER = """
import sys, signal
from pathlib import Path
from printvision.platform.bundled_postgres import BundledPostgres, Durability, Tuning
server = BundledPostgres(Path(sys.argv[1]), tuning=Tuning(max_connections=20, shared_buffers_mb=16))
server.start()
print(server.pid, flush=True)
signal.pause()
"""


@pytest.mark.system
def test_a_kill_of_whoever_started_it_leaves_nothing(data_dir: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(data_dir)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert starter.stdout is not None
    starter.stdout.readline()
    everything = family(starter.pid)
    busy = psycopg.connect(libpq(read_urls(data_dir).app))
    everything.append(busy.info.backend_pid)

    starter.kill()
    starter.wait()

    assert survivors(everything, after_s=10) == []
    assert len(everything) >= 8
    busy.close()
    starter.stdout.close()


@pytest.mark.system
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_a_kill_of_its_guard_ends_the_server(postgres: BundledPostgres) -> None:
    urls = postgres.start()
    assert postgres.pid is not None
    everything = family(psutil.Process(postgres.pid).ppid())

    os.kill(everything[0], signal.SIGKILL)

    assert survivors(everything[1:], after_s=10) == []
    assert postgres.start() == urls


@pytest.mark.system
@ROOT_ONLY
def test_an_ordinary_user_needs_nothing_of_root(data_dir: Path) -> None:
    python = python_of_everybody()
    data_dir.chmod(0o777)
    names = ["first_start", "later_start", "closed_to_everybody", "after_a_kill", "whoever_started_it"]
    chosen = " or ".join(names)
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", __file__, "-k", chosen],
        cwd=ROOT,
        env={"PATH": os.defpath, "HOME": str(data_dir), "TMPDIR": str(data_dir), "PYTHONPATH": library()},
        user="nobody",
        group=65534,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.split()[0]) == (0, "......"), done.stdout[-4_000:] + done.stderr


def library() -> str:
    return f"{ROOT}:{Path(pytest.__file__).parent.parent}"


def python_of_everybody() -> str:
    """An interpreter of our version that another user may run with our libraries."""
    for name in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        probe = [name, "-c", "import psycopg, printvision"]
        try:
            subprocess.run(
                probe,
                user="nobody",
                group=65534,
                extra_groups=[],
                check=True,
                capture_output=True,
                env={"PYTHONPATH": library()},
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return name
    pytest.skip("no interpreter of this version can be run by another user")
