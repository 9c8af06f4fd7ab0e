from __future__ import annotations

import time
from typing import Any, cast

import pytest
import pyvips

from printvision.artwork.inspect import inspect
from printvision.cli.demo.assortment import BLUEPRINTS, PRODUCTS, Article, DemoProduct, articles
from printvision.cli.demo.pictures import make
from printvision.providers.simulators.printful.blanks import BLANKS
from printvision.providers.simulators.printify.catalog import get_blueprint, get_offering, pixels


def made_at(product: DemoProduct, provider: str) -> list[str]:
    """The provider's variants that make it."""
    return [article.variants[provider] for article in product.articles if provider in article.variants]


def name(product: DemoProduct) -> str:
    return product.picture.name


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.picture.name)
def test_a_picture_has_the_pixels_of_its_print_area(product: DemoProduct):
    picture = product.picture
    made = inspect(make(picture))

    assert made.media_type == "image/png"
    assert (made.width_px, made.height_px) == (
        round(picture.width_in * picture.dpi),
        round(picture.height_in * picture.dpi),
    )
    assert made.dpi == picture.dpi


@pytest.mark.parametrize(
    "product", [product for product in PRODUCTS if made_at(product, "printful")], ids=name
)
def test_a_product_fits_a_blank_of_the_simulated_printful(product: DemoProduct):
    wanted = {int(variant) for variant in made_at(product, "printful")}
    blank = next(blank for blank in BLANKS if wanted <= {variant.id for variant in blank.variants})
    spot = product.spots["printful"]
    area = next(area for area in blank.areas if area.placement == spot.placement)

    assert str(blank.id) in BLUEPRINTS["printful"]
    assert area.technique == spot.technique
    assert (area.width_in, area.height_in, area.dpi) == (
        product.picture.width_in,
        product.picture.height_in,
        product.picture.dpi,
    )


@pytest.mark.parametrize(
    "product", [product for product in PRODUCTS if made_at(product, "printify")], ids=name
)
def test_a_product_is_made_by_a_print_provider_of_the_simulated_printify(product: DemoProduct):
    names = [variant.rsplit(":", 1) for variant in made_at(product, "printify")]
    (pair,) = {pair for pair, _ in names}
    blueprint, print_provider = map(int, pair.split(":"))
    offering = get_offering(blueprint, print_provider)
    spot = product.spots["printify"]
    place = offering.find_place(spot.placement)

    assert pair in BLUEPRINTS["printify"]
    assert place is not None
    assert place.method == spot.technique
    for _, number in names:
        variant = offering.find_variant(int(number))
        assert variant is not None
        width, height = pixels(place, variant)
        assert width <= round(product.picture.width_in * product.picture.dpi)
        assert height <= round(product.picture.height_in * product.picture.dpi)


@pytest.mark.parametrize(
    "article",
    [article for _, article in articles() if len(article.variants) == 2],
    ids=lambda article: article.sku,
)
def test_both_providers_print_on_the_same_blank(article: Article):
    assert article.printful is not None
    assert article.printify is not None
    blueprint, _, number = map(int, article.printify.split(":"))
    blank, ours = next(
        (blank, variant)
        for blank in BLANKS
        for variant in blank.variants
        if variant.id == int(article.printful)
    )
    theirs = get_blueprint(blueprint)
    same = next(variant for variant in theirs.variants if variant.id == number)

    assert (blank.name, blank.brand, blank.model) in (
        (theirs.title, theirs.brand, theirs.model),
        (theirs.title, None, theirs.model),
    )
    assert (ours.size, ours.color and ours.color.name) == (same.size, same.color and same.color.name)


def test_a_picture_shows_ink_on_ground_and_nothing_between():
    picture = PRODUCTS[0].picture
    image: Any = cast("Any", pyvips).Image.new_from_buffer(make(picture), "")

    colours = {tuple(int(value) for value in image.getpoint(x, 900)) for x in range(0, 1800, 7)}

    assert colours == {picture.ink, picture.ground}


def test_all_pictures_are_made_within_three_seconds():
    began = time.process_time()

    for product in PRODUCTS:
        make(product.picture)

    assert time.process_time() - began < 3
