"""A shop of Shopify that grants access, as far as connecting it goes: authorize, token, webhooks."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.response import Stream

from printvision.cli.ports import free_port
from printvision.providers.simulators.serving import serve_app
from tests.oauth.granting import APP, APP_SECRET
from tests.providers.simulators.running import serving, until

SHOP = "tees.myshopify.com"
TOKEN = "shpat_simulated"
PIECE = 400  # bytes of a list that arrive together
AnyRequest = Request[Any, Any, Any]


def signed(query: Mapping[str, str], secret: str = APP_SECRET) -> dict[str, str]:
    """As Shopify signs what a browser comes back with."""
    others = urlencode(sorted(query.items()))
    return {**query, "hmac": hmac.new(secret.encode(), others.encode(), hashlib.sha256).hexdigest()}


@dataclass
class Shopify:
    address: str
    codes: set[str] = field(default_factory=set[str])
    traded: list[str] = field(default_factory=list[str])
    webhooks: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    uninstalled: bool = False
    failing: int = 0  # so many of the next calls are answered with a 503
    meanwhile: Callable[[], Awaitable[None]] | None = None  # before it answers

    def allow(self, state: str, *, shop: str = SHOP) -> dict[str, str]:
        """What the browser of whoever allows it comes back with."""
        code = f"code-{len(self.codes)}"
        self.codes.add(code)
        return signed({"code": code, "shop": shop, "state": state, "timestamp": "1700000000"})


@asynccontextmanager
async def shopify() -> AsyncGenerator[Shopify]:
    port = free_port()
    shop = Shopify(f"http://127.0.0.1:{port}")

    @post("/admin/oauth/access_token", status_code=200)
    async def trade(request: AnyRequest) -> Response[Any]:
        form = dict(parse_qsl((await request.body()).decode()))
        good = (form.get("client_id"), form.get("client_secret")) == (APP, APP_SECRET)
        shop.traded.append(form.get("code", ""))
        if not good or form.get("code") not in shop.codes:
            return Response({"error": "invalid_request"}, status_code=400)
        shop.codes.discard(form["code"])
        return Response({"access_token": TOKEN, "scope": "read_orders"})

    @get("/admin/api/{version:str}/webhooks.json")
    async def listed(request: AnyRequest) -> Response[Any]:
        if shop.meanwhile is not None:
            await shop.meanwhile()
        if shop.failing:
            shop.failing -= 1
            return Response({"errors": "Service Unavailable"}, status_code=503)
        if shop.uninstalled or request.headers.get("x-shopify-access-token") != TOKEN:
            return Response({"errors": "[API] Invalid API key or access token"}, status_code=401)
        told = msgspec.json.encode({"webhooks": shop.webhooks})

        async def pieces() -> AsyncGenerator[bytes]:
            for begin in range(0, len(told), PIECE):
                yield told[begin : begin + PIECE]
                await asyncio.sleep(0.01)  # else they arrive as one

        return Stream(pieces(), media_type="application/json")

    @post("/admin/api/{version:str}/webhooks.json", status_code=201)
    async def made(request: AnyRequest) -> Response[Any]:
        hook = (await request.json())["webhook"]
        shop.webhooks.append(hook)
        return Response({"webhook": hook}, status_code=201)

    app = Litestar([trade, listed, made], openapi_config=None, logging_config=None)
    async with serving(serve_app(app, "127.0.0.1", port)), httpx.AsyncClient() as client:

        async def answers() -> bool:
            try:
                await client.get(shop.address)
            except httpx.TransportError:
                return False
            return True

        await until(answers)
        yield shop
