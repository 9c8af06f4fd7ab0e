from __future__ import annotations

from typing import Any

import msgspec
import pytest

from printvision.providers.adapters.printify import products
from printvision.providers.adapters.printify.catalog import PlaceholderBody, VariantBody
from printvision.providers.adapters.printify.products import UploadBody
from printvision.providers.sdk import Money, PrintFile, ProductSpec, ProviderRejected
from tests.providers.adapters.printify_payloads import published

FRONT = PrintFile(placement="front", technique="dtg", url="https://files.example/art/a.JPG?sig=x.gif")
SPEC = ProductSpec(
    sku="pv-0123",
    title="Sunset tee",
    blueprint_external_id="384:1",
    variant_external_id="384:1:45740",
    files=(FRONT,),
)
PLACE = PlaceholderBody("front", 2000, 2400, "dtg")


def picture(width: int = 2000, height: int = 2400) -> UploadBody:
    return UploadBody("5d15ca551163cde90d7b2203", "a.png", width, height)


def made(**variant: Any) -> dict[str, Any]:
    """The published product, with our SKU on its first variant."""
    body = published("product_create_response")
    first, *others = body["variants"]
    return body | {"variants": [first | {"sku": "pv-0123"} | variant, *others]}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://files.example/art/a.JPG?sig=x.gif", "pv-0123.front.jpg"),
        ("https://files.example/art/a.png", "pv-0123.front.png"),
        ("https://files.example/art/0a1b2c?name=b.jpg", "pv-0123.front.png"),
    ],
)
def test_a_picture_is_called_after_its_product_and_place(url: str, name: str) -> None:
    assert products.file_name(SPEC, msgspec.structs.replace(FRONT, url=url)) == name


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [
        (2000, 2400, 1.0),
        (4000, 100, 1.0),
        (1000, 1200, 1.0),
        (2400, 2400, 1.0),
        (1000, 2400, 0.5),
        (3, 7, 0.5142),
    ],
)
def test_a_picture_is_fitted_and_never_cropped(width: int, height: int, scale: float) -> None:
    found = products.fit(picture(width, height), PLACE)

    assert found == scale
    assert found * PLACE.width * height / width <= PLACE.height


def test_to_product_has_one_variant_with_our_sku() -> None:
    body = products.to_product(SPEC, {"front": products.to_picture(picture(), PLACE)})

    sample = published("product_create_request")
    assert set(body) == set(sample)
    assert (body["blueprint_id"], body["print_provider_id"]) == (384, 1)
    assert body["variants"] == [{"id": 45740, "price": 2500, "is_enabled": True, "sku": "pv-0123"}]
    assert body["print_areas"] == [
        {"variant_ids": [45740], "placeholders": sample["print_areas"][0]["placeholders"]}
    ]
    assert isinstance(body["print_areas"][0]["placeholders"][0]["images"][0]["angle"], int)


def test_a_product_that_was_made_tells_its_price() -> None:
    found = products.from_product(SPEC, published("product_create_response"))

    assert found.external_id == "5d39b411749d0a000f30e0f4"
    assert found.price is not None
    assert (found.price.variant_external_id, found.price.technique, found.price.price) == (
        "384:1:45740",
        "dtg",
        Money(134, "USD"),
    )


@pytest.mark.parametrize("cost", [0, None])
def test_a_price_that_is_not_settled_is_none(cost: int | None) -> None:
    assert products.from_product(SPEC, made(cost=cost)).price is None


def test_find_variant_knows_our_product_by_sku_and_variant() -> None:
    found = products.find_variant(SPEC, made())

    assert found is not None
    assert found["id"] == 45740


@pytest.mark.parametrize("change", [{"sku": "pv-9999"}, {"sku": None}, {"is_enabled": False}, {"id": 1}])
def test_find_variant_leaves_other_products_alone(change: dict[str, Any]) -> None:
    assert products.find_variant(SPEC, made(**change)) is None
    assert products.find_variant(SPEC, made() | {"print_provider_id": 2}) is None


def test_find_place_refuses_what_the_blank_does_not_have() -> None:
    variant = VariantBody(45740, "White / S", {}, (PLACE,))

    assert products.find_place(variant, FRONT) is PLACE
    for change in ({"placement": "moon"}, {"technique": "uv"}):
        with pytest.raises(ProviderRejected):
            products.find_place(variant, msgspec.structs.replace(FRONT, **change))


def test_an_upload_is_measured_once_it_has_a_size() -> None:
    assert products.from_upload(published("upload_image_response")).is_measured
    assert not products.from_upload({"id": "1", "file_name": "a", "width": 0, "height": None}).is_measured
