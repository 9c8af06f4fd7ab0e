"""Trying a connection: does its credential work, and do webhooks reach us?"""

from __future__ import annotations

from uuid import UUID

from printvision.platform.ids import WorkspaceId
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, workspace_scope
from printvision.providers.pool import make_adapter, open_settings
from printvision.providers.queries import get_connection
from printvision.providers.schemas import ConnectionTest
from printvision.providers.sdk import ProviderError, ProviderNeedsAttention
from printvision.providers.service import pause_connection, resume_connection, store_webhook_secret


async def try_connection(
    platform: Platform, workspace_id: WorkspaceId, principal: Principal, connection_id: UUID
) -> ConnectionTest:
    """Make the provider's cheapest call. Success ends a pause; a refused credential begins one."""
    async with workspace_scope(platform, workspace_id, principal) as scope:
        row = await get_connection(scope, connection_id)
        settings = open_settings(scope, row)
    adapter = make_adapter(platform, row, settings)
    try:
        account = await adapter.account()
    except ProviderError as error:
        if isinstance(error, ProviderNeedsAttention):
            async with workspace_scope(platform, workspace_id, principal) as scope:
                await pause_connection(scope, connection_id, error.detail or error.title)
        return ConnectionTest(ok=False, problem=error.code, detail=error.detail or error.title)
    async with workspace_scope(platform, workspace_id, principal) as scope:
        await resume_connection(scope, connection_id, account_name=account.name)
    return ConnectionTest(ok=True, account_id=account.external_id, account_name=account.name)


async def register_webhooks(
    platform: Platform, workspace_id: WorkspaceId, principal: Principal, connection_id: UUID
) -> str | None:
    """Tell the provider where we are, where it sends webhooks at all.

    Returns:
        The address it was given.
    """
    async with workspace_scope(platform, workspace_id, principal) as scope:
        row = await get_connection(scope, connection_id)
        settings = open_settings(scope, row)
    adapter = make_adapter(platform, row, settings)
    if not adapter.capabilities.webhooks:
        return None
    url = f"{platform.settings.server.public_url.rstrip('/')}/webhooks/{row.provider}/{row.id}"
    registered = await adapter.register_webhooks(url)
    if registered.secret is not None:
        async with workspace_scope(platform, workspace_id, principal) as scope:
            await store_webhook_secret(scope, connection_id, registered.secret)
    return url
