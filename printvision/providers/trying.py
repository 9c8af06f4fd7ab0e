"""Trying a connection: does its credential work, and does the provider know where we are?"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from printvision.accounts import Permission
from printvision.platform import clock, workflows
from printvision.platform.scope import WorkspaceScope
from printvision.platform.workflows import Queue, Run, workflow
from printvision.providers.pool import make_adapter, ready_adapter
from printvision.providers.queries import get_connection
from printvision.providers.schemas import ConnectionTest
from printvision.providers.sdk import Adapter, ProviderError, ProviderNeedsAttention
from printvision.providers.service import pause_connection, resume_connection, store_webhook_secret


@workflow("providers.try", queue=Queue.SYNC)
async def try_connection(run: Run) -> None:
    """Make the provider's cheapest call, then tell it our address; the connection keeps what came of it."""
    if await run.step(test):
        await run.step(register_webhooks)


async def ask_for_test(scope: WorkspaceScope, connection_id: UUID) -> None:
    """Enqueue a test; its result is written to the connection."""
    scope.require(Permission.CONNECTIONS_MANAGE)
    row = await get_connection(scope, connection_id, for_update=True)
    row.last_test = None
    await workflows.start(scope, try_connection, row.id)


async def test(run: Run) -> bool:
    """Success ends a pause; a refused credential begins one."""
    try:
        account = await (await _adapter(run)).account()
    except ProviderError as error:
        await _note(run, ConnectionTest(ok=False, problem=error.code, detail=error.detail or error.title))
        if isinstance(error, ProviderNeedsAttention):
            async with run.scope() as scope:
                await pause_connection(scope, run.subject_id, error.detail or error.title)
        return False
    async with run.scope() as scope:
        await resume_connection(scope, run.subject_id, account_name=account.name)
    await _note(
        run,
        ConnectionTest(
            ok=True, account_id=account.external_id, account_name=account.name, warnings=account.warnings
        ),
    )
    return True


async def register_webhooks(run: Run) -> str | None:
    """Tell the provider where we are, where it sends webhooks at all. Registering again replaces the secret.

    Returns:
        The address it was given; None where it was not given one.
    """
    adapter = await _adapter(run)
    if not adapter.capabilities.webhooks:
        return None
    url = f"{run.platform.settings.server.public_url.rstrip('/')}/webhooks/{adapter.key}/{run.subject_id}"
    try:
        registered = await adapter.register_webhooks(url)
    except ProviderError as error:
        detail = f"The credential works, but webhooks could not be set up: {error.detail or error.title}"
        await _note(run, ConnectionTest(ok=True, problem=error.code, detail=detail))
        return None
    if registered.secret is not None:
        async with run.scope() as scope:
            await store_webhook_secret(scope, run.subject_id, registered.secret)
    return url


async def _adapter(run: Run) -> Adapter[Any]:
    async with run.scope() as scope:
        ready = await ready_adapter(scope, run.subject_id)
    return make_adapter(ready)  # not `ready.open`: a paused connection is tried too


async def _note(run: Run, result: ConnectionTest) -> None:
    async with run.scope() as scope:
        row = await get_connection(scope, run.subject_id, for_update=True)
        told = msgspec.to_builtins(result) | {"at": clock.now().isoformat()}
        # what the account warned of outlasts a failure of what came after it in the same test
        warnings = told["warnings"] or (row.last_test or {}).get("warnings", [])
        row.last_test = told | {"warnings": warnings}
