"""Shopify's order as they write it, as far as we read it; unknown members are ignored and survive in `raw`.

Nearly everything may be missing: an order asked for by single fields has only those.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from printvision.channels.payloads import Text, Time
from printvision.channels.types import MAX_LINES, MAX_QUANTITY

ShopifyId = Annotated[int, Meta(ge=1, le=2**63 - 1)] | Annotated[str, Meta(min_length=1, max_length=100)]
ShopifyQuantity = Annotated[int, Meta(ge=0, le=MAX_QUANTITY)]
ShopifyAmount = Text | int


class ShopifyProperty(msgspec.Struct):
    name: Text | None = None
    value: Any = None


class ShopifyMoney(msgspec.Struct):
    currency_code: Text | None = None


class ShopifyMoneySet(msgspec.Struct):
    shop_money: ShopifyMoney | None = None


class ShopifyLine(msgspec.Struct):
    id: ShopifyId
    quantity: ShopifyQuantity
    title: Text | None = None
    name: Text | None = None
    sku: Text | None = None
    variant_id: ShopifyId | None = None
    current_quantity: ShopifyQuantity | None = None
    fulfillable_quantity: ShopifyQuantity | None = None
    requires_shipping: bool | None = None
    gift_card: bool | None = None
    properties: Annotated[list[ShopifyProperty], Meta(max_length=MAX_LINES)] | dict[str, Any] | None = None
    price: ShopifyAmount | None = None
    price_set: ShopifyMoneySet | None = None


class ShopifyRefundLine(msgspec.Struct):
    line_item_id: ShopifyId
    quantity: ShopifyQuantity


class ShopifyRefund(msgspec.Struct):
    refund_line_items: list[ShopifyRefundLine] | None = None


class ShopifyFulfilmentLine(msgspec.Struct):
    id: ShopifyId
    quantity: ShopifyQuantity


class ShopifyFulfilment(msgspec.Struct):
    status: Text | None = None
    line_items: list[ShopifyFulfilmentLine] | None = None


class ShopifyAddress(msgspec.Struct):
    name: Text | None = None
    first_name: Text | None = None
    last_name: Text | None = None
    company: Text | None = None
    address1: Text | None = None
    address2: Text | None = None
    city: Text | None = None
    zip: Text | None = None
    province: Text | None = None
    province_code: Text | None = None
    country_code: Text | None = None
    phone: Text | None = None


class ShopifyShippingLine(msgspec.Struct):
    code: Text | None = None
    title: Text | None = None


class ShopifyOrder(msgspec.Struct):
    id: ShopifyId
    line_items: Annotated[list[ShopifyLine], Meta(max_length=MAX_LINES)]
    name: Text | None = None
    created_at: Time | None = None
    processed_at: Time | None = None
    updated_at: Time | None = None
    cancelled_at: Time | None = None
    currency: Text | None = None
    total_price: ShopifyAmount | None = None
    total_price_set: ShopifyMoneySet | None = None
    test: bool | None = None
    financial_status: Text | None = None
    fulfillment_status: Text | None = None
    email: Text | None = None
    contact_email: Text | None = None
    phone: Text | None = None
    shipping_address: ShopifyAddress | None = None
    shipping_lines: list[ShopifyShippingLine] | None = None
    refunds: list[ShopifyRefund] | None = None
    fulfillments: list[ShopifyFulfilment] | None = None
