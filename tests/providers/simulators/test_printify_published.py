"""The simulated Printify takes every published request and answers in the shape of every published answer."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, cast

import httpx
import msgspec
import pytest
import pyvips

from tests.providers.simulators.printify import SHOP, Printify, order, product
from tests.providers.simulators.running import Received, until, until_true
from tests.shared import shared

FOLDER = "providers/printify"

Call = tuple[str, str]

# Published request → the call that takes it. `{product}`, `{picture}` and `{hook}` are made before.
REQUESTS: dict[str, Call] = {
    "order_submit_existing_product": ("POST", f"{SHOP}/orders.json"),
    "order_submit_express": ("POST", f"{SHOP}/orders/express.json"),
    "order_submit_on_the_fly": ("POST", f"{SHOP}/orders.json"),
    "order_submit_sku": ("POST", f"{SHOP}/orders.json"),
    "orders_shipping": ("POST", f"{SHOP}/orders/shipping.json"),
    "product_create": ("POST", f"{SHOP}/products.json"),
    "product_publish": ("POST", f"{SHOP}/products/{{product}}/publish.json"),
    "product_publishing_failed": ("POST", f"{SHOP}/products/{{product}}/publishing_failed.json"),
    "product_publishing_succeeded": ("POST", f"{SHOP}/products/{{product}}/publishing_succeeded.json"),
    "upload_image_by_contents": ("POST", "/v1/uploads/images.json"),
    "upload_image_by_url": ("POST", "/v1/uploads/images.json"),
    "webhook_create": ("POST", f"{SHOP}/webhooks.json"),
    "webhook_update": ("PUT", f"{SHOP}/webhooks/{{hook}}.json"),
}

# Published answer → the call that gives it; with a request, the published one.
ANSWERS: dict[str, Call] = {
    "catalog_blueprint_print_providers": ("GET", "/v1/catalog/blueprints/9/print_providers.json"),
    "catalog_blueprint": ("GET", "/v1/catalog/blueprints/9.json"),
    "catalog_blueprints_list": ("GET", "/v1/catalog/blueprints.json"),
    "catalog_print_provider": ("GET", "/v1/catalog/print_providers/5.json"),
    "catalog_print_providers": ("GET", "/v1/catalog/print_providers.json"),
    "catalog_shipping_v1": ("GET", "/v1/catalog/blueprints/9/print_providers/5/shipping.json"),
    "catalog_variants": ("GET", "/v1/catalog/blueprints/9/print_providers/5/variants.json"),
    "order_get_fulfilled": ("GET", f"{SHOP}/orders/{{delivered}}.json"),
    "order_get_on_hold": ("GET", f"{SHOP}/orders/{{waiting}}.json"),
    "order_send_to_production": ("POST", f"{SHOP}/orders/{{waiting}}/send_to_production.json"),
    "order_submit": ("POST", f"{SHOP}/orders.json"),
    "orders_list": ("GET", f"{SHOP}/orders.json"),
    "orders_shipping": ("POST", f"{SHOP}/orders/shipping.json"),
    "product_create": ("POST", f"{SHOP}/products.json"),
    "product_get": ("GET", f"{SHOP}/products/{{product}}.json"),
    "products_list": ("GET", f"{SHOP}/products.json"),
    "shops_list": ("GET", "/v1/shops.json"),
    "upload_get": ("GET", "/v1/uploads/{picture}.json"),
    "upload_image": ("POST", "/v1/uploads/images.json"),
    "uploads_list": ("GET", "/v1/uploads.json"),
    "webhook_create": ("POST", f"{SHOP}/webhooks.json"),
    "webhook_delete": ("DELETE", f"{SHOP}/webhooks/{{hook}}.json?host=127.0.0.1"),
    "webhook_update": ("PUT", f"{SHOP}/webhooks/{{hook}}.json"),
    "webhooks_list": ("GET", f"{SHOP}/webhooks.json"),
}
REQUEST_OF = {"order_submit": "order_submit_sku", "upload_image": "upload_image_by_url"}

# The bare lists of these samples stand under `data` in the live second version: JSON:API.
WRAPPED: dict[str, Call] = {
    "catalog_v2_shipping_economy": (
        "GET",
        "/v2/catalog/blueprints/9/print_providers/5/shipping/economy.json",
    ),
    "catalog_v2_shipping_express": (
        "GET",
        "/v2/catalog/blueprints/9/print_providers/9/shipping/express.json",
    ),
    "catalog_v2_shipping_methods": ("GET", "/v2/catalog/blueprints/9/print_providers/5/shipping.json"),
    "catalog_v2_shipping_priority": (
        "GET",
        "/v2/catalog/blueprints/9/print_providers/5/shipping/priority.json",
    ),
    "catalog_v2_shipping_standard": (
        "GET",
        "/v2/catalog/blueprints/9/print_providers/5/shipping/standard.json",
    ),
    "order_submit_express": ("POST", f"{SHOP}/orders/express.json"),
}

# What samples carry that is not always there: a company, parcels of an order that was not sent, colours, …
SOMETIMES = {
    "company", "email", "phone", "address2", "shipments", "total_price", "sent_to_production_at", "fulfilled_at",
    "color", "express", "priority", "printify_express", "economy", "external_id",
}  # fmt: skip


def published(name: str) -> Any:
    return msgspec.json.decode(shared(f"{FOLDER}/{name}.json").read_bytes())


def request_of(name: str) -> Any:
    sent = published(f"{name}_request")
    if "contents" in sent:  # the sample's is a word
        sent["contents"] = b64encode(png()).decode()
    return sent


def png(width: int = 400, height: int = 200) -> bytes:
    return cast("Any", pyvips).Image.black(width, height).write_to_buffer(".png")


def differences(sample: Any, answer: Any, at: str = "") -> list[str]:
    """Where an answer leaves the shape of a sample: keys it lacks, and values of another kind."""
    if isinstance(sample, dict) and isinstance(answer, dict):
        wanted, given = cast("dict[str, Any]", sample), cast("dict[str, Any]", answer)
        lacking = [f"{at}.{key} is not there" for key in wanted.keys() - given.keys() - SOMETIMES]
        both = wanted.keys() & given.keys()
        return lacking + [
            words for key in both for words in differences(wanted[key], given[key], f"{at}.{key}")
        ]
    if isinstance(sample, list) and isinstance(answer, list):
        rows, given_rows = cast("list[Any]", sample), cast("list[Any]", answer)
        return differences(rows[0], given_rows[0], f"{at}[0]") if rows and given_rows else []
    kinds = {type(value) for value in cast("list[object]", [sample, answer])}
    same = len(kinds) == 1 or kinds == {int, float}
    anything = None in (sample, answer) or at.endswith("shop_order_id")  # a number or text
    return [] if same or anything else [f"{at} is {answer!r}"]


@pytest.fixture
async def things(printify: Printify, hook: Received) -> dict[str, str]:
    """What the paths speak of: a product, a picture, a webhook, an order that was delivered and one that waits."""
    made = await printify.client.post(
        f"{SHOP}/webhooks.json", json={"topic": "order:updated", "url": hook.url}
    )
    delivered = await printify.ready("delivered")
    await printify.send(delivered)
    await until_true(lambda: printify.events("delivered")[-1] == "delivered")
    return {
        "product": (await printify.make())["id"],
        "picture": await printify.upload(),
        "hook": made.json()["id"],
        "delivered": delivered,
        "waiting": await printify.ready("waiting"),
    }


def test_everything_published_has_its_test() -> None:
    def names(kind: str) -> set[str]:
        return {path.name.removesuffix(f"_{kind}.json") for path in shared(FOLDER).glob(f"*_{kind}.json")}

    assert names("request") == REQUESTS.keys()
    assert names("response") == ANSWERS.keys() | WRAPPED.keys() | {"oauth_tokens"}


@pytest.mark.parametrize("name", REQUESTS)
async def test_a_published_request_is_taken(name: str, printify: Printify, things: dict[str, str]) -> None:
    method, path = REQUESTS[name]

    answer = await printify.client.request(method, path.format(**things), json=request_of(name))

    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ANSWERS)
async def test_an_answer_has_the_published_shape(
    name: str, printify: Printify, things: dict[str, str]
) -> None:
    method, path = ANSWERS[name]
    body = (
        request_of(REQUEST_OF.get(name, name)) if method in ("POST", "PUT") and "send" not in name else None
    )

    answer = await printify.client.request(method, path.format(**things), json=body)

    assert answer.status_code == 200, answer.text
    assert differences(published(f"{name}_response"), answer.json()) == []


@pytest.mark.parametrize("name", WRAPPED)
async def test_the_newer_answers_stand_under_data(name: str, printify: Printify) -> None:
    method, path = WRAPPED[name]
    body = request_of(name) if method == "POST" else None

    answer = await printify.client.request(method, path, json=body)

    assert answer.status_code == 200, answer.text
    assert differences(published(f"{name}_response"), answer.json()["data"]) == []


async def test_tokens_are_traded_and_a_refresh_token_works_once(printify: Printify) -> None:
    client, app = printify.client, {"app_id": "simulator-app"}
    first = (await client.post("/v1/app/oauth/tokens", json=app | {"code": "simulator-code"})).json()
    renewal = app | {"refresh_token": first["refresh_token"]}
    second = await client.post("/v1/app/oauth/tokens/refresh", data=renewal)
    again = await client.post("/v1/app/oauth/tokens/refresh", params=renewal)
    with_new = await client.get(
        "/v1/shops.json", headers={"authorization": f"Bearer {second.json()['access_token']}"}
    )

    assert differences(published("oauth_tokens_response"), first) == []
    assert differences(published("oauth_error_400"), again.json()) == []
    assert (second.status_code, again.status_code, with_new.status_code) == (200, 400, 200)


async def refused(printify: Printify, name: str) -> httpx.Response:
    """A call that is answered with the published error of this name."""
    client = printify.client
    if "8103" in name:
        address = {key: value for key, value in order("x")["address_to"].items() if key != "zip"}
        return await client.post(f"{SHOP}/orders.json", json=order("x", address_to=address))
    if "8201" in name:
        contents = b64encode(bytes(5 * 1024 * 1024 + 1)).decode()
        return await client.post("/v1/uploads/images.json", json={"file_name": "a.png", "contents": contents})
    if "8203" in name:
        small = {"file_name": "a.png", "contents": b64encode(png()).decode()}
        picture = (await client.post("/v1/uploads/images.json", json=small)).json()["id"]
        return await client.post(f"{SHOP}/products.json", json=product(picture))
    if "8503" in name:
        await printify.create("twice")
        return await client.post(f"{SHOP}/orders.json", json=order("twice"))
    return await client.get("/v1/shops.json", headers={"authorization": "Bearer wrong"})


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("error_400_8103_address_invalid", 400),
        ("error_400_8201_file_too_large", 400),
        ("error_400_8203_image_low_quality", 400),
        ("error_401_unauthenticated", 401),
        ("error_409_8503_order_exists", 409),
    ],
)
async def test_a_refusal_is_the_published_one(name: str, status: int, printify: Printify) -> None:
    sample = published(name)

    answer = await refused(printify, name)

    assert answer.status_code == status
    assert answer.headers["x-pfy-correlation-id"]
    body = answer.json()
    if "order" in sample:
        assert body.pop("order") == {"id": (await listed(printify))[0]["id"], "external_id": "twice"}
        sample.pop("order")
    if "request_id" in sample:
        assert body.pop("request_id")
        sample.pop("request_id")
    assert body == sample


async def listed(printify: Printify) -> list[dict[str, Any]]:
    return (await printify.client.get(f"{SHOP}/orders.json")).json()["data"]


@pytest.mark.parametrize(
    "name", ["order_created", "order_shipment_created", "order_updated", "product_publish_started"]
)
async def test_an_event_has_the_published_shape(name: str, printify: Printify, hook: Received) -> None:
    sample = published(f"event_{name}")
    await printify.client.post(f"{SHOP}/webhooks.json", json={"topic": sample["type"], "url": hook.url})

    if name == "product_publish_started":
        path = f"{SHOP}/products/{(await printify.make())['id']}/publish.json"
        await printify.client.post(path, json=published("product_publish_request"))
    else:
        await printify.send(await printify.ready("told"))

    await until_true(lambda: len(hook.calls) > 0)
    assert differences(sample, hook.bodies(sample["type"])[0]) == []


async def test_a_shop_that_is_disconnected_says_so_and_is_gone(printify: Printify, hook: Received) -> None:
    sample = published("event_shop_disconnected")
    await printify.client.post(f"{SHOP}/webhooks.json", json={"topic": sample["type"], "url": hook.url})

    await printify.client.delete(f"{SHOP}/connection.json")

    await until_true(lambda: len(hook.calls) == 1)
    assert differences(sample, hook.bodies()[0]) == []
    assert (await printify.client.get(f"{SHOP}/orders.json")).status_code == 404
    (shop,) = (await printify.client.get("/v1/shops.json")).json()
    assert shop["sales_channel"] == "disconnected"


async def test_a_caller_must_say_what_program_it_is(printify: Printify) -> None:
    answer = await printify.client.get("/v1/shops.json", headers={"user-agent": ""})

    assert answer.status_code == 403


async def test_nothing_is_a_page_beyond_the_last(printify: Printify) -> None:
    page = (await printify.client.get("/v1/uploads.json?page=7&limit=1")).json()
    too_many = await printify.client.get(f"{SHOP}/orders.json?limit=11")

    assert (page["data"], page["from"], page["next_page_url"], page["prev_page_url"]) == (
        [],
        None,
        None,
        "/?page=6",
    )
    assert too_many.status_code == 400


async def test_what_is_unknown_is_not_found(printify: Printify) -> None:
    for path in (
        "/v1/catalog/blueprints/1.json",
        "/v1/catalog/blueprints/nine.json",
        "/v1/catalog/blueprints/1447/print_providers/1/variants.json",
        "/v2/catalog/blueprints/9/print_providers/5/shipping/pigeon.json",
        "/v1/shops/1/orders.json",
        f"{SHOP}/orders/nobody.json",
        f"{SHOP}/products/nothing.json",
        "/v1/uploads/nothing.json",
        "/v1/nowhere.json",
    ):
        answer = await printify.client.get(path)
        assert answer.status_code == 404, path
        assert answer.json()["error"] == "Not found"


async def test_the_media_library_forgets_what_was_archived(printify: Printify) -> None:
    picture = await printify.upload()

    async def listed_ids() -> list[str]:
        return [row["id"] for row in (await printify.client.get("/v1/uploads.json")).json()["data"]]

    assert picture in await listed_ids()
    await printify.client.post(f"/v1/uploads/{picture}/archive.json")
    assert picture not in await listed_ids()
    assert await until(lambda: printify.client.get(f"/v1/uploads/{picture}.json"))
