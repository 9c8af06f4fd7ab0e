"""Header fields of REST answers, held against the published rules."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from httpx import AsyncClient

from printvision.api.fields import entity_tag, next_link, none_match
from printvision.platform.runtime import Platform
from tests.api.limits import limited
from tests.shared import shared

THING = "019a0000-0000-7000-8000-000000000001"
POLICY = re.compile(r'"[a-z]+";q=\d+;w=[1-9]\d*')
LIMIT = re.compile(r'"[a-z]+";r=\d+;t=\d+')


def vectors(name: str) -> Any:
    return json.loads(shared(f"vectors/api-conventions/{name}.json").read_text())


# -- RateLimit -----------------------------------------------------------------------------------------------


def test_the_fields_are_written_as_the_draft_writes_them():
    valid = {(each["field"], each["value"]) for each in vectors("ratelimit_fields")["valid"]}

    assert ("RateLimit-Policy", '"basic";q=100;w=60') in valid
    assert POLICY.fullmatch('"basic";q=100;w=60')
    assert ("RateLimit", '"basic";r=20;t=56') in valid
    assert LIMIT.fullmatch('"basic";r=20;t=56')


async def test_an_answer_says_what_is_left_of_the_budget(client: AsyncClient, platform: Platform):
    limited(platform, key=4, workspace=8)

    replies = [await client.get("/api/v1/workspace") for _ in range(5)]

    assert {each.headers["ratelimit-policy"] for each in replies[:4]} == {
        '"key";q=4;w=60, "workspace";q=8;w=60'
    }
    told = [each.headers["ratelimit"] for each in replies]
    assert told == [
        '"key";r=3;t=15, "workspace";r=7;t=8',
        '"key";r=2;t=30, "workspace";r=6;t=15',
        '"key";r=1;t=45, "workspace";r=5;t=23',
        '"key";r=0;t=60, "workspace";r=4;t=30',
        '"key";r=0;t=15',  # its own budget refuses it: its workspace's is not asked
    ]
    assert all(LIMIT.fullmatch(each) for line in told for each in line.split(", "))
    assert [each.status_code for each in replies] == [200, 200, 200, 200, 429]
    assert replies[4].headers["retry-after"] == "15"  # not before the moment that t names


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/workspace?x=1", 400),
        ("GET", "/api/v1/echo/break", 500),
        ("GET", "/api/v1/forecast", 200),
        ("DELETE", f"/api/v1/echo/{THING}", 204),
    ],
)
async def test_every_answer_of_a_call_says_it(client: AsyncClient, method: str, path: str, status: int):
    reply = await client.request(method, path)

    assert reply.status_code == status
    assert all(POLICY.fullmatch(each) for each in reply.headers["ratelimit-policy"].split(", "))
    assert all(LIMIT.fullmatch(each) for each in reply.headers["ratelimit"].split(", "))


async def test_an_answer_to_somebody_without_a_key_says_it(anybody: AsyncClient):
    reply = await anybody.get("/api/v1/workspace")

    assert reply.status_code == 401
    assert reply.headers["ratelimit"] == '"address";r=1199;t=1'


async def test_what_takes_nothing_from_a_budget_says_nothing_of_one(anybody: AsyncClient):
    assert "ratelimit" not in (await anybody.get("/healthz")).headers


# -- Link ----------------------------------------------------------------------------------------------------


async def test_the_links_of_a_list_lead_through_all_of_it(client: AsyncClient):
    path, letters = "/api/v1/echoes?limit=2&mood=so%20%26%20so", list[str]()
    while path:
        reply = await client.get(path)
        letters += [each["letter"] for each in reply.json()["items"]]
        link = reply.links.get("next", {"url": ""})["url"]
        path = link.removeprefix("http://127.0.0.1:8000")

    assert letters == list("abcde")


async def test_a_link_repeats_the_query_with_the_cursor_that_follows(client: AsyncClient):
    reply = await client.get("/api/v1/echoes?cursor=a&limit=2&mood=so%20%26%20so")

    assert reply.headers["link"] == (
        '<http://127.0.0.1:8000/api/v1/echoes?limit=2&mood=so+%26+so&cursor=c>; rel="next"'
    )


async def test_the_last_page_and_what_is_no_list_link_to_nothing(client: AsyncClient):
    assert "link" not in (await client.get("/api/v1/echoes?limit=5")).headers
    assert "link" not in (await client.get("/api/v1/workspace")).headers


def test_nothing_gets_out_of_a_link():
    link = next_link("https://pv.example/", '/a>; rel="x"', [("q", '>\r\n"')], "é")

    assert link == b'<https://pv.example/a%3E%3B%20rel%3D%22x%22?q=%3E%0D%0A%22&cursor=%C3%A9>; rel="next"'


# -- ETag ----------------------------------------------------------------------------------------------------


async def test_a_read_names_its_version_and_is_not_sent_again_to_who_has_it(client: AsyncClient):
    first = await client.get("/api/v1/workspace")
    tag = first.headers["etag"]

    again = await client.get("/api/v1/workspace", headers={"if-none-match": tag})
    await client.patch("/api/v1/workspace", json={"name": "Other"})
    changed = await client.get("/api/v1/workspace", headers={"if-none-match": tag})

    assert re.fullmatch(r'"[\w-]{20}"', tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-type" not in again.headers
    assert again.headers["ratelimit"]
    assert (changed.status_code, changed.json()["name"]) == (200, "Other")
    assert changed.headers["etag"] != tag


async def test_a_write_names_no_version(client: AsyncClient):
    assert "etag" not in (await client.patch("/api/v1/workspace", json={"name": "Other"})).headers


async def test_any_version_is_any(client: AsyncClient):
    assert (await client.get("/api/v1/workspace", headers={"if-none-match": "*"})).status_code == 304


def test_versions_are_compared_as_the_rules_say():
    found = vectors("conditional_requests")

    for row in found["etag_comparison"]:
        assert none_match([row["a"]], row["b"]) is not row["weak"], row
    for case in (each for each in found["cases"] if each["method"] == "GET"):
        status = 200 if none_match([case["if_none_match"]], case["etag"]) else 304
        assert status == case["expect"], case


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (['"a", "b"'], False),
        (['"a"', 'W/"b"'], False),
        (['"a",,"c"'], True),
        (['"x,b,y"'], True),
        (["b"], True),
        ([""], True),
        (["*, "], True),
    ],
)
def test_a_list_of_versions_is_read_by_its_quotes(lines: list[str], expected: bool):
    assert none_match(lines, '"b"') is expected


def test_other_bytes_are_another_version():
    assert entity_tag(b"a") == entity_tag(b"a")
    assert entity_tag(b"a") != entity_tag(b"b")
