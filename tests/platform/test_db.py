"""A transaction is begun in one go and ends whole, whether its statements go by SQLAlchemy or past it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from printvision.accounts.models import ApiKeyRow
from printvision.platform import clock
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import TransactionFailed, after_commit, before_commit, libpq_url, run
from printvision.platform.runtime import Platform
from tests.factories.workspaces import MadeWorkspace, make_workspace
from tests.waiting import until

RENAME = "UPDATE workspaces SET name = %(name)s RETURNING id"
ASLEEP = "SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(30)' AND state = 'active'"
BACKEND = text("SELECT pg_backend_pid()")


class WorkFailed(Exception):
    pass


async def name_of(workspace: MadeWorkspace) -> str:
    async with workspace.scope() as scope:
        ((name,),) = await run(scope.session, "SELECT name FROM workspaces")
    return name


@contextmanager
def heard(platform: Platform) -> Generator[list[str]]:
    """The statements of the application's login, as a listener hears them."""
    engine, statements = platform.db.app.sync_engine, list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


# -- statements past SQLAlchemy ----------------------------------------------------------------------------------------


async def test_a_statement_sees_the_rows_of_its_workspace_alone(platform: Platform, workspace: MadeWorkspace):
    await make_workspace(platform)

    async with workspace.scope() as scope:
        assert await run(scope.session, RENAME, {"name": "Mine"}) == [(workspace.id,)]


async def test_values_come_back_as_the_types_they_were_given_as(workspace: MadeWorkspace):
    values: dict[str, Any] = {
        "id": uuid4(),
        "at": clock.now(),
        "json": {"a": [1]},
        "bytes": b"\x00",
        "none": None,
    }
    statement = "SELECT %(id)s::uuid, %(at)s::timestamptz, %(json)s::jsonb, %(bytes)s::bytea, %(none)s::text"

    async with workspace.scope() as scope:
        (row,) = await run(scope.session, statement, values | {"json": Jsonb(values["json"])})

    assert list(row) == list(values.values())


async def test_a_statement_without_rows_gives_none(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        assert await run(scope.session, "UPDATE workspaces SET name = 'New'") == ()

    assert await name_of(workspace) == "New"


def a_key(workspace: MadeWorkspace) -> ApiKeyRow:
    return ApiKeyRow(
        workspace_id=workspace.id,
        name="Key",
        prefix="A" * 8,
        secret_hash="0" * 64,
        permissions=[],
        created_at=clock.now(),
    )


async def test_what_the_session_holds_back_is_written_first(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        scope.session.add(a_key(workspace))
        assert await run(scope.session, "SELECT name FROM api_keys") == [("Key",)]


async def test_what_the_session_holds_back_waits_where_the_caller_says_so(workspace: MadeWorkspace):
    async with workspace.scope() as scope:
        with scope.session.no_autoflush:
            scope.session.add(a_key(workspace))
            assert await run(scope.session, "SELECT name FROM api_keys") == []

    async with workspace.scope() as scope:
        assert await run(scope.session, "SELECT name FROM api_keys") == [("Key",)]


async def rename(workspace: MadeWorkspace, *names: str) -> None:
    async with workspace.scope() as scope:
        for name in names:
            await run(scope.session, RENAME, {"name": name})


async def test_a_refused_statement_fails_as_the_sessions_own_do_and_undoes_the_rest(workspace: MadeWorkspace):
    with pytest.raises(IntegrityError) as failed:
        await rename(workspace, "New", "")

    assert isinstance(failed.value.orig, psycopg.errors.CheckViolation)
    assert await name_of(workspace) == "Test workspace"


async def test_who_listens_hears_every_statement(platform: Platform, workspace: MadeWorkspace):
    with heard(platform) as statements:
        async with workspace.scope() as scope:
            assert list((await run(scope.session, RENAME, {"name": "Heard"}))[0]) == [workspace.id]
            assert await run(scope.session, "UPDATE workspaces SET name = 'Heard again'") == ()

    begun, *others = statements
    assert begun == f"BEGIN; SELECT set_config('app.workspace_id', '{workspace.id}', true)"
    assert others == [RENAME, "UPDATE workspaces SET name = 'Heard again'"]
    assert await name_of(workspace) == "Heard again"


# -- ends --------------------------------------------------------------------------------------------------------------


async def test_a_failure_undoes_what_was_done_and_calls_nobody(workspace: MadeWorkspace):
    called: list[str] = []
    with suppress(WorkFailed):
        async with workspace.scope() as scope:
            after_commit(scope.session, lambda: called.append("committed"))
            await run(scope.session, RENAME, {"name": "New"})
            raise WorkFailed

    assert await name_of(workspace) == "Test workspace"
    assert called == []


async def test_the_end_commits_and_then_calls(workspace: MadeWorkspace):
    called: list[str] = []
    async with workspace.scope() as scope:
        after_commit(scope.session, lambda: called.append("committed"))
        await run(scope.session, RENAME, {"name": "New"})
        assert called == []

    assert called == ["committed"]
    assert await name_of(workspace) == "New"


async def test_after_a_roll_back_within_the_connection_is_not_used_any_more(workspace: MadeWorkspace):
    """It went back to the pool with its transaction, and may be another's by now."""
    called: list[str] = []

    async def late() -> None:
        called.append("late")

    async with workspace.scope() as scope:
        before_commit(scope.session, late)
        await run(scope.session, RENAME, {"name": "New"})
        await scope.session.rollback()
        async with workspace.scope() as other:
            assert await run(other.session, RENAME, {"name": "Other's"}) == [(workspace.id,)]
            assert await run(scope.session, "SELECT name FROM workspaces") == [
                ("Test workspace",)
            ]  # a new one

    assert await name_of(workspace) == "Other's"
    assert called == []


async def test_what_asks_nothing_of_the_database_takes_no_connection_of_it(
    workspace: MadeWorkspace, platform: Platform
):
    async with workspace.scope() as scope:
        assert platform.db.app.pool.status().endswith("Current Checked out connections: 0")
        await run(scope.session, "SELECT 1")
        assert platform.db.app.pool.status().endswith("Current Checked out connections: 1")


async def test_the_last_thing_is_done_before_the_commit_and_undone_with_it(workspace: MadeWorkspace):
    async def rename_late() -> None:
        await run(scope.session, RENAME, {"name": "Late"})

    with suppress(WorkFailed):
        async with workspace.scope() as scope:
            before_commit(scope.session, rename_late)
            raise WorkFailed
    assert await name_of(workspace) == "Test workspace"

    async with workspace.scope() as scope:
        before_commit(scope.session, rename_late)
        await run(scope.session, RENAME, {"name": "Early"})
    assert await name_of(workspace) == "Late"


async def test_a_transaction_whose_failure_was_passed_over_is_not_taken_for_committed(
    workspace: MadeWorkspace,
):
    called: list[str] = []

    async def pass_over() -> None:
        async with workspace.scope() as scope:
            after_commit(scope.session, lambda: called.append("committed"))
            await run(scope.session, RENAME, {"name": "New"})
            with suppress(DBAPIError):
                await run(scope.session, "SELECT 1 / 0")

    with pytest.raises(TransactionFailed):
        await pass_over()

    assert await name_of(workspace) == "Test workspace"
    assert called == []


async def test_a_system_transaction_ends_whole_and_single_statements_stand(
    platform: Platform, workspace: MadeWorkspace
):
    left: list[str] = []
    for atomic in (True, False):
        with suppress(WorkFailed):
            async with platform.db.of_system(atomic=atomic) as transaction:
                await run(transaction.session, RENAME, {"name": "New"})
                raise WorkFailed
        left.append(await name_of(workspace))

    assert left == ["Test workspace", "New"]


async def test_a_cancelled_statement_gives_its_connection_back(workspace: MadeWorkspace):
    """More often than there are connections: none may be lost, and nothing may be left in one."""

    async def asleep() -> bool:
        async with workspace.scope() as scope:
            return bool(await run(scope.session, ASLEEP))

    async def sleep() -> None:
        async with workspace.scope() as scope:
            await run(scope.session, RENAME, {"name": "New"})
            await run(scope.session, "SELECT pg_sleep(30)")

    for _ in range(6):
        sleeping = asyncio.create_task(sleep())
        await until(asleep)
        sleeping.cancel()
        with suppress(asyncio.CancelledError):
            await sleeping

    assert await name_of(workspace) == "Test workspace"


async def test_lost_connections_fail_once_and_are_replaced(
    workspace: MadeWorkspace, database_urls: DatabaseUrls
):
    async with workspace.scope() as one, workspace.scope() as other:  # two are in the pool from now on
        backends = [(await scope.session.execute(BACKEND)).scalar_one() for scope in (one, other)]
    with psycopg.connect(libpq_url(database_urls.app)) as same_login:
        same_login.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM unnest(%s::int[]) AS pid", (backends,)
        )

    with pytest.raises(OperationalError) as failed:
        await name_of(workspace)

    assert failed.value.connection_invalidated
    assert [await name_of(workspace) for _ in range(3)] == ["Test workspace"] * 3
