"""The file endpoints of both versions."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from printvision.providers.simulators.printful import views_v1, views_v2
from printvision.providers.simulators.printful.intake import read_body
from printvision.providers.simulators.printful.web import AnyRequest, TheShop, found, json, named


class FileV1(msgspec.Struct):
    url: str | None = None
    type: str = "default"
    filename: str | None = None
    visible: bool = True


class FileV2(msgspec.Struct):
    url: str | None = None
    role: str = "printfile"
    filename: str | None = None
    visible: bool = True


@post("/files", status_code=200, opt=named("files.create"))
async def add_file_v1(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), FileV1)
    file = shop.library.add(sent.url, filename=sent.filename, role=sent.type, visible=sent.visible)
    return json(views_v1.answer(views_v1.file(file)))


@get("/files/{file_id:int}", opt=named("files.get"))
async def read_file_v1(file_id: FromPath[int], shop: TheShop) -> Response[Any]:
    return json(views_v1.answer(views_v1.file(shop.library.get(file_id))))


@post("/v2/files", status_code=200, opt=named("files.create"))
async def add_file_v2(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), FileV2)
    file = shop.library.add(sent.url, filename=sent.filename, role=sent.role, visible=sent.visible)
    return found(views_v2.file(shop.account, file))


@get("/v2/files/{file_id:int}", opt=named("files.get"))
async def read_file_v2(file_id: FromPath[int], shop: TheShop) -> Response[Any]:
    return found(views_v2.file(shop.account, shop.library.get(file_id)))


HANDLERS = (add_file_v1, read_file_v1, add_file_v2, read_file_v2)
