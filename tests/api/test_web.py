"""The pages as they are served: which addresses have them, in which form, for how long, and what they may do."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient

from printvision.api.application import make_application
from printvision.api.web import load_pages, page_routes
from printvision.api.web.policy import policy_of
from printvision.app import create_app
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from tests.api.conftest import opener, running
from tests.api.wire import Wire, serving

SCRIPT, STYLE = 'start("<\\/b>&amp;");\n', "body { margin: 0 }"
SHELL = f"""<!doctype html><html><head><title>x</title>
<style>{STYLE}</style><script src="/assets/a-1.js"></script></head>
<body><script type="module">{SCRIPT}</script></body></html>"""
JS = b"export const answer = 42;\n"


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """A build, and beside it what must never be served."""
    folder = tmp_path / "site" / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(SHELL)
    (folder / "index.html.gz").write_bytes(gzip.compress(SHELL.encode()))
    (folder / "assets" / "a-1.js").write_bytes(JS)
    (folder / "assets" / "a-1.js.gz").write_bytes(gzip.compress(JS))
    (folder / "assets" / "a-1.js.br").write_bytes(b"as if by brotli")
    (folder / "assets" / "face-1.woff2").write_bytes(b"wOF2")
    (folder / "mark.svg").write_text("<svg/>")
    (folder / ".sources").write_text("a hash")
    (folder.parent / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
async def wire(dist: Path, settings: Settings, platform: Platform) -> AsyncGenerator[Wire]:
    app = make_application(settings, [], routes=page_routes(load_pages(dist)), opener=opener(platform))
    async with serving(app, settings) as wire:
        yield wire


Get = Callable[..., Awaitable[tuple[int, dict[str, str], bytes]]]


@pytest.fixture
def get(wire: Wire) -> Get:
    async def get(path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        head = "\r\n".join([f"{method} {path} HTTP/1.1", "host: x", *lines, "", ""])
        if method == "HEAD":
            return await _head(wire, head)
        answer = await wire.send(head.encode())
        return answer.status, answer.headers, answer.body

    return get


async def _head(wire: Wire, head: str) -> tuple[int, dict[str, str], bytes]:
    """All that comes until the connection ends: there must be no body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", wire.port)
    writer.write(head.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n").encode())
    async with asyncio.timeout(20):
        whole = await reader.read()
    writer.close()
    told, _, body = whole.partition(b"\r\n\r\n")
    first, *lines = told.decode().split("\r\n")
    return int(first.split(" ")[1]), dict(line.lower().split(": ", 1) for line in lines), body


@pytest.mark.parametrize("path", ["/", "/sign-in", "/w", "/w/default/orders", "/w/a/b/c/d?x=1"])
async def test_the_shell_is_at_each_of_its_addresses(get: Get, path: str):
    status, headers, body = await get(path)

    assert (status, body.decode()) == (200, SHELL)
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["vary"] == "accept-encoding"
    assert headers["content-security-policy"] == (
        f"default-src 'none'; script-src 'self' {sha256(SCRIPT)}; style-src 'self' {sha256(STYLE)}; connect-src 'self';"
        " img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )


async def test_the_shell_is_not_sent_to_who_has_it(get: Get):
    _, headers, _ = await get("/")

    status, again, body = await get("/w/x", if_none_match=headers["etag"])
    assert (status, body, again["etag"]) == (304, b"", headers["etag"])
    assert (await get("/", if_none_match='"other"'))[0] == 200
    # its packed form is another one
    packed = await get("/", accept_encoding="gzip", if_none_match=headers["etag"])
    assert (packed[0], packed[1]["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(packed[2]).decode() == SHELL


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("GZIP;Q=1", "gzip"),
        ("br;q=x", None),
        ("identity", None),
        ("", None),
    ],
)
async def test_an_asset_comes_in_the_smallest_form_that_is_accepted(
    get: Get, accepted: str, encoding: str | None
):
    status, headers, body = await get("/assets/a-1.js", accept_encoding=accepted)

    assert (status, headers.get("content-encoding")) == (200, encoding)
    assert (
        body == {"br": b"as if by brotli", "gzip": gzip.compress(JS), None: JS}[encoding]
        or encoding == "gzip"
    )
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert (headers["vary"], headers["x-content-type-options"]) == ("accept-encoding", "nosniff")


async def test_what_has_no_packed_form_comes_as_it_is(get: Get):
    status, headers, body = await get("/assets/face-1.woff2", accept_encoding="br, gzip")

    assert (status, headers["content-type"], body) == (200, "font/woff2", b"wOF2")
    assert "content-encoding" not in headers


async def test_a_file_beside_the_shell_has_its_own_address(get: Get):
    status, headers, body = await get("/mark.svg")

    assert (status, headers["content-type"], body) == (200, "image/svg+xml", b"<svg/>")
    assert headers["cache-control"] == "no-cache"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/assets/a-1.js"])
async def test_a_head_has_the_fields_and_no_body(get: Get, path: str):
    status, headers, body = await get(path, method="HEAD")

    assert (status, body) == (200, b"")
    assert headers["etag"] == (await get(path))[1]["etag"].lower()


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets//etc/passwd",
        "/assets/a-1.js.gz",
        "/assets/a-1.js%00",
        "/assets/",
        "/assets/index.html",
        "/index.html",
        "/.sources",
        "/secret.txt",
        "/wx",
        "/sign-in/x",
        "/api/w/x",
    ],
)
async def test_there_is_nothing_else(get: Get, path: str):
    status, headers, body = await get(path)

    assert status in (400, 404)
    assert headers["content-type"] == "application/problem+json"
    assert b"secret" not in body.replace(b"secret.txt", b"")


def test_inline_parts_are_known_by_their_hashes_however_lines_end():
    one, two = policy_of("<script>a\nb</script>"), policy_of("<script>a\r\nb</script>")

    assert one == two
    assert sha256("a\nb") in one
    assert "'sha256-" not in policy_of('<script src="/x.js"></script><p style="x">')


async def test_where_nothing_was_built_a_page_says_how(
    tmp_path: Path, settings: Settings, platform: Platform
):
    assert load_pages(tmp_path) is None
    app = make_application(settings, [], routes=page_routes(None), opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        for path in ("/", "/sign-in", "/w/default/orders"):
            reply = await client.get(path)
            assert reply.status_code == 200
            assert "make web" in reply.text
            assert 'href="/api/docs"' in reply.text
            assert "script-src 'self';" in reply.headers["content-security-policy"]
        assert (await client.get("/assets/x.js")).status_code == 404


async def test_the_product_has_pages(settings: Settings, platform: Platform):
    app = create_app(settings, opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        reply = await client.get("/")

    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "unsafe" not in reply.headers["content-security-policy"]
