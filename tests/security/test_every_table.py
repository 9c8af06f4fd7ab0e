"""SQL that forgets its WHERE, on every table: the database itself keeps workspaces, people and logins apart."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from printvision.api.discovery import load_operations
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import Model, libpq_url
from tests.api.things import make_things
from tests.database import DatabaseServer, at_database, libpq
from tests.factories.people import link_for, owner_of
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.models import load_models

load_models()
load_operations()
OF_WORKSPACES = {
    table.name: "id" if table.name == "workspaces" else "workspace_id"
    for table in Model.metadata.tables.values()
    if "workspace_id" in table.c or table.name == "workspaces"
}
REFUSED = (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation)
# What things there are in a workspace that was just made by calls; the others have rows of their own tests.
FILLED = 18


@pytest.fixture
def admin(database_server: DatabaseServer, database_urls: DatabaseUrls) -> Iterator[psycopg.Connection]:
    """Past every policy."""
    name = urlsplit(database_urls.app).path.removeprefix("/")
    with psycopg.connect(libpq(at_database(database_server.admin, name)), autocommit=True) as connection:
        yield connection


@pytest.fixture
async def other(workspace: MadeWorkspace) -> MadeWorkspace:
    """Two workspaces with something of everything; this is the second."""
    other = await make_workspace(workspace.platform)
    for each in (workspace, other):
        await make_things(each)
    return other


def inside(database_urls: DatabaseUrls, workspace: MadeWorkspace) -> psycopg.Connection:
    """The application's login in a workspace."""
    connection = psycopg.connect(libpq_url(database_urls.app))
    connection.execute("SELECT set_config('app.workspace_id', %s, false)", (str(workspace.id),))
    connection.commit()
    return connection


def ids(connection: psycopg.Connection, table: str, key: str) -> list[UUID]:
    query = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(key), sql.Identifier(table))
    return [row[0] for row in connection.execute(query)]


async def test_without_a_where_each_table_shows_and_gives_only_the_workspaces_own(
    workspace: MadeWorkspace,
    other: MadeWorkspace,
    database_urls: DatabaseUrls,
    admin: psycopg.Connection,
):
    filled = 0
    with inside(database_urls, workspace) as connection:
        for table, key in OF_WORKSPACES.items():
            every = ids(admin, table, key)
            own = [each for each in every if each == workspace.id]
            assert ids(connection, table, key) == own, table
            filled += bool(own) and len(own) < len(every)
            assert touched(connection, f"UPDATE {table} SET {key} = {key} RETURNING 1") in (len(own), None), (
                table
            )
            assert touched(connection, f"DELETE FROM {table} RETURNING 1") in (len(own), None), table
            connection.rollback()
            assert ids(admin, table, key) == every, table

    assert filled >= FILLED


def touched(connection: psycopg.Connection, statement: str) -> int | None:
    """How many rows it touched; None where it may not do that to the table at all, or others hang on them."""
    try:
        with connection.transaction():
            return len(connection.execute(statement.encode()).fetchall())
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation):
        return None


async def test_no_row_is_moved_into_another_workspace(
    workspace: MadeWorkspace, other: MadeWorkspace, database_urls: DatabaseUrls, admin: psycopg.Connection
):
    moved: list[str] = []
    with inside(database_urls, workspace) as connection:
        for table, key in OF_WORKSPACES.items():
            if not ids(connection, table, key):
                continue
            try:
                with connection.transaction():
                    connection.execute(f"UPDATE {table} SET {key} = '{other.id}'".encode())
                moved.append(table)
            except (*REFUSED, psycopg.errors.ForeignKeyViolation):
                continue
        connection.rollback()

    assert moved == []


async def test_of_people_a_workspace_knows_its_members_names_and_addresses_alone(
    workspace: MadeWorkspace, other: MadeWorkspace, database_urls: DatabaseUrls, admin: psycopg.Connection
):
    mine = await owner_of(workspace)
    await owner_of(other)
    members = {
        row[0]
        for row in admin.execute("SELECT person_id FROM members WHERE workspace_id = %s", (workspace.id,))
    }

    with inside(database_urls, workspace) as connection:
        seen = {row[0] for row in connection.execute("SELECT id FROM people")}
        assert seen == members
        assert mine in seen
        for statement in (
            "SELECT password_hash FROM people",
            "SELECT * FROM people",
            "UPDATE people SET name = 'x'",
            "DELETE FROM people",
            "INSERT INTO people (id, email, name, created_at) VALUES (gen_random_uuid(), 'a@b', 'x', now())",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
            connection.rollback()


@pytest.mark.parametrize("table", ["sessions", "letters"])
@pytest.mark.parametrize("verb", ["SELECT count(*) FROM", "DELETE FROM"])
async def test_sessions_and_mail_are_no_workspaces_matter(
    workspace: MadeWorkspace, database_urls: DatabaseUrls, table: str, verb: str
):
    with (
        inside(database_urls, workspace) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(f"{verb} {table}".encode())


async def test_a_workspace_makes_no_link_but_an_invitation_to_itself(
    workspace: MadeWorkspace, other: MadeWorkspace, database_urls: DatabaseUrls
):
    await link_for(workspace.platform, await owner_of(workspace))
    make = """
    INSERT INTO links (id, token_hash, purpose, email, details, created_at, expires_at) VALUES
    (gen_random_uuid(), sha256('x'), %s, 'a@print.example', %s, now(), now() + interval '1 hour')
    """
    with inside(database_urls, workspace) as connection:
        for purpose, whose in (("operator", workspace), ("sign-in", workspace), ("invite", other)):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(make, (purpose, f'{{"workspace_id": "{whose.id}"}}'))
            connection.rollback()
        connection.execute(make, ("invite", f'{{"workspace_id": "{workspace.id}"}}'))
        connection.rollback()


def test_no_login_is_above_the_policies(database_urls: DatabaseUrls, admin: psycopg.Connection):
    for url in (database_urls.app, database_urls.system, database_urls.owner):
        with psycopg.connect(libpq_url(url), autocommit=True) as connection:
            [(name, is_super, bypasses, may_make)] = connection.execute(
                "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
            ).fetchall()
            assert (is_super, bypasses, may_make) == (False, False, False), name
            assert connection.execute("SELECT session_user = current_user").fetchone() == (True,)
            others = connection.execute(
                "SELECT rolname FROM pg_roles WHERE pg_has_role(current_user, oid, 'SET') AND rolname <> current_user"
            ).fetchall()
            # Whoever owns a database is that of it by PostgreSQL itself, which lets them do nothing more.
            assert set(others) <= {("pg_database_owner",)}, name
