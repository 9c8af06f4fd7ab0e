"""Connections whose access is granted by signing in at the provider."""

from __future__ import annotations

from typing import Any

import msgspec

from printvision.accounts import Permission, new_token
from printvision.entitlements import decide
from printvision.oauth import (
    App,
    Attempt,
    OAuthNotSetUp,
    begin_attempt,
    find_app,
    finish_attempt,
    trade,
)
from printvision.platform import clock
from printvision.platform.caching import touch
from printvision.platform.errors import RuleBroken
from printvision.platform.events import publish
from printvision.platform.ids import new_id
from printvision.platform.runtime import Platform
from printvision.platform.scope import PermissionMissing, PersonScope, WorkspaceScope, workspace_scope
from printvision.providers import events
from printvision.providers.errors import UnknownProvider
from printvision.providers.features import CONNECTIONS
from printvision.providers.grants import keep_tokens
from printvision.providers.models import ConnectionRow, ConnectionState
from printvision.providers.pool import credentials_at, pool_of
from printvision.providers.queries import get_connection
from printvision.providers.registry import adapter_type, adapter_types
from printvision.providers.schemas import AuthorizeConnection, ConnectionView, FinishAuthorization
from printvision.providers.service import check_settings, resume, seal_credentials
from printvision.providers.trying import ask_for_test
from printvision.providers.views import view


async def begin_authorization(scope: WorkspaceScope, wanted: AuthorizeConnection) -> str:
    """The provider's address where somebody allows us in.

    Raises:
        UnknownProvider, OAuthNotSetUp, BrowserNeeded, BadCredentials
        NotFound, RuleBroken: no such connection of this provider.
    """
    scope.require(Permission.CONNECTIONS_MANAGE)
    app = _app(scope.platform, wanted.provider)
    settings = check_settings(adapter_type(wanted.provider).settings_type, wanted.settings or {})
    if wanted.connection_id is not None:
        row = await get_connection(scope, wanted.connection_id)
        if row.provider != wanted.provider:
            raise RuleBroken(errors=[{"path": "provider", "message": f"The connection is of {row.provider}"}])
    details = msgspec.to_builtins(wanted) | {"settings": settings or None}
    return await begin_attempt(scope, app, details)


async def finish_authorization(scope: PersonScope, given: FinishAuthorization) -> ConnectionView:
    """Trade what the provider sent the browser back with for tokens, and keep the connection.

    Raises:
        UnknownProvider, OAuthNotSetUp, OAuthRefused, OAuthDenied, OAuthUnavailable, PermissionMissing
    """
    app = _app(scope.platform, given.provider)
    attempt = await finish_attempt(scope, app, given.query)
    _check_allowed(attempt)
    tokens = await trade(pool_of(scope.platform).client, scope.platform, app, attempt)
    principal = attempt.who.principal
    async with workspace_scope(scope.platform, attempt.workspace_id, principal) as inside:
        row = await _find_or_make(inside, app, msgspec.convert(attempt.details, AuthorizeConnection))
        keep_tokens(inside, row, tokens)
        publish(inside, events.ConnectionGranted(subject_id=row.id, provider=row.provider))
        touch(inside, "connections")  # which the call, being no workspace's, cannot name
        await ask_for_test(inside, row.id)
        return view(row)


def _app(platform: Platform, provider: str) -> App:
    if provider not in adapter_types():
        raise UnknownProvider(provider=provider, providers=sorted(adapter_types()))
    declared = adapter_type(provider).oauth
    app = find_app(platform.settings, provider, declared) if declared else None
    if app is None:
        raise OAuthNotSetUp(provider=provider)
    return app


def _check_allowed(attempt: Attempt) -> None:
    """Once more what the door asked when it was begun: they may have been made another role since."""
    if not attempt.who.principal.may(Permission.CONNECTIONS_MANAGE):
        raise PermissionMissing(permission=Permission.CONNECTIONS_MANAGE)
    decide(attempt.who.tier, CONNECTIONS).require(CONNECTIONS)


async def _find_or_make(scope: WorkspaceScope, app: App, wanted: AuthorizeConnection) -> ConnectionRow:
    if wanted.connection_id is not None:
        row = await get_connection(scope, wanted.connection_id, for_update=True)
        kept = _settings_before(scope, row)
        seal_credentials(scope, row, _own_token() | kept | (wanted.settings or {}))
        resume(scope, row)
        return row
    now, kind = clock.now(), adapter_type(wanted.provider)
    row = ConnectionRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        provider=wanted.provider,
        name=wanted.name or kind.title,
        base_url=app.address or kind.base_url,
        credentials=b"",
        oauth=True,
        sandbox=wanted.sandbox,
        rate_requests=wanted.requests_a_minute,
        live=wanted.live,
        live_since=now if wanted.live else None,
        state=ConnectionState.ACTIVE,
        created_at=now,
    )
    seal_credentials(scope, row, _own_token() | (wanted.settings or {}))
    scope.session.add(row)
    await scope.session.flush()
    publish(scope, events.ConnectionAdded(subject_id=row.id, provider=row.provider))
    return row


def _settings_before(scope: WorkspaceScope, row: ConnectionRow) -> dict[str, Any]:
    if row.oauth:
        opened = scope.platform.keyring.open(row.credentials, credentials_at(scope.workspace_id, row.id))
        return msgspec.json.decode(opened, type=dict[str, Any])
    return {}


def _own_token() -> dict[str, str]:
    """In the place of a token that somebody enters: by it an adapter makes secrets of the connection's own."""
    return {"token": new_token().reveal()}
