"""Loading rates: the operator's alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Final

import msgspec
from sqlalchemy import select, text

from printvision.exchange.errors import RatesJump
from printvision.exchange.jumps import FURTHEST, Key, find_jumps
from printvision.exchange.kept import kept_rates
from printvision.exchange.models import ExchangeRateRow
from printvision.exchange.published import Published
from printvision.platform.caching import touch
from printvision.platform.db import after_commit
from printvision.platform.scope import SystemScope

JUMPS_TOLD: Final = 20
ROWS_AT_ONCE: Final = 20_000

_TAKE_TURNS = text("LOCK TABLE exchange_rates IN SHARE ROW EXCLUSIVE MODE")
_WRITE = text(
    """
    INSERT INTO exchange_rates (day, currency, per_euro)
    SELECT * FROM unnest(CAST(:days AS date[]), CAST(:currencies AS text[]), CAST(:rates AS numeric[]))
    ON CONFLICT (day, currency) DO UPDATE SET per_euro = excluded.per_euro
    """
)


class Loaded(msgspec.Struct, frozen=True, kw_only=True):
    """What a file came to.

    Args:
        days, rates: how many there are in it.
        days_new: of which there was no rate before.
        rates_new, rates_changed: that were not there before, or were other ones.
        passed_over: currencies in it that are no longer any.
    """

    first_day: date
    last_day: date
    days: int
    days_new: int
    rates: int
    rates_new: int
    rates_changed: int
    passed_over: tuple[str, ...]


async def load_rates(scope: SystemScope, published: Published, *, force: bool = False) -> Loaded:
    """Take in what was published. A file that is loaded again changes nothing; what it does not name stays.

    Args:
        force: believe rates that are far from their neighbours, too.

    Raises:
        RatesJump: some are, and nothing was loaded.
    """
    told = {(day, code): rate for day, rates in published.rates.items() for code, rate in rates.items()}
    first, last = min(published.rates), max(published.rates)
    await scope.session.execute(_TAKE_TURNS)  # a second loader must see what the first has changed
    stored = await _stored(scope, first - FURTHEST, last + FURTHEST)
    fresh = {key: rate for key, rate in told.items() if stored.get(key) != rate}
    if not force:
        _refuse_jumps(stored | told, fresh)
    await _write(scope, fresh)
    touch(scope, "exchange_rates")
    after_commit(scope.session, kept_rates(scope.platform).forget)
    changed = len(fresh.keys() & stored.keys())
    return Loaded(
        first_day=first,
        last_day=last,
        days=len(published.rates),
        days_new=len(published.rates.keys() - {day for day, _ in stored}),
        rates=len(told),
        rates_new=len(fresh) - changed,
        rates_changed=changed,
        passed_over=published.passed_over,
    )


def _refuse_jumps(rates: Mapping[Key, Decimal], fresh: Mapping[Key, Decimal]) -> None:
    jumps = list(find_jumps(rates, fresh.keys()))
    if jumps:
        raise RatesJump(count=len(jumps), jumps=[str(jump) for jump in jumps[:JUMPS_TOLD]])


async def _stored(scope: SystemScope, first: date, last: date) -> dict[Key, Decimal]:
    query = select(ExchangeRateRow.day, ExchangeRateRow.currency, ExchangeRateRow.per_euro).where(
        ExchangeRateRow.day.between(first, last)
    )
    return {(day, currency): rate for day, currency, rate in await scope.session.execute(query)}


async def _write(scope: SystemScope, fresh: Mapping[Key, Decimal]) -> None:
    left = iter(sorted(fresh.items()))
    while rows := list(islice(left, ROWS_AT_ONCE)):
        await scope.session.execute(
            _WRITE,
            {
                "days": [day for (day, _), _ in rows],
                "currencies": [currency for (_, currency), _ in rows],
                "rates": [rate for _, rate in rows],
            },
        )
