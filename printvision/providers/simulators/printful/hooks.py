"""The webhook settings of both versions."""

from __future__ import annotations

import secrets
import time
from base64 import b64encode
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Response, delete, get, post
from litestar.params import FromPath, FromQuery

from printvision.providers.simulators.printful import views_v1, views_v2
from printvision.providers.simulators.printful.account import fresh_key
from printvision.providers.simulators.printful.announcer import STORE
from printvision.providers.simulators.printful.errors import bad_request, not_found
from printvision.providers.simulators.printful.intake import read_body
from printvision.providers.simulators.printful.records import HookEvent, Hooks, PlainHooks, Raw
from printvision.providers.simulators.printful.web import AnyRequest, Shop, TheShop, json, named

EVENTS_V2 = frozenset({
    "shipment_sent", "shipment_delivered", "shipment_returned", "shipment_canceled",
    "shipment_out_of_stock", "shipment_put_hold", "shipment_put_hold_approval", "shipment_remove_hold",
    "order_created", "order_updated", "order_failed", "order_canceled", "order_put_hold",
    "order_put_hold_approval", "order_remove_hold", "order_refunded", "catalog_stock_updated",
    "catalog_price_changed", "mockup_task_finished",
})  # fmt: skip
EVENTS_V1 = frozenset({
    "package_shipped", "package_returned", "order_created", "order_updated", "order_failed",
    "order_canceled", "order_put_hold", "order_put_hold_approval", "order_remove_hold", "order_refunded",
    "product_synced", "product_updated", "product_deleted", "stock_updated",
})  # fmt: skip


class EventIn(msgspec.Struct):
    type: str
    url: str | None = None
    params: list[Any] = []


class HooksIn(msgspec.Struct):
    events: list[EventIn]
    default_url: str | None = None
    expires_at: datetime | None = None


class EventUpdate(msgspec.Struct):
    """One event's settings; the type is in the path and may be repeated."""

    type: str | None = None
    url: str | None = None
    params: list[Any] = []


class PlainHooksIn(msgspec.Struct):
    url: str
    types: list[str]
    params: Raw = {}


@get("/v2/webhooks", opt=named("webhooks.get"))
async def read_hooks(shop: TheShop, show_expired: FromQuery[bool] = False) -> Response[Any]:
    return json(views_v1.answer(_shown(_current(shop, show_expired))))


@post("/v2/webhooks", status_code=200, opt=named("webhooks.set"))
async def set_hooks(request: AnyRequest, shop: TheShop) -> Response[Any]:
    """A new set of keys each time; the secret is shown in this answer alone."""
    sent = read_body(await request.body(), HooksIn)
    hooks = Hooks(
        default_url=_address(sent.default_url, signed=True),
        expires_at=sent.expires_at.timestamp() if sent.expires_at else None,
        events=[_event(event.type, event.url, event.params) for event in sent.events],
        public_key=b64encode(secrets.token_bytes(9)).decode(),
        secret_key=fresh_key(32),
    )
    shop.account.hooks.put(STORE, hooks)
    return json(views_v1.answer(_shown(hooks) | {"secret_key": hooks.secret_key}))


@delete("/v2/webhooks", status_code=204, opt=named("webhooks.delete"))
async def delete_hooks(shop: TheShop) -> None:
    _current(shop, show_expired=True)
    shop.account.hooks.remove(STORE)


@get("/v2/webhooks/{event_type:str}", opt=named("webhooks.event.get"))
async def read_event(
    event_type: FromPath[str], shop: TheShop, show_expired: FromQuery[bool] = False
) -> Response[Any]:
    return json(views_v1.answer(_shown_event(_find(_current(shop, show_expired), event_type))))


@post("/v2/webhooks/{event_type:str}", status_code=200, opt=named("webhooks.event.set"))
async def set_event(request: AnyRequest, event_type: FromPath[str], shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), EventUpdate)
    hooks = _current(shop, show_expired=False)
    event = _event(event_type, sent.url, sent.params)
    hooks.events = [*(old for old in hooks.events if old.type != event_type), event]
    shop.account.hooks.put(STORE, hooks)
    return json(views_v1.answer(_shown_event(event)))


@delete("/v2/webhooks/{event_type:str}", status_code=204, opt=named("webhooks.event.delete"))
async def delete_event(event_type: FromPath[str], shop: TheShop) -> None:
    hooks = _current(shop, show_expired=False)
    hooks.events.remove(_find(hooks, event_type))
    shop.account.hooks.put(STORE, hooks)


@get("/webhooks", opt=named("webhooks.get"))
async def read_plain(shop: TheShop) -> Response[Any]:
    return json(views_v1.answer(_shown_plain(shop.account.plain_hooks.get(STORE))))


@post("/webhooks", status_code=200, opt=named("webhooks.set"))
async def set_plain(request: AnyRequest, shop: TheShop) -> Response[Any]:
    sent = read_body(await request.body(), PlainHooksIn)
    unknown = sorted(set(sent.types) - EVENTS_V1)
    if unknown:
        raise bad_request(f"Webhook type {unknown[0]} is not supported")
    hooks = PlainHooks(url=_address(sent.url, signed=False) or "", types=sent.types, params=sent.params)
    shop.account.plain_hooks.put(STORE, hooks)
    return json(views_v1.answer(_shown_plain(hooks)))


@delete("/webhooks", status_code=200, opt=named("webhooks.delete"))
async def delete_plain(shop: TheShop) -> Response[Any]:
    shop.account.plain_hooks.remove(STORE)
    return json(views_v1.answer(_shown_plain(None)))


HANDLERS = (
    read_hooks, set_hooks, delete_hooks, read_event, set_event, delete_event, read_plain, set_plain,
    delete_plain,
)  # fmt: skip


def _current(shop: Shop, show_expired: bool) -> Hooks:
    hooks = shop.account.hooks.get(STORE)
    if hooks is None:
        raise not_found("Webhooks are not set up")
    if hooks.expires_at is not None and not show_expired and hooks.expires_at <= time.time():
        raise not_found(
            "The settings are expired. To view them, please use query param show_expired with value true."
        )
    return hooks


def _find(hooks: Hooks, event_type: str) -> HookEvent:
    event = next((event for event in hooks.events if event.type == event_type), None)
    if event is None:
        raise not_found()
    return event


def _event(event_type: str, url: str | None, params: list[Any]) -> HookEvent:
    if event_type not in EVENTS_V2:
        raise bad_request(f"Webhook event {event_type} is not supported")
    if event_type == "catalog_stock_updated" and not params:
        raise bad_request("catalog_stock_updated needs the parameter products")
    return HookEvent(type=event_type, url=_address(url, signed=True), params=params)


def _address(url: str | None, *, signed: bool) -> str | None:
    """Where events may go. v2 takes HTTPS alone; the simulator also plain HTTP on this machine."""
    if url is None:
        return None
    address = url.strip("\u200b ")
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or len(address) > 2048:
        raise bad_request("The webhook URL is not valid")
    if signed and parts.scheme == "http" and not _on_this_machine(parts.hostname):
        raise bad_request("The webhook URL must use HTTPS")
    return address


def _on_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(hooks: Hooks) -> Raw:
    return {
        "default_url": hooks.default_url,
        "expires_at": views_v2.moment(hooks.expires_at) if hooks.expires_at is not None else None,
        "events": [_shown_event(event) for event in hooks.events],
        "public_key": hooks.public_key,
    }


def _shown_event(event: HookEvent) -> Raw:
    return {"type": event.type, "url": event.url, "params": event.params}


def _shown_plain(hooks: PlainHooks | None) -> Raw:
    return msgspec.to_builtins(hooks) if hooks else {"url": "", "types": [], "params": {}}
