"""Shipping rates in both versions; and the tax endpoint, which Printful took away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Response, post

from printvision.platform import clock
from printvision.providers.simulators.geography import zone
from printvision.providers.simulators.printful import catalog, geography, pricing, views_v1
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.errors import Refusal, bad_request
from printvision.providers.simulators.printful.intake import RecipientIn, check_quantity, read_body
from printvision.providers.simulators.printful.pricing import Method
from printvision.providers.simulators.printful.records import Raw, Recipient
from printvision.providers.simulators.printful.web import AnyRequest, Shop, TheShop, found, json, named

Pieces = list[tuple[int, int]]  # catalogue variant, quantity


class RateItemV1(msgspec.Struct):
    quantity: int
    variant_id: int | None = None
    external_variant_id: str | None = None
    warehouse_product_variant_id: int | None = None
    value: str | None = None


class RatesV1(msgspec.Struct):
    recipient: RecipientIn
    items: list[RateItemV1]
    currency: str | None = None
    locale: str | None = None


class RateItemV2(msgspec.Struct):
    quantity: int
    source: str = "catalog"
    catalog_variant_id: int | None = None
    warehouse_variant_id: int | None = None


class RatesV2(msgspec.Struct):
    recipient: RecipientIn
    order_items: list[RateItemV2]
    currency: str | None = None


@post("/shipping/rates", status_code=200, opt=named("shipping.rates", "rates"))
async def rates_v1(request: AnyRequest, shop: TheShop) -> Response[Any]:
    """Without delivery dates: their published type is integer, their example text, neither required."""
    sent = read_body(await request.body(), RatesV1)
    country = _country(sent.recipient)
    pieces = [(_variant_v1(shop.account, item), check_quantity(item.quantity)) for item in sent.items]
    _check(request, shop, pieces)
    currency = sent.currency or pricing.ACCOUNT_CURRENCY
    shown = [_rate_v1(method, pieces, country, currency) for method in pricing.METHODS.values()]
    return json(views_v1.answer(shown))


@post("/v2/shipping-rates", status_code=200, opt=named("shipping.rates", "rates"))
async def rates_v2(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), RatesV2)
    country = _country(sent.recipient)
    pieces = [(_variant_v2(item), check_quantity(item.quantity)) for item in sent.order_items]
    _check(request, shop, pieces)
    currency = sent.currency or pricing.ACCOUNT_CURRENCY
    return found([_rate_v2(method, pieces, country, currency) for method in pricing.METHODS.values()])


@post("/tax/rates", opt=named("tax.rates"))
async def tax_rates() -> None:
    """The documents' own notice removed it on 8 September 2025."""
    raise Refusal(410, "This endpoint has been removed")


HANDLERS = (rates_v1, rates_v2, tax_rates)


def _check(request: AnyRequest, shop: Shop, pieces: Pieces) -> None:
    if not pieces:
        raise bad_request("Missing required parameter: items")
    shop.limits.check_basket(request.headers.get("authorization", ""), sum(count for _, count in pieces))


def _country(recipient: RecipientIn) -> str:
    settled = geography.settle(Recipient(**msgspec.structs.asdict(recipient)))
    return settled.country_code or ""


def _variant_v1(account: Account, item: RateItemV1) -> int:
    if item.variant_id is not None:
        return catalog.order_variant(item.variant_id)[1].id
    if item.external_variant_id is not None:
        known = account.find_sync_variant(None, item.external_variant_id)
        if known is None:
            raise bad_request("Sync variant not found")
        return known.variant_id
    return catalog.warehouse_variant(item.warehouse_product_variant_id)


def _variant_v2(item: RateItemV2) -> int:
    if item.catalog_variant_id is not None:
        return catalog.order_variant(item.catalog_variant_id)[1].id
    return catalog.warehouse_variant(item.warehouse_variant_id)


def _days(method: Method, country: str) -> tuple[int, int]:
    return method.days[zone(country)]


def _name(method: Method, soonest: date, latest: date) -> str:
    return f"{method.name} (Estimated delivery: {soonest:%b} {soonest.day}-{latest:%b} {latest.day})"


def _window(method: Method, country: str) -> tuple[date, date]:
    today = clock.now().date()
    soonest, latest = _days(method, country)
    return today + timedelta(days=soonest), today + timedelta(days=latest)


def _rate_v1(method: Method, pieces: Pieces, country: str, currency: str) -> Raw:
    soonest, latest = _days(method, country)
    return {
        "id": method.id,
        "name": _name(method, *_window(method, country)),
        "rate": pricing.amount(pricing.shipping(pieces, country, method), currency),
        "currency": currency,
        "minDeliveryDays": soonest,
        "maxDeliveryDays": latest,
    }


def _rate_v2(method: Method, pieces: Pieces, country: str, currency: str) -> Raw:
    soonest, latest = _days(method, country)
    first_day, last_day = _window(method, country)
    return {
        "shipping": method.id,
        "shipping_method_name": _name(method, first_day, last_day),
        "rate": pricing.amount(pricing.shipping(pieces, country, method), currency),
        "currency": currency,
        "min_delivery_days": soonest,
        "max_delivery_days": latest,
        "min_delivery_date": first_day.isoformat(),
        "max_delivery_date": last_day.isoformat(),
        "shipments": _parcels(pieces, country),
    }


def _parcels(pieces: Sequence[tuple[int, int]], country: str) -> list[Raw]:
    """One parcel for each plant; all plants of the simulated account are in the United States."""
    by_plant: dict[str, list[Raw]] = {}
    for variant_id, quantity in pieces:
        plant = catalog.get_variant(variant_id)[0].plant
        by_plant.setdefault(plant, []).append({"catalog_variant_id": variant_id, "quantity": quantity})
    return [
        {"departure_country": "US", "shipment_items": items, "customs_fees_possible": country != "US"}
        for items in by_plant.values()
    ]
