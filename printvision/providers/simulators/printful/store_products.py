"""v1's store products: what a store sells, each variant with its artwork."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath, QueryParameter

from printvision.providers.simulators.printful import catalog, views_v1
from printvision.providers.simulators.printful.errors import bad_request, not_found
from printvision.providers.simulators.printful.intake import FileIn, read_body
from printvision.providers.simulators.printful.records import Raw, SyncProduct, SyncVariant
from printvision.providers.simulators.printful.web import (
    AnyRequest,
    Limit,
    Offset,
    Shop,
    TheShop,
    json,
    named,
)

_MOST_VARIANTS = 100
_MOST_PRODUCTS = 10_000
_FILTERS = ("all", "synced", "unsynced", "ignored", "imported", "discontinued", "out_of_stock")
_PRODUCT_LIMIT = "product_updates"


class ProductIn(msgspec.Struct):
    name: str | None = None
    external_id: str | None = None
    thumbnail: str | None = None
    is_ignored: bool = False


class VariantIn(msgspec.Struct):
    id: int | None = None
    variant_id: int | None = None
    external_id: str | None = None
    retail_price: str | None = None
    sku: str | None = None
    is_ignored: bool = False
    files: list[FileIn] = []
    options: list[Any] = []


class NewProduct(msgspec.Struct):
    sync_product: ProductIn
    sync_variants: list[VariantIn]


class ChangedProduct(msgspec.Struct):
    sync_product: ProductIn | None = None
    sync_variants: list[VariantIn] | None = None


@get("/store/products", opt=named("products.list"))
async def list_products(
    shop: TheShop,
    limit: Limit = 20,
    offset: Offset = 0,
    status: Annotated[str, QueryParameter(max_length=20)] = "all",
) -> Response[Any]:
    if status not in _FILTERS:
        raise bad_request(f"status must be one of {', '.join(_FILTERS)}", "PR-6")
    products = [
        product
        for product in shop.account.products.values()
        if status in ("all", "synced") or (status == "ignored" and product.is_ignored)
    ]
    shown = [_shown(product) for product in products[offset : offset + limit]]
    return json(views_v1.answer(shown, paging=views_v1.paging(len(products), limit, offset)))


@post("/store/products", status_code=200, opt=named("products.create"))
async def create_product(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), NewProduct)
    if not sent.sync_product.name:
        raise bad_request("No product name")
    if not sent.sync_variants:
        raise bad_request("Add at least one sync variant", "PR-5")
    if len(shop.account.products) >= _MOST_PRODUCTS:
        raise bad_request("This simulated store holds as many products as it can")
    number = shop.account.number()
    product = SyncProduct(
        id=number,
        external_id=_free_reference(shop, sent.sync_product.external_id) or f"{number:x}",
        name=sent.sync_product.name,
        thumbnail=sent.sync_product.thumbnail,
        is_ignored=sent.sync_product.is_ignored,
    )
    product.variants = [_new_variant(shop, product, variant) for variant in sent.sync_variants]
    return json(views_v1.answer(_shown(_keep(shop, product))))


@get("/store/products/{reference:str}", opt=named("products.get"))
async def read_product(reference: FromPath[str], shop: TheShop) -> Response[Any]:
    return json(views_v1.answer(_whole(_product(shop, reference))))


@put("/store/products/{reference:str}", opt=named("products.change", _PRODUCT_LIMIT))
async def change_product(request: AnyRequest, reference: FromPath[str], shop: TheShop) -> Response[Any]:
    """Where variants are sent they replace all; those left out are deleted."""
    product = _product(shop, reference)
    sent = read_body(await request.body(), ChangedProduct)
    if sent.sync_variants is not None:
        product.variants = [_changed_variant(shop, product, variant) for variant in sent.sync_variants]
    if sent.sync_product is not None:
        product.name = sent.sync_product.name or product.name
        product.thumbnail = sent.sync_product.thumbnail or product.thumbnail
        product.is_ignored = sent.sync_product.is_ignored
    return json(views_v1.answer(_shown(_keep(shop, product))))


@delete("/store/products/{reference:str}", status_code=200, opt=named("products.delete"))
async def delete_product(reference: FromPath[str], shop: TheShop) -> Response[Any]:
    product = _product(shop, reference)
    shop.account.products.remove(str(product.id))
    return json(views_v1.answer(_whole(product)))


@post("/store/products/{reference:str}/variants", status_code=200, opt=named("products.variants.create"))
async def create_variant(request: AnyRequest, reference: FromPath[str], shop: TheShop) -> Response[Any]:
    product = _product(shop, reference)
    variant = _new_variant(shop, product, read_body(await request.body(), VariantIn))
    product.variants = [*product.variants, variant]
    _keep(shop, product)
    return json(views_v1.answer(_shown_variant(variant)))


@get("/store/variants/{reference:str}", opt=named("products.variants.get"))
async def read_variant(reference: FromPath[str], shop: TheShop) -> Response[Any]:
    return json(views_v1.answer(_shown_variant(_variant(shop, reference)[1])))


@delete("/store/variants/{reference:str}", status_code=200, opt=named("products.variants.delete"))
async def delete_variant(reference: FromPath[str], shop: TheShop) -> Response[Any]:
    product, gone = _variant(shop, reference)
    product.variants = [variant for variant in product.variants if variant.id != gone.id]
    _keep(shop, product)
    return json(views_v1.answer([]))


HANDLERS = (
    list_products, create_product, read_product, change_product, delete_product, create_variant, read_variant,
    delete_variant,
)  # fmt: skip


def _product(shop: Shop, reference: str) -> SyncProduct:
    for product in shop.account.products.values():
        if reference in (str(product.id), f"@{product.external_id}"):
            return product
    raise not_found()


def _variant(shop: Shop, reference: str) -> tuple[SyncProduct, SyncVariant]:
    for product in shop.account.products.values():
        for variant in product.variants:
            if reference in (str(variant.id), f"@{variant.external_id}"):
                return product, variant
    raise not_found()


def _free_reference(shop: Shop, external_id: str | None) -> str | None:
    if any(product.external_id == external_id for product in shop.account.products.values()):
        raise bad_request("A product with this external_id already exists")
    return external_id


def _keep(shop: Shop, product: SyncProduct) -> SyncProduct:
    if len(product.variants) > _MOST_VARIANTS:
        raise bad_request(f"A product holds up to {_MOST_VARIANTS} variants")
    shop.account.products.put(str(product.id), product)
    return product


def _new_variant(shop: Shop, product: SyncProduct, sent: VariantIn) -> SyncVariant:
    if sent.variant_id is None:
        raise bad_request("Missing required parameter: variant_id", "PR-1")
    blank, variant = catalog.order_variant(sent.variant_id)
    for file in sent.files:
        if file.id is None:
            shop.library.add(file.url, role=file.type)
    number = shop.account.number()
    return SyncVariant(
        id=number,
        external_id=sent.external_id or f"{number:x}",
        sync_product_id=product.id,
        variant_id=variant.id,
        name=f"{product.name} - {catalog.variant_name(blank, variant)}",
        retail_price=sent.retail_price,
        sku=sent.sku,
        is_ignored=sent.is_ignored,
        files=[msgspec.to_builtins(file) for file in sent.files],
        options=sent.options,
    )


def _changed_variant(shop: Shop, product: SyncProduct, sent: VariantIn) -> SyncVariant:
    old = next((variant for variant in product.variants if variant.id == sent.id), None)
    if old is None:
        return _new_variant(shop, product, sent)
    if sent.variant_id is not None:
        old.variant_id = catalog.order_variant(sent.variant_id)[1].id
    old.retail_price = sent.retail_price or old.retail_price
    old.sku = sent.sku or old.sku
    if sent.files:
        old.files = [msgspec.to_builtins(file) for file in sent.files]
    return old


def _shown(product: SyncProduct) -> Raw:
    shown: Raw = {
        "id": product.id,
        "external_id": product.external_id,
        "name": product.name,
        "variants": len(product.variants),
        "synced": len(product.variants),
        "is_ignored": product.is_ignored,
    }
    if product.thumbnail:
        shown["thumbnail_url"] = product.thumbnail
    return shown


def _whole(product: SyncProduct) -> Raw:
    variants = [_shown_variant(variant) for variant in product.variants]
    return {"sync_product": _shown(product), "sync_variants": variants}


def _shown_variant(variant: SyncVariant) -> Raw:
    blank, blank_variant = catalog.get_variant(variant.variant_id)
    shown: Raw = {
        "id": variant.id,
        "external_id": variant.external_id,
        "sync_product_id": variant.sync_product_id,
        "name": variant.name,
        "synced": True,
        "variant_id": variant.variant_id,
        "currency": "USD",
        "is_ignored": variant.is_ignored,
        "sku": variant.sku,
        "product": views_v1.product_line(variant.variant_id),
        "files": [_shown_file(file) for file in variant.files],
        "options": views_v1.options(variant.options),
        "main_category_id": blank.category,
        "warehouse_product_id": None,
        "warehouse_product_variant_id": None,
        "size": blank_variant.size,
        "color": blank_variant.color.name if blank_variant.color else None,
        "availability_status": "active",
    }
    return shown | ({"retail_price": variant.retail_price} if variant.retail_price else {})


def _shown_file(file: Raw) -> Raw:
    wanted = {key: value for key, value in file.items() if value is not None and key != "position"}
    return {"url": "", **wanted, "options": views_v1.options(file.get("options", []))}
