from __future__ import annotations

import hashlib
import json
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printvision.artwork.errors import ArtworkTooLarge, ArtworkUnreadable, ArtworkUnsupportedType
from printvision.artwork.inspect import ArtworkInfo, ArtworkLimits, ColourSpace, inspect
from printvision.platform.errors import PrintVisionError
from tests.artwork.pictures import (
    SIGNATURE,
    chunk,
    ihdr,
    jpeg,
    packed_zeros,
    png,
    resized,
)
from tests.shared import shared


def verdict(content: bytes) -> str:
    try:
        inspect(content)
    except PrintVisionError as error:
        return error.code
    return "taken"


# -- the published sets --------------------------------------------------------------------------------------


def manifest(*sets: str) -> list[dict[str, Any]]:
    entries = json.loads(shared("vectors/images-print/manifest.json").read_text())
    return [entry for entry in entries if entry["set"] in sets]


def content_of(entry: dict[str, Any]) -> bytes:
    return shared(f"vectors/images-print/{entry['file']}").read_bytes()


COLOUR_OF_MODE = {
    "1": ColourSpace.GREY,
    "L": ColourSpace.GREY,
    "LA": ColourSpace.GREY,
    "I;16": ColourSpace.GREY,
    "P": ColourSpace.RGB,
    "RGB": ColourSpace.RGB,
    "RGBA": ColourSpace.RGB,
    "CMYK": ColourSpace.CMYK,
}


def test_every_valid_picture_of_the_png_suite_is_taken_and_measured():
    entries = manifest("PngSuite valid")

    for entry in entries:
        info = inspect(content_of(entry))
        seen = (info.media_type, info.width_px, info.height_px, info.sha256[:16], info.size_bytes)
        assert seen == ("image/png", entry["width"], entry["height"], entry["sha256"], entry["bytes"]), entry
        grey_palette = entry["mode"] == "P" and info.colour_space is ColourSpace.GREY
        assert (
            grey_palette or info.colour_space is COLOUR_OF_MODE[entry["mode"]] or entry["mode"] == "RGBA"
        ), entry
        assert info.has_alpha or entry["mode"] not in ("LA", "RGBA"), entry
    assert len(entries) == 81


def test_every_corrupt_picture_of_the_png_suite_is_refused():
    verdicts = {entry["file"]: verdict(content_of(entry)) for entry in manifest("PngSuite corrupt")}

    assert verdicts == {
        "pngsuite/xc1n0g08.png": "artwork/unreadable",
        "pngsuite/xcrn0g04.png": "artwork/unsupported-type",
        "pngsuite/xd0n2c08.png": "artwork/unreadable",
        "pngsuite/xd9n2c08.png": "artwork/unreadable",
        "pngsuite/xhdn0g08.png": "artwork/unreadable",
        "pngsuite/xs1n0g01.png": "artwork/unsupported-type",
        "pngsuite/xs4n0g01.png": "artwork/unsupported-type",
    }


VERDICTS = {
    "hopper_orientation_2.jpg": ("rgb", None),
    "hopper_orientation_4.jpg": ("rgb", None),
    "hopper_orientation_6.jpg": ("rgb", None),
    "hopper_orientation_8.jpg": ("rgb", None),
    "exif-200dpcm.jpg": ("rgb", 508),
    "exif-dpi-zerodivision.jpg": ("rgb", None),
    "no-dpi-in-exif.jpg": ("rgb", None),
    "invalid-exif.jpg": ("rgb", None),
    "broken_exif_dpi.jpg": ("rgb", None),
    "icc_profile.png": ("rgb", None),
    "icc-after-SOF.jpg": ("grey", None),
    "pil_sample_cmyk.jpg": ("cmyk", 72),
    "hopper_16bit_qtables.jpg": ("rgb", None),
    "hopper_orientation_6.webp": "WebP",
    "16_bit_binary_pgm.tiff": "TIFF",
    "16bit.cropped.tif": "TIFF",
    "decompression_bomb.gif": "GIF",
    "crash-0da013a13571cc8eb457a39fee8db18f8a3c7127.tif": "TIFF",
    "crash-1152ec2d1a1a71395b6f2ce6721c38924d025bf3.tif": "TIFF",
    "crash-74d2a78403a5a59db1fb0a2b8735ac068a75f6e3.tif": "TIFF",
    "g4_orientation_3.tif": "TIFF",
    "truncated_image.png": "artwork/unreadable",
    "truncated_jpeg.jpg": "artwork/unreadable",
}


def test_every_odd_picture_of_the_pillow_set_has_its_verdict():
    seen: dict[str, object] = {}
    for entry in manifest("Pillow test image"):
        name = entry["file"].removeprefix("pillow/")
        try:
            info = inspect(content_of(entry))
        except ArtworkUnsupportedType as error:
            seen[name] = error.found
        except PrintVisionError as error:
            seen[name] = error.code
        else:
            assert (info.width_px, info.height_px) == (entry["width"], entry["height"]), name
            seen[name] = (str(info.colour_space), info.dpi)

    assert seen == VERDICTS


# -- what is told --------------------------------------------------------------------------------------------


def test_inspect_tells_all_of_a_plain_picture():
    content = png(30, 20, before=chunk(b"pHYs", struct.pack(">IIB", 11_811, 11_811, 1)), colour=6)

    assert inspect(content) == ArtworkInfo(
        media_type="image/png",
        width_px=30,
        height_px=20,
        has_alpha=True,
        colour_space=ColourSpace.RGB,
        pages=1,
        dpi=300,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def test_inspect_reads_a_file_whatever_it_is_called(tmp_path: Path):
    path = tmp_path / "picture.pdf"
    path.write_bytes(jpeg(8, 4))

    info = inspect(path)

    assert (info.media_type, info.width_px, info.height_px, info.has_alpha) == ("image/jpeg", 8, 4, False)


def test_inspect_takes_a_picture_of_one_pixel():
    assert (inspect(png(1, 1)).width_px, inspect(png(1, 1)).height_px) == (1, 1)


@pytest.mark.parametrize("orientation", [None, 0, 1, 2, 3, 4, 9])
def test_an_upright_picture_keeps_its_size(orientation: int | None):
    info = inspect(jpeg(40, 30, orientation=orientation))

    assert (info.width_px, info.height_px) == (40, 30)


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_a_sideways_picture_is_measured_as_it_is_seen(orientation: int):
    info = inspect(jpeg(40, 30, orientation=orientation))

    assert (info.width_px, info.height_px) == (30, 40)


# -- what is no picture --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "empty file"),
        (b"hello", "unknown"),
        (SIGNATURE[:7], "unknown"),
        (b"GIF89a\xff\xff\xff\xff\x80\0\0", "GIF"),
        (b"RIFF\x24\0\0\0WEBPVP8 ", "WebP"),
        (b"II*\0\x08\0\0\0", "TIFF"),
        (b"MM\0*\0\0\0\x08", "TIFF"),
        (b"%PDF-1.7", "PDF"),
        (b"8BPS\0\x01", "Photoshop"),
        (b"BM\x46\0", "BMP"),
        (b"PK\x03\x04", "ZIP archive"),
        (b"\0\0\0\x20ftypavif", "AVIF"),
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "SVG or XML"),
        (b'\n <svg><image href="http://169.254.169.254/"/></svg>', "SVG or XML"),
        (b"<!DOCTYPE html><script>", "web page"),
        (png(2, 2, before=chunk(b"acTL", struct.pack(">II", 10_000, 0))), "animated PNG"),
    ],
)
def test_another_kind_of_file_is_refused_by_name(content: bytes, found: str):
    with pytest.raises(ArtworkUnsupportedType) as caught:
        inspect(content)

    assert caught.value.fields == {"found": found, "supported": ["image/png", "image/jpeg"]}


@pytest.mark.parametrize("content", [png(64, 64), jpeg(64, 64), jpeg(64, 64, progressive=True)])
def test_a_file_cut_anywhere_is_refused(content: bytes):
    # A JPEG that lacks only its end mark has its whole picture.
    for length in range(12, len(content) - 2, max(1, len(content) // 60)):
        assert verdict(content[:length]) == "artwork/unreadable", length


def test_a_png_with_a_wrong_checksum_is_refused():
    content = bytearray(png(64, 64))
    content[content.index(b"IDAT") + 20] ^= 1

    assert verdict(bytes(content)) == "artwork/unreadable"


def test_a_png_with_something_behind_it_is_refused():
    with pytest.raises(ArtworkUnreadable, match="something else behind the picture"):
        inspect(png(2, 2, behind=b"PK\x03\x04"))


def test_a_jpeg_that_tells_two_sizes_is_refused():
    content = jpeg(16, 16)
    second = content[content.index(b"\xff\xc0") :][:19]

    assert verdict(content[:2] + second[:5] + struct.pack(">HH", 8, 8) + second[9:] + content[2:]) == (
        "artwork/unreadable"
    )


def test_a_picture_that_declares_no_size_is_refused():
    assert verdict(SIGNATURE + ihdr(0, 5) + chunk(b"IDAT") + chunk(b"IEND")) == "artwork/unreadable"
    assert verdict(resized(jpeg(8, 8), 0, 8)) == "artwork/unreadable"


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60),
    st.integers(0, 400),
    st.sampled_from([png(9, 7), jpeg(9, 7), jpeg(9, 7, progressive=True)]),
)
def test_no_damage_crashes_the_inspection(damage: bytes, at: int, content: bytes):
    at %= len(content)
    damaged = content[:at] + damage + content[at + len(damage) :]

    assert verdict(damaged) in (
        "taken",
        "artwork/unreadable",
        "artwork/unsupported-type",
        "artwork/too-large",
    )


# -- bombs ---------------------------------------------------------------------------------------------------


def refused(content: bytes, limits: ArtworkLimits | None = None) -> ArtworkTooLarge:
    with pytest.raises(ArtworkTooLarge) as caught:
        inspect(content, limits=limits)
    return caught.value


def described_bombs(kind: str) -> list[str]:
    return [
        bomb["name"]
        for bomb in json.loads(shared("vectors/bad-input/bombs_described.json").read_text())[kind]
    ]


def test_every_described_png_bomb_is_harmless():
    frame = chunk(b"fcTL", struct.pack(">IIIIIHHBB", 0, 1, 1, 0, 0, 1, 1, 0, 0))
    huge = packed_zeros(1_000)
    bombs = {
        "IHDR 65535x65535 8-bit RGBA with one IDAT of zeros": (
            SIGNATURE + ihdr(65_535, 65_535, colour=6) + chunk(b"IDAT", packed_zeros(1)) + chunk(b"IEND"),
            "artwork/unreadable",
        ),
        "IHDR 2147483647x1": (
            SIGNATURE + ihdr(2**31 - 1, 1) + chunk(b"IDAT", packed_zeros(1)) + chunk(b"IEND"),
            "artwork/unreadable",
        ),
        "zTXt/iTXt/iCCP chunk that inflates to 1 GB": (
            png(4, 4, before=chunk(b"zTXt", b"a\0\0" + huge) + chunk(b"iCCP", b"a\0\0" + huge)),
            "taken",
        ),
        "10000 fcTL frames (APNG)": (png(1, 1, before=frame * 10_000), "artwork/unsupported-type"),
    }
    assert list(bombs) == described_bombs("png")

    started = time.process_time()
    verdicts = {name: verdict(content) for name, (content, _) in bombs.items()}

    assert verdicts == {name: expected for name, (_, expected) in bombs.items()}
    assert time.process_time() - started < 2


def test_every_described_jpeg_bomb_is_harmless():
    assert described_bombs("jpeg") == ["65500x65500, 1 scan", "progressive with thousands of scans"]
    many_scans = jpeg(64, 64, progressive=True)
    scan = many_scans[many_scans.rindex(b"\xff\xda") : -2]

    assert refused(resized(jpeg(8, 8), 65_500, 65_500)).fields == {
        "what": "The picture",
        "unit": "pixels",
        "found": 65_500 * 65_500,
        "most": 400_000_000,
    }
    assert verdict(many_scans[:-2] + scan * 3_000 + b"\xff\xd9") == "artwork/unreadable"


def test_a_png_of_more_pixels_than_taken_is_refused_by_its_header():
    honest = (
        SIGNATURE + ihdr(20_001, 20_000, depth=1, colour=0) + chunk(b"IDAT", bytes(60_000)) + chunk(b"IEND")
    )

    assert refused(honest).fields["found"] == 20_001 * 20_000


def test_a_picture_longer_than_taken_is_refused_by_its_header():
    long = SIGNATURE + ihdr(60_001, 1, depth=1, colour=0) + chunk(b"IDAT", bytes(60)) + chunk(b"IEND")

    assert refused(long).fields == {
        "what": "The longer side",
        "unit": "pixels",
        "found": 60_001,
        "most": 60_000,
    }


def test_what_must_be_held_at_once_is_bounded_apart():
    limits = ArtworkLimits(held_bytes=64 * 64 * 2)
    interlaced = SIGNATURE + ihdr(64, 64, interlace=1) + chunk(b"IDAT", bytes(60)) + chunk(b"IEND")

    assert refused(interlaced, limits).fields["found"] == 64 * 64 * 4
    assert refused(jpeg(64, 64, progressive=True), limits).fields["found"] == 64 * 64 * 3
    assert inspect(jpeg(64, 64), limits=limits).width_px == 64


def test_a_file_of_more_bytes_than_taken_is_not_read(tmp_path: Path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(200_000_001)

    with pytest.raises(ArtworkTooLarge) as caught:
        inspect(path)

    assert caught.value.fields["unit"] == "bytes"


def test_decoding_that_takes_too_long_is_stopped():
    with pytest.raises(ArtworkTooLarge) as caught:
        inspect(png(4_000, 4_000), limits=ArtworkLimits(seconds=0.001))

    assert (caught.value.fields["what"], caught.value.fields["unit"]) == ("Decoding", "seconds")
