"""Pictures of print quality, made on the spot: mosaics of two colours, drawn small and enlarged without blur."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

import pyvips

TILE_PX: Final = 12  # what one dot of a drawing becomes
MM_PER_INCH: Final = 25.4

Image = Any  # pyvips tells no types
Drawing = Callable[[Image, Image], Image]
"""From the places of all dots, -1 to 1 across and down, to where there is ink: a picture of 0 and 255."""


@dataclass(frozen=True)
class Picture:
    """A picture to make: `width_in` by `height_in` inches at `dpi`."""

    name: str
    drawing: Drawing
    ink: tuple[int, int, int]
    ground: tuple[int, int, int]
    width_in: float
    height_in: float
    dpi: int


def make(picture: Picture) -> bytes:
    """The picture as a PNG file with its density."""
    vips = cast("Any", pyvips).Image
    width, height = round(picture.width_in * picture.dpi), round(picture.height_in * picture.dpi)
    columns, rows = -(-width // TILE_PX), -(-height // TILE_PX)
    places = vips.xyz(columns, rows)
    across = places[0] * (2 / columns) - 1
    down = (places[1] * 2 - rows) / columns
    ink = picture.drawing(across, down)
    small = ink.ifthenelse(list(picture.ink), list(picture.ground)).cast("uchar").copy(interpretation="srgb")
    large = small.zoom(TILE_PX, TILE_PX).crop(0, 0, width, height)
    dots_per_mm = picture.dpi / MM_PER_INCH
    return large.copy(xres=dots_per_mm, yres=dots_per_mm).pngsave_buffer(compression=1)


def _distance(across: Image, down: Image) -> Image:
    return (across * across + down * down) ** 0.5


def rings(across: Image, down: Image) -> Image:
    return (_distance(across, down) * 9 % 2) < 1


def stripes(across: Image, down: Image) -> Image:
    return ((across + down) * 6 % 2) < 1


def checks(across: Image, down: Image) -> Image:
    return ((across * 5).floor() + (down * 5).floor()) % 2 < 1


def sun(across: Image, down: Image) -> Image:
    beams = down.atan2(across) / 30 % 2 < 1
    return (_distance(across, down) < 0.4) | (beams & (_distance(across, down) < 0.9))


def waves(across: Image, down: Image) -> Image:
    return ((down + (across * 360).sin() * 0.12) * 8 % 2) < 1


def diamonds(across: Image, down: Image) -> Image:
    return ((across * 4 % 2 - 1).abs() + (down * 4 % 2 - 1).abs()) < 0.8
