from __future__ import annotations

import time
from typing import Any, cast

import pytest
import pyvips

from printvision.artwork.inspect import inspect
from printvision.cli.demo.assortment import PRODUCTS, DemoProduct
from printvision.cli.demo.pictures import make
from printvision.providers.simulators.printful.blanks import BLANKS


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


@pytest.mark.parametrize("product", PRODUCTS, ids=lambda product: product.picture.name)
def test_a_product_fits_a_blank_of_the_simulated_provider(product: DemoProduct):
    wanted = {int(article.variant) for article in product.articles}
    blank = next(blank for blank in BLANKS if wanted <= {variant.id for variant in blank.variants})
    area = next(area for area in blank.areas if area.placement == product.placement)

    assert area.technique == product.technique
    assert (area.width_in, area.height_in, area.dpi) == (
        product.picture.width_in,
        product.picture.height_in,
        product.picture.dpi,
    )


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
