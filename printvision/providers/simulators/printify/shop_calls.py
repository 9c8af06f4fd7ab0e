"""Shops, webhooks, and the exchange of OAuth tokens."""

from __future__ import annotations

import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, FromQuery

from printvision.providers.simulators.granting import TokenEvent, back_to, is_same
from printvision.providers.simulators.printify import views
from printvision.providers.simulators.printify.announcer import TOPICS
from printvision.providers.simulators.printify.errors import Refusal, impossible, invalid, not_found
from printvision.providers.simulators.printify.intake import HookChange, HookIn, read_body, read_json
from printvision.providers.simulators.printify.records import Hook, OAuthGrant, Raw
from printvision.providers.simulators.printify.web import AnyRequest, Desk, TheDesk, json, named, stem
from printvision.providers.simulators.printify.words import moment

_MOST_GRANTS = 1_000
_HOOKS = "/v1/shops/{shop_id:int}/webhooks"


@get("/v1/shops.json", opt=named("stores.list"))
async def list_shops(desk: TheDesk) -> Response[Any]:
    config = desk.account.config
    channel = "custom_integration" if desk.account.connected else "disconnected"
    return json([{"id": config.shop_id, "title": config.shop_title, "sales_channel": channel}])


@delete("/v1/shops/{shop_id:int}/connection.json", status_code=200, opt=named("stores.disconnect"))
async def disconnect(shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    """Until the simulator starts again, nothing under the shop can be reached."""
    desk.check_shop(shop_id)
    desk.announcer.shop_disconnected()
    desk.account.connected = False
    return json({})


@get(_HOOKS + ".json", opt=named("webhooks.get"))
async def list_hooks(shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    return json([views.hook(hook, shop_id) for hook in desk.account.hooks.values()])


@post(_HOOKS + ".json", status_code=200, opt=named("webhooks.set"))
async def create_hook(request: AnyRequest, shop_id: FromPath[int], desk: TheDesk) -> Response[Any]:
    desk.check_shop(shop_id)
    sent = read_body(await request.body(), HookIn)
    if sent.topic not in TOPICS:
        raise invalid(f"Topic {sent.topic} does not exist")
    if sent.topic in desk.account.hooks:
        raise impossible(f"A webhook for {sent.topic} exists")
    hook = Hook(id=desk.account.fresh_id(), topic=sent.topic, url=_address(sent.url), secret=sent.secret)
    desk.account.hooks.put(hook.topic, hook)
    return json(views.hook(hook, shop_id))


@put(_HOOKS + "/{name:str}", opt=named("webhooks.change"))
async def change_hook(
    request: AnyRequest, shop_id: FromPath[int], name: FromPath[str], desk: TheDesk
) -> Response[Any]:
    desk.check_shop(shop_id)
    hook = _find(desk, stem(name))
    hook.url = _address(read_body(await request.body(), HookChange).url)
    desk.account.hooks.put(hook.topic, hook)
    return json(views.hook(hook, shop_id))


@delete(_HOOKS + "/{name:str}", status_code=200, opt=named("webhooks.delete"))
async def delete_hook(
    shop_id: FromPath[int], name: FromPath[str], desk: TheDesk, host: FromQuery[str] = ""
) -> Response[Any]:
    """`host` is that of the webhook's address, and must be told."""
    desk.check_shop(shop_id)
    hook = _find(desk, stem(name))
    parts = urlsplit(hook.url)
    if host not in (parts.hostname, parts.netloc):
        raise invalid("The host does not match the webhook's")
    desk.account.hooks.remove(hook.topic)
    return json({"id": hook.id})


@post(_HOOKS + "/{hook_id:str}/simulate", status_code=200, opt=named("webhooks.simulate"))
async def simulate_hook(
    request: AnyRequest, shop_id: FromPath[int], hook_id: FromPath[str], desk: TheDesk
) -> Response[Any]:
    desk.check_shop(shop_id)
    hook = _find(desk, hook_id)
    sent = read_json(await request.body())
    if not isinstance(sent, dict):
        raise invalid("The body must be a JSON object")
    desk.announcer.simulated(hook.topic, sent)  # pyright: ignore[reportUnknownArgumentType] -- JSON
    return json({})


@post("/v1/app/oauth/tokens", status_code=200, opt=named("oauth.token"))
async def trade_code(request: AnyRequest, desk: TheDesk) -> Response[Any]:
    sent = await _form(request)
    config, code = desk.account.config, sent.get("code", "")
    known = any(is_same(code, known) for known in config.oauth_codes)
    if not known and not desk.account.granting.take(code, sent.get("app_id", "")):
        raise _oauth_error("invalid_grant", "The grant code is not valid")
    return _granted(desk, sent)


@post("/v1/app/oauth/tokens/refresh", status_code=200, opt=named("oauth.token"))
async def refresh_token(request: AnyRequest, desk: TheDesk) -> Response[Any]:
    """The refresh token is good once; the documents leave open whether it is."""
    sent = await _form(request)
    old = desk.account.grants.get(sent.get("refresh_token", ""))
    if old is None:
        desk.account.granting.note(TokenEvent.REFUSED, sent.get("refresh_token", ""))
        raise _oauth_error("invalid_grant", "The refresh token is not valid")
    answer = _granted(desk, sent)
    desk.account.grants.remove(old.refresh_token)
    desk.account.granting.note(TokenEvent.USED, old.refresh_token)
    return answer


@get("/app/authorize", opt=named("oauth.authorize"))
async def ask_to_allow(request: AnyRequest, desk: TheDesk) -> Response[Any]:
    """The page on which people allow it; here everybody does, unless `decline=true` is in the address."""
    asked = dict(request.query_params)
    app, accept = str(asked.get("app_id", "")), str(asked.get("accept_url", ""))
    if not is_same(app, desk.account.config.oauth_app_id):
        raise invalid("The app is not known")
    told = {"state": str(asked.get("state", ""))}
    if asked.get("decline") == "true":
        refused = {"error": "access_denied", "error_description": "It was declined"}
        address = back_to(str(asked.get("decline_url", "")), told | refused)
    else:
        address = back_to(accept, told | {"code": desk.account.granting.code(app, accept)})
    if not address:
        raise invalid("The URL is not valid")
    return Response(None, status_code=302, headers={"location": address})


HANDLERS = (
    list_shops, disconnect, list_hooks, create_hook, change_hook, delete_hook, simulate_hook,
)  # fmt: skip
PUBLIC_HANDLERS = (trade_code, refresh_token, ask_to_allow)


def _find(desk: Desk, hook_id: str) -> Hook:
    hook = next((hook for hook in desk.account.hooks.values() if hook.id == hook_id), None)
    if hook is None:
        raise not_found()
    return hook


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > 2048:
        raise invalid("The URL is not valid")
    return url


async def _form(request: AnyRequest) -> dict[str, str]:
    """Parameters in the query, in a form or in JSON: the documents do not say where."""
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        read = read_json(body)
        sent: dict[str, Any] = read if isinstance(read, dict) else {}  # pyright: ignore[reportUnknownVariableType] -- JSON
    else:
        sent = dict(parse_qsl(body.decode(errors="replace")))
    return {str(key): str(value) for key, value in {**request.query_params, **sent}.items()}


def _granted(desk: Desk, sent: Raw) -> Response[Any]:
    if not is_same(sent.get("app_id"), desk.account.config.oauth_app_id):
        raise _oauth_error("invalid_client", "The app is not known")
    grants = desk.account.grants
    while len(grants) >= _MOST_GRANTS:
        grants.remove(next(iter(grants)))
    grant = OAuthGrant(
        access_token=secrets.token_hex(600),  # as long as the documents warn of
        refresh_token=secrets.token_hex(32),
        access_until=time.time() + desk.account.config.oauth_access_s,
    )
    grants.put(grant.refresh_token, grant)
    desk.account.granting.note(TokenEvent.ISSUED, grant.refresh_token)
    return json(
        {
            "access_token": grant.access_token,
            "refresh_token": grant.refresh_token,
            "expire_at": moment(grant.access_until),
        }
    )


def _oauth_error(error: str, description: str) -> Refusal:
    return Refusal(400, {"error": error, "error_description": description})
