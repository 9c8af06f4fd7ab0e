"""What a route is chosen from, gathered: the lines still to be made, and everybody who could make them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from printvision.catalog import (
    PricesOf,
    StockOf,
    Tariffs,
    VariantsOf,
    list_prices_of,
    list_stock_of,
    list_tariffs,
)
from printvision.channels import ChannelOrder
from printvision.exchange import Exchange, find_exchange
from printvision.orders.address import destination
from printvision.orders.models import LineRow, OrderRow
from printvision.orders.rerouting import excluded, excluded_lines
from printvision.orders.routing import Carriage, Line, Method, Offered, Problem, Rate, Source
from printvision.orders.rulebook import get_rules
from printvision.orders.sealing import open_source
from printvision.orders.storing import UNKNOWN_CURRENCY
from printvision.orders.whole import Whole
from printvision.platform import clock
from printvision.platform.address import Recipient
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope
from printvision.products import Likeness, Offer, ProvisionState, ensure_provisions, find_variants_by_sku
from printvision.providers import ConnectionView, ReadyAdapter, adapter_type, ready_adapters
from printvision.providers.sdk import AddressLimits, StockState

OUT = frozenset({StockState.OUT_OF_STOCK, StockState.DISCONTINUED})


@dataclass(frozen=True)
class Gathered:
    """The problem as far as we know it without asking anybody, and what is needed to ask.

    Args:
        ready: the connections of the problem, to be asked.
        offers: those of the problem, by id.
        tariffs: as they are kept, fresh or not.
        being_made: whether a provider is being given what it still lacks for one of the offers.
    """

    recipient: Recipient
    problem: Problem
    ready: Mapping[UUID, ReadyAdapter]
    offers: Mapping[UUID, Offer]
    tariffs: Tariffs
    being_made: bool


async def gather(scope: WorkspaceScope, whole: Whole) -> Gathered:
    """Read everything, one statement a table. Products that providers still lack are asked for.

    Raises:
        InvalidAddress: the shop changed it after it was checked.
    """
    order = whole.order
    source = open_source(scope, order)
    recipient = destination(source.recipient)
    left = whole.pieces_left()
    rows = [row for row in whole.lines if row.id in left]
    variants = await find_variants_by_sku(scope, [row.sku for row in rows if row.sku])
    found = {
        row.id: [offer for offer in variants[row.sku].offers if offer.active]
        for row in rows
        if row.sku in variants
    }
    offers = {offer.id: offer for each in found.values() for offer in each}
    unready = [offer for offer in offers.values() if not offer.ready]
    await ensure_provisions(scope, unready)
    ready = await ready_adapters(scope, sorted({offer.connection_id for offer in offers.values()}))
    known = await _known(scope, offers.values(), recipient.country)
    now = clock.now()
    sources = [_source(each.connection, found, known, recipient, order) for each in ready.values()]
    problem = Problem(
        at=now,
        lines=tuple(Line(line_id=row.id, sku=row.sku or "", quantity=left[row.id]) for row in rows),
        sources=tuple(sources),
        rules=await get_rules(scope),
        currency=None if order.currency == UNKNOWN_CURRENCY else order.currency,
        paid=_paid(source, whole.lines, left),
        service=source.shipping_method,
        rates=_rates(await find_exchange(scope, now.date())),
    )
    return Gathered(recipient, problem, ready, offers, known.tariffs, any(map(_is_being_made, unready)))


def methods_of(offers: Sequence[Offered], own: Mapping[UUID, Offer], tariffs: Tariffs) -> tuple[Method, ...]:
    """How a connection ships its offers, by what is known of its tariffs.

    Args:
        offers: of one source, in its order; `own` has the offer of each.
    """
    carried: dict[str, dict[tuple[str, Money, Money], list[int]]] = defaultdict(lambda: defaultdict(list))
    days: dict[str, list[tuple[int | None, int | None]]] = defaultdict(list)
    names: dict[str, str] = {}
    for at, offer in enumerate(offers):
        view = tariffs.get((own[offer.offer_id].connection_id, own[offer.offer_id].provider_variant_id))
        for tariff in view.tariffs if view else ():
            carried[tariff.method][tariff.ships_with, tariff.first, tariff.additional].append(at)
            days[tariff.method].append((tariff.min_days, tariff.max_days))
            names.setdefault(tariff.method, tariff.name)
    return tuple(
        Method(
            key=key,
            name=names[key],
            carriage=tuple(
                Carriage(offers=tuple(dict.fromkeys(at)), ships_with=ships_with, first=first, additional=more)
                for (ships_with, first, more), at in charges.items()
            ),
            min_days=_longest([least for least, _ in days[key]]),
            max_days=_longest([most for _, most in days[key]]),
        )
        for key, charges in carried.items()
    )


def only_needed(problem: Problem) -> Problem:
    """The problem with no other exchange rates than those it needs: it is stored with every decision."""
    told = {money.currency for money in _amounts(problem)}
    needed = told | {problem.currency} if len(told) > 1 else set[str | None]()
    rates = {currency: rate for currency, rate in problem.rates.items() if currency in needed}
    return msgspec.structs.replace(problem, rates=rates)


@dataclass(frozen=True)
class _Known:
    prices: PricesOf
    stock: StockOf
    tariffs: Tariffs


async def _known(scope: WorkspaceScope, offers: Iterable[Offer], country: str) -> _Known:
    wanted: dict[UUID, set[UUID]] = defaultdict(set)
    for offer in offers:
        wanted[offer.connection_id].add(offer.provider_variant_id)
    variants: VariantsOf = wanted
    return _Known(
        await list_prices_of(scope, variants),
        await list_stock_of(scope, variants),
        await list_tariffs(scope, variants, country),
    )


def _source(
    connection: ConnectionView,
    found: Mapping[UUID, Sequence[Offer]],
    known: _Known,
    recipient: Recipient,
    order: OrderRow,
) -> Source:
    own = [
        (line_id, offer)
        for line_id, each in found.items()
        for offer in each
        if offer.connection_id == connection.id
    ]
    kept_lines = excluded_lines(order).get(connection.id, {})
    offers = tuple(_offered(line_id, offer, known, kept_lines.get(line_id)) for line_id, offer in own)
    return Source(
        connection_id=connection.id,
        connection_name=connection.name,
        provider=connection.provider,
        offers=offers,
        methods=methods_of(offers, {offer.id: offer for _, offer in own}, known.tariffs),
        paused=None if connection.active else connection.state_detail or "the connection is paused",
        excluded=_of_another_kind(connection, order) or excluded(order).get(connection.id),
        address=_beyond(adapter_type(connection.provider).address_limits, recipient),
    )


def _of_another_kind(connection: ConnectionView, order: OrderRow) -> str | None:
    if order.test == connection.sandbox:
        return None
    return "a test order goes to a sandbox alone" if order.test else "a sandbox gets test orders alone"


def _offered(line_id: UUID, offer: Offer, known: _Known, kept_from: str | None) -> Offered:
    pair = offer.connection_id, offer.provider_variant_id
    price = next((one for one in known.prices.get(pair, ()) if one.technique == offer.technique), None)
    stock = [one for one in known.stock.get(pair, ()) if one.technique == offer.technique]
    seen: list[datetime] = [one.seen_at for one in ([price] if price else []) + stock]
    return Offered(
        line_id=line_id,
        offer_id=offer.id,
        price=price.price if price else None,
        # only what a provider says it cannot make is out; a variant it says nothing of may be had
        in_stock=not stock or any(one.state not in OUT for one in stock),
        unready=None if offer.ready else _unready(offer),
        excluded=kept_from,
        exact=offer.likeness is Likeness.EXACT,
        seen_at=min(seen, default=None),
    )


def _is_being_made(offer: Offer) -> bool:
    """Whether time alone may make it ready: it was not refused."""
    provision = offer.provision
    return (
        provision is None or provision.state is not ProvisionState.FAILED or provision.next_try_at is not None
    )


def _unready(offer: Offer) -> str:
    provision = offer.provision
    if provision is not None and provision.last_error:
        return f"its product could not be made there: {provision.last_error}"
    return "its product is being made there"


def _beyond(limits: AddressLimits, recipient: Recipient) -> str | None:
    """What of the address the provider cannot take. It is never cut to fit."""
    faults = [f"it wants {name}" for name in limits.required if not getattr(recipient, name)]
    for name, longest in limits.longest.items():
        text = getattr(recipient, name) or ""
        if len(text) > longest:
            faults.append(f"{name} is longer than its {longest} characters ({len(text)})")
    return "; ".join(faults) or None


def _paid(source: ChannelOrder, rows: Sequence[LineRow], left: Mapping[UUID, int]) -> Money | None:
    """What the buyer paid, where all that is to be made of the order is made now for the first time."""
    whole = all(left.get(row.id, 0) == row.printable and not row.reprints for row in rows)
    return source.total if whole else None


def _rates(exchange: Exchange | None) -> dict[str, Rate]:
    if exchange is None:
        return {}
    return {
        currency: Rate(day=exchange.day, per_euro=rate)
        for currency, rate in exchange.per_euro.items()
        if currency != "EUR"
    }


def _amounts(problem: Problem) -> Iterable[Money]:
    for source in problem.sources:
        yield from (offer.price for offer in source.offers if offer.price)
        for method in source.methods:
            for carriage in method.carriage:
                yield from (carriage.first, carriage.additional)
    if problem.paid is not None:
        yield problem.paid


def _longest(days: Sequence[int | None]) -> int | None:
    told = [each for each in days if each is not None]
    return max(told) if told and len(told) == len(days) else None
