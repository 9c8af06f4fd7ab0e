"""Fetches and measures artwork as a print provider does: bounded, and never a pixel decoded."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple, cast

import httpx
import pyvips
from httpx_aiohttp import AiohttpTransport

LARGEST_BYTES = 50 * 1024 * 1024  # what Printful documents for mockup files; taken for all
_TIME_LIMIT_S = 20.0
_MM_PER_INCH = 25.4


class Measure(NamedTuple):
    """Pixels and dpi, from the head of a file; `kind` is the picture's own, such as `image/png`."""

    width: int
    height: int
    dpi: int
    kind: str | None


def open_fetcher() -> httpx.AsyncClient:
    """A client for strangers' addresses; the caller closes it."""
    return httpx.AsyncClient(
        transport=AiohttpTransport(), timeout=_TIME_LIMIT_S, follow_redirects=True, max_redirects=3
    )


async def fetch(client: httpx.AsyncClient, url: str) -> tuple[bytes, str]:
    """The file and its content type: at most 50 MB, within 20 s.

    Raises:
        ValueError: it is larger.
        TimeoutError, httpx.HTTPError: it could not be had.
    """
    async with asyncio.timeout(_TIME_LIMIT_S), client.stream("GET", url) as reply:
        reply.raise_for_status()
        data = bytearray()
        async for chunk in reply.aiter_bytes():
            data += chunk
            if len(data) > LARGEST_BYTES:
                raise ValueError("larger than 50 MB")
        return bytes(data), reply.headers.get("content-type", "application/octet-stream").split(";")[0]


def measure(data: bytes) -> Measure:
    """
    Raises:
        pyvips.Error: it is no picture.
    """
    image = cast("Any", pyvips).Image.new_from_buffer(data, "", access="sequential")
    loader = str(image.get("vips-loader"))
    kind = next((kind for start, kind in _KINDS.items() if loader.startswith(start)), None)
    return Measure(int(image.width), int(image.height), round(image.xres * _MM_PER_INCH) or 72, kind)


_KINDS = {"png": "image/png", "jpeg": "image/jpeg"}
