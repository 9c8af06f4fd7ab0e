"""Rows of the published lists of bad input, each sent to the whole product behind a real port."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.path.conftest import Product, order
from tests.shared import shared

LONGEST_NAME = 100


def vectors(name: str) -> Any:
    return json.loads(shared(f"vectors/{name}.json").read_text(encoding="utf-8"))


async def test_a_naughty_string_is_kept_to_the_letter_where_it_fits_and_else_refused(product: Product):
    shop = f"/api/v1/shops/{product.shop_id}"
    for row in vectors("bad-input/naughty_strings"):
        before = (await product.client.get(shop)).json()["name"]

        reply = await product.client.patch(shop, json={"name": row})

        now = (await product.client.get(shop)).json()["name"]
        if 1 <= len(row) <= LONGEST_NAME:
            assert reply.status_code == 200, ascii(row)
            assert reply.json()["name"] == now == row, ascii(row)
        else:
            assert (reply.status_code, reply.json()["code"]) == (400, "invalid-input"), ascii(row)
            assert reply.headers["content-type"] == "application/problem+json", ascii(row)
            assert now == before, ascii(row)


async def test_no_address_writes_a_header_of_its_own(product: Product):
    for path in vectors("bad-input/injection")["crlf_in_path"]:
        for address in (path, f"/problems{path}", f"/api/v1/orders{path}"):
            answer = await product.wire.request("GET", address, key=product.key)

            assert answer.status in (400, 404), address
            assert "set-cookie" not in answer.headers, address
            assert not any("crlf" in value for value in answer.headers.values()), address


async def test_no_address_leads_to_another_site(product: Product):
    """No call takes an address to go to afterwards, so a row is sent as the address itself, and as `next`."""
    for row in vectors("bad-input/injection")["open_redirect_next_values"]:
        target = row.encode("ascii", "ignore").decode().replace(" ", "%20")
        for address in (target if target.startswith("/") else f"/{target}", f"/?next={target}"):
            answer = await product.wire.request("GET", address)

            assert answer.status in (200, 400, 404), address
            assert "location" not in answer.headers, address


async def test_nothing_is_answered_as_a_table_for_a_spreadsheet(product: Product):
    """`csv_formula_cells` ask nothing of us as long as no answer is CSV; one that is must neutralise them."""
    assert vectors("bad-input/injection")["csv_formula_cells"]
    document = (await product.client.get("/api/openapi.json")).text

    assert "csv" not in document.lower()


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nowhere", None, 404),
        ("PUT", "/api/v1/orders", None, 405),
        ("POST", "/api/v1/orders", {}, 400),
        ("POST", "/api/v1/orders", order(currency="QQQ"), 422),
        ("GET", "/api/v1/orders/00000000-0000-7000-8000-000000000000", None, 404),
    ],
)
async def test_a_refusal_fits_the_published_schema_of_problems(
    product: Product, method: str, path: str, body: Any, status: int
):
    published = vectors("api-conventions/problem_details")["json_schema_appendix_A_text_as_in_draft"]
    schema = json.loads(published.replace("\\\n", ""))

    reply = await product.client.request(method, path, json=body)

    assert (reply.status_code, reply.json()["status"]) == (status, status)
    assert reply.headers["content-type"] == "application/problem+json"
    jsonschema.validate(reply.json(), schema)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/api/docs"),
        ("GET", "/api/openapi.json"),
        ("GET", "/problems"),
        ("GET", "/healthz"),
        ("GET", "/nowhere"),
        ("GET", "/api/v1/orders"),
        ("HEAD", "/api/v1/orders"),
        ("OPTIONS", "/api/v1/orders"),
        ("PUT", "/api/v1/orders"),
        ("GET", "/api/v1/events/stream"),
        ("GET", "/trpc/orders.list?input=%7B%7D"),
        ("GET", "/trpc/no.such"),
    ],
)
async def test_every_kind_of_answer_has_the_published_headers(product: Product, method: str, path: str):
    """`Strict-Transport-Security` is for TLS alone, and asked for where that is spoken (`tests/api/test_edge.py`)."""
    published = vectors("bad-input/security_headers")
    wanted = {name.lower() for name in published["expect_on_html"]} - {"strict-transport-security"}

    async with product.client.stream(method, path) as reply:
        assert wanted <= reply.headers.keys()
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert not {"x-powered-by", "x-aspnet-version", "public-key-pins", "expect-ct"} & set(reply.headers)
        assert reply.headers.get("server", "granian") == "granian"  # of which version is nobody's business
