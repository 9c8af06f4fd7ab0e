"""Checks of the database: version, shape, policies, clock."""

from __future__ import annotations

import time
from typing import Any, Final, LiteralString

import psycopg
from alembic.script import ScriptDirectory

from printvision.cli.doctor.checks import Unwell
from printvision.platform import clock
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.migrations import configuration, login_of

OLDEST: Final = 15
MOST_SKEW_S: Final = 2.0
CONNECT_WITHIN_S: Final = 5

_WITHOUT_POLICY: Final = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
      AND (c.relname = 'workspaces' OR EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped))
      AND NOT (c.relrowsecurity AND c.relforcerowsecurity AND EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid))
    ORDER BY 1
"""
_WITH_POLICY: Final = """
    SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relrowsecurity AND c.relforcerowsecurity
"""
_STRONG_LOGINS: Final = """
    SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls) ORDER BY 1
"""


async def reachable(urls: DatabaseUrls) -> str:
    """All three logins are let in, and the server is new enough."""
    version = ""
    for name, url in (("app", urls.app), ("system", urls.system), ("owner", urls.owner)):
        try:
            version = str((await _ask(url, "SHOW server_version"))[0][0])
        except psycopg.OperationalError as error:
            last = str(error).strip().splitlines()[-1]
            raise Unwell(f"the {name} login is not let in: {last}. Is `printvision up` running?") from None
    if int(version.partition(".")[0]) < OLDEST:
        raise Unwell(f"PostgreSQL {version} is too old; it has to be {OLDEST} or newer")
    return f"PostgreSQL {version}, all three logins"


async def migrations(urls: DatabaseUrls) -> str:
    """The tables have this build's shape, and the workflow engine's are there."""
    wanted = ScriptDirectory.from_config(configuration(urls)).get_current_head()
    there = await _ask(
        urls.owner, "SELECT to_regclass('public.alembic_version'), to_regclass('dbos.workflow_status')"
    )
    if None in there[0]:
        raise Unwell("the tables are not there: run `printvision migrate`")
    found = await _ask(urls.owner, "SELECT version_num FROM alembic_version")
    current = str(found[0][0]) if found else "nothing"
    if current != wanted:
        raise Unwell(f"the database is at {current}, this build wants {wanted}: run `printvision migrate`")
    return f"at {current}"


async def row_level_security(urls: DatabaseUrls) -> str:
    """Policies are forced on every workspace's table, and no login of ours passes by them."""
    if bare := [row[0] for row in await _ask(urls.system, _WITHOUT_POLICY)]:
        raise Unwell(f"no policy is forced on {', '.join(bare)}: run `printvision migrate`")
    logins = [login_of(urls.app), login_of(urls.system), login_of(urls.owner)]
    if strong := [row[0] for row in await _ask(urls.system, _STRONG_LOGINS, [logins])]:
        raise Unwell(f"{', '.join(strong)} may pass by the policies: take SUPERUSER and BYPASSRLS away")
    count = (await _ask(urls.system, _WITH_POLICY))[0][0]
    return f"forced on {count} tables"


async def clocks(urls: DatabaseUrls) -> str:
    """This machine and the database agree about the time."""
    async with await _connect(urls.system) as connection:
        await connection.execute("SELECT 1")
        before, began = clock.now(), time.monotonic()
        row = await (await connection.execute("SELECT clock_timestamp()")).fetchone()
        half_way_s = (time.monotonic() - began) / 2
    assert row is not None
    skew_s = abs((row[0] - before).total_seconds() - half_way_s)
    if skew_s > MOST_SKEW_S:
        raise Unwell(f"{skew_s:.1f} s apart: have both machines keep their time by NTP")
    return f"{skew_s * 1000:.0f} ms apart"


async def _connect(url: str) -> psycopg.AsyncConnection[Any]:
    return await psycopg.AsyncConnection.connect(
        libpq_url(url), connect_timeout=CONNECT_WITHIN_S, autocommit=True
    )


async def _ask(url: str, statement: LiteralString, given: list[Any] | None = None) -> list[Any]:
    async with await _connect(url) as connection:
        return await (await connection.execute(statement, given)).fetchall()
