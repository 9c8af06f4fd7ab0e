"""Every address says which methods it has."""

from __future__ import annotations

import pytest

from printvision.api.discovery import load_operations
from tests.path.conftest import Product, product

__all__ = ["product"]


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        ("/api/v1/orders", "GET, HEAD, OPTIONS, POST"),
        ("/api/v1/workspace", "GET, HEAD, OPTIONS, PATCH"),
        ("/api/v1/events/stream", "GET, HEAD, OPTIONS"),
        ("/healthz", "GET, HEAD, OPTIONS"),
    ],
)
async def test_options_and_a_refused_method_name_the_same(product: Product, path: str, allow: str):
    options = await product.client.options(path)
    refused = await product.client.request("QUERY", path)
    deleted = await product.client.delete(path)

    assert (options.status_code, options.headers["allow"]) == (204, allow)
    assert refused.status_code == 405
    assert (deleted.status_code, deleted.headers["allow"]) == (405, allow)
    assert deleted.json()["code"] == "request/method-not-allowed"


async def test_options_of_nothing_is_not_found(product: Product):
    assert (await product.client.options("/api/v1/nothing")).status_code == 404


async def test_every_call_is_named_by_the_options_of_its_path(product: Product):
    nobody = "01980000-0000-7000-8000-000000000000"
    for each in load_operations().values():
        path = each.rest.path
        for name in each.rest.parameters:
            path = path.replace(f"{{{name}}}", nobody)
        allow = (await product.client.options(f"/api/v1{path}")).headers["allow"].split(", ")

        assert each.rest.method in allow
        assert ("HEAD" in allow) is ("GET" in allow)


async def test_the_index_names_the_stream_of_events(product: Product):
    listed = (await product.client.get("/api/v1")).json()["operations"]

    assert [each for each in listed if each["operation"] == "events.stream"] == [
        {
            "operation": "events.stream",
            "title": "See changes as they happen",
            "method": "GET",
            "path": "/api/v1/events/stream",
            "feature": "events",
            "permission": None,
        }
    ]
