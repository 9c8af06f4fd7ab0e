"""What a picture says of itself, read before anything is decoded.

A few bytes can declare a picture of gigabytes, so size and cost are known and bounded first. Only lengths and
headers are walked here; whether the content is sound is for the decoder to find.

Sources: W3C PNG 3rd edition, 5 and 11; ITU-T T.81 (JPEG), B; read 2026-03.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from printvision.artwork.errors import ArtworkUnreadable, ArtworkUnsupportedType

MediaType = Literal["image/png", "image/jpeg"]
SUPPORTED: Final[list[str]] = ["image/png", "image/jpeg"]

MAX_PARTS: Final = 200_000
MAX_SCANS: Final = 100

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_OTHERS: Final = (
    (re.compile(rb"GIF8[79]a"), "GIF"),
    (re.compile(rb"(?s)RIFF....WEBP"), "WebP"),
    (re.compile(rb"II[*+]\0|MM\0[*+]"), "TIFF"),
    (re.compile(rb"(?s)....ftyp(?:avif|avis)"), "AVIF"),
    (re.compile(rb"(?s)....ftyp(?:heic|heix|mif1|msf1|hevc)"), "HEIC"),
    (re.compile(rb"\0\0\0\x0cJXL |\xff\x0a"), "JPEG XL"),
    (re.compile(rb"\0\0\0\x0cjP  "), "JPEG 2000"),
    (re.compile(rb"%PDF-"), "PDF"),
    (re.compile(rb"%!PS"), "PostScript or Illustrator"),
    (re.compile(rb"8BPS"), "Photoshop"),
    (re.compile(rb"BM"), "BMP"),
    (re.compile(rb"PK\x03\x04"), "ZIP archive"),
    (re.compile(rb"(?is)\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype svg|svg|!--)"), "SVG or XML"),
    (re.compile(rb"(?is)\s*<(?:!doctype )?html"), "web page"),
)

# Deflate makes at most 258 bytes of two bits.
_MOST_DEFLATE_GROWS: Final = 1_032
_PNG_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_START_OF_FRAME: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE: Final = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_NEXT_MARKER: Final = re.compile(rb"\xff[\xc0-\xcf\xd8-\xfe]")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What a file declares.

    Args:
        width_px, height_px: as stored, before any EXIF rotation.
        held_bytes: what a decoder must hold at once; 0 where it can go line by line.
        dpi: the density a PNG declares; a JPEG's is for the decoder to tell.
    """

    media_type: MediaType
    width_px: int
    height_px: int
    held_bytes: int
    dpi: int | None = None


def read_header(content: bytes) -> Header:
    """Tell the type by its content and read its header.

    Raises:
        ArtworkUnsupportedType: it is something else, or an animation.
        ArtworkUnreadable: it contradicts itself or ends too early.
    """
    try:
        if content.startswith(_PNG):
            return _read_png(content)
        if content.startswith(_JPEG):
            return _read_jpeg(content)
    except (struct.error, IndexError):
        raise ArtworkUnreadable("The file ends before its picture does.") from None
    raise _unsupported(_name_of(content))


def _name_of(content: bytes) -> str:
    head = content[:256]
    return next(
        (name for pattern, name in _OTHERS if pattern.match(head)), "unknown" if head else "empty file"
    )


def _unsupported(found: str) -> ArtworkUnsupportedType:
    return ArtworkUnsupportedType(f"The content is: {found}.", found=found, supported=SUPPORTED)


# -- PNG -----------------------------------------------------------------------------------------------------


def _read_png(content: bytes) -> Header:
    width, height, depth, colour, interlaced = _read_ihdr(content)
    packed_bytes = 0
    dpi: int | None = None
    for kind, start, length in _chunks(content):
        if kind == b"IDAT":
            packed_bytes += length
        elif kind in (b"acTL", b"fcTL"):
            raise _unsupported("animated PNG")
        elif kind == b"pHYs":
            dpi = _read_phys(content[start : start + length])
    row_bytes = 1 + (width * depth * _PNG_CHANNELS[colour] + 7) // 8
    if row_bytes * height > (packed_bytes + 64) * _MOST_DEFLATE_GROWS:
        raise ArtworkUnreadable("The file declares a larger picture than it can hold.")
    held_bytes = width * height * 4 * (2 if depth == 16 else 1) if interlaced else 0
    return Header(media_type="image/png", width_px=width, height_px=height, held_bytes=held_bytes, dpi=dpi)


def _read_ihdr(content: bytes) -> tuple[int, int, int, int, bool]:
    length, kind, width, height, depth, colour, _, _, interlace = struct.unpack_from(
        ">I4sIIBBBBB", content, 8
    )
    if length != 13 or kind != b"IHDR" or colour not in _PNG_CHANNELS or not width or not height:
        raise ArtworkUnreadable("The file does not begin as a PNG does.")
    return width, height, depth, colour, interlace != 0


def _chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Kind, start and length of each chunk; the last is IEND with nothing behind it."""
    at = len(_PNG)
    for _ in range(MAX_PARTS):
        length, kind = struct.unpack_from(">I4s", content, at)
        start = at + 8
        at = start + length + 4
        if at > len(content):
            raise ArtworkUnreadable("The file ends before its picture does.")
        if kind == b"IEND":
            if at != len(content):
                raise ArtworkUnreadable("There is something else behind the picture in this file.")
            return
        yield kind, start, length
    raise ArtworkUnreadable("The file is cut into too many pieces.")


def _read_phys(data: bytes) -> int | None:
    x, y, unit = struct.unpack(">IIB", data)
    return plain_dpi(min(x, y) * 0.0254) if unit == 1 else None


def plain_dpi(dpi: float) -> int | None:
    """A declared density, where it is one: 1 to 10 000."""
    return round(dpi) if 1 <= dpi <= 10_000 else None


# -- JPEG ----------------------------------------------------------------------------------------------------


def _read_jpeg(content: bytes) -> Header:
    header: Header | None = None
    scans = 0
    for marker, start in _segments(content):
        if marker in _START_OF_FRAME and header is None:
            header = _read_frame(content, start, progressive=marker in _PROGRESSIVE)
        scans += marker == 0xDA
        if scans > MAX_SCANS:
            # Each scan of a progressive picture goes over all of it again.
            raise ArtworkUnreadable("The file paints its picture over too many times.")
    if header is None or not scans:
        raise ArtworkUnreadable("The file ends before its picture does.")
    return header


def _segments(content: bytes) -> Iterator[tuple[int, int]]:
    """Each marker and where its segment begins, up to the end of the picture; entropy-coded data is passed over."""
    at = 2
    for _ in range(MAX_PARTS):
        found = _NEXT_MARKER.search(content, at)
        if found is None or content[found.end() - 1] == 0xD9:
            return
        yield content[found.end() - 1], found.end()
        (length,) = struct.unpack_from(">H", content, found.end())
        at = found.end() + length
    raise ArtworkUnreadable("The file is cut into too many pieces.")


def _read_frame(content: bytes, start: int, *, progressive: bool) -> Header:
    _, _, height, width, components = struct.unpack_from(">HBHHB", content, start)
    if not width or not height or not components:
        raise ArtworkUnreadable("The file declares a picture of no size.")
    held_bytes = 0
    if progressive:
        factors = [content[start + 9 + 3 * number] for number in range(components)]
        sampled = [(factor >> 4) * (factor & 15) for factor in factors]
        held_bytes = 2 * width * height * sum(sampled) // max(1, *sampled)
    return Header(media_type="image/jpeg", width_px=width, height_px=height, held_bytes=held_bytes)
