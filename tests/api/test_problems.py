from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import Any

import psycopg
import pytest
import sqlalchemy.exc
import structlog
from httpx import AsyncClient
from litestar.exceptions import HTTPException

from printvision.api import rest
from printvision.api.problem_pages import type_name
from printvision.api.problems import Problem, problem_of
from printvision.platform.errors import InvalidInput, PrintVisionError
from printvision.platform.features import Tier
from printvision.platform.redaction import Secret


def made_of(error: BaseException) -> Problem:
    return problem_of(error, public_url="http://x", request_id="r", max_body_bytes=7)


async def test_a_bug_is_500_with_the_request_id_and_nothing_of_the_inside(client: AsyncClient):
    with structlog.testing.capture_logs() as logs:
        reply = await client.get("/api/v1/echo/break", headers={"x-request-id": "broken-here"})

    assert reply.json() == {
        "type": "http://127.0.0.1:8000/problems/internal",
        "title": "Something went wrong on our side",
        "status": 500,
        "instance": "urn:printvision:request:broken-here",
        "code": "internal",
        "action": PrintVisionError.action,
        "request_id": "broken-here",
    }
    assert reply.headers["content-type"] == "application/problem+json"
    failed = next(line for line in logs if line["event"] == "request.failed")
    assert failed["log_level"] == "error"
    assert str(failed["exc_info"]) == "secret inner text"


async def test_a_call_past_its_time_is_stopped(client: AsyncClient, monkeypatch: pytest.MonkeyPatch):
    loop = asyncio.get_running_loop()
    later = loop.call_later
    monkeypatch.setattr(loop, "call_later", lambda seconds, *call: later(min(seconds, 0.3), *call))

    reply = await client.get("/api/v1/echo/wait")

    assert reply.status_code == 504
    assert (reply.json()["code"], reply.json()["limit_s"]) == ("request/took-too-long", rest.CALL_LIMIT_S)
    assert (await client.get("/api/v1/workspace")).status_code == 200


class DriverError(psycopg.OperationalError):
    def __init__(self, sqlstate: str | None) -> None:
        super().__init__("the driver's words")
        self.sqlstate = sqlstate


def of_database(sqlstate: str | None) -> sqlalchemy.exc.OperationalError:
    return sqlalchemy.exc.OperationalError("SELECT", {}, DriverError(sqlstate))


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (HTTPException(status_code=404), 404, "request/no-such-address"),
        (HTTPException(status_code=405), 405, "request/method-not-allowed"),
        (HTTPException(status_code=413), 413, "request/too-large"),
        (HTTPException(status_code=415), 415, "request/unsupported-media-type"),
        (HTTPException(status_code=400), 400, "request/malformed"),
        (HTTPException(status_code=500), 500, "internal"),
        (ValueError("x"), 500, "internal"),
        (sqlalchemy.exc.TimeoutError(), 503, "database/busy"),
        (of_database("57014"), 503, "database/busy"),
        (of_database("55P03"), 503, "database/busy"),
        (of_database("40P01"), 503, "database/busy"),
        (of_database("57P01"), 503, "database/unavailable"),
        (of_database(None), 503, "database/unavailable"),
        (sqlalchemy.exc.IntegrityError("INSERT", {}, Exception()), 500, "internal"),
    ],
)
def test_what_libraries_raise_has_a_name_of_ours(error: Exception, status: int, code: str):
    problem = made_of(error)

    assert (problem.status, problem.document["code"]) == (status, code)
    assert "the driver's words" not in str(problem.document)


def test_a_bound_that_the_framework_keeps_is_named():
    assert made_of(HTTPException(status_code=413)).document["max_bytes"] == 7


def test_busy_says_when_to_come_again():
    assert made_of(of_database("57014")).headers == {"Retry-After": "5"}


def test_a_secret_in_a_field_does_not_go_out():
    problem = made_of(InvalidInput(errors=[{"path": "key", "message": Secret("hush")}]))

    assert problem.document["errors"] == [{"path": "key", "message": "***"}]


# -- pages ---------------------------------------------------------------------------------------------------


async def test_the_type_of_a_problem_leads_to_its_page(anybody: AsyncClient):
    problem = (await anybody.get("/api/v1/workspace")).json()
    path = problem["type"].removeprefix("http://127.0.0.1:8000")

    page = await anybody.get(path)

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f"<h1>{problem['title']}</h1>" in page.text
    assert "Send your key in the header Authorization: Bearer pv_…" in page.text
    assert "The request carries no Authorization: Bearer pv_…." in page.text


async def test_a_page_lists_what_the_document_adds(anybody: AsyncClient):
    page = (await anybody.get("/problems/entitlements/not-in-tier")).text

    assert "<code>cheapest_tier</code></dt><dd>one of creator, enterprise, free, pro</dd>" in page


async def test_the_index_links_every_page(anybody: AsyncClient):
    links = re.findall(r'href="(/problems/[^"]+)"', (await anybody.get("/problems")).text)

    assert "/problems/access/bad-key" in links
    for link in links:
        assert (await anybody.get(link)).status_code == 200


async def test_a_page_needs_nothing_from_outside_and_its_style_is_admitted(anybody: AsyncClient):
    page = await anybody.get("/problems/not-found")

    [style] = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["content-security-policy"]
    assert "prefers-color-scheme: dark" in style
    assert not re.search(r"<script|<link|<img|@import|url\(|https?://", page.text)


@pytest.mark.parametrize("code", ["nowhere", "a/b/c", "%3Cscript%3E", "not-found%0a"])
async def test_a_code_that_is_none_of_ours_is_not_found(anybody: AsyncClient, code: str):
    reply = await anybody.get(f"/problems/{code}")

    assert (reply.status_code, reply.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize(
    ("hint", "name"),
    [
        (str, "string"),
        (int, "integer"),
        (list[str], "list of string"),
        (str | None, "string or null"),
        (Tier, "one of creator, enterprise, free, pro"),
        (Any, "any value"),
        (dict[str, int], "object"),
    ],
)
def test_a_type_is_told_as_its_json(hint: Any, name: str):
    assert type_name(hint) == name
