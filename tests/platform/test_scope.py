"""A scope gives its principal the rows of one workspace, and what it may not do leaves nothing behind."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Double,
    Float,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy import Uuid as UuidType
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import Model, libpq_url
from printvision.platform.events import Event, publish
from printvision.platform.runtime import Platform
from printvision.platform.scope import (
    Actor,
    PermissionMissing,
    Principal,
    system_scope,
    workspace_scope,
)
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.models import load_models

load_models()
MINE, OTHER = UUID("0198f000-0000-7000-8000-00000000000a"), UUID("0198f000-0000-7000-8000-00000000000b")
VALUES: dict[type[Any], Any] = {
    UuidType: uuid4,
    Text: lambda: uuid4().hex,
    Integer: lambda: 1,
    BigInteger: lambda: 1,
    Double: lambda: 1.0,
    Boolean: lambda: True,
    DateTime: lambda: datetime(2026, 3, 1, tzinfo=UTC),
    LargeBinary: lambda: uuid4().bytes,
    JSONB: lambda: Jsonb({}),
    Float: lambda: 1.0,
    ARRAY: lambda: [1],
}


@dataclass(frozen=True)
class Guarded:
    """A table under the policies and the column that names the workspace."""

    table: Table
    key: str

    @property
    def name(self) -> sql.Identifier:
        return sql.Identifier(self.table.name)

    @property
    def key_name(self) -> sql.Identifier:
        return sql.Identifier(self.key)


GUARDED = sorted(
    (
        Guarded(table, "id" if table.name == "workspaces" else "workspace_id")
        for table in Model.metadata.tables.values()
        if "workspace_id" in table.c or table.name == "workspaces"
    ),
    key=lambda guarded: guarded.table.name,
)
every_table = pytest.mark.parametrize("guarded", GUARDED, ids=lambda guarded: guarded.table.name)


def made_up(guarded: Guarded, workspace: UUID) -> dict[str, Any]:
    """A row with any value of the right type in every column that has no default of the database's."""

    def value(column: Column[Any]) -> Any:
        kind = next((kind for kind in VALUES if isinstance(column.type, kind)), None)
        assert kind is not None, f"say in VALUES what {column} may hold"
        return VALUES[kind]()

    wanted = [
        column for column in guarded.table.c if column.server_default is None and column.identity is None
    ]
    return {column.name: value(column) for column in wanted} | {guarded.key: workspace}


def insert(connection: psycopg.Connection[Any], guarded: Guarded, workspace: UUID) -> None:
    row = made_up(guarded, workspace)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        guarded.name,
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    connection.execute(statement, list(row.values()))


def count(connection: psycopg.Connection[Any], guarded: Guarded) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(guarded.name)).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def acting_for(urls: DatabaseUrls, workspace: UUID | None) -> Generator[psycopg.Connection[Any]]:
    """The application's login, in a transaction on one workspace, as a scope opens it."""
    with psycopg.connect(libpq_url(urls.app)) as connection:
        if workspace is not None:
            connection.execute("SELECT set_config('app.workspace_id', %s, true)", (str(workspace),))
        yield connection


@pytest.fixture
def with_a_row_of_another(database_urls: DatabaseUrls, guarded: Guarded) -> DatabaseUrls:
    """A database in which the table has one row of OTHER, made by the tables' owner.

    Its other constraints are taken away, so that any values will do: they are not what is tested.
    """
    with psycopg.connect(libpq_url(database_urls.owner), autocommit=True) as owner:
        found = owner.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')",
            (guarded.table.name,),
        )
        for (constraint,) in found.fetchall():
            owner.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(guarded.name, sql.Identifier(constraint))
            )
        insert(owner, guarded, OTHER)
    return database_urls


@every_table
def test_rows_are_seen_by_their_own_workspace_alone(guarded: Guarded, with_a_row_of_another: DatabaseUrls):
    seen: dict[UUID | None, int] = {}
    for workspace in (OTHER, MINE, None):
        with acting_for(with_a_row_of_another, workspace) as connection:
            seen[workspace] = count(connection, guarded)

    assert seen == {OTHER: 1, MINE: 0, None: 0}


@every_table
@pytest.mark.parametrize("statement", ["UPDATE {table} SET {key} = {key}", "DELETE FROM {table}"])
def test_rows_of_another_workspace_are_neither_changed_nor_deleted(
    guarded: Guarded, statement: str, with_a_row_of_another: DatabaseUrls
):
    touch = sql.SQL(statement).format(table=guarded.name, key=guarded.key_name)  # pyright: ignore[reportArgumentType]
    touched = 0
    with (
        suppress(psycopg.errors.InsufficientPrivilege),  # a table that is only ever added to
        acting_for(with_a_row_of_another, MINE) as connection,
    ):
        touched = connection.execute(touch).rowcount

    assert touched == 0
    with acting_for(with_a_row_of_another, OTHER) as connection:
        assert count(connection, guarded) == 1


@every_table
def test_a_row_for_another_workspace_is_refused(guarded: Guarded, with_a_row_of_another: DatabaseUrls):
    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        acting_for(with_a_row_of_another, MINE) as connection,
    ):
        insert(connection, guarded, OTHER)


@every_table
def test_an_own_row_is_not_handed_to_another_workspace(guarded: Guarded, with_a_row_of_another: DatabaseUrls):
    with psycopg.connect(libpq_url(with_a_row_of_another.owner)) as owner:
        insert(owner, guarded, MINE)
    hand_over = sql.SQL("UPDATE {} SET {} = %s").format(guarded.name, guarded.key_name)

    with (
        pytest.raises(psycopg.errors.InsufficientPrivilege),
        acting_for(with_a_row_of_another, MINE) as connection,
    ):
        connection.execute(hand_over, (OTHER,))


# -- scopes ------------------------------------------------------------------------------------------------------------


class Renamed(Event, frozen=True, kw_only=True):
    kind: ClassVar[str] = "test.renamed"


async def names(platform: Platform) -> list[str]:
    async with system_scope(platform, "test") as scope:
        return list(
            (await scope.session.execute(text("SELECT name FROM workspaces ORDER BY name"))).scalars()
        )


@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        (None, True),
        (frozenset({"orders:read"}), True),
        (frozenset({"orders"}), False),
        (frozenset[str](), False),
    ],
)
def test_a_principal_may_what_it_was_given(permissions: frozenset[str] | None, may: bool):
    assert Principal(Actor.KEY, "key", permissions).may("orders:read") is may


async def rename(workspace: MadeWorkspace, principal: Principal) -> None:
    """A verb that checks late: what it did before has to go with its transaction."""
    async with workspace_scope(workspace.platform, workspace.id, principal) as scope:
        await scope.session.execute(text("UPDATE workspaces SET name = 'Changed'"))
        publish(scope, Renamed(subject_id=workspace.id))
        await scope.session.flush()
        scope.require("workspace:manage")


async def test_a_missing_permission_is_named_and_nothing_is_changed(
    platform: Platform, workspace: MadeWorkspace
):
    with pytest.raises(PermissionMissing) as refused:
        await rename(workspace, Principal(Actor.KEY, "key", frozenset({"workspace:read"})))

    assert refused.value.status == 403
    assert refused.value.fields == {"permission": "workspace:manage"}
    assert await names(platform) == ["Test workspace"]
    async with system_scope(platform, "test") as scope:
        assert (await scope.session.execute(text("SELECT count(*) FROM events"))).scalar_one() == 0


async def test_a_connection_forgets_its_workspace_with_the_transaction(
    platform: Platform, workspace: MadeWorkspace
):
    async with workspace.scope() as scope:
        backend = (await scope.session.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    async with platform.db.app.begin() as connection:
        again = (await connection.execute(text("SELECT pg_backend_pid(), count(*) FROM workspaces"))).one()

    assert again == (backend, 0)


async def test_a_connection_forgets_its_workspace_after_a_failure_too(
    platform: Platform, workspace: MadeWorkspace
):
    with suppress(PermissionMissing):
        async with workspace.scope():
            raise PermissionMissing(permission="any")
    async with platform.db.app.begin() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM workspaces"))).scalar_one() == 0


async def test_scopes_of_two_workspaces_at_once_do_not_meet(platform: Platform, workspace: MadeWorkspace):
    other = await make_workspace(platform)
    async with workspace.scope() as mine, other.scope() as theirs:
        for scope, own in ((mine, workspace), (theirs, other)):
            assert list((await scope.session.execute(text("SELECT id FROM workspaces"))).scalars()) == [
                own.id
            ]


async def test_no_value_of_a_row_is_told_when_a_statement_fails(workspace: MadeWorkspace):
    statement = text("INSERT INTO workspaces (id, name) VALUES (:id, :name)")
    with pytest.raises(Exception, match="hide_parameters") as failed:
        async with workspace.scope() as scope:
            await scope.session.execute(statement, {"id": workspace.id, "name": "Jane Doe"})

    assert "Jane Doe" not in str(failed.value)
