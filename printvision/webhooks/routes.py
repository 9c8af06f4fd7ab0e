"""The doors shops and providers knock on. They answer as soon as the call is stored."""

from __future__ import annotations

from uuid import UUID

import msgspec
from litestar import Request, Response, post
from litestar.datastructures import State
from litestar.params import FromPath

from printvision.platform.runtime import Platform
from printvision.webhooks.receiving import receive_from_provider, receive_from_shopify
from printvision.webhooks.storing import Receipt

Caller = Request[None, None, State]


def _answer(receipt: Receipt) -> Response[bytes]:
    told = {"status": "known" if receipt.again else "stored", "id": receipt.message_id}
    return Response(msgspec.json.encode(told), status_code=200, media_type="application/json")


@post("/webhooks/shopify/{shop_id:uuid}", include_in_schema=False)
async def shopify(request: Caller, state: State, shop_id: FromPath[UUID]) -> Response[bytes]:
    """Shopify's order webhooks, signed over the raw body."""
    platform: Platform = state.platform
    body, key = await request.body(), str(request.query_params.get("key", ""))
    return _answer(await receive_from_shopify(platform, shop_id, body, request.headers, key=key))


@post("/webhooks/{provider:str}/{connection_id:uuid}", include_in_schema=False)
async def from_provider(
    request: Caller, state: State, provider: FromPath[str], connection_id: FromPath[UUID]
) -> Response[bytes]:
    """A print provider's webhooks."""
    platform: Platform = state.platform
    body = await request.body()
    return _answer(await receive_from_provider(platform, provider, connection_id, body, request.headers))


webhook_routes = [shopify, from_provider]
