"""Every SELECT of exchange rates. They are nobody's, so any scope may read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final, cast

from sqlalchemy import Date, Table, bindparam, func, select

from printvision.exchange.conversion import BASE, Exchange
from printvision.exchange.kept import kept_rates
from printvision.exchange.models import ExchangeRateRow
from printvision.platform.db import run
from printvision.platform.scope import AnyScope
from printvision.platform.statements import written

_TABLE: Final = cast("Table", ExchangeRateRow.__table__)
_LATEST: Final = select(func.max(_TABLE.c.day)).where(_TABLE.c.day <= bindparam("on", type_=Date()))
_RATES: Final = written(
    select(_TABLE.c.day, _TABLE.c.currency, _TABLE.c.per_euro)
    .where(_TABLE.c.day == _LATEST.scalar_subquery())
    .order_by(_TABLE.c.currency)
)


async def find_exchange(scope: AnyScope, on: date) -> Exchange | None:
    """The rates of the latest day with any, on or before `on`; None where none is loaded that far back.

    What another process has loaded is seen within a minute.
    """
    kept = kept_rates(scope.platform)
    if (known := kept.find(on)) is not None:
        return known
    exchange = await read_exchange(scope, on)
    if exchange is not None:
        kept.keep(on, exchange)
    return exchange


async def read_exchange(scope: AnyScope, on: date) -> Exchange | None:
    """As `find_exchange`, and what another process has loaded is seen at once.

    All rates are of one day: a currency without a rate on that day is missing, not taken from another day.
    """
    rows = await run(scope.session, _RATES, {"on": on})
    if not rows:
        return None
    rates = {BASE: Decimal(1)} | {currency: rate for _, currency, rate in rows}
    return Exchange(day=rows[0][0], per_euro=rates)
