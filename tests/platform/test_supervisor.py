"""The supervisor: what dies is started again, what will not live is named, and the end is the end of all."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from printvision.cli.ports import free_port
from printvision.platform.bundled_postgres import BundledPostgres, Tuning, read_urls
from printvision.platform.processes import Role, RoleKeepsFailing, RoleNotReady
from printvision.platform.processes_keeper import Backoff
from printvision.platform.supervisor import Supervisor
from tests.database import ROOT, libpq
from tests.processes import family, survivors, wait_until

pytestmark = pytest.mark.system

SLEEP = ("sleep", "600")


def shell(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


@pytest.fixture
def data_dir() -> Generator[Path]:
    """A data folder that the database's user may reach."""
    folder = Path(tempfile.mkdtemp(prefix="data-", dir=os.environ["TEST_RUN_FOLDER"]))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


def read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text()) if file.exists() else {}


async def until(file: Path, *roles: str, other_than: object = None) -> dict[str, Any]:
    """The processes file, once each of the roles lives and is not `other_than`."""

    def changed() -> bool:
        written = read(file)
        return all(written.get(role) and written[role] != other_than for role in roles)

    await asyncio.to_thread(wait_until, changed)
    return read(file)


async def test_the_file_says_what_lives(tmp_path: Path) -> None:
    file = tmp_path / "run" / "processes.json"
    roles = [Role("serve", SLEEP), Role("worker", SLEEP, count=2)]

    async with Supervisor(roles, processes_file=file) as supervisor:
        await supervisor.wait_ready()
        written = read(file)
        living = [psutil.Process(pid).name() for pid in (*written["serve"], *written["worker"])]

    assert list(written) == ["supervisor", "database", "serve", "worker"]
    assert (written["supervisor"], written["database"]) == (os.getpid(), None)
    assert living == ["sleep"] * 3
    assert read(file) == {
        "supervisor": os.getpid(),
        "database": None,
        "serve": [],
        "worker": [],
    }
    assert survivors([*written["serve"], *written["worker"]], after_s=0) == []


async def test_a_killed_process_is_started_again_at_once(tmp_path: Path) -> None:
    file = tmp_path / "processes.json"
    roles = [Role("serve", SLEEP), Role("worker", SLEEP)]

    async with Supervisor(roles, processes_file=file):
        before = await until(file, "serve", "worker")
        began = asyncio.get_running_loop().time()
        os.kill(before["worker"][0], signal.SIGKILL)
        after = await until(file, "worker", other_than=before["worker"])
        took = asyncio.get_running_loop().time() - began

    assert after["serve"] == before["serve"]
    assert took < 2


def test_the_pause_grows_with_short_lives_and_is_bounded() -> None:
    backoff = Backoff()

    assert [backoff.pause_after(0.2) for _ in range(8)] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    assert [backoff.pause_after(60), backoff.pause_after(0.2)] == [0.1, 0.1]


async def test_a_process_that_will_not_live_ends_the_supervisor(tmp_path: Path) -> None:
    lives = tmp_path / "lives"
    failing = Role("serve", shell(f"echo life >> {lives}; echo the port is taken; exit 3"))
    supervisor = Supervisor([failing, Role("worker", SLEEP)], log_folder=tmp_path / "log")

    with pytest.raises(RoleKeepsFailing) as failed:
        async with supervisor:
            await supervisor.wait()

    assert str(failed.value) == "serve ended with 3 5 times in a row: the port is taken"
    assert failed.value.fields == {
        "role": "serve",
        "exit_code": 3,
        "last_lines": ["the port is taken"] * 5,
    }
    assert lives.read_text() == "life\n" * 5
    assert (tmp_path / "log" / "serve.log").read_text() == "the port is taken\n" * 5


async def test_a_command_that_is_not_there_ends_the_supervisor(tmp_path: Path) -> None:
    supervisor = Supervisor([Role("serve", ["/nowhere/serve"])], log_folder=tmp_path)

    with pytest.raises(RoleKeepsFailing) as failed:
        async with supervisor:
            await supervisor.wait()

    assert failed.value.fields["last_lines"][-1] == "/nowhere/serve: No such file or directory"


def given_up(lives: Path) -> bool:
    return lives.exists() and lives.read_text() == "life\n" * 5


async def test_a_process_that_is_not_critical_is_given_up_alone(tmp_path: Path) -> None:
    file = tmp_path / "processes.json"
    lives = tmp_path / "lives"
    failing = Role("simulate", shell(f"echo life >> {lives}; exit 3"), critical=False)

    async with Supervisor([Role("serve", SLEEP), failing], processes_file=file) as supervisor:
        await asyncio.to_thread(wait_until, lambda: given_up(lives) and read(file)["simulate"] == [])
        assert psutil.Process(read(file)["serve"][0]).name() == "sleep"
        supervisor.request_stop()
        await supervisor.wait()


HEALTHZ = """
import http.server, sys

class Healthz(http.server.BaseHTTPRequestHandler):
    answers = iter([503, 200])

    def do_GET(self):
        self.send_response(next(self.answers))
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthz).serve_forever()
"""


async def test_it_is_ready_when_every_role_says_so() -> None:
    port = free_port()
    asked: list[int] = []

    async def third_time() -> bool:
        asked.append(len(asked))
        return len(asked) == 3

    serve = Role(
        "serve",
        [sys.executable, "-c", HEALTHZ, str(port)],
        ready=f"http://127.0.0.1:{port}/healthz",
    )
    async with Supervisor([serve, Role("worker", SLEEP, ready=third_time)]) as supervisor:
        assert await supervisor.wait_ready()

    assert asked == [0, 1, 2]


async def test_a_role_that_comes_after_another_waits_until_that_is_ready(tmp_path: Path) -> None:
    file, mark = tmp_path / "processes.json", tmp_path / "ready"
    asked = asyncio.Event()

    async def is_ready() -> bool:
        asked.set()
        return mark.exists()

    roles = [Role("late", SLEEP, after="serve"), Role("serve", SLEEP, ready=is_ready)]
    async with Supervisor(roles, processes_file=file) as supervisor:
        await asyncio.wait_for(asked.wait(), 10)
        before = read(file)
        mark.touch()
        assert await supervisor.wait_ready()
        after = read(file)

    assert before["late"] == []
    assert len(after["late"]) == 1


async def test_a_role_that_still_waits_for_another_ends_with_the_supervisor(tmp_path: Path) -> None:
    file = tmp_path / "processes.json"

    async def is_ready() -> bool:
        return False

    async with Supervisor(
        [Role("late", SLEEP, after="serve"), Role("serve", SLEEP, ready=is_ready)], processes_file=file
    ):
        await until(file, "serve")

    assert (read(file)["serve"], read(file)["late"]) == ([], [])


async def test_a_role_that_is_never_ready_is_named(tmp_path: Path) -> None:
    serve = Role("serve", shell("echo thinking; exec sleep 600"), ready=f"http://127.0.0.1:{free_port()}/")

    with pytest.raises(RoleNotReady) as refused:
        async with Supervisor([serve], log_folder=tmp_path) as supervisor:
            await supervisor.wait_ready(timeout_s=0.5)

    assert refused.value.fields == {"role": "serve", "waited_s": 0.5, "last_lines": ["thinking"]}


async def test_work_is_done_while_the_roles_run_and_given_up_when_asked_to_stop() -> None:
    async def answer() -> int:
        return 42

    async with Supervisor([Role("serve", SLEEP)]) as supervisor:
        assert await supervisor.during(answer()) == 42
        os.kill(os.getpid(), signal.SIGTERM)
        assert await supervisor.during(asyncio.sleep(600, "slept")) is None
        await supervisor.wait()


async def test_roles_end_in_order_and_the_deaf_are_killed(tmp_path: Path) -> None:
    ends = tmp_path / "ends"
    file = tmp_path / "processes.json"

    def ending(name: str) -> Role:
        script = f"trap 'echo {name} >> {ends}; exit 0' TERM; echo up; while :; do sleep 0.05; done"
        return Role(name, shell(script))

    deaf = Role("deaf", shell("trap '' TERM; echo up; while :; do sleep 0.05; done"), stop_grace_s=0.2)
    roles = [ending("serve"), deaf, ending("worker"), ending("simulate")]
    async with Supervisor(roles, processes_file=file, log_folder=tmp_path):
        written = await until(file, "serve", "deaf", "worker", "simulate")
        logs = [tmp_path / f"{role.name}.log" for role in roles]
        await asyncio.to_thread(wait_until, lambda: all(log.exists() and log.read_text() for log in logs))

    assert ends.read_text() == "serve\nworker\nsimulate\n"
    assert survivors([pid for role in roles for pid in written[role.name]], after_s=0) == []


async def test_a_killed_database_is_started_again_under_the_same_address(data_dir: Path) -> None:
    file = data_dir / "processes.json"
    postgres = BundledPostgres(data_dir, tuning=Tuning(max_connections=20, shared_buffers_mb=16))
    urls = postgres.start()
    with psycopg.connect(libpq(urls.owner)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")

    async with Supervisor([Role("serve", SLEEP)], database=postgres, processes_file=file):
        before = read(file)["database"]
        os.kill(before, signal.SIGKILL)
        after = (await until(file, "database", other_than=before))["database"]
        with psycopg.connect(libpq(urls.app)) as connection:
            assert connection.execute("SELECT 1").fetchall() == [(1,)]
        with psycopg.connect(libpq(urls.owner)) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]

    assert after != before
    assert survivors([after], after_s=0) == []
    assert read(file)["database"] is None
    postgres.remove()


INSTALLATION = """
import asyncio, sys
from pathlib import Path
from printvision.platform.bundled_postgres import BundledPostgres, Tuning
from printvision.platform.processes import Role
from printvision.platform.supervisor import Supervisor

data = Path(sys.argv[1])
deaf = "trap '' TERM; sleep 600 & while :; do sleep 0.1; done"
roles = [
    Role("serve", ["sleep", "600"]),
    Role("worker", ["sh", "-c", deaf], count=2, stop_grace_s=0.5),
    Role("simulate", ["setsid", "sleep", "600"]),
]

async def main():
    database = BundledPostgres(data, tuning=Tuning(max_connections=20, shared_buffers_mb=16))
    async with Supervisor(roles, database=database, processes_file=data / "processes.json") as supervisor:
        if await supervisor.wait_ready():
            (data / "ready").touch()
            await supervisor.wait()

asyncio.run(main())
"""


def run_installation(data_dir: Path) -> subprocess.Popen[bytes]:
    supervisor = subprocess.Popen(
        [sys.executable, "-c", INSTALLATION, str(data_dir)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: (data_dir / "ready").exists() or supervisor.poll() is not None)
    assert supervisor.poll() is None
    return supervisor


@pytest.mark.parametrize("how", ["SIGKILL", "SIGTERM", "SIGHUP", "Ctrl-C"])
def test_ten_seconds_after_its_end_nothing_lives(data_dir: Path, how: str) -> None:
    supervisor = run_installation(data_dir)
    everything = family(supervisor.pid)

    if how == "Ctrl-C":
        os.killpg(supervisor.pid, signal.SIGINT)
    else:
        supervisor.send_signal(signal.Signals[how])
    code = supervisor.wait(20)

    assert survivors(everything, after_s=10) == []
    assert code == (-9 if how == "SIGKILL" else 0)
    # Guards, roles, the server and its helpers: the tree was really there.
    assert len(everything) >= 5 + 4 + 8


def test_an_installation_starts_again_after_everything_was_killed(data_dir: Path) -> None:
    first = run_installation(data_dir)
    urls = read_urls(data_dir)
    with psycopg.connect(libpq(urls.owner)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    for pid in family(first.pid):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    first.wait()
    (data_dir / "ready").unlink()

    second = run_installation(data_dir)

    assert read_urls(data_dir) == urls
    with psycopg.connect(libpq(urls.owner)) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    second.terminate()
    assert second.wait(20) == 0
