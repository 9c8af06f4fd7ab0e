"""Pictures and bombs, made when a test needs them."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pyvips

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def ihdr(width: int, height: int, *, depth: int = 8, colour: int = 2, interlace: int = 0) -> bytes:
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace))


def png(
    width: int,
    height: int,
    *,
    before: bytes = b"",
    data: bytes | None = None,
    behind: bytes = b"",
    colour: int = 2,
) -> bytes:
    """A grey PNG; `before` are chunks in front of its data, `data` replaces its packed rows."""
    channels = {2: 3, 6: 4}[colour]
    if data is None:
        data = zlib.compress((b"\0" + b"\x80" * (channels * width)) * height)
    return (
        SIGNATURE
        + ihdr(width, height, colour=colour)
        + before
        + chunk(b"IDAT", data)
        + chunk(b"IEND")
        + behind
    )


def jpeg(width: int, height: int, *, orientation: int | None = None, progressive: bool = False) -> bytes:
    black: Any = pyvips.Image.black(width, height, bands=3)
    picture = black.linear(1, [90, 120, 200]).cast("uchar").copy(interpretation="srgb")
    if orientation is not None:
        picture.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return picture.jpegsave_buffer(interlace=progressive)


def start_of_frame(content: bytes) -> int:
    """Where the size lies in a JPEG: two bytes height, two bytes width."""
    return next(content.index(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in content) + 5


def resized(content: bytes, width: int, height: int) -> bytes:
    """The JPEG with another size written into its header."""
    at = start_of_frame(content)
    return content[:at] + struct.pack(">HH", height, width) + content[at + 4 :]


def packed_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(level=1)
    zeros = bytes(1_000_000)
    return b"".join([*(packer.compress(zeros) for _ in range(megabytes)), packer.flush()])
