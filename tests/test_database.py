"""The database every test may have: its own, ready, and gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from printvision.platform.bundled_postgres import DatabaseUrls
from tests.database import ROOT, at_database, libpq
from tests.processes import family, survivors, wait_until


@pytest.mark.parametrize("turn", ["first", "second"])
def test_each_test_gets_a_database_of_its_own(database_urls: DatabaseUrls, turn: str) -> None:
    with psycopg.connect(libpq(database_urls.owner)) as connection:
        connection.execute("CREATE TABLE seen (turn text)")
        connection.execute("INSERT INTO seen VALUES (%s)", (turn,))

        assert connection.execute("SELECT turn FROM seen").fetchall() == [(turn,)]


def test_the_logins_hold_in_a_copy(database_urls: DatabaseUrls) -> None:
    urls = {"app": database_urls.app, "system": database_urls.system, "owner": database_urls.owner}
    found: dict[str, str] = {}
    for login, url in urls.items():
        with psycopg.connect(libpq(url)) as connection:
            found[login] = connection.execute("SELECT current_user").fetchall()[0][0]

    assert found == {"app": "printvision_app", "system": "printvision_system", "owner": "printvision_owner"}


def test_the_application_may_not_make_tables(database_urls: DatabaseUrls) -> None:
    with (
        psycopg.connect(libpq(database_urls.app)) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("CREATE TABLE mine (a int)")


def test_an_address_is_moved_to_another_database() -> None:
    moved = at_database("postgresql+psycopg://u:p@/printvision?host=/a/b", "x")

    assert moved == "postgresql+psycopg://u:p@/x?host=/a/b"
    assert at_database("postgresql://u:p@db:5432/printvision", "x") == "postgresql://u:p@db:5432/x"


INNER_TEST = """
import os, signal

def test_inner(database_server):
    server = database_server.ask("SELECT pg_read_file('postmaster.pid', 0, 10)").split()[0]
    with open("{pid_file}.new", "w") as file:
        file.write(server)
    os.rename("{pid_file}.new", "{pid_file}")
    signal.pause()
"""


@pytest.mark.system
def test_a_killed_test_run_leaves_nothing_behind(tmp_path: Path) -> None:
    pid_file = tmp_path / "postgres.pid"
    inner = tmp_path / "test_inner.py"
    inner.write_text(INNER_TEST.format(pid_file=pid_file))
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TEST_DATABASE_")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "tests.conftest"]
    run = subprocess.Popen(
        [*command, "-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), str(inner)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_until(lambda: pid_file.exists() or run.poll() is not None)
    server = int(pid_file.read_text())
    guard, keeper = [parent.pid for parent in psutil.Process(server).parents()[:2]]
    everything = [run.pid, keeper, guard, *family(server)]

    run.send_signal(signal.SIGKILL)
    run.wait()

    assert survivors(everything, after_s=10) == []
