"""Asking providers what carrying an order costs: no more calls than there is a choice, none with a transaction open."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec

from printvision.catalog import TariffView, save_tariffs
from printvision.orders.gathering import Gathered, methods_of
from printvision.orders.routing import (
    Basket,
    Decision,
    Part,
    Problem,
    Quote,
    Quoted,
    Source,
    by_quote,
    choose,
    hopeful,
    makeable,
    weigh,
)
from printvision.orders.steps import pause_if_refused, sentence
from printvision.platform.workflows import Run
from printvision.providers import adapter_type
from printvision.providers.sdk import (
    ProviderError,
    ProviderNeedsAttention,
    ProviderRejected,
    ProviderUnavailable,
    QuoteItem,
)

MOST_ROUNDS = (
    6  # of a winner that turns out dearer than its tariff; each takes a method away or makes it dearer
)


@dataclass(frozen=True)
class Asked:
    """A problem with all that providers said, and the decision it leads to.

    Args:
        quotes: what the parts of the last winner cost by quote.
        failure: the last one that a later try may mend.
        being_made: whether a provider is being given what it still lacks for one of the offers.
    """

    problem: Problem
    decision: Decision
    quotes: tuple[Quote, ...]
    failure: ProviderUnavailable | None
    being_made: bool


async def ask_and_choose(run: Run, gathered: Gathered) -> Asked:
    """Choose by tariffs, and hold the winner against what its providers ask now; nobody is asked the same twice.

    Where every line can be made in one way only there is nothing to choose but the method, and one quote tells all. A
    connection that cannot answer is out of reach for this decision.
    """
    asking = _Asking(run, gathered)
    await asking.learn()
    decision = choose(asking.problem)
    for _ in range(MOST_ROUNDS):
        if decision.winner is None or await asking.stands(decision.winner):
            break
        decision = choose(asking.problem)
    return Asked(asking.problem, decision, asking.quotes, asking.failure, gathered.being_made)


class _Asking:
    def __init__(self, run: Run, gathered: Gathered) -> None:
        self.problem = gathered.problem
        self.quotes: tuple[Quote, ...] = ()
        self.failure: ProviderUnavailable | None = None
        self._run = run
        self._gathered = gathered
        self._tariffs = dict(gathered.tariffs)
        self._quoted: dict[tuple[UUID, frozenset[UUID]], tuple[Quoted, ...]] = {}
        self._pieces = {line.line_id: line.quantity for line in gathered.problem.lines}

    # -- before the choice ---------------------------------------------------------------------------------------------

    async def learn(self) -> None:
        """Ask what has to be known to choose; nothing where some line cannot be made by anybody."""
        offers = hopeful(self.problem)
        if not makeable(self.problem):
            return
        ways = Counter(
            source.offers[at].line_id
            for source in self.problem.sources
            for at in offers.get(source.connection_id, ())
        )
        alone = all(count == 1 for count in ways.values())
        learnt = [
            self._learn(source, offers.get(source.connection_id, ()), alone=alone)
            for source in self.problem.sources
        ]
        self._take(await asyncio.gather(*learnt))

    async def _learn(self, source: Source, at: Sequence[int], *, alone: bool) -> Source:
        try:
            if at and alone and adapter_type(source.provider).capabilities.live_shipping:
                offers = [source.offers[each] for each in at]
                quoted = await self._quote(source, {offer.line_id: offer.offer_id for offer in offers})
                return msgspec.structs.replace(source, methods=by_quote(at, quoted))
            return await self._learn_tariffs(source, at)
        except ProviderError as error:
            return await self._failed(source, error)

    async def _learn_tariffs(self, source: Source, at: Sequence[int]) -> Source:
        stale: dict[UUID, list[TariffView]] = defaultdict(list)
        for each in at:
            offer = self._gathered.offers[source.offers[each].offer_id]
            view = self._tariffs.get((source.connection_id, offer.provider_variant_id))
            if view is not None and not view.is_fresh(self.problem.at):
                stale[view.blueprint_id].append(view)
        if not stale:
            return source
        for views in stale.values():
            await self._ask_tariffs(source, views)
        return msgspec.structs.replace(
            source, methods=methods_of(source.offers, self._gathered.offers, self._tariffs)
        )

    async def _ask_tariffs(self, source: Source, views: Sequence[TariffView]) -> None:
        """Ask about one blueprint and keep the answer. A refusal is an answer too: they do not carry it there."""
        first = views[0]
        about = tuple(dict.fromkeys(variant for view in views for variant in view.ask_about))
        recipient = self._gathered.recipient
        try:
            adapter = self._gathered.ready[source.connection_id].open()
            told = await adapter.tariffs(first.blueprint_external_id, about, recipient)
        except ProviderRejected:
            told = ()
        async with self._run.scope() as scope:
            await save_tariffs(
                scope, source.connection_id, first.blueprint_id, recipient.country, told, asked=about
            )
        for view in views:
            holding = tuple(
                tariff
                for tariff in told
                if not tariff.variants or view.variant_external_id in tariff.variants
            )
            self._tariffs[source.connection_id, view.variant_id] = msgspec.structs.replace(
                view, tariffs=holding
            )

    # -- after the choice ----------------------------------------------------------------------------------------------

    async def stands(self, basket: Basket) -> bool:
        """Whether a basket is still chosen with what its providers ask now; else `problem` is another one."""
        quoted: dict[UUID, tuple[Quoted, ...]] = {}
        for part in basket.parts:
            source = next(each for each in self.problem.sources if each.connection_id == part.connection_id)
            if not adapter_type(source.provider).capabilities.live_shipping:
                continue
            try:
                quoted[part.connection_id] = await self._quote(source, part.offers)
            except ProviderError as error:
                self._take([await self._failed(source, error)])
                return False
        self.quotes = tuple(
            _quote(part, quoted[part.connection_id]) for part in basket.parts if part.connection_id in quoted
        )
        weighed, stands = weigh(self.problem, basket, quoted)
        if not stands:
            self.problem = weighed
        return stands

    async def _quote(self, source: Source, offers: Mapping[UUID, UUID]) -> tuple[Quoted, ...]:
        """What carrying exactly these lines costs now, by method."""
        key = source.connection_id, frozenset(offers.values())
        if key not in self._quoted:
            own = [(line_id, self._gathered.offers[offer_id]) for line_id, offer_id in offers.items()]
            items = [
                QuoteItem(
                    variant_external_id=offer.variant_external_id,
                    quantity=self._pieces[line_id],
                    product_external_id=offer.product_external_id,
                )
                for line_id, offer in own
            ]
            currency = next((offer.price.currency for offer in source.offers if offer.price), None)
            adapter = self._gathered.ready[source.connection_id].open()
            rates = await adapter.shipping_rates(self._gathered.recipient, items, currency=currency)
            by_key = {rate.method: rate for rate in reversed(rates)}
            self._quoted[key] = tuple(
                Quoted(
                    method=rate.method,
                    name=rate.name,
                    price=rate.price,
                    min_days=rate.min_days,
                    max_days=rate.max_days,
                )
                for rate in by_key.values()
                if rate.price.amount_minor >= 0  # one that would pay us is a fault of theirs, not a bargain
            )
        return self._quoted[key]

    # -- what failed ---------------------------------------------------------------------------------------------------

    async def _failed(self, source: Source, error: ProviderError) -> Source:
        """The source with what is against it now."""
        await pause_if_refused(self._run, source.connection_id, error)
        if isinstance(error, ProviderUnavailable):
            self.failure = error
            return msgspec.structs.replace(source, unavailable=sentence(error))
        if isinstance(error, ProviderNeedsAttention):
            return msgspec.structs.replace(source, paused=error.detail or error.title)
        return msgspec.structs.replace(source, methods=(), no_method=sentence(error))

    def _take(self, changed: Sequence[Source]) -> None:
        by_id = {source.connection_id: source for source in changed}
        sources = tuple(by_id.get(source.connection_id, source) for source in self.problem.sources)
        self.problem = msgspec.structs.replace(self.problem, sources=sources)


def _quote(part: Part, quoted: Collection[Quoted]) -> Quote:
    price = next((each.price for each in quoted if each.method == part.method), None)
    return Quote(connection_id=part.connection_id, method=part.method, price=price, estimated=part.shipping)
