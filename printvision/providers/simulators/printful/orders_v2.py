"""v2's order endpoints."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import msgspec
from litestar import Response, delete, get, patch, post
from litestar.params import FromPath

from printvision.providers.simulators.printful import views_v2
from printvision.providers.simulators.printful.errors import not_found
from printvision.providers.simulators.printful.intake import ItemV2, OrderV2, read_body, read_object
from printvision.providers.simulators.printful.orders import Draft
from printvision.providers.simulators.printful.records import Item, Order, Status
from printvision.providers.simulators.printful.web import (
    AnyRequest,
    Limit,
    Offset,
    Shop,
    TheShop,
    found,
    named,
)


@post("/v2/orders", status_code=200, opt=named("orders.create"))
async def create_order(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), OrderV2)
    order = shop.orders.create(_draft(shop, sent), costs_at_once=False)
    return _shown(shop, order)


@get("/v2/orders", opt=named("orders.list"))
async def list_orders(shop: TheShop, limit: Limit = 20, offset: Offset = 0) -> Response[Any]:
    rows, paging, links = views_v2.page(f"{shop.url}/v2/orders", shop.orders.list(), limit, offset)
    shown = [views_v2.order(shop.account, order, short=True) for order in rows]
    return found(shown, paging=paging, _links=links)


@get("/v2/orders/{order_id:str}", opt=named("orders.get"))
async def read_order(order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    return _shown(shop, shop.orders.get(order_id))


@patch("/v2/orders/{order_id:str}", opt=named("orders.change"))
async def change_order(request: AnyRequest, order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    """A merge patch (RFC 7386): null takes a value away, a list replaces the list."""
    order = shop.orders.get(order_id)
    changes = read_object(await request.body())
    merged = _merge(_patchable(order), changes)
    sent = read_body(msgspec.json.encode(merged), OrderV2)
    draft = _draft(shop, sent)
    if "order_items" not in changes and "items" not in changes:
        draft.items = order.items
    return _shown(shop, shop.orders.change(order, draft, costs_at_once=False))


@delete("/v2/orders/{order_id:str}", status_code=204, opt=named("orders.delete"))
async def delete_order(order_id: FromPath[str], shop: TheShop) -> None:
    shop.orders.delete(shop.orders.get(order_id))


@post("/v2/orders/{order_id:str}/confirmation", status_code=200, opt=named("orders.confirm"))
async def confirm_order(order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    order = shop.orders.confirm(shop.orders.get(order_id))
    url = _url(shop, order)
    links = {
        "self": views_v2.link(f"{url}/confirmation"),
        "order": views_v2.link(url),
        "order_items": views_v2.link(f"{url}/order-items"),
        "shipments": views_v2.link(f"{url}/shipments"),
    }
    return found(views_v2.order(shop.account, order), _links=links)


@get("/v2/orders/{order_id:str}/order-items", opt=named("orders.items.list"))
async def list_items(
    order_id: FromPath[str], shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    return _items(shop, shop.orders.get(order_id), limit, offset)


@post("/v2/orders/{order_id:str}/order-items", status_code=200, opt=named("orders.items.add"))
async def add_item(request: AnyRequest, order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    order = shop.orders.get(order_id)
    sent = read_body(await request.body(), ItemV2)
    shop.orders.set_items(order, [*order.items, *shop.drafting.items_v2([sent])])
    return _items(shop, order)


@get("/v2/orders/{order_id:str}/order-items/{item_id:str}", opt=named("orders.items.get"))
async def read_item(order_id: FromPath[str], item_id: FromPath[str], shop: TheShop) -> Response[Any]:
    order = shop.orders.get(order_id)
    item = _find_item(order, item_id)
    url = _url(shop, order)
    links = {
        "self": views_v2.link(f"{url}/order-items/{item.id}"),
        "order": views_v2.link(url),
        "all_items": views_v2.link(f"{url}/order-items"),
        "shipments": views_v2.link(f"{url}/shipments"),
    }
    return found(views_v2.item(shop.account, order, item), _links=links)


@patch("/v2/orders/{order_id:str}/order-items/{item_id:str}", opt=named("orders.items.change"))
async def change_item(
    request: AnyRequest, order_id: FromPath[str], item_id: FromPath[str], shop: TheShop
) -> Response[Any]:
    order = shop.orders.get(order_id)
    old = _find_item(order, item_id)
    shown = views_v2.item(shop.account, order, old)
    sent = read_body(msgspec.json.encode(_merge(shown, read_object(await request.body()))), ItemV2)
    (new,) = shop.drafting.items_v2([sent])
    new.id = old.id
    shop.orders.set_items(order, [new if item.id == old.id else item for item in order.items])
    return _items(shop, order)


@delete(
    "/v2/orders/{order_id:str}/order-items/{item_id:str}", status_code=204, opt=named("orders.items.delete")
)
async def delete_item(order_id: FromPath[str], item_id: FromPath[str], shop: TheShop) -> None:
    order = shop.orders.get(order_id)
    gone = _find_item(order, item_id)
    shop.orders.set_items(order, [item for item in order.items if item.id != gone.id])


@get("/v2/orders/{order_id:str}/shipments", opt=named("orders.shipments"))
async def list_shipments(
    order_id: FromPath[str], shop: TheShop, limit: Limit = 20, offset: Offset = 0
) -> Response[Any]:
    order = shop.orders.get(order_id)
    rows, paging, links = views_v2.page(f"{_url(shop, order)}/shipments", order.shipments, limit, offset)
    shown = [views_v2.shipment(shop.account, order, shipment) for shipment in rows]
    return found(shown, paging=paging, _links=links)


@get("/v2/orders/{order_id:str}/invoices", opt=named("orders.invoice"))
async def read_invoice(order_id: FromPath[str], shop: TheShop) -> Response[Any]:
    order = shop.orders.get(order_id)
    if order.editable or order.status == Status.CANCELED:
        raise not_found("The order has no invoice")
    url = _url(shop, order)
    links = {"self": views_v2.link(f"{url}/invoices"), "order": views_v2.link(url)}
    content = b64encode(b"%PDF-1.4\n% simulated invoice\n%%EOF\n").decode()
    return found({"media_type": "application/pdf", "content": content, "_links": links})


HANDLERS = (
    create_order, list_orders, read_order, change_order, delete_order, confirm_order, list_items, add_item,
    read_item, change_item, delete_item, list_shipments, read_invoice,
)  # fmt: skip


def _draft(shop: Shop, sent: OrderV2) -> Draft:
    more = sent.customization
    return Draft(
        recipient=sent.recipient,
        items=shop.drafting.items_v2(sent.order_items or sent.items),
        external_id=sent.external_id,
        shipping=sent.shipping,
        gift=more.gift if more else None,
        packing_slip=more.packing_slip if more else None,
        retail_costs=sent.retail_costs,
    )


def _patchable(order: Order) -> dict[str, Any]:
    return {
        "external_id": order.external_id,
        "shipping": order.shipping,
        "recipient": msgspec.to_builtins(order.recipient),
        "customization": {"gift": order.gift, "packing_slip": order.packing_slip},
        "retail_costs": order.retail_costs,
    }


def _merge(target: Any, changes: Any) -> Any:
    if not isinstance(changes, dict):
        return changes
    merged: dict[str, Any] = dict(target) if isinstance(target, dict) else {}  # pyright: ignore[reportUnknownArgumentType] -- JSON
    for key, value in changes.items():  # pyright: ignore[reportUnknownVariableType] -- JSON
        name = str(key)  # pyright: ignore[reportUnknownArgumentType] -- JSON
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged


def _find_item(order: Order, reference: str) -> Item:
    for item in order.items:
        if reference in (str(item.id), f"@{item.external_id}"):
            return item
    raise not_found()


def _items(shop: Shop, order: Order, limit: int = 100, offset: int = 0) -> Response[Any]:
    url = _url(shop, order)
    rows, paging, links = views_v2.page(f"{url}/order-items", order.items, limit, offset)
    shown = [views_v2.item(shop.account, order, item) for item in rows]
    return found(shown, paging=paging, _links=links | {"order": views_v2.link(url)})


def _shown(shop: Shop, order: Order) -> Response[Any]:
    return found(views_v2.order(shop.account, order))


def _url(shop: Shop, order: Order) -> str:
    return f"{shop.url}/v2/orders/{order.id}"
