"""The OpenAPI document tells the truth: about every call, about its answers and about its refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_schema_validator import OAS31Validator

from printvision.api.discovery import load_operations
from printvision.api.openapi.page import CONTENT_SECURITY_POLICY
from tests.path.conftest import Product, order

REFS = re.compile(r'"\$ref": "#/components/schemas/([^"]+)"')


@pytest.fixture
async def document(product: Product) -> dict[str, Any]:
    reply = await product.client.get("/api/openapi.json")
    assert (reply.status_code, reply.headers["content-type"]) == (200, "application/json")
    return reply.json()


def check(document: dict[str, Any], method: str, path: str, reply: httpx.Response) -> None:
    """The answer is one that the document says the call may give, in the shape it says."""
    told = document["paths"][path][method.lower()]["responses"]
    response = told.get(str(reply.status_code))
    assert response is not None, f"{method} {path} answers {reply.status_code}, and is not said to"
    ((media_type, content),) = response["content"].items()
    assert reply.headers["content-type"] == media_type
    schema = {**content["schema"], "components": document["components"]}
    OAS31Validator(schema).validate(reply.json())
    if codes := response.get("x-problem-codes"):
        assert reply.json()["code"] in codes


async def test_every_operation_is_in_it_once(document: dict[str, Any]):
    told = {
        operation["operationId"]: (method.upper(), path.removeprefix("/api/v1"))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }

    calls = [*load_operations().values()]

    assert told.pop("events.stream") == ("GET", "/events/stream")
    assert told == {each.key: (each.rest.method, each.rest.path) for each in calls}
    assert document["openapi"] == "3.1.0"


async def test_each_field_of_an_input_is_in_the_address_or_in_the_body(document: dict[str, Any]):
    for each in load_operations().values():
        told = document["paths"]["/api/v1" + each.rest.path][each.rest.method.lower()]
        in_address = [parameter["name"] for parameter in told["parameters"] if "$ref" not in parameter]
        in_body = [name for schema in bodies(document, told) for name in schema.get("properties", {})]
        given = [field for field in each.input.__struct_encode_fields__ if field != "data"]

        assert sorted(in_address + in_body) == sorted(given), each.key


def bodies(document: dict[str, Any], operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        name = schema.get("$ref", "").rpartition("/")[2]
        yield document["components"]["schemas"][name] if name else schema


async def test_its_shapes_are_sound_and_each_is_used(document: dict[str, Any]):
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)

    assert set(REFS.findall(json.dumps(document))) == set(schemas)


async def test_what_may_be_left_out_of_an_input_is_always_in_an_output(document: dict[str, Any]):
    schemas = document["components"]["schemas"]

    assert (
        "required" not in schemas["RecipientInput"] or "company" not in schemas["RecipientInput"]["required"]
    )
    assert set(schemas["Recipient"]["required"]) == set(schemas["Recipient"]["properties"])
    assert schemas["OrderView"]["properties"]["received_at"]["format"] == "date-time"


async def test_answers_are_as_it_says(product: Product, document: dict[str, Any]):
    client = product.client
    placed = await client.post("/api/v1/orders", json=order())
    check(document, "POST", "/api/v1/orders", placed)
    order_id = placed.json()["id"]
    for verb, body in (
        ("hold", {"reason": "asking the buyer"}),
        ("release", {}),
        ("cancel", {"reason": "no"}),
    ):
        reply = await client.post(f"/api/v1/orders/{order_id}/{verb}", json=body)
        assert reply.status_code == 200
        check(document, "POST", f"/api/v1/orders/{{order_id}}/{verb}", reply)
    check(document, "GET", "/api/v1/orders/{order_id}", await client.get(f"/api/v1/orders/{order_id}"))
    for path, methods in document["paths"].items():
        if "get" in methods and "{" not in path and methods["get"]["operationId"] != "events.stream":
            reply = await client.get(path)
            check(document, "GET", path, reply)


async def test_refusals_are_as_it_says(product: Product, document: dict[str, Any]):
    client = product.client
    path = "/api/v1/orders"
    check(document, "POST", path, await client.post(path, json={}))
    check(
        document,
        "POST",
        path,
        await client.post(path, content=b"{", headers={"content-type": "application/json"}),
    )
    check(
        document, "POST", path, await client.post(path, content=b"x", headers={"content-type": "text/plain"})
    )
    check(document, "GET", path, await client.get(path, params={"limit": 0}))
    check(document, "GET", path, await client.get(path, headers={"authorization": "Bearer no"}))
    check(
        document,
        "GET",
        "/api/v1/exchange-rates",
        await client.get("/api/v1/exchange-rates", params={"day": "null"}),
    )
    assert (await client.get("/api/v1/exchange-rates", params={"day": "null"})).status_code == 400
    assert (await client.get(path, params={"external_id": "null"})).json()["items"] == []
    changed = await client.patch("/api/v1/workspace", json={"name": "New"}, headers={"if-match": '"another"'})
    assert changed.status_code == 412
    check(document, "PATCH", "/api/v1/workspace", changed)
    nobody = "01980000-0000-7000-8000-000000000000"
    check(document, "GET", f"{path}/{{order_id}}", await client.get(f"{path}/{nobody}"))
    release = await client.post(f"{path}/{nobody}/release", json={})
    check(document, "POST", f"{path}/{{order_id}}/release", release)


async def test_the_headers_it_tells_of_are_sent(product: Product, document: dict[str, Any]):
    path, key = "/api/v1/orders", {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    placed = [await product.client.post(path, json=order(), headers=key) for _ in range(2)]
    listed = await product.client.get(path, params={"limit": 1})
    kept = await product.client.get(
        path, headers={"if-none-match": listed.headers["etag"]}, params={"limit": 1}
    )

    told = document["paths"][path]
    assert [reply.status_code for reply in (*placed, listed, kept)] == [201, 201, 200, 304]
    assert placed[1].headers["idempotent-replayed"] == "true"
    assert placed[1].json() == placed[0].json()
    for reply, method, status in ((placed[1], "post", "201"), (listed, "get", "200")):
        names = set(told[method]["responses"][status]["headers"]) - {"Link"}
        assert {name.lower() for name in names} <= set(reply.headers)
    assert "304" in told["get"]["responses"]


async def test_it_is_sent_once_to_whoever_keeps_it(product: Product):
    first = await product.client.get("/api/openapi.json")

    again = await product.client.get("/api/openapi.json", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_the_page_has_every_call_and_nothing_from_elsewhere(product: Product, document: dict[str, Any]):
    reply = await product.client.get("/api/docs")

    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert reply.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    for key in load_operations():
        assert f'id="{key}"' in reply.text
    assert set(re.findall(r'href="#([^"]+)"', reply.text)) <= set(re.findall(r'id="([^"]+)"', reply.text))
    assert not re.search(r'(src|href)="(https?:)?//', reply.text)
    assert "<script" not in reply.text
