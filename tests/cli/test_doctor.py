from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from printvision.cli.exits import Exit
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.settings import Settings
from tests.cli.conftest import Done, Run


def unwell(done: Done) -> dict[str, str]:
    return {check["name"]: check["detail"] for check in done.answer["checks"] if not check["ok"]}


@pytest.fixture
def worker(installed: Settings, database_urls: DatabaseUrls) -> None:
    """A worker was heard of just now."""
    change(
        database_urls.system,
        "INSERT INTO executors (executor_id, host, pid, started_at, seen_at) VALUES ('w', 'here', 1, now(), now())",
    )


def change(url: str, statement: str) -> None:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_sound_installation_is_well(run: Run, worker: None):
    done = run("doctor", "--json")

    assert unwell(done) == {}
    assert done.code == Exit.OK
    assert done.answer["ok"] is True
    assert [check["name"] for check in done.answer["checks"]] == [
        "settings",
        "disk",
        "keyring",
        "database",
        "migrations",
        "row-level security",
        "clock",
        "file store",
        "workers",
        "runs",
        "orders",
        "messages",
    ]
    assert {*done.answer["checks"][0]} == {"name", "ok", "detail"}


def test_a_person_reads_marks(run: Run, worker: None):
    done = run("doctor")

    assert done.out.count("✓") == 12
    assert "All 12 checks are well." in done.out


def test_without_a_worker_no_order_moves(run: Run, installed: Settings):
    done = run("doctor", "--json")

    assert done.code == Exit.REFUSED
    assert done.answer["ok"] is False
    assert list(unwell(done)) == ["workers"]
    assert "printvision worker" in unwell(done)["workers"]


def test_an_exposed_keyring_is_found(run: Run, installed: Settings, worker: None):
    (installed.data_path / "keyring.json").chmod(0o644)

    assert "chmod 600" in unwell(run("doctor", "--json"))["keyring"]


def test_a_table_without_its_policies_is_named(run: Run, worker: None, database_urls: DatabaseUrls):
    change(database_urls.owner, "ALTER TABLE orders NO FORCE ROW LEVEL SECURITY")

    assert "orders" in unwell(run("doctor", "--json"))["row-level security"]


def test_an_older_shape_of_the_database_is_found(run: Run, worker: None, database_urls: DatabaseUrls):
    change(database_urls.owner, "UPDATE alembic_version SET version_num = '0000'")

    done = run("doctor", "--json")

    assert "printvision migrate" in unwell(done)["migrations"]
    assert done.code == Exit.REFUSED


def test_a_message_that_was_given_up_is_counted(run: Run, worker: None, database_urls: DatabaseUrls):
    change(
        database_urls.system,
        "INSERT INTO messages (id, workspace_id, source, source_id, topic, dedupe_key, signed, headers, body,"
        " received_at, next_try_at, deliveries, tries, done_at, outcome)"
        " SELECT gen_random_uuid(), id, 'shop', id, 'orders/create', 'k', true, '{}', '', now(), now(), 1, 1, now(),"
        " 'failed' FROM workspaces",
    )

    assert unwell(run("doctor", "--json"))["messages"].startswith("1 of the last 7 days")


def test_a_run_of_a_dead_process_is_found(run: Run, worker: None, database_urls: DatabaseUrls):
    change(
        database_urls.system,
        "INSERT INTO dbos.workflow_status (workflow_uuid, status, name, executor_id, created_at, updated_at)"
        " VALUES ('r', 'PENDING', 'orders.fulfil@1', 'gone', 1, 1)",
    )

    assert unwell(run("doctor", "--json"))["runs"].startswith("1 belong to processes that are gone")


def test_a_connection_that_was_not_tested_is_named(run: Run, worker: None, tmp_path: Path):
    credentials = tmp_path / "c.json"
    credentials.write_text('{"token": "t"}')
    run("connections", "add", "printful", "--credentials", credentials, "--json")

    assert list(unwell(run("doctor", "--json"))) == ["connection default/Printful"]


def test_a_database_that_does_not_answer_has_its_own_code(
    run: Run, installed: Settings, monkeypatch: pytest.MonkeyPatch
):
    for name in ("DATABASE_URL", "DATABASE_SYSTEM_URL", "DATABASE_OWNER_URL"):
        monkeypatch.setenv(name, "postgresql://nobody:wrong@127.0.0.1:9/none?connect_timeout=2")

    done = run("doctor", "--json")

    assert done.code == Exit.UNREACHABLE
    assert list(unwell(done)) == ["database"]
    assert "wrong" not in done.out


def test_a_wrong_setting_is_the_one_finding(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PRINTVISION_WORKER_POLL_S", "0")

    done = run("doctor", "--json")

    assert list(unwell(done)) == ["settings"]
    assert "PRINTVISION_WORKER_POLL_S" in unwell(done)["settings"]
