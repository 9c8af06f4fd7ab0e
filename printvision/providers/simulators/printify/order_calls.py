"""Orders, and what carrying one would cost."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter

from printvision.providers.simulators.printify import pricing, views
from printvision.providers.simulators.printify.errors import invalid
from printvision.providers.simulators.printify.intake import OrderIn, QuoteIn, read_body
from printvision.providers.simulators.printify.orders import settle
from printvision.providers.simulators.printify.web import (
    AnyRequest,
    Limit,
    Page,
    TheDesk,
    json,
    named,
    paged,
    stem,
)

_MOST = 10  # of a page
_ORDERS = "/v1/shops/{shop_id:int}/orders"
_TEXT = QueryParameter(max_length=100)


@get(_ORDERS + ".json", opt=named("orders.list"))
async def list_orders(
    shop_id: FromPath[int],
    desk: TheDesk,
    *,
    page: Page = 1,
    limit: Limit = 10,
    status: Annotated[str | None, _TEXT] = None,
    sku: Annotated[str | None, _TEXT] = None,
) -> Response[Any]:
    desk.check_shop(shop_id)
    return paged(desk.orders.list(status, sku), page, limit, _MOST, views.order)


@post(_ORDERS + ".json", status_code=200, opt=named("orders.create"))
async def create_order(request: AnyRequest, shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    order = desk.orders.create(read_body(await request.body(), OrderIn))
    return json({"id": order.id})


@post(_ORDERS + "/express.json", status_code=200, opt=named("orders.create"))
async def create_express(request: AnyRequest, shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    """One order, or two where not everything can be sent by express: both carry the same reference."""
    desk.check_shop(shop_id)
    sent = read_body(await request.body(), OrderIn)
    if any(line.product_id is None for line in sent.line_items):
        raise invalid("An express order holds existing products only")
    made = desk.orders.create_express(sent)
    rows = [
        {
            "type": "order",
            "id": order.id,
            "attributes": {
                "fulfilment_type": "express" if order.method == pricing.Method.EXPRESS else "ordinary",
                "line_items": [views.line(line, priced=True) for line in order.lines],
            },
        }
        for order in made
    ]
    return json({"data": rows})


@post(_ORDERS + "/shipping.json", status_code=200, opt=named("shipping.rates"))
async def quote(request: AnyRequest, shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    sent = read_body(await request.body(), QuoteIn)
    address = settle(sent.address_to)
    return json(pricing.quote(desk.orders.pieces(sent.line_items), address.country or ""))


@get(_ORDERS + "/{name:str}", opt=named("orders.get"))
async def read_order(shop_id: FromPath[int], name: FromPath[str], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    return json(views.order(desk.orders.get(stem(name))))


@post(_ORDERS + "/{order_id:str}/send_to_production.json", status_code=200, opt=named("orders.confirm"))
async def send_to_production(shop_id: FromPath[int], order_id: FromPath[str], desk: TheDesk) -> Response[Any]:
    """Answers the order as it was found: in the published sample it still is on hold."""
    desk.check_shop(shop_id)
    order = desk.orders.get(order_id)
    found = views.order(order)
    desk.orders.send(order)
    return json(found)


@post(_ORDERS + "/{order_id:str}/cancel.json", status_code=200, opt=named("orders.cancel"))
async def cancel_order(shop_id: FromPath[int], order_id: FromPath[str], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    return json(views.order(desk.orders.cancel(desk.orders.get(order_id))))


HANDLERS = (
    list_orders, create_order, create_express, quote, read_order, send_to_production, cancel_order,
)  # fmt: skip
