"""What is kept long enough is forgotten, all of it and nothing else, whoever else is at it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from psycopg import AsyncConnection
from sqlalchemy import text

from printvision.platform import clock, retention
from printvision.platform.bundled_postgres import DatabaseUrls
from printvision.platform.db import libpq_url
from printvision.platform.retention import Forgetter, Retention, forget
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.waiting import until

# A table that the system login may delete from, and whose rows need nothing else.
FORGET = """
DELETE FROM call_budgets WHERE bucket IN (
    SELECT bucket FROM call_budgets WHERE full_at <= %(before)s LIMIT %(most)s FOR UPDATE SKIP LOCKED
) RETURNING 1
"""
OLD = Retention("old rows", FORGET, keep=timedelta(days=1), every_s=60.0, most=2)
BROKEN = Retention("broken rows", "SELECT 1 / 0", keep=timedelta(0), every_s=60.0)


async def write(platform: Platform, *hours: int) -> None:
    """A row of each of these ages."""
    async with system_scope(platform, "test") as scope:
        for age in hours:
            await scope.session.execute(
                text("INSERT INTO call_budgets (bucket, full_at, granted) VALUES (:bucket, :at, 0)"),
                {"bucket": f"{age} h", "at": clock.now() - timedelta(hours=age)},
            )


async def left(platform: Platform) -> list[str]:
    async with system_scope(platform, "test") as scope:
        return list(
            await scope.session.scalars(text("SELECT bucket FROM call_budgets ORDER BY full_at DESC"))
        )


async def test_it_goes_on_until_all_that_is_old_is_forgotten(platform: Platform):
    await write(platform, 1, 23, 25, 26, 27, 28, 29)

    assert [await forget(platform, OLD) for _ in range(2)] == [5, 0]
    assert await left(platform) == ["1 h", "23 h"]


async def test_what_another_is_at_is_left_for_the_next_time(platform: Platform, database_urls: DatabaseUrls):
    await write(platform, 25, 26)
    async with await AsyncConnection.connect(libpq_url(database_urls.owner)) as other:
        await other.execute("SELECT FROM call_budgets WHERE bucket = '25 h' FOR UPDATE")
        assert await forget(platform, OLD) == 1
        assert await left(platform) == ["25 h"]

    assert await forget(platform, OLD) == 1


async def test_one_that_fails_holds_up_no_other(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "LOOK_EVERY_S", 0.01)
    await write(platform, 25)
    forgetting = asyncio.create_task(Forgetter(platform, [BROKEN, OLD]).run())

    async def is_forgotten() -> bool:
        return await left(platform) == []

    await until(is_forgotten)
    assert not forgetting.done()
    forgetting.cancel()
    with suppress(asyncio.CancelledError):
        await forgetting
