from __future__ import annotations

from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from printvision.artwork.errors import ArtworkTooSmall
from printvision.artwork.inspect import ArtworkInfo, ColourSpace, check_print, require_printable
from printvision.providers.sdk.types import PrintArea

FRONT = PrintArea(placement="front", technique="dtg", width_px=1_800, height_px=2_400, dpi=150)  # 12 × 16 in


def picture(width_px: int, height_px: int, colour_space: ColourSpace = ColourSpace.RGB) -> ArtworkInfo:
    return ArtworkInfo(
        media_type="image/png",
        width_px=width_px,
        height_px=height_px,
        has_alpha=True,
        colour_space=colour_space,
        pages=1,
        dpi=None,
        size_bytes=1,
        sha256="0" * 64,
    )


@pytest.mark.parametrize(
    ("size", "effective_dpi", "needed_px", "placed_px", "ok"),
    [
        ((1_800, 2_400), 150, (1_800, 2_400), (0, 0, 1_800, 2_400), True),
        ((1_799, 2_399), 149, (1_800, 2_400), (0, 0, 1_799, 2_400), False),
        ((3_600, 4_800), 300, (1_800, 2_400), (0, 0, 1_800, 2_400), True),
        ((1_800, 1_800), 150, (1_800, 1_800), (0, 300, 1_800, 1_800), True),
        ((900, 300), 75, (1_800, 600), (0, 900, 1_800, 600), False),
        ((300, 2_400), 150, (300, 2_400), (750, 0, 300, 2_400), True),
        ((1, 1), 0, (1_800, 1_800), (0, 300, 1_800, 1_800), False),
        ((60_000, 1), 5_000, (1_800, 1), (0, 1_199, 1_800, 1), True),
    ],
)
def test_check_print_fits_centres_and_measures(
    size: tuple[int, int],
    effective_dpi: int,
    needed_px: tuple[int, int],
    placed_px: tuple[int, int, int, int],
    ok: bool,
):
    check = check_print(picture(*size), FRONT)

    assert (check.effective_dpi, check.needed_px, check.placed_px, check.ok) == (
        effective_dpi,
        needed_px,
        placed_px,
        ok,
    )
    assert (check.messages == ()) is ok


def test_check_print_says_what_is_missing_and_what_may_shift():
    check = check_print(picture(900, 1_200, ColourSpace.CMYK), FRONT)

    assert check.messages == (
        "This picture has 900 × 1200 pixels and would print at 75 dpi; 150 dpi needs at least 1800 × 2400.",
        "This picture is in CMYK; printers here expect sRGB and will convert it, so colours may shift.",
    )
    assert check_print(picture(1_800, 2_400, ColourSpace.CMYK), FRONT).ok


def test_require_printable_carries_how_many_pixels_are_needed():
    with pytest.raises(ArtworkTooSmall) as caught:
        require_printable(picture(900, 1_200), FRONT, dpi_min=200)

    assert caught.value.fields == {
        "width_px": 900,
        "height_px": 1_200,
        "needed_width_px": 2_400,
        "needed_height_px": 3_200,
        "effective_dpi": 75,
        "dpi_min": 200,
    }
    assert require_printable(picture(1_800, 2_400), FRONT).ok


@pytest.mark.parametrize("dpi_min", [0, 71, 601])
def test_a_resolution_nobody_prints_at_is_a_mistake(dpi_min: int):
    with pytest.raises(ValueError, match="72 to 600"):
        check_print(picture(10, 10), FRONT, dpi_min=dpi_min)


sides = st.integers(1, 20_000)


@given(sides, sides, sides, sides, st.integers(72, 600), st.integers(72, 600))
def test_a_picture_is_never_cropped_and_exactly_enough_is_enough(
    width: int, height: int, area_width: int, area_height: int, dpi: int, dpi_min: int
):
    area = msgspec.structs.replace(FRONT, width_px=area_width, height_px=area_height, dpi=dpi)
    check = check_print(picture(width, height), area, dpi_min=dpi_min)
    left, top, placed_width, placed_height = check.placed_px

    assert 0 <= left <= left + placed_width <= area_width
    assert 0 <= top <= top + placed_height <= area_height
    assert abs(area_width - placed_width - 2 * left) <= 1
    assert abs(area_height - placed_height - 2 * top) <= 1
    assert placed_width == area_width or placed_height == area_height
    exact_dpi = max(Fraction(width * dpi, area_width), Fraction(height * dpi, area_height))
    assert check.ok is (exact_dpi >= dpi_min)
    assert check.effective_dpi == int(exact_dpi)
    assert check_print(picture(*check.needed_px), area, dpi_min=dpi_min).ok
