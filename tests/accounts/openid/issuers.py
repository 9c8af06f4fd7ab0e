"""Issuers in Node, and a browser that goes there and comes back."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from httpx import AsyncClient

from tests.api.trpc import real

HERE = Path(__file__).resolve().parent / "node"
CALLBACK = "http://127.0.0.1:8000/sign-in/openid"
CLIENT, SECRET = "printvision", "a secret: with % and +"


class RealIssuer:
    def __init__(self, url: str) -> None:
        self.url = url

    async def tell(self, **asked: Any) -> None:
        async with AsyncClient() as client:
            (await client.post(f"{self.url}/test", json=asked)).raise_for_status()

    async def visit(self, address: str, **changed: str) -> dict[str, str]:
        """Follow a browser from there until the issuer sends it back, with what."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query)) | changed
        url = parts._replace(query=urlencode(asked)).geturl()
        async with AsyncClient() as browser:
            for _ in range(6):
                reply = await browser.get(url)
                url = urljoin(url, reply.headers["location"])
                if url.startswith(CALLBACK):
                    return dict(parse_qsl(urlsplit(url).query))
        raise AssertionError(url)


@asynccontextmanager
async def running_issuer(folder: Path, *, callback: str = CALLBACK) -> AsyncGenerator[RealIssuer]:
    asked = {"clientId": CLIENT, "clientSecret": SECRET, "redirectUri": callback}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        "node", str(folder / "issuer.mjs"), json.dumps(asked), stdin=pipe, stdout=pipe
    )
    try:
        assert process.stdout
        async with asyncio.timeout(30):
            yield RealIssuer((await process.stdout.readline()).decode().strip())
    finally:
        process.kill()
        await process.wait()


def script_folder(made: Path) -> Path:
    """A folder with the script and its packages; skips where Node or a registry is missing."""
    shutil.copy(HERE / "issuer.mjs", made)
    (made / "node_modules").symlink_to(real.installed(HERE, "openid") / "node_modules")
    return made
