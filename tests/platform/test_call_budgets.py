"""Budgets in PostgreSQL, shared by processes with pools of their own."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from printvision.platform.db import Database
from printvision.platform.rates import FULL_BUDGETS, Bucket, OwnBuckets, Policy, Rates
from printvision.platform.rates.grants import Grant, Want
from printvision.platform.rates.ledgers import LedgerSilent, PostgresLedger
from printvision.platform.retention import forget
from printvision.platform.runtime import Platform, open_platform
from printvision.platform.scope import system_scope
from printvision.platform.settings import Settings, environment

PATIENCE_S = 30.0
PROGRAM = """
import asyncio
from printvision.platform.rates import Bucket, Policy, rates_of
from printvision.platform.runtime import open_platform
from printvision.platform.settings import load_settings

async def main():
    async with open_platform(load_settings()) as platform:
        rates, bucket = rates_of(platform), Bucket(Policy.KEY, "shared", 60)
        spent = [await rates.spend(bucket) for _ in range(100)]
        print(sum(not each.refused for each in spent))
        await rates.close()

asyncio.run(main())
"""


def key(whose: str, limit: int) -> Bucket:
    return Bucket(Policy.KEY, whose, limit)


class Counted:
    """A ledger that counts what it is asked, and may be made silent."""

    def __init__(self, platform: Platform) -> None:
        self._real = PostgresLedger(platform)
        self.asked: list[int] = []
        self.silent = False

    async def lease(self, wants: Sequence[Want]) -> list[Grant]:
        if self.silent:
            raise LedgerSilent("test")
        self.asked.append(len(wants))
        return await self._real.lease(wants)

    async def close(self) -> None: ...


@asynccontextmanager
async def two(settings: Settings) -> AsyncGenerator[tuple[Rates, Rates]]:
    """Two processes' budgets, as far as the database can tell."""
    async with open_platform(settings) as one, open_platform(settings) as other:
        both = Rates(PostgresLedger(one)), Rates(PostgresLedger(other))
        yield both
        for rates in both:
            await rates.close()


async def rows(platform: Platform) -> list[str]:
    async with system_scope(platform, "test") as scope:
        return list(await scope.session.scalars(text("SELECT bucket FROM call_budgets ORDER BY bucket")))


async def test_the_statement_grants_what_the_arithmetic_says(platform: Platform):
    ledger, own = PostgresLedger(platform), OwnBuckets()
    bucket = key("a", 60)
    wants = [
        Want(bucket, 1, 10),
        Want(bucket, 20, 20),
        Want(bucket, 31, 31),
        Want(bucket, 1, 40),
        Want(bucket, 1, 1),
    ]

    asked = [(await ledger.lease([want]))[0] for want in wants]

    expected = [own.lease(want, 0.0) for want in wants]
    assert [given.calls for given in asked] == [given.calls for given in expected] == [10, 20, 0, 30, 0]
    assert [given.full_in_s for given in asked] == pytest.approx([10, 30, 30, 60, 60], abs=0.9)


async def test_many_buckets_are_asked_in_one_statement_each_by_itself(platform: Platform):
    ledger = PostgresLedger(platform)
    wants = [Want(key(whose, limit), 1, 5) for whose, limit in (("b", 5), ("a", 100), ("c", 3))]

    assert [given.calls for given in await ledger.lease(wants)] == [5, 5, 5]
    assert [given.calls for given in await ledger.lease(wants)] == [0, 5, 0]
    assert await rows(platform) == ["key:a", "key:b", "key:c"]


async def test_what_was_spent_comes_back_by_the_databases_clock(platform: Platform):
    ledger, bucket = PostgresLedger(platform), key("a", 60)
    await ledger.lease([Want(bucket, 60, 60)])

    async with system_scope(platform, "test") as scope:
        await scope.session.execute(text("UPDATE call_budgets SET full_at = full_at - interval '10 seconds'"))

    assert (await ledger.lease([Want(bucket, 1, 60)]))[0].calls == 10


async def test_two_pools_share_one_budget(settings: Settings):
    async with two(settings) as both:
        spent = await asyncio.gather(*(rates.spend(key("a", 100)) for rates in both for _ in range(100)))

    assert sum(not each.refused for each in spent) in (100, 101)  # a call comes back every 0.6 s


async def test_two_processes_share_one_budget(settings: Settings):
    given = {**environment(settings), "PYTHONPATH": ":".join(sys.path)}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", PROGRAM, env=given, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    async with asyncio.timeout(PATIENCE_S):
        answers = [(await process.communicate())[0] for process in processes]

    let_through = [int(answer) for answer in answers]
    # one that begins later finds what has come back meanwhile: a call a second
    assert 60 - 2 * 3 <= sum(let_through) <= 60 + PATIENCE_S
    assert max(let_through) < 100


async def test_a_slice_is_one_statement_and_its_calls_are_none(platform: Platform):
    ledger = Counted(platform)
    rates = Rates(ledger)

    for _ in range(60):
        (await rates.spend(key("a", 6_000))).require()

    assert ledger.asked == [1]


async def test_calls_that_come_together_are_asked_for_together(platform: Platform):
    ledger = Counted(platform)
    rates = Rates(ledger)

    await asyncio.gather(*(rates.spend(key(str(number), 6_000)) for number in range(40)))

    assert sum(ledger.asked) == 40
    assert len(ledger.asked) <= 2


async def test_what_is_refused_is_not_asked_for(platform: Platform):
    ledger = Counted(platform)
    rates = Rates(ledger)
    (await rates.spend(key("a", 2), 2)).require()

    refused = [await rates.spend(key("a", 2)) for _ in range(50)]

    assert all(each.refused for each in refused)
    assert ledger.asked == [1]


async def test_while_the_database_is_silent_calls_go_on_by_the_processs_own_budget(platform: Platform):
    ledger = Counted(platform)
    ledger.silent = True
    rates = Rates(ledger)

    spent = [await rates.spend(key("a", 3)) for _ in range(4)]

    assert [each.refused for each in spent] == [False, False, False, True]


async def test_a_database_that_hangs_holds_nobody_up(platform: Platform, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("printvision.platform.rates.spending.LEASED_WITHIN_S", 0.05)
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(text("LOCK TABLE call_budgets"))
        rates = Rates(PostgresLedger(platform))
        async with asyncio.timeout(5):
            spent = [await rates.spend(key("a", 1)) for _ in range(2)]
    await rates.close()

    assert [each.refused for each in spent] == [False, True]


async def test_a_database_that_is_gone_is_silent(settings: Settings):
    async with open_platform(settings) as platform:
        gone = Database("postgresql+psycopg://x@127.0.0.1:9/x", "postgresql+psycopg://x@127.0.0.1:9/x")
        platform.db, there = gone, platform.db
        with pytest.raises(LedgerSilent):
            await PostgresLedger(platform).lease([Want(key("a", 1), 1, 1)])
        platform.db = there
        await gone.close()


async def test_full_buckets_are_swept_away(platform: Platform):
    ledger = PostgresLedger(platform)
    await ledger.lease([Want(key(whose, 60), 1, 10) for whose in "abc"])
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE call_budgets SET full_at = now() WHERE bucket IN ('key:a', 'key:c')")
        )

    assert await forget(platform, FULL_BUDGETS) == 2
    assert await rows(platform) == ["key:b"]


async def test_the_application_login_cannot_touch_them(settings: Settings, platform: Platform):
    async with platform.db.app.connect() as connection:
        with pytest.raises(Exception, match="permission denied"):
            await connection.execute(text("SELECT * FROM call_budgets"))
