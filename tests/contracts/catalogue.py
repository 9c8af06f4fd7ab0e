"""What can be bought, told in full and in our words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
import pytest

from printvision.providers.sdk import PrintOrder, ProviderRejected, Provisioner, QuoteItem, StockState
from tests.contracts.bench import BUYER, Bench, Stage


class CatalogueContract:
    bench: ClassVar[Bench]

    async def test_account_says_whose_credential_it_is(self, stage: Stage) -> None:
        account = await stage.connect().account()

        assert account.external_id
        assert account.name

    async def test_pages_are_walked_to_the_end(self, stage: Stage) -> None:
        adapter = stage.connect()
        whole = [blueprint.external_id async for blueprint in adapter.blueprints()]
        stage.recorder.calls.clear()
        stage.proxy.narrow_pages_to = 3

        walked = [blueprint.external_id async for blueprint in adapter.blueprints()]

        assert walked == whole
        assert self.bench.blueprint in whole
        assert len(set(whole)) == len(whole) > 3
        if self.bench.catalogue_in_pages:
            assert len(stage.recorder.calls) >= len(whole) / 3

    async def test_a_blueprint_can_be_printed_priced_and_stocked(self, stage: Stage) -> None:
        adapter = stage.connect()
        found = [each async for each in adapter.blueprints() if each.external_id == self.bench.blueprint]
        (blueprint,) = found

        variants = {variant.external_id async for variant in adapter.variants(blueprint.external_id)}
        areas = await adapter.print_areas(blueprint.external_id)
        prices = await adapter.prices(blueprint.external_id)

        assert {item.variant_external_id for item in stage.order().items} <= variants
        assert areas
        if blueprint.techniques:  # some name them only with the areas
            assert {area.technique for area in areas} <= set(blueprint.techniques)
            assert {area.placement for area in areas} <= set(blueprint.placements)
        assert all(area.width_px > 0 and area.height_px > 0 and area.dpi > 0 for area in areas)
        priced = {price.variant_external_id for price in prices}
        # what is only priced as a product is not before it is one
        assert priced == variants or (isinstance(adapter, Provisioner) and priced and priced < variants)
        assert all(price.price.amount_minor > 0 for price in prices)
        if adapter.capabilities.stock:
            stock = await adapter.stock(blueprint.external_id)
            assert {entry.variant_external_id for entry in stock} == variants
            assert StockState.UNKNOWN not in {entry.state for entry in stock}

    async def test_prices_come_in_the_currency_asked_for(self, stage: Stage) -> None:
        prices = await stage.connect().prices(self.bench.blueprint, currency="JPY")

        assert {price.price.currency for price in prices} == {self.bench.currency or "JPY"}

    async def test_rates_name_their_method_price_and_days(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order(lines=2)
        if not adapter.capabilities.live_shipping:
            pytest.skip("they do not quote")

        rates = await adapter.shipping_rates(BUYER, _asked(order), currency="EUR")

        assert order.shipping_method in {rate.method for rate in rates}
        assert {rate.price.currency for rate in rates} == {self.bench.currency or "EUR"}
        assert all(rate.price.amount_minor > 0 for rate in rates)
        assert all((rate.min_days or 0) <= (rate.max_days or 0) for rate in rates)

    async def test_a_tariff_says_what_a_quote_would(self, stage: Stage) -> None:
        adapter, order = stage.connect(), stage.order()
        if not adapter.capabilities.live_shipping:
            pytest.skip("they do not quote")
        (item,) = _asked(order)
        variant = item.variant_external_id

        tariffs = await adapter.tariffs(self.bench.blueprint, [variant], BUYER)
        quoted = await adapter.shipping_rates(BUYER, [msgspec.structs.replace(item, quantity=2)])

        worked_out = {
            tariff.method: tariff.first + tariff.additional
            for tariff in tariffs
            if not tariff.variants or variant in tariff.variants
        }
        assert worked_out == {rate.method: rate.price for rate in quoted}
        assert order.shipping_method in worked_out

    async def test_rates_are_refused_for_what_they_do_not_make(self, stage: Stage) -> None:
        with pytest.raises(ProviderRejected):
            await stage.connect().shipping_rates(
                BUYER, [QuoteItem(variant_external_id="99999999", quantity=1)]
            )


def _asked(order: PrintOrder) -> Sequence[QuoteItem]:
    return [
        QuoteItem(
            variant_external_id=item.variant_external_id,
            quantity=item.quantity,
            product_external_id=item.product_external_id,
        )
        for item in order.items
    ]
