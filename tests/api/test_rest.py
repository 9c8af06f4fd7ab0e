from __future__ import annotations

import pytest
from httpx import AsyncClient, Response

from printvision.api.rest import MAX_QUERY_FIELDS

THING = "019a0000-0000-7000-8000-000000000001"


def faults(reply: Response) -> dict[str, str]:
    assert reply.status_code == 400, reply.text
    assert reply.json()["code"] == "invalid-input"
    return {each["path"]: each["message"] for each in reply.json()["errors"]}


async def test_path_query_and_body_become_one_input(client: AsyncClient):
    reply = await client.post(f"/api/v1/echo/{THING}?note=hi", json={"count": 3, "lines": [{"sku": "A"}]})

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    assert reply.json() == {
        "thing_id": THING,
        "count": 3,
        "note": "hi",
        "lines": [{"sku": "A", "quantity": 1}],
    }


async def test_a_query_is_text_that_becomes_what_the_input_says(client: AsyncClient):
    reply = await client.get(
        f"/api/v1/echo/{THING}?limit=7&kind=a&kind=b&note=5&after=2026-03-01T12:00:00%2B01:00"
    )

    assert reply.json() == {
        "thing_id": THING,
        "limit": 7,
        "after": "2026-03-01T12:00:00+01:00",
        "kind": ["a", "b"],
        "note": "5",
    }


async def test_one_word_makes_a_list_of_one(client: AsyncClient):
    assert (await client.get(f"/api/v1/echo/{THING}?kind=a")).json()["kind"] == ["a"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("limit=0", {"limit": "Expected `int` >= 1"}),
        ("limit=201", {"limit": "Expected `int` <= 200"}),
        ("limit=x", {"limit": "Expected `int`, got `str`"}),
        ("limit=", {"limit": "Expected `int`, got `str`"}),
        ("limit=1&limit=2", {"limit": "Given more than once"}),
        ("thing_id=1", {"thing_id": "Given more than once"}),
        ("color=red", {"color": "Unknown"}),
        ("limit=0&kind=1&kind=2&kind=3&kind=4&kind=5&kind=6", {"limit": None, "kind": None}),
        ("note=" + "x" * 41, {"note": "Expected `str` of length <= 40"}),
    ],
)
async def test_a_query_that_does_not_fit_names_every_fault(
    client: AsyncClient, query: str, expected: dict[str, str | None]
):
    found = faults(await client.get(f"/api/v1/echo/{THING}?{query}"))

    assert found.keys() == expected.keys()
    assert all(message in (None, found[path]) for path, message in expected.items())


async def test_a_path_that_does_not_fit_names_its_field(client: AsyncClient):
    assert faults(await client.get("/api/v1/echo/nonsense")) == {"thing_id": "Invalid UUID"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"count": "Required"}),
        ({"count": "3"}, {"count": "Expected `int`, got `str`"}),
        ({"count": True}, {"count": "Expected `int`, got `bool`"}),
        ({"count": 1.5}, {"count": "Expected `int`, got `float`"}),
        ({"count": None}, {"count": "Expected `int`, got `null`"}),
        ({"count": 10}, {"count": "Expected `int` <= 9"}),
        ({"count": 1, "x": 1}, {"x": "Unknown"}),
        ({"count": 1, "thing_id": THING}, {"thing_id": "Given in the address and in the body"}),
        (
            {
                "count": -1,
                "note": 5,
                "lines": [{"sku": "A"}, {"sku": "", "quantity": 0}, {"quantity": 2}, []],
            },
            {
                "count": "Expected `int` >= 0",
                "note": "Expected `str | null`, got `int`",
                "lines[1].sku": "Expected `str` of length >= 1",
                "lines[1].quantity": "Expected `int` >= 1",
                "lines[2].sku": "Required",
                "lines[3]": "Expected `object`, got `array`",
            },
        ),
        ({"count": 1, "lines": [{"sku": "A"}] * 4}, {"lines": "Expected `array` of length <= 3"}),
    ],
)
async def test_a_body_that_does_not_fit_names_every_fault(
    client: AsyncClient, body: dict[str, object], expected: dict[str, str]
):
    assert faults(await client.post(f"/api/v1/echo/{THING}", json=body)) == expected


async def test_faults_are_told_up_to_fifty(client: AsyncClient):
    body = {"count": 1, **{f"unknown_{index}": 1 for index in range(60)}}

    assert len(faults(await client.post(f"/api/v1/echo/{THING}", json=body))) == 50


@pytest.mark.parametrize("body", [b"[]", b"5", b"null", b'"text"'])
async def test_a_body_that_is_no_object_is_refused(client: AsyncClient, body: bytes):
    reply = await client.post(
        f"/api/v1/echo/{THING}", content=body, headers={"content-type": "application/json"}
    )

    assert faults(reply) == {"": "Expected `object`"}


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_that_does_not_call_itself_json_is_refused(client: AsyncClient, media_type: str):
    reply = await client.post(
        f"/api/v1/echo/{THING}", content=b'{"count": 1}', headers={"content-type": media_type}
    )

    assert reply.status_code == 415
    assert reply.json()["code"] == "request/unsupported-media-type"
    assert reply.json()["accepted"] == ["application/json"]


async def test_a_raw_body_arrives_as_it_was_sent(client: AsyncClient):
    reply = await client.post(
        "/api/v1/uploads?filename=a.png", content=b"\x89PNG\0", headers={"content-type": "image/png"}
    )

    assert reply.status_code == 201
    assert reply.json() == {"size": 5, "filename": "a.png"}


async def test_a_raw_body_of_another_kind_is_refused(client: AsyncClient):
    reply = await client.post("/api/v1/uploads", content=b"x", headers={"content-type": "text/html"})

    assert reply.status_code == 415
    assert reply.json()["accepted"] == ["image/png"]


async def test_an_empty_raw_body_is_refused(client: AsyncClient):
    reply = await client.post("/api/v1/uploads", headers={"content-type": "image/png"})

    assert faults(reply) == {"data": "Expected `bytes` of length >= 1"}


async def test_nothing_to_say_is_204(client: AsyncClient):
    reply = await client.delete(f"/api/v1/echo/{THING}")

    assert (reply.status_code, reply.content) == (204, b"")


@pytest.mark.parametrize(
    "query", ["note=%ff", "%ff=1", "&".join(f"a{n}=1" for n in range(MAX_QUERY_FIELDS + 1))]
)
async def test_a_query_that_cannot_be_read_is_refused(client: AsyncClient, query: str):
    reply = await client.get(f"/api/v1/echo/{THING}?{query}")

    assert reply.status_code == 400
    assert reply.json()["code"] == "request/malformed"


async def test_the_index_lists_every_call(anybody: AsyncClient):
    reply = await anybody.get("/api/v1")

    listed = {each["operation"]: each for each in reply.json()["operations"]}
    assert listed["echo.say"] == {
        "operation": "echo.say",
        "title": "Say it",
        "method": "POST",
        "path": "/api/v1/echo/{thing_id}",
        "feature": "echo",
        "permission": "orders:order:create",
    }
    assert listed["echo.hello"]["permission"] is None


async def test_nul_breaks_a_rule_that_no_schema_tells(client: AsyncClient):
    replies = [
        await client.get(f"/api/v1/echo/{THING}?note=a%00b"),
        await client.post(f"/api/v1/echo/{THING}", json={"count": 1, "note": "a\0"}),
    ]

    for reply in replies:
        assert (reply.status_code, reply.json()["code"]) == (422, "rule-broken")
        assert reply.json()["errors"] == [{"path": "note", "message": "Contains NUL"}]


@pytest.mark.parametrize(("count", "status"), [("5.0", 200), ("5e0", 200), ("5.5", 400), ("10.0", 400)])
async def test_an_integer_may_be_written_with_a_point(client: AsyncClient, count: str, status: int):
    json = {"content-type": "application/json"}
    reply = await client.post(f"/api/v1/echo/{THING}", content=f'{{"count": {count}}}', headers=json)

    assert reply.status_code == status
    if status == 200:
        assert '"count":5,' in reply.text.replace(" ", "")
