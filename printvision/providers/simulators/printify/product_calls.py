"""The shop's products, their publishing, and the media library."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from printvision.providers.simulators.printify import views
from printvision.providers.simulators.printify.intake import (
    ProductChange,
    ProductIn,
    UploadIn,
    read_body,
)
from printvision.providers.simulators.printify.limits import PUBLISHING
from printvision.providers.simulators.printify.records import Product
from printvision.providers.simulators.printify.web import (
    AnyRequest,
    Desk,
    Limit,
    Page,
    TheDesk,
    json,
    named,
    paged,
    stem,
)

_MOST_PRODUCTS, _MOST_UPLOADS = 50, 100  # of a page
_PRODUCTS = "/v1/shops/{shop_id:int}/products"


class Details(msgspec.Struct):
    """What of a product is to be published."""

    title: bool = False
    variants: bool = False
    description: bool = False
    tags: bool = False
    images: bool = False
    key_features: bool = msgspec.field(default=False, name="keyFeatures")  # with an underscore in events
    shipping_template: bool = False


class Succeeded(msgspec.Struct):
    external: dict[str, Any]


class Failed(msgspec.Struct):
    reason: Annotated[str, msgspec.Meta(max_length=1_000)]


@get(_PRODUCTS + ".json", opt=named("products.list"))
async def list_products(
    shop_id: FromPath[int], desk: TheDesk, page: Page = 1, limit: Limit = 10
) -> Response[Any]:
    desk.check_shop(shop_id)
    return paged(desk.products.list(), page, limit, _MOST_PRODUCTS, lambda product: _shown(desk, product))


@post(_PRODUCTS + ".json", status_code=200, opt=named("products.create"))
async def create_product(request: AnyRequest, shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    return json(_shown(desk, desk.products.create(read_body(await request.body(), ProductIn))))


@get(_PRODUCTS + "/{name:str}", opt=named("products.get"))
async def read_product(shop_id: FromPath[int], name: FromPath[str], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    return json(_shown(desk, desk.products.get(stem(name))))


@put(_PRODUCTS + "/{name:str}", opt=named("products.change"))
async def change_product(
    request: AnyRequest, shop_id: FromPath[int], name: FromPath[str], desk: TheDesk
) -> Response[Any]:
    desk.check_shop(shop_id)
    product = desk.products.get(stem(name))
    return json(_shown(desk, desk.products.change(product, read_body(await request.body(), ProductChange))))


@delete(_PRODUCTS + "/{name:str}", status_code=200, opt=named("products.delete"))
async def delete_product(shop_id: FromPath[int], name: FromPath[str], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    desk.products.delete(desk.products.get(stem(name)))
    return json({})


@post(
    _PRODUCTS + "/{product_id:str}/publish.json", status_code=200, opt=named("products.publish", PUBLISHING)
)
async def publish(
    request: AnyRequest, shop_id: FromPath[int], product_id: FromPath[str], desk: TheDesk
) -> Response[Any]:
    desk.check_shop(shop_id)
    product = desk.products.get(product_id)
    details = read_body(await request.body(), Details)
    desk.products.publish(product, msgspec.structs.asdict(details))
    return json({})


@post(
    _PRODUCTS + "/{product_id:str}/publishing_succeeded.json",
    status_code=200,
    opt=named("products.publish.end"),
)
async def publishing_succeeded(
    request: AnyRequest, shop_id: FromPath[int], product_id: FromPath[str], desk: TheDesk
) -> Response[Any]:
    desk.check_shop(shop_id)
    sent = read_body(await request.body(), Succeeded)
    desk.products.end_publishing(desk.products.get(product_id), sent.external)
    return json({})


@post(
    _PRODUCTS + "/{product_id:str}/publishing_failed.json",
    status_code=200,
    opt=named("products.publish.end"),
)
async def publishing_failed(
    request: AnyRequest, shop_id: FromPath[int], product_id: FromPath[str], desk: TheDesk
) -> Response[Any]:
    desk.check_shop(shop_id)
    read_body(await request.body(), Failed)
    product = desk.products.get(product_id)
    desk.products.end_publishing(product, product.external)
    return json({})


@post(_PRODUCTS + "/{product_id:str}/unpublish.json", status_code=200, opt=named("products.unpublish"))
async def unpublish(shop_id: FromPath[int], product_id: FromPath[str], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    desk.products.end_publishing(desk.products.get(product_id), None)
    return json({})


@get("/v1/uploads.json", opt=named("files.list"))
async def list_uploads(desk: TheDesk, page: Page = 1, limit: Limit = 10) -> Response[Any]:
    return paged(desk.library.list(), page, limit, _MOST_UPLOADS, views.upload)


@get("/v1/uploads/{name:str}", opt=named("files.get"))
async def read_upload(name: FromPath[str], desk: TheDesk) -> Response[Any]:
    return json(views.upload(desk.library.get(stem(name))))


@post("/v1/uploads/images.json", status_code=200, opt=named("files.create"))
async def add_upload(request: AnyRequest, desk: TheDesk) -> Response[Any]:
    return json(views.upload(await desk.library.add(read_body(await request.body(), UploadIn))))


@post("/v1/uploads/{upload_id:str}/archive.json", status_code=200, opt=named("files.delete"))
async def archive_upload(upload_id: FromPath[str], desk: TheDesk) -> Response[Any]:
    desk.library.archive(desk.library.get(upload_id))
    return json({})


HANDLERS = (
    list_products, create_product, read_product, change_product, delete_product, publish, publishing_succeeded,
    publishing_failed, unpublish, list_uploads, read_upload, add_upload, archive_upload,
)  # fmt: skip


def _shown(desk: Desk, product: Product) -> Any:
    return views.product(desk.account, desk.products, product)
