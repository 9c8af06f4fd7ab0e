"""Work that is asked for and fetched later: cost estimates (v2) and mockups (both versions)."""

from __future__ import annotations

import time
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from printvision.platform.ids import new_id
from printvision.providers.simulators.printful import catalog, geography, pricing, views_v1, views_v2
from printvision.providers.simulators.printful.errors import Refusal, bad_request, not_found
from printvision.providers.simulators.printful.intake import ItemV2, PlacementIn, RecipientIn, read_body
from printvision.providers.simulators.printful.records import Raw, Recipient, Task
from printvision.providers.simulators.printful.web import (
    AnyRequest,
    Limit,
    Offset,
    Shop,
    TheShop,
    found,
    json,
    named,
)

_KEPT_S = 3600.0  # documented for estimates
_MOST_TASKS = 5_000
_MOST_MOCKUPS = 100


class EstimateIn(msgspec.Struct):
    recipient: RecipientIn
    order_items: list[ItemV2]
    retail_costs: dict[str, Any] = {}
    shipping: str = "STANDARD"


class MockupFile(msgspec.Struct):
    placement: str
    image_url: str | None = None


class MockupV1(msgspec.Struct):
    variant_ids: list[int] = []
    files: list[MockupFile] = []
    format: str = "jpg"
    product_template_id: int | None = None


class MockupProduct(msgspec.Struct):
    catalog_product_id: int
    source: str = "catalog"
    mockup_style_ids: list[int] = []
    catalog_variant_ids: list[int] = []
    placements: list[PlacementIn] = []


class MockupV2(msgspec.Struct):
    products: list[MockupProduct]
    format: str = "jpg"


@post("/v2/order-estimation-tasks", status_code=200, opt=named("orders.estimate"))
async def create_estimate(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), EstimateIn)
    recipient = geography.settle(Recipient(**msgspec.structs.asdict(sent.recipient)))
    items = shop.drafting.items_v2(sent.order_items)
    costs = pricing.costs(items, recipient, pricing.check_method(sent.shipping))
    key = str(new_id())

    def at(status: str, *, done: bool) -> Raw:
        return {
            "id": key,
            "status": status,
            "costs": views_v2.costs(costs if done else None),
            "retail_costs": views_v2.retail_costs(items, sent.retail_costs, done=done),
            "failure_reasons": [],
        }

    task = _begin(shop, key, at("pending", done=False), at("completed", done=True))
    return found(task.pending)


@get("/v2/order-estimation-tasks", opt=named("orders.estimate.get"))
async def read_estimate(shop: TheShop, task_id: Annotated[UUID, QueryParameter(name="id")]) -> Response[Any]:
    task = shop.account.tasks.get(str(task_id))
    if task is None or task.done_at + _KEPT_S < time.time():
        raise not_found("Couldn't find order estimation with this UUID.")
    return found(_state(task))


@post("/v2/mockup-tasks", status_code=200, opt=named("mockups.create", "mockups"))
async def create_mockups(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), MockupV2)
    tasks = [_mockup_v2(shop, product) for product in sent.products]
    return found([task.pending for task in tasks])


@get("/v2/mockup-tasks", opt=named("mockups.get"))
async def read_mockups(
    shop: TheShop,
    task_id: Annotated[list[str], QueryParameter(name="id", max_items=100)],
    limit: Limit = 20,
    offset: Offset = 0,
) -> Response[Any]:
    wanted = [key for text in task_id for key in text.split(",")]
    tasks = [task for key in wanted if (task := shop.account.tasks.get(key))]
    rows, paging, links = views_v2.page(f"{shop.url}/v2/mockup-tasks", tasks, limit, offset)
    return found([_state(task) for task in rows], paging=paging, _links=links)


@post(
    "/mockup-generator/create-task/{product_id:int}",
    status_code=200,
    opt=named("mockups.create", "mockups"),
)
async def create_mockup(request: AnyRequest, product_id: FromPath[int], shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), MockupV1)
    blank = catalog.get_blank(product_id)
    known = {variant.id for variant in blank.variants}
    if not set(sent.variant_ids) <= known:
        raise bad_request("A variant does not belong to the product")
    key = str(shop.account.number())
    mockups = [
        {
            "placement": file.placement,
            "display_name": file.placement,
            "variant_ids": sent.variant_ids,
            "mockup_url": f"https://files.cdn.printful.com/tmp/{key}/{file.placement}.{sent.format}",
            "extra": [],
        }
        for file in sent.files
    ]
    done = {"task_key": key, "status": "completed", "mockups": mockups, "printfiles": []}
    task = _begin(shop, key, {"task_key": key, "status": "pending"}, done)
    return json(views_v1.answer(task.pending))


@get("/mockup-generator/task", opt=named("mockups.get"))
async def read_mockup(
    shop: TheShop, task_key: Annotated[str, QueryParameter(max_length=60)]
) -> Response[Any]:
    task = shop.account.tasks.get(task_key)
    if task is None:
        raise not_found()
    return json(views_v1.answer(_state(task)))


HANDLERS = (create_estimate, read_estimate, create_mockups, read_mockups, create_mockup, read_mockup)


def _begin(shop: Shop, key: str, pending: Raw, answer: Raw) -> Task:
    """Store a task; the oldest give way when there are too many."""
    tasks = shop.account.tasks
    while len(tasks) >= _MOST_TASKS:
        tasks.remove(next(iter(tasks)))
    done_at = shop.account.after(shop.account.config.stages.costs)
    task = Task(key=key, done_at=done_at, pending=pending, answer=answer)
    tasks.put(key, task)
    return task


def _state(task: Task) -> Raw:
    return task.answer if task.done_at <= time.time() else task.pending


def _mockup_v2(shop: Shop, product: MockupProduct) -> Task:
    blank = catalog.get_blank(product.catalog_product_id)
    variants = product.catalog_variant_ids or [variant.id for variant in blank.variants]
    if not set(variants) <= {variant.id for variant in blank.variants}:
        raise bad_request("A variant does not belong to the product")
    if len(variants) * max(1, len(product.mockup_style_ids)) > _MOST_MOCKUPS:
        raise Refusal(400, f"A task makes up to {_MOST_MOCKUPS} mockups", code="MG-4")
    key = shop.account.number()
    base: Raw = {
        "id": key,
        "catalog_variant_mockups": [],
        "items": [],  # required by the schema, described nowhere
        "failure_reasons": [],
        "_links": {"self": views_v2.link(f"{shop.url}/v2/mockup-tasks?id={key}")},
    }
    mockups = [_variant_mockups(key, variant_id, product) for variant_id in variants]
    done = base | {"status": "completed", "catalog_variant_mockups": mockups}
    task = _begin(shop, str(key), base | {"status": "pending"}, done)
    shop.account.later(task.done_at, lambda: shop.announcer.mockup_finished(done))
    return task


def _variant_mockups(key: int, variant_id: int, product: MockupProduct) -> Raw:
    return {
        "catalog_variant_id": variant_id,
        "mockups": [
            {
                "placement": placement.placement,
                "display_name": placement.placement,
                "technique": placement.technique,
                "style_id": style_id,
                "mockup_url": f"https://files.cdn.printful.com/tmp/{key}/{variant_id}-{placement.placement}.png",
            }
            for placement in product.placements
            for style_id in product.mockup_style_ids or [123]
        ],
    }
