"""The simulated Printful takes every published request and answers as its OpenAPI files say."""

from __future__ import annotations

from typing import Any

import httpx
import msgspec
import pytest

from tests.providers.simulators.openapi import load
from tests.providers.simulators.running import Running, order, until
from tests.shared import shared

FOLDER = "providers/printful"

# Published request → the calls that take it. `{order}` and `{product}` are made before.
REQUESTS: dict[str, list[tuple[str, str]]] = {
    "v1_file_add": [("POST", "/files"), ("POST", "/v2/files")],
    "v1_mockup_create_task": [("POST", "/mockup-generator/create-task/71")],
    "v1_order_create_catalog_variant": [("POST", "/orders"), ("POST", "/orders/estimate-costs")],
    "v1_order_create_embroidery": [("POST", "/orders"), ("POST", "/orders?confirm=true")],
    "v1_order_create_full_color_embroidery": [("POST", "/orders")],
    "v1_order_create_knitwear": [("POST", "/orders")],
    "v1_order_create_multiple_placements": [("POST", "/orders")],
    "v1_order_create_product_template": [("POST", "/orders")],
    "v1_order_create_retail_prices": [("POST", "/orders"), ("POST", "/orders?update_existing=true")],
    "v1_order_create_sync_variant": [("POST", "/orders?confirm=true")],
    "v1_order_estimate_costs": [("POST", "/orders/estimate-costs"), ("POST", "/orders")],
    "v1_shipping_rates": [("POST", "/shipping/rates")],
    "v1_store_product_create_inside_label": [("POST", "/store/products")],
    "v1_store_product_create": [("POST", "/store/products"), ("PUT", "/store/products/{product}")],
    "v1_store_variant_create": [("POST", "/store/products/{product}/variants")],
    "v1_webhook_set": [("POST", "/webhooks")],
    "v2_mockup_task": [("POST", "/v2/mockup-tasks")],
    "v2_order_create": [("POST", "/v2/orders")],
    "v2_order_estimation_task": [("POST", "/v2/order-estimation-tasks")],
    "v2_order_item_custom_border": [("POST", "/v2/orders")],
    "v2_order_patch_recipient": [("PATCH", "/v2/orders/{order}")],
    "v2_shipping_rates_same_country": [("POST", "/v2/shipping-rates")],
    "v2_webhooks_event_config": [("POST", "/v2/webhooks/shipment_returned")],
    "v2_webhooks_set": [("POST", "/v2/webhooks")],
}
GONE = {"v1_tax_rates"}  # the endpoint was removed; see test_tax_rates_are_gone

READS = [
    "/products", "/products?category_id=24", "/products/71", "/products/variant/4011", "/categories",
    "/categories/24", "/mockup-generator/printfiles/71", "/countries", "/stores", "/stores/10",
    "/oauth/scopes", "/orders", "/orders/{order}", "/orders/@given", "/store/products",
    "/store/products/{product}", "/store/variants/1", "/files/{file}", "/webhooks", "/v2/catalog-products",
    "/v2/catalog-products?techniques=embroidery&limit=1", "/v2/catalog-products/71",
    "/v2/catalog-products/71/catalog-variants", "/v2/catalog-products/71/prices?currency=EUR",
    "/v2/catalog-products/71/availability?selling_region_name=all", "/v2/catalog-products/71/mockup-styles",
    "/v2/catalog-products/71/images", "/v2/catalog-products/71/shipping-countries",
    "/v2/catalog-products/71/catalog-categories", "/v2/catalog-categories", "/v2/catalog-categories/24",
    "/v2/catalog-variants/1", "/v2/catalog-variants/4030", "/v2/catalog-variants/4011/prices",
    "/v2/catalog-variants/4030/availability", "/v2/countries?limit=250", "/v2/stores", "/v2/stores/10",
    "/v2/oauth-scopes", "/v2/orders", "/v2/orders?limit=1&offset=1", "/v2/orders/{order}",
    "/v2/orders/@given", "/v2/orders/{order}/order-items", "/v2/orders/{order}/order-items/@given-1",
    "/v2/orders/{order}/shipments", "/v2/orders/{order}/invoices", "/v2/files/{file}", "/v2/webhooks",
    "/v2/webhooks/order_updated",
]  # fmt: skip

MISSES = [
    "/orders/1",
    "/v2/orders/@nobody",
    "/files/1",
    "/v2/stores/1",
    "/v2/order-estimation-tasks?id=" + "0" * 32,
]


def published(name: str) -> Any:
    return msgspec.json.decode(shared(f"{FOLDER}/{name}_request.json").read_bytes())


def check(answer: httpx.Response) -> None:
    """The answer fits the file of the version that was asked."""
    version = 2 if answer.request.url.path.startswith("/v2/") else 1
    load(shared(f"{FOLDER}/openapi-v{version}.json")).check(answer)


@pytest.fixture
async def things(printful: Running) -> dict[str, Any]:
    """What the paths speak of: an order that is delivered, a product, a file, a webhook configuration."""
    client = printful.client
    product = await client.post("/store/products", json=published("v1_store_product_create"))
    file = await client.post("/v2/files", json={"url": "https://art.example.com/one.png"})
    await client.post("/v2/webhooks", json={"default_url": None, "events": [{"type": "order_updated"}]})
    await printful.create("other")
    order_id = await printful.create("given")
    return {"order": order_id, "product": product.json()["result"]["id"], "file": file.json()["data"]["id"]}


def test_every_published_request_has_its_test() -> None:
    names = {path.name.removesuffix("_request.json") for path in shared(FOLDER).glob("*_request.json")}

    assert names == REQUESTS.keys() | GONE


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_published_request_is_taken(name: str, printful: Running, things: dict[str, Any]) -> None:
    for method, path in REQUESTS[name]:
        answer = await printful.client.request(method, path.format(**things), json=published(name))

        assert answer.status_code == 200, answer.text
        check(answer)


@pytest.mark.parametrize("path", READS)
async def test_an_answer_fits_its_schema(path: str, printful: Running, things: dict[str, Any]) -> None:
    confirmed = await printful.confirm(things["order"])
    check(confirmed)

    async def delivered() -> bool:
        return printful.events("given")[-1] == "delivered"

    await until(delivered)

    answer = await printful.client.get(path.format(**things))

    assert answer.status_code == 200, answer.text
    check(answer)


@pytest.mark.parametrize("path", MISSES)
async def test_a_miss_fits_its_schema(path: str, printful: Running) -> None:
    answer = await printful.client.get(path)

    assert answer.status_code == 404
    assert answer.json()["error"]["reason"] == "NotFound"
    check(answer)


@pytest.mark.parametrize(
    ("path", "key"), [("/orders", "result"), ("/v2/orders", "result"), ("/v2/stores", "data")]
)
async def test_an_unknown_token_is_refused(path: str, key: str, printful: Running) -> None:
    answer = await printful.client.get(path, headers={"authorization": "Bearer wrong"})
    bare = await printful.client.get(path, headers={"authorization": "nonsense"})

    assert (answer.status_code, bare.status_code) == (401, 401)
    assert bare.json()[key] == "Malformed Authorization header."
    check(answer)


async def test_changes_of_items_fit_their_schemas(printful: Running, things: dict[str, Any]) -> None:
    client, base = printful.client, f"/v2/orders/{things['order']}/order-items"
    new = order("x")["order_items"][0] | {"external_id": "second"}

    added = await client.post(base, json=new)
    changed = await client.patch(f"{base}/@second", json={"quantity": 5})
    deleted = await client.delete(f"{base}/@given-1")

    for answer in (added, changed, deleted):
        check(answer)
    assert deleted.status_code == 204
    left = (await client.get(base)).json()["data"]
    assert [(item["external_id"], item["quantity"]) for item in left] == [("second", 5)]


async def test_tasks_are_pending_and_then_done(printful: Running) -> None:
    client = printful.client
    estimate = (
        await client.post("/v2/order-estimation-tasks", json=published("v2_order_estimation_task"))
    ).json()
    mockup = (await client.post("/v2/mockup-tasks", json=published("v2_mockup_task"))).json()
    old = (
        await client.post("/mockup-generator/create-task/71", json=published("v1_mockup_create_task"))
    ).json()

    assert [estimate["data"]["status"], mockup["data"][0]["status"], old["result"]["status"]] == [
        "pending"
    ] * 3
    for path in (
        f"/v2/order-estimation-tasks?id={estimate['data']['id']}",
        f"/v2/mockup-tasks?id={mockup['data'][0]['id']}",
        f"/mockup-generator/task?task_key={old['result']['task_key']}",
    ):
        answer = await client.get(path)
        check(answer)
        assert '"completed"' in answer.text


async def test_deletions_and_cancellations_fit_their_schemas(
    printful: Running, things: dict[str, Any]
) -> None:
    client = printful.client

    for method, path, status in (
        ("DELETE", "/orders/{order}", 200),
        ("DELETE", "/v2/orders/{order}", 204),
        ("DELETE", "/store/variants/1", 200),
        ("DELETE", "/store/products/{product}", 200),
        ("DELETE", "/v2/webhooks/order_updated", 204),
        ("DELETE", "/v2/webhooks", 204),
        ("DELETE", "/webhooks", 200),
        ("PUT", "/orders/@other", 200),
        ("POST", "/orders/@other/confirm", 200),
        ("DELETE", "/v2/orders/@other", 409),
    ):
        body = {"shipping": "PRINTFUL_FAST"} if method == "PUT" else None
        answer = await client.request(method, path.format(**things), json=body)
        assert answer.status_code == status, answer.text
        check(answer)


async def test_tax_rates_are_gone(printful: Running) -> None:
    answer = await printful.client.post("/tax/rates", json=published("v1_tax_rates"))

    assert answer.status_code == 410


async def test_tokens_are_traded_and_a_refresh_token_works_once(printful: Running) -> None:
    client = printful.client
    first = (
        await client.post("/oauth/token", json={"grant_type": "authorization_code", "code": "simulator-code"})
    ).json()
    renewal = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = await client.post("/oauth/token", data=renewal)

    again = await client.post("/oauth/token", data=renewal)
    with_old = await client.get("/stores", headers={"authorization": f"Bearer {first['access_token']}"})
    with_new = await client.get(
        "/stores", headers={"authorization": f"Bearer {second.json()['access_token']}"}
    )

    assert first.keys() == {"access_token", "expires_at", "token_type", "refresh_token"}
    assert (again.status_code, with_old.status_code, with_new.status_code) == (401, 401, 200)
