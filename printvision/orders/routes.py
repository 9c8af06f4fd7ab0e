"""Step two: gather what each connection could do for the basket, choose, and write down why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from printvision.catalog import Prices, Stock, list_prices, list_stock
from printvision.orders import moves, queries
from printvision.orders.address import InvalidAddress, destination
from printvision.orders.intake import UNKNOWN_CURRENCY
from printvision.orders.models import DecisionRow, FulfilmentLineRow, FulfilmentRow, LineRow, OrderRow
from printvision.orders.routing import BasketLine, Bound, Decision, Method, OfferedLine, Source, choose
from printvision.orders.sealing import open_source
from printvision.orders.states import HoldReason, Stage
from printvision.orders.steps import Next, hold_for_address, locked, pause_if_refused, take_failure
from printvision.orders.submissions import plan_submission
from printvision.platform import clock
from printvision.platform.address import Recipient
from printvision.platform.ids import new_id
from printvision.platform.money import Money
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Run
from printvision.products import Offer, find_variants_by_sku
from printvision.providers import ConnectionView, list_connections, open_adapter
from printvision.providers.sdk import (
    ProviderError,
    ProviderNeedsAttention,
    ProviderUnavailable,
    QuoteItem,
    ShippingRate,
    StockState,
)


@dataclass(frozen=True)
class Basket:
    """The printable lines of an order and who could make them."""

    recipient: Recipient
    currency: str | None
    lines: tuple[BasketLine, ...]
    sources: tuple[Source, ...]


async def choose_route(run: Run) -> Next:
    """Decide who makes the order, store the decision and the fulfilment with its reference."""
    async with run.scope() as scope:
        order = await locked(scope, run.subject_id)
        if order is None:
            return Next.STOP
        if order.stage != Stage.CHECKED:
            return Next.ON
        try:
            basket = await gather(scope, order)
        except InvalidAddress as error:
            hold_for_address(scope, order, error)
            return Next.STOP
    sources, failure = await _ask_all(run, basket)
    decision = choose(basket.lines, sources, preferred_currency=basket.currency)
    async with run.scope() as scope:
        order = await locked(scope, run.subject_id)
        if order is None:
            return Next.STOP
        return await _settle(scope, run, order, decision, failure)


async def _settle(
    scope: WorkspaceScope, run: Run, order: OrderRow, decision: Decision, failure: ProviderUnavailable | None
) -> Next:
    """Write down what was decided, unless another run was quicker or a later try may find more."""
    if order.stage != Stage.CHECKED:
        return Next.ON
    current = {line.id for line in await queries.list_lines(scope, [order.id])}
    if any(line.line_id not in current for line in decision.basket):
        return Next.STOP  # the shop changed the order meanwhile, and another run goes on with its new lines
    if decision.winner is None and failure is not None:
        await take_failure(scope, run, order, failure, tries=order.waits)
        order.waits += 1
        return Next.STOP
    _store(scope, order, decision)
    if decision.winner is None:
        # the sweeper frees what only waits for a connection, by this decision
        paused = any(each.failed is Bound.CONNECTION_PAUSED for each in decision.candidates)
        reason = HoldReason.CONNECTION if paused else HoldReason.NO_ROUTE
        moves.hold(scope, order, reason, decision.why_not)
        return Next.STOP
    await _plan(scope, order, decision)
    moves.advance(scope, order, Stage.ROUTED)
    return Next.ON


async def gather(scope: WorkspaceScope, order: OrderRow) -> Basket:
    """The basket with every connection that has an offer for any of its lines: goods, stock, no shipping yet.

    Raises:
        InvalidAddress: the shop changed it after it was checked.
    """
    source = open_source(scope, order)
    recipient = destination(source.recipient)
    lines = [line for line in await queries.list_lines(scope, [order.id]) if line.printable > 0 and line.sku]
    variants = await find_variants_by_sku(scope, [line.sku for line in lines if line.sku])
    offers = {
        line.id: [offer for offer in variants[line.sku].offers if offer.active]
        for line in lines
        if line.sku in variants
    }
    connection_ids = sorted({offer.connection_id for found in offers.values() for offer in found})
    connections = await list_connections(scope, connection_ids)
    return Basket(
        recipient=recipient,
        currency=None if order.currency == UNKNOWN_CURRENCY else order.currency,
        lines=tuple(
            BasketLine(line_id=line.id, sku=line.sku or "", quantity=line.printable) for line in lines
        ),
        sources=tuple([await _source(scope, connection, lines, offers) for connection in connections]),
    )


async def _source(
    scope: WorkspaceScope,
    connection: ConnectionView,
    lines: Sequence[LineRow],
    offers: dict[UUID, list[Offer]],
) -> Source:
    own = {
        line.id: next(
            (offer for offer in offers.get(line.id, []) if offer.connection_id == connection.id), None
        )
        for line in lines
    }
    variant_ids = [offer.provider_variant_id for offer in own.values() if offer]
    prices = await list_prices(scope, connection.id, variant_ids)
    stock = await list_stock(scope, connection.id, variant_ids)
    return Source(
        connection_id=connection.id,
        connection_name=connection.name,
        provider=connection.provider,
        active=connection.active,
        note=connection.state_detail,
        lines=tuple(
            OfferedLine(
                line_id=line_id,
                offer_id=offer.id,
                variant_external_id=offer.variant_external_id,
                price=_price(prices, offer),
                in_stock=_in_stock(stock, offer),
            )
            for line_id, offer in own.items()
            if offer
        ),
    )


def _price(prices: Prices, offer: Offer) -> Money | None:
    known = {price.technique: price.price for price in prices.get(offer.provider_variant_id, ())}
    return known.get(offer.technique)


def _in_stock(stock: Stock, offer: Offer) -> bool:
    """Only what a provider says it cannot make is out; a variant it says nothing of may be had."""
    told = [
        entry.state
        for entry in stock.get(offer.provider_variant_id, ())
        if entry.technique == offer.technique
    ]
    return not told or any(state not in {StockState.OUT_OF_STOCK, StockState.DISCONTINUED} for state in told)


async def _ask_all(run: Run, basket: Basket) -> tuple[list[Source], ProviderUnavailable | None]:
    """Every source with the shipping it offers, and the failure that a later try may mend."""
    asked: list[Source] = []
    failure: ProviderUnavailable | None = None
    for source in basket.sources:
        if not source.active or {line.line_id for line in source.lines} != {
            line.line_id for line in basket.lines
        }:
            asked.append(source)
            continue
        try:
            methods = await _methods(run, basket, source)
        except ProviderError as error:
            await pause_if_refused(run, source.connection_id, error)
            if isinstance(error, ProviderUnavailable):
                failure = error
            active = not isinstance(error, ProviderNeedsAttention)
            asked.append(msgspec.structs.replace(source, active=active, note=error.detail or error.title))
        else:
            asked.append(msgspec.structs.replace(source, methods=methods))
    return asked, failure


async def _methods(run: Run, basket: Basket, source: Source) -> tuple[Method, ...]:
    quantities = {line.line_id: line.quantity for line in basket.lines}
    items = [
        QuoteItem(variant_external_id=line.variant_external_id, quantity=quantities[line.line_id])
        for line in source.lines
    ]
    currency = next((line.price.currency for line in source.lines if line.price), None)
    async with open_adapter(run.platform, run.workspace_id, source.connection_id) as adapter:
        rates = await adapter.shipping_rates(basket.recipient, items, currency=currency)
    return tuple(_method(rate) for rate in rates)


def _method(rate: ShippingRate) -> Method:
    return Method(
        key=rate.method, name=rate.name, price=rate.price, min_days=rate.min_days, max_days=rate.max_days
    )


def _store(scope: WorkspaceScope, order: OrderRow, decision: Decision) -> None:
    record: dict[str, Any] = msgspec.to_builtins(decision, str_keys=True)
    scope.session.add(
        DecisionRow(workspace_id=scope.workspace_id, order_id=order.id, decided_at=clock.now(), record=record)
    )


async def _plan(scope: WorkspaceScope, order: OrderRow, decision: Decision) -> None:
    winner = decision.winner
    assert winner is not None
    assert winner.method is not None, "a candidate without a method fails a bound"
    fulfilment = FulfilmentRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        order_id=order.id,
        ordinal=0,
        connection_id=winner.connection_id,
        provider=winner.provider,
        method=winner.method,
        generation=0,
        looks=0,
        created_at=clock.now(),
    )
    scope.session.add(fulfilment)
    await scope.session.flush()
    for line in decision.basket:
        scope.session.add(
            FulfilmentLineRow(
                fulfilment_id=fulfilment.id,
                line_id=line.line_id,
                workspace_id=scope.workspace_id,
                offer_id=winner.offers[line.line_id],
                quantity=line.quantity,
            )
        )
    plan_submission(scope, order, fulfilment)
