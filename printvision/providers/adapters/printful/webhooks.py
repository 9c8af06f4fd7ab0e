"""Webhooks of both versions: signature, envelope, events. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final, cast

import msgspec

from printvision.providers.adapters.printful.words import KEY, moment
from printvision.providers.sdk import ProviderEvent, ProviderUnintelligible, Raw, WebhookRegistration

ORDER_EVENTS: Final = (
    "order_created",
    "order_updated",
    "order_failed",
    "order_canceled",
    "order_put_hold",
    "order_put_hold_approval",
    "order_remove_hold",
    "order_refunded",
    "shipment_sent",
    "shipment_delivered",
    "shipment_returned",
    "shipment_canceled",
    "shipment_out_of_stock",
    "shipment_put_hold",
    "shipment_put_hold_approval",
    "shipment_remove_hold",
)
V1_EVENTS: Final = ("package_shipped", "package_returned")


class EventBody(msgspec.Struct):
    """v2 says `occurred_at` and `store_id`, v1 `created` and `store`."""

    type: str
    data: Any
    occurred_at: str | int | None = None
    created: str | int | None = None
    store_id: int | None = None
    store: int | None = None


def is_signed(body: bytes, headers: Mapping[str, str], secret: str) -> bool:
    """HMAC-SHA256 over the raw body, in hex; the key is the secret's bytes, which they give in hex too."""
    try:
        key = bytes.fromhex(secret)
    except ValueError:
        return False
    given = headers.get("x-pf-webhook-signature", "").strip().lower().encode()
    expected = hmac.new(key, body, hashlib.sha256).hexdigest().encode()
    return bool(key) and hmac.compare_digest(given, expected)


def read_event(body: bytes) -> ProviderEvent:
    """The one event a body holds.

    Raises:
        ProviderUnintelligible: it is no event of theirs.
    """
    try:
        return from_event(msgspec.json.decode(body, type=EventBody))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProviderUnintelligible("That is no event of Printful's", provider=KEY) from None


def from_registration(body: Any) -> WebhookRegistration:
    """v2 answers this call in v1's wrapper. The secret goes into `secret` alone."""
    raw: Raw = body["result"]
    kept = {name: value for name, value in raw.items() if name != "secret_key"}
    return WebhookRegistration(secret=raw["secret_key"], raw=kept)


def from_event(event: EventBody) -> ProviderEvent:
    """One event of either version; they give it no id, so its key is made of what tells it from others."""
    order, shipment = _part(event.data, "order"), _part(event.data, "shipment")
    happened = event.occurred_at if event.occurred_at is not None else event.created
    thing = (
        shipment.get("id") or order.get("id") or hashlib.sha256(msgspec.json.encode(event.data)).hexdigest()
    )
    store = event.store_id if event.store_id is not None else event.store
    status = shipment.get("status") or order.get("status")
    words = msgspec.json.encode([event.type, store, happened, thing, status])
    order_id, ref = order.get("id"), order.get("external_id")
    return ProviderEvent(
        dedupe_key=hashlib.sha256(words).hexdigest(),
        kind=event.type,
        known=event.type in ORDER_EVENTS or event.type in V1_EVENTS,
        occurred_at=moment(happened),
        provider_order_id=None if order_id is None else str(order_id),
        ref=None if ref is None else str(ref),
    )


def _part(data: Any, name: str) -> Raw:
    part = cast("Raw", data).get(name) if isinstance(data, dict) else None
    return cast("Raw", part) if isinstance(part, dict) else {}
