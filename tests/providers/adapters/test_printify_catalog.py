from __future__ import annotations

from typing import Any

import msgspec
import pytest

from printvision.providers.adapters.printify import catalog
from printvision.providers.adapters.printify.catalog import PlaceholderBody, VariantBody, VariantsBody
from printvision.providers.adapters.printify.words import Pair, moment, to_pair, to_variant
from printvision.providers.sdk import Money, PrintArea, ProviderRejected, StockState
from tests.providers.adapters.printify_payloads import published

TEE = Pair(3, 3)


def variants(*bodies: Any) -> VariantsBody:
    return msgspec.convert({"variants": bodies}, VariantsBody)


def blank(number: int, *places: tuple[str, int, int], method: str | None = None) -> dict[str, Any]:
    placeholders = [
        {"position": position, "width": width, "height": height, "decoration_method": method}
        for position, width, height in places
    ]
    return {"id": number, "title": "White / S", "options": {}, "placeholders": placeholders}


def test_a_variant_is_named_by_all_three_numbers() -> None:
    assert to_pair(TEE.external_id) == TEE
    assert to_variant(TEE.variant(17390)) == (TEE, 17390)


@pytest.mark.parametrize("external_id", ["", "9", "9:5:1", "a:b", "9:", "9:-5", "9:٣", "9:" + "1" * 20])
def test_to_pair_refuses_what_is_no_blueprint(external_id: str) -> None:
    with pytest.raises(ProviderRejected):
        to_pair(external_id)


def test_a_print_providers_blueprints_name_both() -> None:
    slim, *others = catalog.from_print_provider(published("catalog_print_provider_response"))

    assert (slim.external_id, slim.title) == ("265:1", "Slim Iphone 8, by SPOKE Custom Products")
    assert (slim.brand, slim.model) == ("Case Mate", "Slim Iphone 8")
    assert slim.image_url == "https://images.printify.com/59b261c9b8e7e361c9147b1b.png"
    assert slim.raw["print_provider"] == {"id": 1, "title": "SPOKE Custom Products"}
    assert [each.external_id for each in others] == ["266:1", "52:1", "53:1"]


def test_every_print_provider_is_asked_for() -> None:
    assert catalog.from_print_providers(published("catalog_print_providers_response")) == [1, 2, 3, 5, 6]


def test_variants_are_read_in_our_words() -> None:
    body = msgspec.convert(published("catalog_variants_response"), VariantsBody)

    first = catalog.from_variant(TEE, body.variants[0])

    assert (first.external_id, first.name, first.color, first.size) == (
        "3:3:17390",
        "Heather Grey / XS",
        "Heather Grey",
        "XS",
    )


def test_areas_are_told_in_pixels() -> None:
    body = msgspec.convert(published("catalog_variants_response"), VariantsBody)

    areas = {area.placement: area for area in catalog.to_areas(body.variants)}

    assert set(areas) == {"back", "front"}
    assert areas["front"].technique == "print"
    assert areas["front"].dpi == 300
    assert areas["front"].width_px == max(
        place.width for each in body.variants for place in each.placeholders
    )


def test_an_area_is_as_wide_and_as_high_as_any_size_needs() -> None:
    found = catalog.to_areas(
        variants(blank(1, ("front", 1800, 2400)), blank(2, ("front", 2000, 2200))).variants
    )

    assert found == [PrintArea(placement="front", technique="print", width_px=2000, height_px=2400, dpi=300)]


@pytest.mark.parametrize(
    ("position", "method", "technique"),
    [
        ("front", "DTG", "dtg"),
        ("front", "digital-printing", "digital-printing"),
        ("front_dtf", None, "dtf"),
        ("left_chest_embroidery", None, "embroidery"),
        ("left_chest", None, "print"),
        ("front", None, "print"),
        ("front_dtf", "dtg", "dtg"),
    ],
)
def test_a_technique_is_told_or_stands_in_the_position(
    position: str, method: str | None, technique: str
) -> None:
    assert PlaceholderBody(position, 1, 1, method).technique == technique


def test_what_is_listed_only_with_the_sold_out_is_sold_out() -> None:
    here, gone = blank(1, ("front", 1, 1), ("back", 1, 1)), blank(2, ("front", 1, 1), ("hem_dtf", 1, 1))

    found = catalog.to_stock(TEE, variants(here, gone), variants(here))

    assert [(each.variant_external_id, each.technique, each.state) for each in found] == [
        ("3:3:1", "print", StockState.IN_STOCK),
        ("3:3:2", "print", StockState.OUT_OF_STOCK),
        ("3:3:2", "dtf", StockState.OUT_OF_STOCK),
    ]
    assert {each.region for each in found} == {"worldwide"}


def test_a_price_is_what_a_product_tells() -> None:
    stickers = published("product_create_response")
    pair = Pair(384, 1)
    known = catalog.from_product(stickers)
    listed = variants(*(blank(number, ("front", 9, 9), method="uv") for number in (45740, 45742)))

    prices = catalog.to_prices(pair, listed, known)

    assert [(each.variant_external_id, each.technique, each.price) for each in prices] == [
        ("384:1:45740", "uv", Money(134, "USD")),
        ("384:1:45742", "uv", Money(149, "USD")),
    ]
    assert catalog.to_prices(Pair(384, 2), listed, known) == []


BOTH_SIDES: Any = [
    {
        "variant_ids": [33719],
        "placeholders": [{"position": side, "images": [{"id": "1"}]} for side in ("front", "back")],
    }
]


@pytest.mark.parametrize(
    "change",
    [
        {"print_areas": []},
        {"print_areas": BOTH_SIDES},
        {"variants": [{"id": 33719, "cost": 0}]},
        {"variants": [{"id": 33719, "cost": None}]},
        {"variants": [{"id": 33719}]},
    ],
)
def test_a_product_that_tells_no_plain_price_tells_none(change: dict[str, Any]) -> None:
    assert catalog.from_product(published("product_get_response") | change) == []


def test_of_two_products_the_dearer_one_counts() -> None:
    mug = published("product_get_response")
    dearer = mug | {"variants": [{"id": 33719, "cost": 700}]}
    known = [cost for product in (mug, dearer, mug) for cost in catalog.from_product(product)]

    (price,) = catalog.to_prices(Pair(68, 9), variants(blank(33719, ("front", 9, 9))), known)

    assert price.price == Money(700, "USD")


def test_variants_find_by_number() -> None:
    listed = variants(blank(1), blank(2))

    assert isinstance(listed.find(2), VariantBody)
    assert listed.find(3) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017-04-18 13:24:28+00:00", "2017-04-18T13:24:28+00:00"),
        ("2020-01-09 07:29:43", "2020-01-09T07:29:43+00:00"),
        ("1970-01-01 00:00:00+00:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_a_moment_is_read_and_the_beginning_of_time_is_none(text: str | None, expected: str | None) -> None:
    found = moment(text)

    assert (found.isoformat() if found else None) == expected
