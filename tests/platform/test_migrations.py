"""The database's shape: what the models say, what the policies guard, and that migrating twice changes nothing."""

from __future__ import annotations

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import Model, libpq_url
from printvision.platform.migrations import migrate
from tests.models import load_models

load_models()
WORKSPACE_TABLES = sorted(
    [table.name for table in Model.metadata.tables.values() if "workspace_id" in table.c] + ["workspaces"]
)


def ask(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(libpq_url(url), autocommit=True) as connection:
        return connection.execute(statement.encode()).fetchall()


def test_migrating_again_changes_nothing(database_urls: DatabaseUrls) -> None:
    before = ask(database_urls.owner, "SELECT version_num FROM alembic_version")

    migrate(database_urls)

    assert ask(database_urls.owner, "SELECT version_num FROM alembic_version") == before


def test_the_models_and_the_migrations_agree(database_urls: DatabaseUrls) -> None:
    engine = create_engine(database_urls.owner)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        difference = compare_metadata(context, Model.metadata)
    engine.dispose()

    assert difference == []


@pytest.mark.parametrize("table", WORKSPACE_TABLES)
def test_every_workspace_table_is_under_forced_policies(table: str, database_urls: DatabaseUrls) -> None:
    flags = ask(
        database_urls.owner,
        f"SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = '{table}'::regclass",
    )
    policies = ask(
        database_urls.owner,
        f"SELECT polname FROM pg_policy WHERE polrelid = '{table}'::regclass ORDER BY polname",
    )

    assert flags == [(True, True)]
    assert ("workspace",) in policies


@pytest.mark.parametrize("table", WORKSPACE_TABLES)
def test_without_a_workspace_the_application_sees_and_adds_nothing(
    table: str, database_urls: DatabaseUrls
) -> None:
    assert ask(database_urls.app, f"SELECT count(*) FROM {table}") == [(0,)]


def test_the_system_login_reaches_exactly_the_tables_that_say_why(database_urls: DatabaseUrls) -> None:
    said = {
        mapper.local_table.fullname
        for mapper in Model.registry.mappers
        if getattr(mapper.class_, "__system__", None) is not None
    } & {*WORKSPACE_TABLES, "people", "links"}

    found = ask(
        database_urls.owner, "SELECT polrelid::regclass::text FROM pg_policy WHERE polname = 'system'"
    )

    assert {name for (name,) in found} == said


def test_a_run_of_another_workspace_is_not_enqueued(database_urls: DatabaseUrls) -> None:
    mine, other = "0198f000-0000-7000-8000-000000000001", "0198f000-0000-7000-8000-000000000002"
    with psycopg.connect(libpq_url(database_urls.app)) as connection:
        connection.execute("SELECT set_config('app.workspace_id', %s, true)", (mine,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "SELECT enqueue_run('orders.fulfil@1', 'orders', 'run', %s, 'thing', NULL)", (other,)
            )

    assert ask(database_urls.system, "SELECT count(*) FROM dbos.workflow_status") == [(0,)]
