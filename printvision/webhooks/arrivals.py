"""Calls at our doors as they come in, and what makes messages of them: the right sender and the right signature."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from uuid import UUID

from printvision.channels import ShopKind, find_any_shops, shopify, signing_secrets
from printvision.platform.errors import NotFound
from printvision.platform.scope import SystemScope
from printvision.providers import adapter_types, find_any_connections, webhook_secrets
from printvision.providers.sdk import WebhookRefused
from printvision.webhooks.errors import ShopWebhookRefused
from printvision.webhooks.models import Source
from printvision.webhooks.storing import Message, storable


class Sender:
    """Who may send at a door.

    Args:
        kind: of the shop, or the provider's key.
        open_secrets: opens every secret that signs.
        locked: whether the door has a key, for the secret signs for others too.
    """

    def __init__(
        self,
        workspace_id: UUID,
        kind: str,
        open_secrets: Callable[[], Sequence[str]],
        *,
        locked: bool = False,
    ) -> None:
        self.workspace_id = workspace_id
        self.kind = kind
        self.locked = locked
        self._open_secrets = open_secrets

    @cached_property
    def secrets(self) -> Sequence[str]:
        """None where nobody can sign.

        Raises:
            CannotOpen
        """
        return self._open_secrets()


Senders = Mapping[UUID, Sender]


async def find_senders(scope: SystemScope, arrivals: Sequence[Arrival]) -> Senders:
    """By the shop or connection at whose door the arrivals knocked."""
    shop_ids = {arrival.source_id for arrival in arrivals if isinstance(arrival, FromShopify)}
    connection_ids = {arrival.source_id for arrival in arrivals if isinstance(arrival, FromProvider)}
    senders: dict[UUID, Sender] = {}
    if shop_ids:
        for shop in await find_any_shops(scope, shop_ids):
            secrets = partial(signing_secrets, scope, shop)
            senders[shop.id] = Sender(shop.workspace_id, shop.kind, secrets, locked=shop.oauth)
    if connection_ids:
        for connection in await find_any_connections(scope, connection_ids):
            secrets = partial(webhook_secrets, scope, connection)
            senders[connection.id] = Sender(connection.workspace_id, connection.provider, secrets)
    return senders


@dataclass(frozen=True)
class FromShopify:
    """A call at a shop's door, as it came."""

    source_id: UUID
    body: bytes
    headers: Mapping[str, str]
    key: str = ""

    def judge(self, senders: Senders) -> Message:
        """
        Raises:
            NotFound, ShopWebhookRefused
        """
        sender = senders.get(self.source_id)
        if sender is None or sender.kind != ShopKind.SHOPIFY:
            raise NotFound(kind="shop", id=str(self.source_id))
        delivery = shopify.read_headers(self.headers)
        if not shopify.verify(self.body, delivery.signature, sender.secrets):
            raise ShopWebhookRefused
        if sender.locked and not shopify.may_knock(self.key, self.source_id, sender.secrets):
            raise ShopWebhookRefused
        told = {"triggered_at": delivery.triggered_at, "api_version": delivery.api_version}
        return Message(
            workspace_id=sender.workspace_id,
            source=Source.SHOP,
            source_id=self.source_id,
            topic=delivery.topic or "",
            # only the body is signed, so the id is a claim: another body under a used id is another message
            dedupe_key=f"{delivery.webhook_id or ''}:{_digest(self.body)}",
            signed=True,
            headers={name: str(value) for name, value in told.items() if value is not None},
            body=self.body,
        )


@dataclass(frozen=True)
class FromProvider:
    """A call at a connection's door, as it came."""

    source_id: UUID
    body: bytes
    headers: Mapping[str, str]
    provider: str

    def judge(self, senders: Senders) -> Message:
        """
        Raises:
            NotFound, WebhookRefused, ProviderUnintelligible
        """
        sender = senders.get(self.source_id)
        if sender is None or sender.kind != self.provider:
            raise NotFound(kind="connection", id=str(self.source_id))
        kind = adapter_types()[self.provider]
        lowered = {name.lower(): value for name, value in self.headers.items()}
        signed = kind.capabilities.signed_webhooks
        if signed and not any(kind.verify_webhook(self.body, lowered, secret) for secret in sender.secrets):
            raise WebhookRefused(provider=self.provider)
        events = kind.read_webhook(self.body)
        keys = "|".join(event.dedupe_key for event in events).encode() if events else self.body
        return Message(
            workspace_id=sender.workspace_id,
            source=Source.PROVIDER,
            source_id=self.source_id,
            topic=storable(",".join(sorted({event.kind for event in events})))[:200],
            dedupe_key=_digest(keys),
            signed=signed,
            headers={},
            body=self.body,
        )


Arrival = FromShopify | FromProvider


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
