"""Adapters ready for use: what a process keeps of each connection between calls."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from printvision.platform.ids import WorkspaceId
from printvision.platform.redaction import dec_hook
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, workspace_scope
from printvision.platform.sealed import SealedAt
from printvision.providers.budget import SharedBudget
from printvision.providers.calls import CallLog
from printvision.providers.models import ConnectionRow, ConnectionState
from printvision.providers.queries import get_connection
from printvision.providers.registry import adapter_type
from printvision.providers.sdk import (
    Adapter,
    Breaker,
    Limits,
    Priority,
    ProviderNeedsAttention,
    Rate,
    open_client,
)


@dataclass
class Kept:
    """What outlives one call: the breaker's memory and the leased part of the budget."""

    breaker: Breaker
    budget: SharedBudget
    rate: Rate


class AdapterPool:
    """One per process."""

    def __init__(self, platform: Platform) -> None:
        self.calls = CallLog(platform)
        self._platform = platform
        self._client: httpx.AsyncClient | None = None
        self._kept: dict[UUID, Kept] = {}

    @property
    def client(self) -> httpx.AsyncClient:
        if self._client is None:
            allowed = self._platform.settings.providers.allow_private_addresses
            self._client = open_client(allow_private_addresses=allowed)
        return self._client

    def kept(self, workspace_id: WorkspaceId, connection_id: UUID, provider: str, rate: Rate) -> Kept:
        kept = self._kept.get(connection_id)
        if kept is None or kept.rate != rate:
            budget = SharedBudget(self._platform, workspace_id, connection_id, rate, provider=provider)
            rest_s = self._platform.settings.providers.rest_s
            breaker = (
                kept.breaker if kept else Breaker(str(connection_id), provider=provider, open_for_s=rest_s)
            )
            kept = self._kept[connection_id] = Kept(breaker, budget, rate)
        return kept

    async def close(self) -> None:
        await self.calls.close()
        if self._client is not None:
            await self._client.aclose()


def pool_of(platform: Platform) -> AdapterPool:
    """The process's pool; made at first use, closed with the platform."""
    pool = platform.extras.get(AdapterPool)
    if not isinstance(pool, AdapterPool):
        pool = platform.extras[AdapterPool] = AdapterPool(platform)
        platform.on_close(pool.close)
    return pool


def credentials_at(workspace_id: UUID, connection_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "connections", "credentials", connection_id)


def webhook_secret_at(workspace_id: UUID, connection_id: UUID) -> SealedAt:
    return SealedAt(workspace_id, "connections", "webhook_secret", connection_id)


def agreed_rate(row: ConnectionRow) -> Rate:
    """The provider's published rate, or what it agreed to with this account."""
    if row.rate_requests is not None:
        return Rate(row.rate_requests, timedelta(minutes=1))
    return adapter_type(row.provider).rate


@asynccontextmanager
async def open_adapter(
    platform: Platform,
    workspace_id: WorkspaceId,
    connection_id: UUID,
    *,
    priority: Priority = Priority.ORDERS,
) -> AsyncGenerator[Adapter[Any]]:
    """The adapter of a connection. Not to be opened while a transaction is held: it opens a short one of its own.

    Args:
        priority: bulk work leaves a quarter of the rate budget to orders.

    Raises:
        NotFound: no such connection in this workspace.
        ProviderNeedsAttention: the connection is paused; no call is made.
    """
    async with workspace_scope(platform, workspace_id, Principal.work("open adapter")) as scope:
        row = await get_connection(scope, connection_id)
        settings = open_settings(scope, row)
    if row.state != ConnectionState.ACTIVE:
        raise ProviderNeedsAttention(row.state_detail or "The connection is paused", provider=row.provider)
    yield make_adapter(platform, row, settings, priority=priority)


def make_adapter(
    platform: Platform, row: ConnectionRow, settings: msgspec.Struct, *, priority: Priority = Priority.ORDERS
) -> Adapter[Any]:
    """Put an adapter together from its row and opened settings."""
    pool = pool_of(platform)
    kind = adapter_type(row.provider)
    workspace_id = WorkspaceId(row.workspace_id)
    kept = pool.kept(workspace_id, row.id, row.provider, agreed_rate(row))
    bounds = platform.settings.providers
    return kind.connect(
        settings,
        client=pool.client,
        budget=kept.budget,
        breaker=kept.breaker,
        recorder=pool.calls.recorder(workspace_id, row.id),
        limits=Limits(connect_s=bounds.connect_timeout_s, read_s=bounds.read_timeout_s),
        base_url=row.base_url,
        priority=priority,
    )


def open_settings(scope: WorkspaceScope, row: ConnectionRow) -> msgspec.Struct:
    """The connection's settings with the credential in the clear, for the adapter alone."""
    kind = adapter_type(row.provider)
    opened = scope.platform.keyring.open(row.credentials, credentials_at(row.workspace_id, row.id))
    return msgspec.json.decode(opened, type=kind.settings_type, dec_hook=dec_hook)
