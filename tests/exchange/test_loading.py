"""Rates in the database: loaded by the operator, read by everybody."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from printvision.accounts import Permission
from printvision.api.discovery import load_operations
from printvision.api.execution import execute_as
from printvision.exchange import (
    Loaded,
    Published,
    RatesJump,
    RatesView,
    find_exchange,
    load_rates,
    read_rates,
)
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, SystemScope, system_scope
from tests.exchange.ecb import DAILY_XML, DAY, HISTORY_CSV, RATES
from tests.factories.workspaces import OWNER, MadeWorkspace, make_workspace

FRIDAY, MONDAY, TUESDAY = date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 24)


def operator(platform: Platform) -> AbstractAsyncContextManager[SystemScope]:
    return system_scope(platform, "test")


def told(rates: Mapping[date, Mapping[str, str]]) -> Published:
    return Published(
        {
            day: {currency: Decimal(rate) for currency, rate in of_day.items()}
            for day, of_day in rates.items()
        },
        (),
    )


async def load(platform: Platform, rates: Mapping[date, Mapping[str, str]], *, force: bool = False) -> Loaded:
    async with operator(platform) as scope:
        return await load_rates(scope, told(rates), force=force)


async def stored(platform: Platform) -> dict[tuple[date, str], Decimal]:
    async with operator(platform) as scope:
        rows = await scope.session.execute(text("SELECT day, currency, per_euro FROM exchange_rates"))
        return {(day, currency): rate for day, currency, rate in rows}


# -- loading -------------------------------------------------------------------------------------------------


async def test_a_file_is_taken_in_and_says_what_was_new(platform: Platform):
    async with operator(platform) as scope:
        first = await load_rates(scope, read_rates(HISTORY_CSV, today=DAY))

    assert first == Loaded(
        first_day=date(1999, 1, 4),
        last_day=MONDAY,
        days=3,
        days_new=3,
        rates=8,
        rates_new=8,
        rates_changed=0,
        passed_over=("CYP",),
    )


async def test_a_file_that_is_loaded_again_changes_nothing(platform: Platform):
    async with operator(platform) as scope:
        await load_rates(scope, read_rates(HISTORY_CSV, today=DAY))
    before = await stored(platform)

    async with operator(platform) as scope:
        again = await load_rates(scope, read_rates(DAILY_XML, today=DAY))

    assert (again.days_new, again.rates_new, again.rates_changed) == (0, 0, 0)
    assert await stored(platform) == before


async def test_only_what_differs_is_written(platform: Platform):
    await load(platform, {FRIDAY: {"USD": "1.05", "JPY": "160"}, MONDAY: {"USD": "1.06"}})

    loaded = await load(platform, {MONDAY: {"USD": "1.07", "JPY": "161"}, TUESDAY: {"USD": "1.0700"}})

    assert (loaded.days, loaded.days_new) == (2, 1)
    assert (loaded.rates, loaded.rates_new, loaded.rates_changed) == (3, 2, 1)
    assert await stored(platform) == {
        (FRIDAY, "USD"): Decimal("1.05"),
        (FRIDAY, "JPY"): Decimal(160),
        (MONDAY, "USD"): Decimal("1.07"),
        (MONDAY, "JPY"): Decimal(161),
        (TUESDAY, "USD"): Decimal("1.07"),
    }


@pytest.mark.parametrize("seed", range(8))
async def test_files_may_be_loaded_in_any_order_and_any_number_of_times(platform: Platform, seed: int):
    chance = random.Random(seed)
    every = {
        FRIDAY - timedelta(days=back): {
            currency: f"{chance.uniform(1, 1.4):.4f}" for currency in ("USD", "JPY", "GBP")
        }
        for back in range(20)
    }
    files = [
        {day: dict(chance.sample(sorted(every[day].items()), 2)) for day in chance.sample(sorted(every), 8)}
        for _ in range(5)
    ]

    for rates in chance.sample(files * 2, len(files) * 2):
        await load(platform, rates)

    assert await stored(platform) == {
        (day, currency): Decimal(rate)
        for rates in files
        for day, of_day in rates.items()
        for currency, rate in of_day.items()
    }


async def test_two_who_load_the_same_file_at_once_take_turns(platform: Platform):
    rates = {FRIDAY: {"USD": "1.05"}, MONDAY: {"USD": "1.06"}}

    loaded = await asyncio.gather(load(platform, rates), load(platform, rates))

    assert sorted(each.rates_new for each in loaded) == [0, 2]


async def test_a_whole_history_goes_in_within_a_statement_s_time(platform: Platform):
    codes = ["USD", "JPY", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF"]
    days = [date(1999, 1, 4) + timedelta(days=number) for number in range(3_000)]

    loaded = await load(platform, {day: dict.fromkeys(codes, "1.5") for day in days})

    assert (loaded.days_new, loaded.rates_new) == (3_000, 30_000)


# -- jumps ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slip", "jumps"),
    [
        ("1.5750", []),
        ("0.7", []),
        ("1.5751", ["USD: 1.05 on 2026-11-20, 1.5751 on 2026-11-23"]),
        ("0.6999", ["USD: 1.05 on 2026-11-20, 0.6999 on 2026-11-23"]),
        ("10.5", ["USD: 1.05 on 2026-11-20, 10.5 on 2026-11-23"]),
    ],
)
async def test_a_rate_more_than_half_as_high_again_as_the_last_is_refused(
    platform: Platform, slip: str, jumps: list[str]
):
    await load(platform, {FRIDAY: {"USD": "1.05"}})

    async with operator(platform) as scope:
        try:
            await load_rates(scope, told({MONDAY: {"USD": slip}}))
            found: list[str] = []
        except RatesJump as refused:
            found = refused.fields["jumps"]

    assert found == jumps


async def test_it_is_held_against_the_next_rate_too_and_nothing_is_loaded(platform: Platform):
    await load(platform, {TUESDAY: {"USD": "1.05"}})

    with pytest.raises(RatesJump) as refused:
        await load(platform, {FRIDAY: {"USD": "105", "JPY": "160"}, MONDAY: {"USD": "1.04", "JPY": "1.6"}})

    assert refused.value.fields == {
        "count": 2,
        "jumps": [
            "JPY: 160 on 2026-11-20, 1.6 on 2026-11-23",
            "USD: 105 on 2026-11-20, 1.04 on 2026-11-23",
        ],
    }
    assert await stored(platform) == {(TUESDAY, "USD"): Decimal("1.05")}


async def test_a_jump_that_was_believed_is_not_asked_about_again(platform: Platform):
    await load(platform, {FRIDAY: {"USD": "1.05"}, MONDAY: {"USD": "2.10"}}, force=True)

    loaded = await load(
        platform, {FRIDAY: {"USD": "1.05"}, MONDAY: {"USD": "2.10"}, TUESDAY: {"USD": "2.11"}}
    )

    assert (loaded.rates_new, loaded.rates_changed) == (1, 0)


async def test_a_rate_has_no_neighbour_beyond_a_year(platform: Platform):
    await load(platform, {date(2008, 12, 9): {"ISK": "290"}})

    loaded = await load(platform, {date(2018, 2, 1): {"ISK": "125.2"}})

    assert loaded.rates_new == 1


# -- reading -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "day"),
    [(FRIDAY, FRIDAY), (date(2026, 11, 22), FRIDAY), (MONDAY, MONDAY), (date(2027, 1, 1), MONDAY)],
)
async def test_the_latest_rates_up_to_a_day_are_found(
    platform: Platform, workspace: MadeWorkspace, on: date, day: date
):
    await load(platform, {FRIDAY: {"USD": "1.05", "JPY": "160"}, MONDAY: {"USD": "1.06"}})

    async with workspace.scope() as scope:
        found = await find_exchange(scope, on)

    assert found is not None
    assert found.day == day
    assert found.per_euro["USD"] == {FRIDAY: Decimal("1.05"), MONDAY: Decimal("1.06")}[day]
    assert found.knows("JPY") is (day == FRIDAY)


async def test_before_the_first_day_nothing_is_found(platform: Platform, workspace: MadeWorkspace):
    await load(platform, {MONDAY: {"USD": "1.06"}})

    async with workspace.scope() as scope:
        assert await find_exchange(scope, FRIDAY) is None


async def test_what_another_process_loads_is_seen_within_a_minute(
    platform: Platform, workspace: MadeWorkspace
):
    async def rate() -> Decimal:
        async with workspace.scope() as scope:
            found = await find_exchange(scope, TUESDAY)
        assert found is not None
        return found.per_euro["USD"]

    async def another_process_writes(rate: str) -> None:
        async with operator(platform) as scope:
            await scope.session.execute(text(f"UPDATE exchange_rates SET per_euro = {rate}"))

    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False) as now:
        await load(platform, {MONDAY: {"USD": "1.06"}})
        assert await rate() == Decimal("1.06")
        await another_process_writes("1.07")
        assert await rate() == Decimal("1.06")
        now.shift(60)
        assert await rate() == Decimal("1.07")


async def test_what_this_process_loads_is_seen_at_once(platform: Platform, workspace: MadeWorkspace):
    for expected in ("1.06", "1.07"):
        await load(platform, {MONDAY: {"USD": expected}})
        async with workspace.scope() as scope:
            found = await find_exchange(scope, MONDAY)

        assert found is not None
        assert found.per_euro["USD"] == Decimal(expected)


async def test_only_so_many_days_are_kept_in_memory(platform: Platform, workspace: MadeWorkspace):
    from printvision.exchange.kept import MOST, kept_rates

    await load(platform, {date(1999, 1, 4): {"USD": "1.1789"}})
    async with workspace.scope() as scope:
        for number in range(MOST + 1):
            await find_exchange(scope, MONDAY - timedelta(days=number))

    assert kept_rates(platform).find(MONDAY) is None
    assert kept_rates(platform).find(MONDAY - timedelta(days=MOST)) is not None


# -- who may -------------------------------------------------------------------------------------------------


async def test_every_workspace_sees_the_same_rates(platform: Platform, workspace: MadeWorkspace):
    await load(platform, {MONDAY: {code: str(rate) for code, rate in RATES.items()}})
    stranger = await make_workspace(platform)

    load_operations()
    for each in (workspace, stranger):
        seen = await execute_as(platform, OWNER, each.id, "rates.get", {"day": "2026-11-25"})

        assert seen == RatesView(
            asked=date(2026, 11, 25), day=MONDAY, age_days=2, per_euro={"EUR": Decimal(1)} | RATES
        )


async def test_where_none_are_loaded_it_says_so(workspace: MadeWorkspace):
    load_operations()
    seen = await execute_as(workspace.platform, OWNER, workspace.id, "rates.get", {"day": "2026-11-25"})

    assert seen == RatesView(asked=date(2026, 11, 25), day=None, age_days=None, per_euro={})


async def test_reading_them_needs_the_permission(workspace: MadeWorkspace):
    from printvision.exchange.operations import get
    from printvision.exchange.schemas import GetRates

    async with workspace.scope(Permission.ROUTES_READ) as scope:
        with pytest.raises(PermissionMissing):
            await get(scope, GetRates())


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO exchange_rates VALUES ('2026-11-23', 'USD', 1)",
        "UPDATE exchange_rates SET per_euro = 1",
        "DELETE FROM exchange_rates",
    ],
)
async def test_no_workspace_can_write_them(workspace: MadeWorkspace, statement: str):
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with workspace.scope() as scope:
            await scope.session.execute(text(statement))


@pytest.mark.parametrize("rate", ["0", "-1", "'NaN'", "'Infinity'"])
async def test_the_table_itself_refuses_what_is_no_rate(platform: Platform, rate: str):
    with pytest.raises(Exception, match="ck_exchange_rates_per_euro_sound"):
        async with operator(platform) as scope:
            await scope.session.execute(
                text(f"INSERT INTO exchange_rates VALUES ('2026-11-23', 'USD', {rate})")
            )
