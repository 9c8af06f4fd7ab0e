"""Stories whose steps leave a trace in a table, for tests of the engine that carries them.

A step that was cut off leaves its trace only up to where it was cut. `flags` is how a test tells a step to go on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from sqlalchemy import text

from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.errors import NotFound
from printvision.platform.migrations import login_of
from printvision.platform.workflows import Queue, Run, workflow
from tests.waiting import until

LONG_S = 60.0
CUT = 3  # the exit code of a process that a story ended


def make_tables(urls: DatabaseUrls) -> None:
    with psycopg.connect(libpq_url(urls.owner), autocommit=True) as owner:
        owner.execute(
            "CREATE TABLE traces (seq bigint GENERATED ALWAYS AS IDENTITY, run_id text, subject_id uuid, what text,"
            " pid int, at timestamptz DEFAULT clock_timestamp())"
        )
        owner.execute("CREATE TABLE flags (name text)")
        owner.execute(f"GRANT SELECT, INSERT ON traces, flags TO {login_of(urls.app)}")


@dataclass(frozen=True)
class Trace:
    what: str
    pid: int
    at: datetime


class Traces:
    """What the steps of all runs have done so far, in order."""

    def __init__(self, urls: DatabaseUrls) -> None:
        self._url = libpq_url(urls.owner)

    def of(self, subject_id: UUID) -> list[Trace]:
        with psycopg.connect(self._url) as owner:
            rows = owner.execute(
                "SELECT what, pid, at FROM traces WHERE subject_id = %s ORDER BY seq", (subject_id,)
            )
            return [Trace(*row) for row in rows]

    def words(self, subject_id: UUID) -> list[str]:
        return [trace.what for trace in self.of(subject_id)]

    def raise_flag(self) -> None:
        with psycopg.connect(self._url) as owner:
            owner.execute("INSERT INTO flags VALUES ('go on')")


async def trace(run: Run, what: str) -> None:
    async with run.scope() as scope:
        await scope.session.execute(
            text(
                "INSERT INTO traces (run_id, subject_id, what, pid) VALUES (:run_id, :subject_id, :what, :pid)"
            ),
            {"run_id": run.run_id, "subject_id": run.subject_id, "what": what, "pid": os.getpid()},
        )


async def times(run: Run, what: str) -> int:
    query = text("SELECT count(*) FROM traces WHERE run_id = :run_id AND what = :what")
    async with run.scope() as scope:
        return (await scope.session.execute(query, {"run_id": run.run_id, "what": what})).scalar_one()


# -- steps -------------------------------------------------------------------------------------------------------------


async def first(run: Run) -> str:
    await trace(run, "first")
    return "first's word"


async def second(run: Run, told: str, *, end: str) -> None:
    await trace(run, f"second, told {told}{end}")


async def last(run: Run) -> None:
    await trace(run, "last")


async def end_the_process_once(run: Run) -> None:
    await trace(run, "cut")
    if await times(run, "cut") == 1:
        os._exit(CUT)


async def wait_for_the_flag(run: Run) -> None:
    await trace(run, "waiting")

    async def raised() -> bool:
        async with run.scope() as scope:
            return bool((await scope.session.execute(text("SELECT count(*) FROM flags"))).scalar_one())

    await until(raised, within_s=LONG_S)


async def refuse(run: Run) -> None:
    await trace(run, "refused")
    raise NotFound("It is not there", kind="thing", id=str(run.subject_id))


async def break_down(run: Run) -> None:
    await trace(run, "broken")
    raise ZeroDivisionError("by zero")


async def answer_an_object(run: Run) -> object:
    await trace(run, "object")
    return object()


# -- stories -----------------------------------------------------------------------------------------------------------


@workflow("test.three")
async def three(run: Run) -> None:
    told = await run.step(first)
    await run.step(second, told, end="!")
    await run.step(last)


@workflow("test.three_in_bulk", queue=Queue.SYNC)
async def three_in_bulk(run: Run) -> None:
    await three.body(run)


@workflow("test.cut")
async def cut(run: Run) -> None:
    told = await run.step(first)
    await run.step(end_the_process_once)
    await run.step(second, told, end=".")


@workflow("test.cut_forgetful", remembers=False)
async def cut_forgetful(run: Run) -> None:
    await cut.body(run)


@workflow("test.waiting")
async def waiting(run: Run) -> None:
    await run.step(first)
    await run.step(wait_for_the_flag)
    await run.step(last)


@workflow("test.refused")
async def refused(run: Run) -> None:
    await run.step(first)
    await run.step(refuse)


@workflow("test.broken")
async def broken(run: Run) -> None:
    await run.step(break_down)


@workflow("test.object")
async def object_answered(run: Run) -> None:
    await run.step(answer_an_object)


@workflow("test.catching")
async def catching(run: Run) -> None:
    """Goes another way where a step failed, and has to go the same way again after the process was cut off."""
    try:
        await run.step(refuse)
    except NotFound as error:
        await run.step(second, f"{error.detail}, {error.fields['kind']}", end="")
    await run.step(end_the_process_once)
    await run.step(last)
