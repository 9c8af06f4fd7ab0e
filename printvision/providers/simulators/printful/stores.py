"""Whose token this is: stores, scopes, and the exchange of OAuth tokens."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from printvision.providers.simulators.granting import TokenEvent, back_to, is_same
from printvision.providers.simulators.printful import views_v1, views_v2
from printvision.providers.simulators.printful.account import fresh_key
from printvision.providers.simulators.printful.errors import Refusal, bad_request, not_found
from printvision.providers.simulators.printful.intake import read_object
from printvision.providers.simulators.printful.records import OAuthGrant, Raw
from printvision.providers.simulators.printful.views_v2 import link
from printvision.providers.simulators.printful.web import (
    AnyRequest,
    Limit,
    Offset,
    Shop,
    TheShop,
    found,
    json,
    named,
)

_REFRESH_S = 90 * 86_400
_SCOPES = (
    ("orders/read", "View orders of the authorized store"),
    ("orders", "View and manage orders of the authorized store"),
    ("sync_products/read", "View store products"),
    ("sync_products", "View and manage store products"),
    ("file_library/read", "View store files"),
    ("file_library", "View and manage store files"),
    ("webhooks/read", "View store webhooks"),
    ("webhooks", "View and manage store webhooks"),
)


@get("/stores", opt=named("stores.list"))
async def list_stores_v1(shop: TheShop) -> Response[Any]:
    return json(views_v1.answer([_store(shop)], paging=views_v1.paging(1, 20, 0)))


@get("/stores/{store_id:int}", opt=named("stores.get"))
async def read_store_v1(store_id: FromPath[int], shop: TheShop) -> Response[Any]:
    return json(views_v1.answer(_own(shop, store_id)))


@get("/v2/stores", opt=named("stores.list"))
async def list_stores_v2(shop: TheShop, limit: Limit = 20, offset: Offset = 0) -> Response[Any]:
    rows, paging, links = views_v2.page(f"{shop.url}/v2/stores", [_store(shop)], limit, offset)
    return found(rows, paging=paging, _links=links)


@get("/v2/stores/{store_id:int}", opt=named("stores.get"))
async def read_store_v2(store_id: FromPath[int], shop: TheShop) -> Response[Any]:
    return found(_own(shop, store_id))


@get("/oauth/scopes", opt=named("oauth.scopes"))
async def list_scopes_v1() -> Response[Any]:
    shown = [{"scope": scope, "display_name": name} for scope, name in _SCOPES]
    return json(views_v1.answer({"scopes": shown}))


@get("/v2/oauth-scopes", opt=named("oauth.scopes"))
async def list_scopes_v2(shop: TheShop) -> Response[Any]:
    """Without `webhooks`: the published enumeration names `webhooks/read` twice in its place."""
    shown = [{"name": name, "value": scope} for scope, name in _SCOPES if scope != "webhooks"]
    return found(shown, _links={"self": link(f"{shop.url}/v2/oauth-scopes")})


@post("/oauth/token", status_code=200, opt=named("oauth.token"))
async def trade_token(request: AnyRequest, shop: TheShop) -> Response[Any]:
    """Trade a code or a refresh token for a new pair; the old refresh token is worth nothing afterwards."""
    body = await request.body()
    is_json = request.headers.get("content-type", "").startswith("application/json")
    sent = read_object(body) if is_json else dict(parse_qsl(body.decode(errors="replace")))
    grant_type = sent.get("grant_type")
    if grant_type == "authorization_code":
        _check_code(shop, sent)
    elif grant_type == "refresh_token":
        _spend(shop, str(sent.get("refresh_token", "")))
    else:
        raise bad_request("grant_type must be authorization_code or refresh_token")
    return json(_token(_grant(shop)))


@get("/oauth/authorize", opt=named("oauth.authorize"))
async def ask_to_allow(request: AnyRequest, shop: TheShop) -> Response[Any]:
    """The page on which people allow it; here everybody does, unless `decline=true` is in the address."""
    asked = dict(request.query_params)
    client, redirect = str(asked.get("client_id", "")), str(asked.get("redirect_url", ""))
    if not is_same(client, shop.account.config.oauth_client_id):
        raise bad_request("The client is not known")
    told = {"state": str(asked.get("state", "")), "success": "0"}
    if asked.get("decline") != "true":
        told |= {"code": shop.account.granting.code(client, redirect), "success": "1"}
    address = back_to(redirect, told)
    if not address:
        raise bad_request("The redirect URL is not valid")
    return Response(None, status_code=302, headers={"location": address})


PUBLIC_HANDLERS = (trade_token, ask_to_allow)
HANDLERS = (
    list_stores_v1, read_store_v1, list_stores_v2, read_store_v2, list_scopes_v1, list_scopes_v2,
)  # fmt: skip


def _store(shop: Shop) -> Raw:
    return {"id": shop.account.config.store_id, "type": "native", "name": shop.account.config.store_name}


def _own(shop: Shop, store_id: int) -> Raw:
    if store_id != shop.account.config.store_id:
        raise not_found()
    return _store(shop)


def _check_code(shop: Shop, sent: Raw) -> None:
    code, config = str(sent.get("code", "")), shop.account.config
    if any(is_same(code, known) for known in config.oauth_codes):
        return
    client, secret = str(sent.get("client_id", "")), str(sent.get("client_secret", ""))
    if not shop.account.granting.take(code, client) or not is_same(secret, config.oauth_client_secret):
        raise Refusal(401, "The authorization code is invalid.")


def _spend(shop: Shop, refresh_token: str) -> None:
    grant = shop.account.grants.get(refresh_token)
    if grant is None or grant.refresh_until < time.time():
        shop.account.granting.note(TokenEvent.REFUSED, refresh_token)
        raise Refusal(401, "The refresh token is invalid.")
    shop.account.granting.note(TokenEvent.USED, refresh_token)
    shop.account.grants.remove(refresh_token)


def _grant(shop: Shop) -> OAuthGrant:
    now = time.time()
    grants = shop.account.grants
    for token in [token for token, old in grants.items() if old.refresh_until < now]:
        grants.remove(token)
    grant = OAuthGrant(
        access_token=fresh_key(),
        refresh_token=fresh_key(),
        access_until=now + shop.account.config.oauth_access_s,
        refresh_until=now + _REFRESH_S,
    )
    grants.put(grant.refresh_token, grant)
    shop.account.granting.note(TokenEvent.ISSUED, grant.refresh_token)
    return grant


def _token(grant: OAuthGrant) -> Raw:
    shown: Raw = msgspec.to_builtins(grant)
    return {
        "access_token": shown["access_token"],
        "expires_at": str(int(grant.access_until)),
        "token_type": "bearer",
        "refresh_token": shown["refresh_token"],
    }
