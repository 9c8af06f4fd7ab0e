"""Tells the client's webhooks what happened: thin, and signed where the webhook was given a secret."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from uuid import uuid4

import msgspec

from printvision.providers.simulators.courier import Courier, Delivery
from printvision.providers.simulators.printify.account import Account
from printvision.providers.simulators.printify.records import Order, Parcel, Product, Raw
from printvision.providers.simulators.printify.words import moment

TOPICS = frozenset({
    "shop:disconnected", "product:created", "product:updated", "product:deleted", "product:publish:started",
    "order:created", "order:updated", "order:sent-to-production", "order:shipment:created",
    "order:shipment:delivered",
})  # fmt: skip
_PAUSES_MIN = (1, 5, 15)  # three retries are documented, their pauses are not
_BLOCKED_MIN = 60


class Announcer:
    """Owns the courier; the verbs say what happened and it finds out who wants to hear it."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._minute_s = 60 * account.config.webhook_time_scale
        self.courier = Courier(
            account.journal,
            account.agenda,
            account.dice,
            self._seal,
            pauses_s=[minutes * self._minute_s for minutes in _PAUSES_MIN],
            on_given_up=self._block,
        )

    def shop_disconnected(self) -> None:
        self._tell("shop:disconnected", "shop", self._account.config.shop_id, None)

    def product_created(self, product: Product) -> None:
        self._tell_of_product("product:created", product)

    def product_updated(self, product: Product) -> None:
        self._tell_of_product("product:updated", product)

    def product_deleted(self, product: Product) -> None:
        self._tell_of_product("product:deleted", product)

    def publish_started(self, product: Product, details: Raw) -> None:
        action = "update" if product.external else "create"
        self._tell_of_product(
            "product:publish:started",
            product,
            {"publish_details": details, "action": action, "out_of_stock_publishing": 0},
        )

    def created(self, order: Order) -> None:
        self._tell_of_order("order:created", order)

    def updated(self, order: Order) -> None:
        """Its status is another one."""
        self._tell_of_order("order:updated", order, {"status": order.status.value})

    def sent_to_production(self, order: Order) -> None:
        self._tell_of_order("order:sent-to-production", order)

    def shipped(self, order: Order, parcel: Parcel) -> None:
        self._tell_of_parcel(
            "order:shipment:created", order, parcel, {"shipped_at": moment(parcel.shipped_at)}
        )

    def delivered(self, order: Order, parcel: Parcel) -> None:
        when = {"delivered_at": moment(parcel.delivered_at)}
        self._tell_of_parcel("order:shipment:delivered", order, parcel, when)

    def simulated(self, topic: str, body: Raw) -> None:
        """The documents' way to try a webhook out: what was sent comes back as the resource."""
        self._send(topic, body)

    def _tell_of_product(self, topic: str, product: Product, data: Raw | None = None) -> None:
        self._tell(topic, "product", product.id, {"shop_id": self._account.config.shop_id, **(data or {})})

    def _tell_of_order(self, topic: str, order: Order, data: Raw | None = None) -> None:
        self._tell(topic, "order", order.id, {"shop_id": self._account.config.shop_id, **(data or {})})

    def _tell_of_parcel(self, topic: str, order: Order, parcel: Parcel, when: Raw) -> None:
        carrier = {
            "code": parcel.carrier.upper(),  # in orders it stands in small letters
            "tracking_number": parcel.number,
            "tracking_url": f"https://track.example.com/{parcel.number}",
        }
        skus = [line.sku for line in order.lines if line.id in parcel.items]
        self._tell_of_order(topic, order, {**when, "carrier": carrier, "skus": skus})

    def _tell(self, topic: str, kind: str, resource_id: str | int, data: Raw | None) -> None:
        self._send(topic, {"id": resource_id, "type": kind, "data": data})

    def _send(self, topic: str, resource: Raw) -> None:
        hook = self._account.hooks.get(topic)
        if hook is None:
            return
        if hook.blocked_until > time.time():
            self.courier.counts["blocked"] += 1
            return
        event = {"id": str(uuid4()), "type": topic, "created_at": moment(time.time()), "resource": resource}
        self.courier.send(hook.url, hook.id, topic, event)

    def _seal(self, delivery: Delivery) -> tuple[bytes, Mapping[str, str]] | None:
        hook = self._account.hooks.get(delivery.event)
        if hook is None or hook.id != delivery.dialect or hook.blocked_until > time.time():
            return None
        content = msgspec.json.encode(delivery.payload)
        headers = {"content-type": "application/json", "user-agent": "Printify"}
        return content, headers | ({"x-pfy-signature": sign(content, hook.secret)} if hook.secret else {})

    def _block(self, delivery: Delivery) -> None:
        """A webhook whose receiver failed too often hears nothing for an hour; what happens then is lost."""
        hook = self._account.hooks.get(delivery.event)
        if hook is not None and hook.id == delivery.dialect:
            hook.blocked_until = time.time() + _BLOCKED_MIN * self._minute_s
            self._account.hooks.put(hook.topic, hook)


def sign(content: bytes, secret: str) -> str:
    """`sha256=` and the hexadecimal HMAC of the raw body; the key is the secret's text, not what it may spell."""
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
