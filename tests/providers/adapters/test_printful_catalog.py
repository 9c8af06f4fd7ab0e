from __future__ import annotations

from typing import Any

import msgspec
import pytest

from printvision.providers.adapters.printful import catalog
from printvision.providers.sdk import Account, Money, PrintArea, StockState, VariantPrice
from tests.providers.adapters.printful_payloads import fixture, published


def decoded(name: str) -> object:
    return msgspec.json.decode(published(name))


def test_from_style_turns_inches_into_pixels() -> None:
    simple, stitched, advanced = fixture("mockup_styles")["data"]

    assert catalog.from_style(simple) == PrintArea(
        placement="front", technique="dtg", width_px=1800, height_px=2400, dpi=150
    )
    assert catalog.from_style(advanced) is None
    assert catalog.from_style(stitched) == PrintArea(
        placement="front", technique="embroidery", width_px=1350, height_px=1275, dpi=300
    )


def test_from_prices_takes_this_accounts_price_in_a_currency_without_cents() -> None:
    found = catalog.from_prices(fixture("prices"))

    assert [msgspec.structs.replace(price, raw={}) for price in found] == [
        VariantPrice(variant_external_id="4011", technique="dtg", price=Money(1550, "JPY")),
        VariantPrice(variant_external_id="4011", technique="embroidery", price=Money(2100, "JPY")),
    ]


def test_from_availability_reads_every_word_and_takes_a_new_one_as_unknown() -> None:
    found = catalog.from_availability(fixture("availability")["data"][0])

    assert {entry.region: entry.state for entry in found} == {
        "worldwide": StockState.IN_STOCK,
        "europe": StockState.ON_DEMAND,
        "japan": StockState.OUT_OF_STOCK,
        "brazil": StockState.OUT_OF_STOCK,
        "france": StockState.UNKNOWN,
        "latvia": StockState.UNKNOWN,
    }


def test_from_product_reads_what_printful_publishes() -> None:
    raw = msgspec.json.decode(published("v2_catalog_product_detail_response"))["data"]

    found = catalog.from_product(raw)

    assert (found.external_id, found.brand, found.kind) == ("362", "Econscious", "T-Shirt")
    assert (found.techniques, found.placements) == (("embroidery",), ("back",))
    assert found.raw == raw


def test_from_product_reads_every_product_of_the_published_list() -> None:
    for raw in msgspec.json.decode(published("v2_catalog_products_list_response"))["data"]:
        assert catalog.from_product(raw).raw == raw


@pytest.mark.parametrize("name", ["v2_catalog_product_variants_response", "v2_catalog_variant_response"])
def test_from_variant_reads_what_printful_publishes(name: str) -> None:
    data: Any = msgspec.json.decode(published(name))["data"]
    listed: list[Any] = [*data] if type(data) is list else [data]

    for raw in listed:
        found = catalog.from_variant(raw)
        assert (found.external_id, found.name) == (str(raw["id"]), raw["name"])
        assert found.raw == raw


def test_from_style_reads_what_printful_publishes() -> None:
    (raw,) = msgspec.json.decode(published("v2_catalog_product_mockup_styles_response"))["data"]

    assert catalog.from_style(raw) == PrintArea(
        placement="front", technique="dtg", width_px=750, height_px=750, dpi=150
    )


def test_from_prices_reads_what_printful_publishes() -> None:
    (found,) = catalog.from_prices(decoded("v2_catalog_product_prices_response"))

    assert (found.variant_external_id, found.technique, found.price) == ("1", "digital", Money(850, "EUR"))


def test_from_availability_reads_what_printful_publishes() -> None:
    (raw,) = msgspec.json.decode(published("v2_catalog_product_availability_response"))["data"]

    (found,) = catalog.from_availability(raw)

    assert (found.variant_external_id, found.region, found.technique, found.state) == (
        "4011",
        "worldwide",
        "dtg",
        StockState.IN_STOCK,
    )


def test_from_rates_reads_what_printful_publishes() -> None:
    first, second = catalog.from_rates(decoded("v2_shipping_rates_same_country_response"))

    assert (first.method, first.price, first.min_days, first.max_days) == (
        "STANDARD",
        Money(6074, "USD"),
        5,
        8,
    )
    assert (second.method, second.departs_from) == ("STANDARD_CARBON_OFFSET", ("US",))


def test_from_store_reads_what_printful_publishes() -> None:
    (raw,) = msgspec.json.decode(published("v2_stores_response"))["data"]

    assert catalog.from_store(raw) == Account(external_id="10", name="My Store")
