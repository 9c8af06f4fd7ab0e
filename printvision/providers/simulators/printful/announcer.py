"""Tells the client's webhooks what happened: v2 signed and thin, v1 unsigned and whole."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from typing import Any

import msgspec

from printvision.providers.simulators.courier import Courier, Delivery
from printvision.providers.simulators.printful import views_v1, views_v2
from printvision.providers.simulators.printful.account import Account
from printvision.providers.simulators.printful.records import Hooks, Order, Raw, Shipment

STORE = "store"  # the one key on the webhook shelves: this account has one store
_PAUSES_MIN = (1, 4, 16, 64, 256, 1024)


class Announcer:
    """Owns the courier; the verbs say what happened and it finds out who wants to hear it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        scale = account.config.webhook_time_scale
        pauses_s = [minutes * 60 * scale for minutes in _PAUSES_MIN]
        self.courier = Courier(account.journal, account.agenda, account.dice, self._seal, pauses_s=pauses_s)

    def created(self, order: Order) -> None:
        self._tell("order_created", order)

    def updated(self, order: Order) -> None:
        """Sent beside each more specific event too, as documented."""
        self._tell("order_updated", order)

    def failed(self, order: Order) -> None:
        self._tell("order_failed", order, {"reason": order.reason or ""})

    def canceled(self, order: Order) -> None:
        self._tell("order_canceled", order, {"reason": order.reason or ""})

    def shipped(self, order: Order, shipment: Shipment) -> None:
        self._tell_v2("shipment_sent", order, {"shipment": self._thin(shipment)})
        if self._plain("package_shipped"):
            shown = views_v1.shipment(order, shipment)
            self._tell_v1("package_shipped", order, {"shipment": shown})

    def delivered(self, order: Order, shipment: Shipment) -> None:
        self._tell_v2("shipment_delivered", order, {"shipment": self._thin(shipment)})

    def out_of_stock(self, order: Order, shipment: Shipment) -> None:
        self._tell_v2("shipment_out_of_stock", order, {"shipment": self._thin(shipment)})

    def mockup_finished(self, task: Raw) -> None:
        self._send_v2("mockup_task_finished", task)

    def _tell(self, event: str, order: Order, extra: Mapping[str, Any] | None = None) -> None:
        self._tell_v2(event, order, extra)
        if self._plain(event):
            self._tell_v1(event, order, extra)

    def _tell_v2(self, event: str, order: Order, extra: Mapping[str, Any] | None = None) -> None:
        if self._wanted(event):
            thin = views_v2.thin_order(order, self._account.config.store_id)
            self._send_v2(event, {**(extra or {}), "order": thin})

    def _send_v2(self, event: str, data: Raw) -> None:
        if url := self._wanted(event):
            self.courier.send(url, "v2", event, {"occurred_at": views_v2.moment(time.time()), "data": data})

    def _tell_v1(self, event: str, order: Order, extra: Mapping[str, Any] | None) -> None:
        whole = views_v1.order(self._account, order)
        payload = {"created": int(time.time()), "data": {**(extra or {}), "order": whole}}
        self.courier.send(self._plain(event), "v1", event, payload)

    def _wanted(self, event: str) -> str:
        """The address that wants this v2 event, or nothing."""
        hooks = self._account.hooks.get(STORE)
        if hooks is None or _expired(hooks):
            return ""
        wanted = next((entry for entry in hooks.events if entry.type == event), None)
        return (wanted.url or hooks.default_url or "") if wanted else ""

    def _plain(self, event: str) -> str:
        """The address that wants this v1 event, or nothing."""
        hooks = self._account.plain_hooks.get(STORE)
        return hooks.url if hooks and event in hooks.types else ""

    def _thin(self, shipment: Shipment) -> Raw:
        return views_v2.thin_shipment(shipment, self._account.config.store_id)

    def _seal(self, delivery: Delivery) -> tuple[bytes, Mapping[str, str]] | None:
        store_id = self._account.config.store_id
        headers = {"content-type": "application/json", "user-agent": "Printful"}
        if delivery.dialect == "v1":
            body = {"type": delivery.event, "retries": delivery.tries, "store": store_id, **delivery.payload}
            return msgspec.json.encode(body), headers
        hooks = self._account.hooks.get(STORE)
        if hooks is None or _expired(hooks):
            return None
        body = {"type": delivery.event, "retries": delivery.tries, "store_id": store_id, **delivery.payload}
        content = msgspec.json.encode(body)
        return content, headers | {
            "x-pf-webhook-signature": sign(content, hooks.secret_key),
            "x-pf-webhook-public-key": hooks.public_key,
        }


def sign(content: bytes, secret_key: str) -> str:
    """Hexadecimal HMAC-SHA256 of the raw body; the key is the bytes that `secret_key` spells."""
    return hmac.new(bytes.fromhex(secret_key), content, hashlib.sha256).hexdigest()


def _expired(hooks: Hooks) -> bool:
    return hooks.expires_at is not None and hooks.expires_at <= time.time()
