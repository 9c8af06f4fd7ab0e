"""Is this a picture, and is it good enough to print there?

Everything here is CPU work for the calling thread: call it by `asyncio.to_thread`.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, Final, cast

import msgspec
import pyvips

from printvision.artwork.errors import ArtworkTooLarge, ArtworkTooSmall, ArtworkUnreadable
from printvision.artwork.headers import Header, plain_dpi, read_header
from printvision.providers.sdk.types import PrintArea

_VIPS_THREADS: Final = 2
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height


class ColourSpace(StrEnum):
    GREY = "grey"
    RGB = "rgb"
    CMYK = "cmyk"


class ArtworkLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What is taken at most.

    Args:
        file_bytes: the size of the file.
        pixels: width times height.
        side_px: the longer side.
        held_bytes: memory for a picture that cannot be read line by line (interlaced, progressive).
        seconds: time for decoding.
    """

    file_bytes: int = 200_000_000
    pixels: int = 400_000_000
    side_px: int = 60_000
    held_bytes: int = 800_000_000
    seconds: float = 60.0


class ArtworkInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture that was decoded whole.

    Args:
        width_px, height_px: as it is seen, after EXIF rotation.
        pages: always 1; animations are refused.
        dpi: the density the file declares, or None; it plays no part in printing.
        sha256: 64 hex digits of the file.
    """

    media_type: str
    width_px: int
    height_px: int
    has_alpha: bool
    colour_space: ColourSpace
    pages: int
    dpi: int | None
    size_bytes: int
    sha256: str


class PrintCheck(msgspec.Struct, frozen=True, kw_only=True):
    """How a picture comes out in a print area, fitted inside it, centred and never cropped.

    Args:
        effective_dpi: pixels of the picture to a printed inch, rounded down.
        needed_px: the smallest width and height, in the picture's proportions, that are good enough.
        placed_px: left, top, width and height in the area's own pixels.
        ok: whether `effective_dpi` reaches what was asked for.
        messages: what a person should know, in whole sentences; may speak even where all is well.
    """

    effective_dpi: int
    needed_px: tuple[int, int]
    placed_px: tuple[int, int, int, int]
    ok: bool
    messages: tuple[str, ...]


def inspect(source: bytes | Path, *, limits: ArtworkLimits | None = None) -> ArtworkInfo:
    """Decode a picture whole, in bounded time and memory, and tell what it is. The name of a file tells nothing.

    Raises:
        ArtworkUnsupportedType: it is neither PNG nor JPEG; says what it is.
        ArtworkTooLarge: refused by its header, before anything is decoded, or by the time decoding takes.
        ArtworkUnreadable: damaged, cut short, or with something else behind the picture.
    """
    limits = limits or ArtworkLimits()
    content = _content(source, limits)
    header = read_header(content)
    _bound(header, limits)
    image = _decode(content, header, limits)
    fields = image.get_fields()
    sideways = "orientation" in fields and image.get("orientation") in _SIDEWAYS
    return ArtworkInfo(
        media_type=header.media_type,
        width_px=header.height_px if sideways else header.width_px,
        height_px=header.width_px if sideways else header.height_px,
        has_alpha=bool(image.hasalpha()),
        colour_space=_colour_space(image),
        pages=1,
        dpi=header.dpi
        or (plain_dpi(min(image.xres, image.yres) * 25.4) if "resolution-unit" in fields else None),
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def check_print(info: ArtworkInfo, area: PrintArea, *, dpi_min: int = 150) -> PrintCheck:
    """How a picture comes out when it is fitted inside a print area.

    Args:
        dpi_min: lowest effective print resolution to accept, 72 to 600.
    """
    if not 72 <= dpi_min <= 600:
        raise ValueError("dpi_min is from 72 to 600")
    if info.width_px * area.height_px >= info.height_px * area.width_px:
        side, area_side = info.width_px, area.width_px
    else:
        side, area_side = info.height_px, area.height_px
    # Whole numbers throughout, so that exactly enough is enough.
    needed = -(-dpi_min * area_side // area.dpi)
    needed_px = (-(-needed * info.width_px // side), -(-needed * info.height_px // side))
    check = PrintCheck(
        effective_dpi=side * area.dpi // area_side,
        needed_px=needed_px,
        placed_px=_placed(info, area, side, area_side),
        ok=side >= needed,
        messages=(),
    )
    return msgspec.structs.replace(check, messages=tuple(_messages(info, check, dpi_min)))


def require_printable(info: ArtworkInfo, area: PrintArea, *, dpi_min: int = 150) -> PrintCheck:
    """The same, for where a picture that is not good enough is not taken.

    Raises:
        ArtworkTooSmall: carries how many pixels are needed.
    """
    check = check_print(info, area, dpi_min=dpi_min)
    if not check.ok:
        raise ArtworkTooSmall(
            check.messages[0],
            width_px=info.width_px,
            height_px=info.height_px,
            needed_width_px=check.needed_px[0],
            needed_height_px=check.needed_px[1],
            effective_dpi=check.effective_dpi,
            dpi_min=dpi_min,
        )
    return check


def _placed(info: ArtworkInfo, area: PrintArea, side: int, area_side: int) -> tuple[int, int, int, int]:
    width = max(1, info.width_px * area_side // side)
    height = max(1, info.height_px * area_side // side)
    return (area.width_px - width) // 2, (area.height_px - height) // 2, width, height


def _messages(info: ArtworkInfo, check: PrintCheck, dpi_min: int) -> list[str]:
    said: list[str] = []
    if not check.ok:
        width, height = check.needed_px
        said.append(
            f"This picture has {info.width_px} × {info.height_px} pixels and would print at {check.effective_dpi} dpi; "
            f"{dpi_min} dpi needs at least {width} × {height}."
        )
    if info.colour_space is ColourSpace.CMYK:
        said.append(
            "This picture is in CMYK; printers here expect sRGB and will convert it, so colours may shift."
        )
    return said


# -- reading -------------------------------------------------------------------------------------------------


def _content(source: bytes | Path, limits: ArtworkLimits) -> bytes:
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size > limits.file_bytes:
        raise _too_large("The file", "bytes", size, limits.file_bytes)
    return source if isinstance(source, bytes) else source.read_bytes()


def _bound(header: Header, limits: ArtworkLimits) -> None:
    pixels = header.width_px * header.height_px
    side = max(header.width_px, header.height_px)
    if pixels > limits.pixels:
        raise _too_large("The picture", "pixels", pixels, limits.pixels)
    if side > limits.side_px:
        raise _too_large("The longer side", "pixels", side, limits.side_px)
    if header.held_bytes > limits.held_bytes:
        raise _too_large(
            "The interlaced or progressive picture", "bytes", header.held_bytes, limits.held_bytes
        )


def _too_large(what: str, unit: str, found: int, most: int) -> ArtworkTooLarge:
    sentence = f"{what} has {found} {unit}; at most {most} are taken."
    return ArtworkTooLarge(sentence, what=what, unit=unit, found=found, most=most)


@cache
def _bound_vips() -> None:
    """Once for the process: nothing is kept between pictures, and one picture does not take all cores."""
    pyvips.cache_set_max(0)
    cast("Any", pyvips).concurrency_set(_VIPS_THREADS)


def _decode(content: bytes, header: Header, limits: ArtworkLimits) -> Any:
    """Read every pixel once, line by line where the format allows it, and answer the image for its fields."""
    _bound_vips()
    # Named loaders: the library's own guess could pick one that we did not mean to open to the outside.
    load = pyvips.Image.pngload_buffer if header.media_type == "image/png" else pyvips.Image.jpegload_buffer
    watch = _Watch(limits.seconds)
    try:
        image: Any = load(content, access="sequential", fail_on="error")
        watch.over(image)
        image.avg()
    except pyvips.Error as error:
        if watch.ran_out:
            raise _too_large("Decoding", "seconds", round(watch.spent_s()), round(limits.seconds)) from None
        raise ArtworkUnreadable(note=str(error).strip()[:500]) from None
    if (image.width, image.height) != (header.width_px, header.height_px):
        raise ArtworkUnreadable("The file tells two different sizes.")
    return image


class _Watch:
    """Stops a decoding that takes too long."""

    def __init__(self, seconds: float) -> None:
        self.ran_out = False
        self._seconds = seconds
        self._started = monotonic()

    def spent_s(self) -> float:
        return monotonic() - self._started

    def over(self, image: Any) -> None:
        image.set_progress(True)
        image.signal_connect("eval", self._look)

    def _look(self, image: Any, _progress: Any) -> None:
        if self.spent_s() > self._seconds:
            self.ran_out = True
            image.set_kill(True)


def _colour_space(image: Any) -> ColourSpace:
    if image.interpretation == "cmyk":
        return ColourSpace.CMYK
    return ColourSpace.GREY if image.interpretation in ("b-w", "grey16") else ColourSpace.RGB
