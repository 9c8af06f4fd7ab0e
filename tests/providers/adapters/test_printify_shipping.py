from __future__ import annotations

from typing import Any

import msgspec
import pytest

from printvision.providers.adapters.printify import shipping
from printvision.providers.adapters.printify.words import Pair
from printvision.providers.sdk import Money, ProviderRejected, QuoteItem, Tariff
from tests.providers.adapters.printify_payloads import published

PAIR = Pair(9, 5)


def row(variant: int = 1, country: str = "US", first: int = 399, *, method: str = "standard") -> Any:
    (sample,) = published(f"catalog_v2_shipping_{method}_response")
    cost = {
        "firstItem": {"amount": first, "currency": "USD"},
        "additionalItems": {"amount": 219, "currency": "USD"},
    }
    return sample["attributes"] | {
        "variantId": variant,
        "country": {"code": country},
        "shippingCost": cost,
    }


def rows(*attributes: Any) -> list[shipping.RowBody]:
    return shipping.from_rows([{"type": "row", "id": "1", "attributes": each} for each in attributes])


def test_the_methods_are_those_that_can_be_ordered_by_one_order() -> None:
    listed = published("catalog_v2_shipping_methods_response")

    assert shipping.from_methods(listed) == ["standard", "priority", "economy"]
    assert shipping.from_methods({"data": listed}) == ["standard", "priority", "economy"]


@pytest.mark.parametrize("method", ["standard", "priority", "economy"])
def test_a_published_row_is_a_tariff(method: str) -> None:
    found = shipping.from_rows(published(f"catalog_v2_shipping_{method}_response"))

    assert shipping.to_tariffs(PAIR, {23494}, "US", found) == [
        Tariff(
            method=method,
            name=method.title(),
            ships_with="5",
            first=Money(399, "USD"),
            additional=Money(219, "USD"),
            variants=("9:5:23494",),
            min_days=4,
            max_days=8,
        )
    ]


def test_a_row_of_express_is_left_out() -> None:
    found = shipping.from_rows(published("catalog_v2_shipping_express_response"))

    assert shipping.to_tariffs(PAIR, {23494}, "US", found) == []


def test_variants_with_the_same_terms_are_one_tariff() -> None:
    found = shipping.to_tariffs(PAIR, {1, 2, 3}, "US", rows(row(2), row(1), row(3, first=500), row(4)))

    assert [(each.variants, each.first.amount_minor) for each in found] == [
        (("9:5:1", "9:5:2"), 399),
        (("9:5:3",), 500),
    ]


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(("country", "first"), [("BE", 399), ("BR", 1100)])
def test_a_country_that_is_named_goes_before_the_rest_of_the_world(
    turned: bool, country: str, first: int
) -> None:
    told = rows(row(1, "BE", 399), row(1, "REST_OF_THE_WORLD", 1100), row(1, "US", 100))

    (found,) = shipping.to_tariffs(PAIR, {1}, country, told[::-1] if turned else told)

    assert found.first == Money(first, "USD")


def test_a_country_that_nobody_names_has_no_tariff() -> None:
    assert shipping.to_tariffs(PAIR, {1}, "BR", rows(row(1, "US"))) == []


@pytest.mark.parametrize(("country", "first"), [("US", 450), ("BE", 650), ("BR", 1100)])
def test_the_first_version_has_standard_profiles(country: str, first: int) -> None:
    body = published("catalog_shipping_v1_response")

    (found,) = shipping.from_profiles(PAIR, {42716, 1}, country, body)

    assert (found.method, found.first, found.additional) == ("standard", Money(first, "USD"), Money(0, "USD"))
    assert found.variants == ("9:5:42716",)


# -- quotes ----------------------------------------


def test_a_quote_names_every_method_that_is_offered() -> None:
    found = shipping.from_quote(published("orders_shipping_response"))

    assert {rate.method: rate.price for rate in found} == {
        "standard": Money(1000, "USD"),
        "priority": Money(5000, "USD"),
        "economy": Money(399, "USD"),
    }


@pytest.mark.parametrize(
    ("prices", "names"),
    [
        ({"standard": 1}, {"standard": "standard"}),
        ({"express": 5, "printify_express": 8}, {"express": "priority", "printify_express": "express"}),
        (
            {"express": 5, "priority": 5, "printify_express": 8},
            {"priority": "priority", "printify_express": "express"},
        ),
        ({"express": 5, "priority": 5}, {"priority": "priority"}),
        ({"express": 8, "priority": 5}, {"express": "express", "priority": "priority"}),
        ({"express": 8, "economy": 3}, {"express": "express", "economy": "economy"}),
        ({"standard": 1, "by_balloon": 2}, {"standard": "standard"}),
        ({}, {}),
    ],
)
def test_express_means_what_stands_beside_it(prices: dict[str, int], names: dict[str, str]) -> None:
    assert shipping.final_names(prices) == names


def test_to_quote_item_names_the_product_where_there_is_one() -> None:
    item = QuoteItem(variant_external_id="9:5:17887", quantity=2)
    made = msgspec.structs.replace(item, product_external_id="5bfd0b66a342bcc9b5563216")
    wanted, blank, _ = published("orders_shipping_request")["line_items"]

    assert shipping.to_quote_item(made) == wanted | {"quantity": 2}
    assert shipping.to_quote_item(item) == blank | {"quantity": 2}


def test_to_quote_item_refuses_what_they_do_not_make() -> None:
    with pytest.raises(ProviderRejected):
        shipping.to_quote_item(QuoteItem(variant_external_id="4011", quantity=1))
