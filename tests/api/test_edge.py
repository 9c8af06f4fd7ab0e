from __future__ import annotations

import json

import pytest
import structlog
from httpx import ASGITransport, AsyncClient, Response
from msgspec.structs import replace

from printvision.api.application import make_application
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings
from tests.api.conftest import opener, running
from tests.api.echo import OPERATIONS
from tests.shared import shared

PAGES = [
    "/problems",
    "/problems/access/bad-key",
    "/healthz",
    "/nowhere",
    "/api/v1/hello",
    "/api/v1/workspace",
]


def expect_on_html(reply: Response) -> None:
    expected = json.loads(shared("vectors/bad-input/security_headers.json").read_text())
    wanted = {name.lower() for name in expected["expect_on_html"]} - {"strict-transport-security"}
    assert wanted <= reply.headers.keys()
    policy = dict(part.strip().split(" ", 1) for part in reply.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in reply.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_every_answer_keeps_a_browser_honest(anybody: AsyncClient, path: str):
    reply = await anybody.get(path)

    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["x-frame-options"] == "DENY"
    assert reply.headers["referrer-policy"] == "no-referrer"
    assert reply.headers["cross-origin-opener-policy"] == "same-origin"
    assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in reply.headers["permissions-policy"]
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "strict-transport-security" not in reply.headers
    assert "access-control-allow-origin" not in reply.headers


async def test_a_page_meets_the_published_list(anybody: AsyncClient):
    expect_on_html(await anybody.get("/problems"))


async def test_an_answer_to_a_key_is_not_kept(client: AsyncClient):
    reply = await client.get("/api/v1/workspace")

    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["content-type"] == "application/json"


async def test_over_tls_browsers_are_told_to_stay_there(settings: Settings, platform: Platform):
    there = replace(settings, server=replace(settings.server, public_url="https://pv.example"))
    app = make_application(there, OPERATIONS, opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        reply = await client.get("/nowhere")

    assert reply.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert reply.json()["type"] == "https://pv.example/problems/request/no-such-address"


async def test_a_fit_request_id_comes_back(anybody: AsyncClient):
    reply = await anybody.get("/nowhere", headers={"x-request-id": "order-import-5"})

    assert reply.headers["x-request-id"] == "order-import-5"
    assert reply.json()["request_id"] == "order-import-5"
    assert reply.json()["instance"] == "urn:printvision:request:order-import-5"


@pytest.mark.parametrize("given", ["", "short", "x" * 129, "has space", "semi;colon", b"new\nline"])
async def test_an_unfit_request_id_is_replaced(anybody: AsyncClient, given: str | bytes):
    reply = await anybody.get("/healthz", headers={"x-request-id": given})

    assert len(reply.headers["x-request-id"]) == 32


async def test_each_request_is_one_log_line_without_its_query(anybody: AsyncClient):
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as logs:
        await anybody.get("/nowhere?email=jo@example.com", headers={"x-request-id": "order-import-5"})

    [line] = logs
    assert line.pop("ms") >= 0
    assert line == {
        "event": "request.answered",
        "log_level": "info",
        "method": "GET",
        "path": "/nowhere",
        "status": 404,
        "request_id": "order-import-5",
    }
