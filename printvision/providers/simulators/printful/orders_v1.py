"""v1's order endpoints."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery, QueryParameter

from printvision.providers.simulators.printful import geography, pricing, views_v1
from printvision.providers.simulators.printful.intake import OrderV1, read_body, read_object
from printvision.providers.simulators.printful.orders import Draft
from printvision.providers.simulators.printful.records import Order, Recipient
from printvision.providers.simulators.printful.web import (
    AnyRequest,
    Limit,
    Offset,
    Shop,
    TheShop,
    json,
    named,
)


@post("/orders", status_code=200, opt=named("orders.create"))
async def create_order(
    request: AnyRequest,
    shop: TheShop,
    confirm: FromQuery[bool] = False,
    update_existing: FromQuery[bool] = False,
) -> Response[Any]:
    sent = read_body(await request.body(), OrderV1)
    existing = shop.orders.find_by_external_id(sent.external_id) if update_existing else None
    draft = _draft(shop, sent)
    if existing is not None:
        order = shop.orders.change(existing, draft, costs_at_once=True)
    else:
        order = shop.orders.create(draft, costs_at_once=True)
    return _shown(shop, shop.orders.confirm(order) if confirm else order)


@get("/orders", opt=named("orders.list"))
async def list_orders(
    shop: TheShop,
    limit: Limit = 20,
    offset: Offset = 0,
    status: Annotated[str | None, QueryParameter(max_length=20)] = None,
) -> Response[Any]:
    rows = shop.orders.list(status)
    shown = [views_v1.order(shop.account, order) for order in rows[offset : offset + limit]]
    return json(views_v1.answer(shown, paging=views_v1.paging(len(rows), limit, offset)))


@get("/orders/{order_id:str}", opt=named("orders.get"))
async def read_order(order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    return _shown(shop, shop.orders.get(order_id))


@put("/orders/{order_id:str}", opt=named("orders.change"))
async def change_order(
    request: AnyRequest, order_id: FromPath[str], shop: TheShop, confirm: FromQuery[bool] = False
) -> Response[Any]:
    """Fields that are sent replace what was there; `items` replaces all items."""
    order = shop.orders.get(order_id)
    changes = read_object(await request.body())
    kept = _changeable(order)
    kept["recipient"] |= changes.pop("recipient", None) or {}
    sent = read_body(msgspec.json.encode({"items": [], **kept, **changes}), OrderV1)
    draft = _draft(shop, sent)
    if "items" not in changes:
        draft.items = order.items
    order = shop.orders.change(order, draft, costs_at_once=True)
    return _shown(shop, shop.orders.confirm(order) if confirm else order)


@delete("/orders/{order_id:str}", status_code=200, opt=named("orders.cancel"))
async def cancel_order(order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    return _shown(shop, shop.orders.cancel(shop.orders.get(order_id)))


@post("/orders/{order_id:str}/confirm", status_code=200, opt=named("orders.confirm"))
async def confirm_order(order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    return _shown(shop, shop.orders.confirm(shop.orders.get(order_id)))


@post("/orders/estimate-costs", status_code=200, opt=named("orders.estimate"))
async def estimate_costs(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), OrderV1)
    draft = _draft(shop, sent)
    recipient = geography.settle(Recipient(**msgspec.structs.asdict(sent.recipient)))
    costs = pricing.costs(draft.items, recipient, pricing.check_method(draft.shipping))
    return json(views_v1.answer({"costs": views_v1.estimate(costs)}))


HANDLERS = (create_order, list_orders, read_order, change_order, cancel_order, confirm_order, estimate_costs)


def _draft(shop: Shop, sent: OrderV1) -> Draft:
    return Draft(
        recipient=sent.recipient,
        items=shop.drafting.items_v1(sent.items),
        external_id=sent.external_id,
        shipping=sent.shipping,
        gift=sent.gift,
        packing_slip=sent.packing_slip,
        retail_costs=sent.retail_costs,
    )


def _changeable(order: Order) -> dict[str, Any]:
    return {
        "shipping": order.shipping,
        "recipient": msgspec.to_builtins(order.recipient),
        "gift": order.gift,
        "packing_slip": order.packing_slip,
        "retail_costs": order.retail_costs,
    }


def _shown(shop: Shop, order: Order) -> Response[Any]:
    return json(views_v1.answer(views_v1.order(shop.account, order)))
