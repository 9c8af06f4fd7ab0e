from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from httpx import AsyncClient

from printvision.platform.runtime import Platform

CONTENT = bytes(range(256)) * 3_000


async def link(platform: Platform, content: bytes = CONTENT) -> str:
    key = await platform.files.put_content(content)
    address = platform.files.signed_link(
        key, expires_in=timedelta(minutes=5), filename="back print.png", media_type="image/png"
    )
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


async def test_a_signed_link_answers_the_file_as_a_download(anybody: AsyncClient, platform: Platform):
    reply = await anybody.get(await link(platform))

    assert (reply.status_code, reply.content) == (200, CONTENT)
    assert reply.headers["content-type"] == "image/png"
    assert reply.headers["content-length"] == str(len(CONTENT))
    assert reply.headers["content-disposition"].startswith('attachment; filename="back print.png"')
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reply.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("change", [("s=", "s=x"), ("n=back", "n=front"), ("image", "text"), ("e=", "e=9")])
async def test_a_changed_link_opens_nothing(
    anybody: AsyncClient, platform: Platform, change: tuple[str, str]
):
    reply = await anybody.get((await link(platform)).replace(*change))

    assert (reply.status_code, reply.json()["code"]) == (403, "files/link-refused")


async def test_a_link_to_a_file_that_is_gone_is_not_found(anybody: AsyncClient, platform: Platform):
    address = await link(platform)
    await platform.files.delete(urlsplit(address).path.removeprefix("/files/"))

    reply = await anybody.get(address)

    assert (reply.status_code, reply.json()["code"]) == (404, "files/missing")
