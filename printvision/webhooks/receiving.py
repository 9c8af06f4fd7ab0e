"""Storing a delivery: whose it is, whether it is signed, and whether we have it already."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from printvision.channels import ShopKind, find_any_shop, shopify, signing_secrets
from printvision.platform import clock
from printvision.platform.errors import NotFound
from printvision.platform.events import wake_after_commit
from printvision.platform.ids import new_id
from printvision.platform.runtime import Platform
from printvision.platform.scope import SystemScope, system_scope
from printvision.platform.sealed import SealedAt
from printvision.providers import adapter_types, find_any_connection, find_webhook_secret
from printvision.providers.sdk import WebhookRefused
from printvision.webhooks.errors import ShopWebhookRefused
from printvision.webhooks.models import MessageRow, Source


class Receipt(msgspec.Struct, frozen=True):
    """What the sender is told: that it is stored, and whether it was before."""

    message_id: UUID
    again: bool


def body_at(workspace_id: UUID, message_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "messages", "body", message_id)


async def receive_from_shopify(
    platform: Platform, shop_id: UUID, body: bytes, headers: Mapping[str, str]
) -> Receipt:
    """Store one of Shopify's calls.

    Raises:
        NotFound: no such shop.
        ShopWebhookRefused: not signed with the shop's secret; nothing is stored.
    """
    delivery = shopify.read_headers(headers)
    async with system_scope(platform, "shop webhook") as scope:
        shop = await find_any_shop(scope, shop_id)
        if shop is None or shop.kind != ShopKind.SHOPIFY:
            raise NotFound(kind="shop", id=str(shop_id))
        if not shopify.verify(body, delivery.signature, signing_secrets(scope, shop)):
            raise ShopWebhookRefused()
        return await _store(
            scope,
            workspace_id=shop.workspace_id,
            source=Source.SHOP,
            source_id=shop.id,
            topic=delivery.topic or "",
            # only the body is signed, so the id is a claim: another body under a used id is another message
            dedupe_key=f"{delivery.webhook_id or ''}:{_digest(body)}",
            signed=True,
            headers={"triggered_at": delivery.triggered_at, "api_version": delivery.api_version},
            body=body,
        )


async def receive_from_provider(
    platform: Platform, provider: str, connection_id: UUID, body: bytes, headers: Mapping[str, str]
) -> Receipt:
    """Store one of a provider's calls. A provider that signs must have signed it; either way it is a hint at most.

    Raises:
        NotFound: no such connection with this provider.
        WebhookRefused: wrongly signed; nothing is stored.
        ProviderUnintelligible: nothing the provider sends.
    """
    async with system_scope(platform, "provider webhook") as scope:
        connection = await find_any_connection(scope, connection_id)
        if connection is None or connection.provider != provider:
            raise NotFound(kind="connection", id=str(connection_id))
        kind = adapter_types()[provider]
        secret = find_webhook_secret(scope, connection)
        lowered = {name.lower(): value for name, value in headers.items()}
        if kind.capabilities.signed_webhooks and not (secret and kind.verify_webhook(body, lowered, secret)):
            raise WebhookRefused(provider=provider)
        events = kind.read_webhook(body)
        return await _store(
            scope,
            workspace_id=connection.workspace_id,
            source=Source.PROVIDER,
            source_id=connection.id,
            topic=storable(",".join(sorted({event.kind for event in events})))[:200],
            dedupe_key=_digest("|".join(event.dedupe_key for event in events).encode() if events else body),
            signed=kind.capabilities.signed_webhooks,
            headers={},
            body=body,
        )


async def _store(scope: SystemScope, *, workspace_id: UUID, body: bytes, **facts: Any) -> Receipt:
    """One row per message; another delivery of it is counted. One statement."""
    message_id = new_id()
    headers = {name: str(value) for name, value in facts.pop("headers").items() if value is not None}
    inserted = await scope.session.execute(
        insert(MessageRow)
        .values(
            id=message_id,
            workspace_id=workspace_id,
            headers=headers,
            body=scope.platform.keyring.seal(body, body_at(workspace_id, message_id)),
            received_at=clock.now(),
            next_try_at=func.now(),
            deliveries=1,
            tries=0,
            **facts,
        )
        .on_conflict_do_update(
            index_elements=["source_id", "dedupe_key"], set_={"deliveries": MessageRow.deliveries + 1}
        )
        .returning(MessageRow.id)
    )
    stored = inserted.scalar_one()
    wake_after_commit(scope)
    return Receipt(stored, again=stored != message_id)


def storable(words: str) -> str:
    """Words from outside as a text column takes them: it holds no NUL."""
    return words.replace("\x00", "")


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
