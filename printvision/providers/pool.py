"""Adapters ready for use: what a process keeps of each connection between calls."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from printvision.oauth import find_app
from printvision.platform.errors import NotFound
from printvision.platform.ids import WorkspaceId
from printvision.platform.redaction import dec_hook
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, workspace_scope
from printvision.platform.sealed import SealedAt
from printvision.providers.budget import SharedBudget
from printvision.providers.calls import CallLog
from printvision.providers.grants import Grant, Renewals, Whose, open_tokens
from printvision.providers.queries import Known, list_known
from printvision.providers.registry import AdapterType, adapter_type
from printvision.providers.schemas import ConnectionView
from printvision.providers.sdk import (
    Adapter,
    Breaker,
    Client,
    Granted,
    Limits,
    Priority,
    ProviderNeedsAttention,
    Rate,
    open_client,
)
from printvision.providers.sdk.auth import SIGN_IN_AGAIN
from printvision.providers.views import agreed_rate, view


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
        self._client: Client | None = None
        self._kept: dict[UUID, Kept] = {}
        self.renewals = Renewals(platform)

    @property
    def client(self) -> Client:
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
        await self.renewals.close()
        await self.calls.close()
        if self._client is not None:
            await self._client.close()


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


class ReadyAdapter(msgspec.Struct, frozen=True, kw_only=True):
    """A connection as it was read in a transaction; its adapter is opened when that one has ended.

    Args:
        connection: what else of it is asked in the same breath, such as whether it is live.
        rate: the provider's published one, or what it agreed to with this account.
        credentials: sealed, as they are stored.
        tokens: likewise, where access was granted by OAuth 2 and has not ended.
    """

    platform: Platform
    workspace_id: WorkspaceId
    connection: ConnectionView
    rate: Rate
    credentials: bytes
    tokens: bytes | None = None

    def open(self, *, priority: Priority = Priority.ORDERS) -> Adapter[Any]:
        """The adapter. Its calls are not to be made while a transaction is held.

        Args:
            priority: bulk work leaves a quarter of the rate budget to orders.

        Raises:
            ProviderNeedsAttention: the connection is paused; no call is made.
        """
        connection = self.connection
        if not connection.active:
            detail = connection.state_detail or "The connection is paused"
            raise ProviderNeedsAttention(detail, provider=connection.provider)
        return make_adapter(self, priority=priority)


async def ready_adapter(scope: WorkspaceScope, connection_id: UUID) -> ReadyAdapter:
    """Read a connection in the caller's transaction, for a call that is made after it.

    That it is paused is said by `open`, not here, so that a transaction which only reads it is not undone.

    Raises:
        NotFound: no such connection in this workspace.
    """
    found = await ready_adapters(scope, [connection_id])
    if connection_id not in found:
        raise NotFound(kind="connection", id=str(connection_id))
    return found[connection_id]


async def ready_adapters(scope: WorkspaceScope, ids: Sequence[UUID]) -> dict[UUID, ReadyAdapter]:
    """Those of `ids` that are this workspace's, read at once, in the order of their age."""
    return {row.id: _ready(scope, row) for row in await list_known(scope, ids)}


@asynccontextmanager
async def open_adapter(
    platform: Platform,
    workspace_id: WorkspaceId,
    connection_id: UUID,
    *,
    priority: Priority = Priority.ORDERS,
) -> AsyncGenerator[Adapter[Any]]:
    """The adapter of a connection. Not to be opened while a transaction is held: it opens a short one of its own.

    Who has a transaction of its own before the call reads the connection in that one, with `ready_adapter`.

    Args:
        priority: bulk work leaves a quarter of the rate budget to orders.

    Raises:
        NotFound: no such connection in this workspace.
        ProviderNeedsAttention: the connection is paused; no call is made.
    """
    async with workspace_scope(platform, workspace_id, Principal.work("open adapter")) as scope:
        ready = await ready_adapter(scope, connection_id)
    yield ready.open(priority=priority)


def make_adapter(ready: ReadyAdapter, *, priority: Priority = Priority.ORDERS) -> Adapter[Any]:
    """Put an adapter together, of a paused connection too.

    Raises:
        ProviderNeedsAttention: access was granted by OAuth 2, and that has ended.
    """
    platform, connection = ready.platform, ready.connection
    pool = pool_of(platform)
    kind = adapter_type(connection.provider)
    kept = pool.kept(ready.workspace_id, connection.id, connection.provider, ready.rate)
    bounds = platform.settings.providers
    granted = _granted(pool, ready, kind) if connection.oauth else None
    return kind.connect(
        _settings(ready, kind.settings_type),
        granted=granted,
        client=pool.client,
        budget=kept.budget,
        breaker=kept.breaker,
        recorder=pool.calls.recorder(ready.workspace_id, connection.id),
        limits=Limits(connect_s=bounds.connect_timeout_s, read_s=bounds.read_timeout_s),
        base_url=connection.base_url,
        priority=priority,
    )


def _ready(scope: WorkspaceScope, row: Known) -> ReadyAdapter:
    return ReadyAdapter(
        platform=scope.platform,
        workspace_id=scope.workspace_id,
        connection=view(row),
        rate=agreed_rate(row),
        credentials=row.credentials,
        tokens=row.tokens,
    )


def _granted(pool: AdapterPool, ready: ReadyAdapter, kind: AdapterType) -> Granted:
    connection, platform = ready.connection, ready.platform
    app = find_app(platform.settings, kind.key, kind.oauth) if kind.oauth else None
    if ready.tokens is None or app is None:
        raise ProviderNeedsAttention(connection.state_detail or SIGN_IN_AGAIN, provider=kind.key)
    tokens = open_tokens(platform, ready.workspace_id, connection.id, ready.tokens)
    store = Grant(pool.renewals, Whose(ready.workspace_id, connection.id, kind.key), tokens)
    return Granted(app, store)


def _settings(ready: ReadyAdapter, kind: type[msgspec.Struct]) -> msgspec.Struct:
    """The connection's settings with the credential in the clear, for the adapter alone."""
    at = credentials_at(ready.workspace_id, ready.connection.id)
    opened = ready.platform.keyring.open(ready.credentials, at)
    return msgspec.json.decode(opened, type=kind, dec_hook=dec_hook)
