"""`/api/openapi.json` for machines, `/api/docs` for people; both are made once, when somebody first asks."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec
from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler

from printvision.api.execution import AnyOperation
from printvision.api.fields import entity_tag, none_match
from printvision.api.openapi.document import openapi_document
from printvision.api.openapi.page import CONTENT_SECURITY_POLICY, reference_page

DOCUMENT = "/api/openapi.json"
PAGE = "/api/docs"
_KEPT = {"cache-control": "no-cache"}  # kept by whoever likes, and asked for again by its tag


def openapi_routes(operations: Iterable[AnyOperation], *, public_url: str) -> list[HTTPRouteHandler]:
    """The handlers of both."""
    made = tuple(operations)

    @cache
    def document() -> tuple[bytes, str]:
        return _tagged(msgspec.json.encode(openapi_document(made, public_url=public_url)))

    @cache
    def page() -> tuple[bytes, str]:
        return _tagged(reference_page(openapi_document(made, public_url=public_url), DOCUMENT).encode())

    @get(DOCUMENT, name="openapi", include_in_schema=False)
    async def openapi(request: Request[None, None, State]) -> Response[bytes | None]:
        return _unless_known(request, *document(), "application/json")

    @get(PAGE, name="reference", include_in_schema=False)
    async def reference(request: Request[None, None, State]) -> Response[bytes | None]:
        response = _unless_known(request, *page(), "text/html")
        response.headers["content-security-policy"] = CONTENT_SECURITY_POLICY
        return response

    return [openapi, reference]


def _tagged(body: bytes) -> tuple[bytes, str]:
    return body, entity_tag(body)


def _unless_known(
    request: Request[None, None, State], body: bytes, tag: str, media_type: str
) -> Response[bytes | None]:
    headers = {**_KEPT, "etag": tag}
    known = request.headers.getall("if-none-match", [])
    if known and not none_match(known, tag):
        return Response(None, status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
