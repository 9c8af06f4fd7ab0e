"""Pages of other origins, as a browser holds our answers against the Fetch standard."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from msgspec.structs import replace

from printvision.api.application import make_application
from printvision.api.cors import METHODS, SENT
from printvision.platform.errors import InvalidSettings
from printvision.platform.runtime import Platform
from printvision.platform.settings import Settings, load_settings
from tests.api.conftest import opener, running
from tests.api.echo import OPERATIONS
from tests.shared import shared

APP, LOCAL = "https://app.example.com", "http://localhost:5173"
HELLO = "/api/v1/hello"
# Of these no header needs to be allowed, whoever asks.
SAFE_METHODS = ("GET", "HEAD", "POST")


def vectors() -> Any:
    return json.loads(shared("vectors/api-conventions/cors.json").read_text())


@pytest.fixture
async def browser(settings: Settings, platform: Platform) -> AsyncGenerator[AsyncClient]:
    """Somebody before an application that lists two origins."""
    there = replace(settings, server=replace(settings.server, cors_origins=f"{APP} {LOCAL}"))
    app = make_application(there, OPERATIONS, opener=opener(platform))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://x") as client:
        yield client


async def preflight(browser: AsyncClient, method: str, headers: list[str], origin: str = APP) -> Response:
    asked = {"origin": origin, "access-control-request-method": method}
    if headers:
        asked["access-control-request-headers"] = ",".join(sorted(each.lower() for each in headers))
    return await browser.options(HELLO, headers=asked)


def accepts(methods: str, headers: str, method: str, wanted: list[str], *, credentials: bool) -> bool:
    """Whether a browser goes on after a preflight that allowed these (Fetch, CORS-preflight fetch, steps 7)."""
    allowed_methods = [each.strip() for each in methods.split(",")]
    allowed_headers = [each.strip().lower() for each in headers.split(",")]
    any_method = "*" in allowed_methods and not credentials
    any_header = "*" in allowed_headers and not credentials
    return (method in allowed_methods or method in SAFE_METHODS or any_method) and all(
        each.lower() in allowed_headers or (any_header and each.lower() != "authorization") for each in wanted
    )


def goes_on(reply: Response, method: str, wanted: list[str], *, credentials: bool = False) -> bool:
    origin, given = APP, reply.headers
    if given.get("access-control-allow-origin") not in ((origin,) if credentials else (origin, "*")):
        return False
    if credentials and given.get("access-control-allow-credentials") != "true":
        return False
    methods, headers = given["access-control-allow-methods"], given["access-control-allow-headers"]
    return accepts(methods, headers, method, wanted, credentials=credentials)


def test_the_browser_of_these_tests_is_as_strict_as_the_published_one():
    for row in vectors()["preflight_rows"]:
        found = accepts(
            row["allow_methods"],
            row["allow_headers"],
            row["request_method"],
            row["request_headers"],
            credentials=row["with_credentials"],
        )
        assert found is row["browser_accepts"], row


@pytest.mark.parametrize("method", METHODS)
async def test_a_page_of_a_listed_origin_may_call_with_its_key(browser: AsyncClient, method: str):
    reply = await preflight(browser, method, list(SENT))

    assert (reply.status_code, reply.content) == (204, b"")
    assert goes_on(reply, method, list(SENT))
    assert not goes_on(reply, method, [*SENT, "x-other"])
    assert not goes_on(reply, "TRACE", [])
    assert "origin" in reply.headers["vary"].split(", ")
    assert reply.headers["access-control-max-age"] == "600"


@pytest.mark.parametrize("method", METHODS)
async def test_never_with_credentials(browser: AsyncClient, method: str):
    reply = await preflight(browser, method, ["authorization"])

    assert not goes_on(reply, method, ["authorization"], credentials=True)
    assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize("path", [HELLO, "/api/v1/workspace", "/api/v1/nowhere"])
async def test_an_answer_of_any_status_is_shown_to_the_page(browser: AsyncClient, path: str):
    for origin in (APP, LOCAL):
        reply = await browser.get(path, headers={"origin": origin})

        assert reply.headers["access-control-allow-origin"] == origin
        assert "origin" in reply.headers["vary"].split(", ")
        assert "ratelimit" in reply.headers["access-control-expose-headers"].split(", ")
        assert "access-control-allow-credentials" not in reply.headers


@pytest.mark.parametrize(
    "origin",
    [
        "https://app.example.com.evil.test",
        "https://evilapp.example.com",
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app.example.com/",
        "HTTPS://APP.EXAMPLE.COM",
        f"{APP} {LOCAL}",
        "null",
        "*",
        "",
    ],
)
async def test_an_origin_that_is_not_listed_to_the_letter_is_told_nothing(browser: AsyncClient, origin: str):
    asked, got = (
        await preflight(browser, "PUT", [], origin),
        await browser.get(HELLO, headers={"origin": origin}),
    )

    for reply in (asked, got):
        assert not [name for name in reply.headers if name.startswith("access-control-")]
        assert "origin" in reply.headers["vary"].split(", ")
    assert got.status_code == 200


async def test_who_is_no_page_is_told_only_that_pages_differ(browser: AsyncClient):
    reply = await browser.get(HELLO)

    assert "origin" in reply.headers["vary"].split(", ")
    assert not [name for name in reply.headers if name.startswith("access-control-")]


async def test_what_is_not_the_api_is_for_no_page(browser: AsyncClient):
    reply = await browser.get("/healthz", headers={"origin": APP})

    assert not [name for name in reply.headers if name.startswith("access-control-")]


async def test_without_a_list_there_is_nobody(anybody: AsyncClient):
    reply = await anybody.get(HELLO, headers={"origin": APP})

    assert not [name for name in reply.headers if name.startswith("access-control-")]
    assert "origin" in reply.headers["vary"].split(", ")


@pytest.mark.parametrize(
    "origins", ["*", "null", "app.example.com", "https://a.b/", f"{APP},{LOCAL}", "https://A.b"]
)
def test_what_is_no_list_of_origins_stops_the_start(origins: str):
    with pytest.raises(InvalidSettings) as refused:
        load_settings({"PRINTVISION_SERVER_CORS_ORIGINS": origins})

    assert refused.value.fields == {"variable": "PRINTVISION_SERVER_CORS_ORIGINS"}
