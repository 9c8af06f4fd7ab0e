"""Every SELECT of exchange rates. They are nobody's, so any scope may read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from printvision.exchange.conversion import BASE, Exchange
from printvision.exchange.kept import kept_rates
from printvision.exchange.models import ExchangeRateRow
from printvision.platform.scope import AnyScope


async def find_exchange(scope: AnyScope, on: date) -> Exchange | None:
    """The rates of the latest day with any, on or before `on`; None where none is loaded that far back.

    All rates are of one day: a currency without a rate on that day is missing, not taken from another day.
    What another process has loaded is seen within a minute.
    """
    kept = kept_rates(scope.platform)
    if (known := kept.find(on)) is not None:
        return known
    latest = select(func.max(ExchangeRateRow.day)).where(ExchangeRateRow.day <= on).scalar_subquery()
    query = (
        select(ExchangeRateRow.day, ExchangeRateRow.currency, ExchangeRateRow.per_euro)
        .where(ExchangeRateRow.day == latest)
        .order_by(ExchangeRateRow.currency)
    )
    rows = (await scope.session.execute(query)).all()
    if not rows:
        return None
    rates = {BASE: Decimal(1)} | {currency: rate for _, currency, rate in rows}
    exchange = Exchange(day=rows[0].day, per_euro=rates)
    kept.keep(on, exchange)
    return exchange
