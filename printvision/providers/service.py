"""The verbs of connections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from printvision.accounts import Permission
from printvision.platform import clock
from printvision.platform.errors import RuleBroken
from printvision.platform.events import publish, wake_after_commit
from printvision.platform.ids import new_id
from printvision.platform.outbound import AddressRefused, check_url
from printvision.platform.redaction import dec_hook
from printvision.platform.scope import SystemScope, WorkspaceScope
from printvision.providers import events
from printvision.providers.errors import AddressNotAllowed, BadCredentials, UnknownProvider
from printvision.providers.grants import forget_tokens, sign_out
from printvision.providers.models import ConnectionRow, ConnectionState
from printvision.providers.pool import credentials_at, webhook_secret_at
from printvision.providers.queries import SigningConnection, get_connection, list_known
from printvision.providers.registry import adapter_type, adapter_types
from printvision.providers.schemas import AddConnection, ConnectionView, UpdateConnection
from printvision.providers.views import view

DISCONNECTED: Final = "It was disconnected here"


async def add_connection(scope: WorkspaceScope, wanted: AddConnection) -> ConnectionView:
    """Store a connection with its credential sealed. It is not tested here: that calls the provider.

    Raises:
        UnknownProvider, BadCredentials, AddressNotAllowed
        RuleBroken: a test key connects sandboxes alone.
    """
    scope.require(Permission.CONNECTIONS_MANAGE)
    if scope.principal.test and not wanted.sandbox:
        raise RuleBroken(errors=[{"path": "sandbox", "message": "A test key connects sandboxes alone"}])
    if wanted.provider not in adapter_types():
        raise UnknownProvider(provider=wanted.provider, providers=sorted(adapter_types()))
    kind = adapter_type(wanted.provider)
    credentials = _checked_credentials(kind.settings_type, wanted.credentials)
    base_url = await _checked_address(scope, wanted.base_url) if wanted.base_url else kind.base_url
    now = clock.now()
    row = ConnectionRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        provider=wanted.provider,
        name=wanted.name,
        base_url=base_url,
        credentials=b"",
        sandbox=wanted.sandbox,
        rate_requests=wanted.requests_a_minute,
        live=wanted.live,
        live_since=now if wanted.live else None,
        state=ConnectionState.ACTIVE,
        created_at=now,
    )
    seal_credentials(scope, row, credentials)
    scope.session.add(row)
    await scope.session.flush()
    publish(scope, events.ConnectionAdded(subject_id=row.id, provider=row.provider))
    return view(row)


async def update_connection(scope: WorkspaceScope, wanted: UpdateConnection) -> ConnectionView:
    """Rename it, turn its live switch, or give it a fresh credential (which ends a pause)."""
    scope.require(Permission.CONNECTIONS_MANAGE)
    row = await get_connection(scope, wanted.connection_id, for_update=True)
    if wanted.name is not None:
        row.name = wanted.name
    if wanted.live is not None and wanted.live != row.live:
        row.live = wanted.live
        row.live_since = clock.now() if wanted.live else None
        publish(scope, events.ConnectionSwitched(subject_id=row.id, live=row.live))
    if wanted.credentials is not None:
        credentials = _checked_credentials(adapter_type(row.provider).settings_type, wanted.credentials)
        seal_credentials(scope, row, credentials)
        forget_tokens(row)
        row.oauth = False
        resume(scope, row)
    return view(row)


async def find_connection(scope: WorkspaceScope, connection_id: UUID) -> ConnectionView | None:
    found = await list_connections(scope, [connection_id])
    return found[0] if found else None


async def list_connections(scope: WorkspaceScope, ids: Sequence[UUID]) -> list[ConnectionView]:
    """Those of `ids` that are this workspace's, in the order of their age."""
    return [view(row) for row in await list_known(scope, ids)]


async def pause_connection(scope: WorkspaceScope, connection_id: UUID, detail: str) -> None:
    """Stop using a connection whose credential was refused."""
    row = await get_connection(scope, connection_id, for_update=True)
    if row.state != ConnectionState.ACTIVE:
        return
    row.state = ConnectionState.PAUSED
    row.state_detail = detail[:500]
    publish(scope, events.ConnectionPaused(subject_id=row.id))


async def resume_connection(
    scope: WorkspaceScope, connection_id: UUID, *, account_name: str | None = None
) -> None:
    """Use a connection again, after its credential was seen to work."""
    row = await get_connection(scope, connection_id, for_update=True)
    if row.oauth and row.tokens is None:
        return  # what was seen to work has been taken back since
    row.account_name = account_name or row.account_name
    resume(scope, row)


async def disconnect_connection(scope: WorkspaceScope, connection_id: UUID) -> ConnectionView:
    """Send nothing there any more; its orders wait. What was granted by signing in there is forgotten."""
    scope.require(Permission.CONNECTIONS_MANAGE)
    row = await get_connection(scope, connection_id, for_update=True)
    if row.oauth:
        sign_out(scope, row, DISCONNECTED)
    else:
        await pause_connection(scope, connection_id, DISCONNECTED)
    return view(row)


async def store_webhook_secret(scope: WorkspaceScope, connection_id: UUID, secret: str) -> None:
    """Keep the secret with which the provider signs its webhooks; the one before stops being accepted."""
    row = await get_connection(scope, connection_id, for_update=True)
    at = webhook_secret_at(scope.workspace_id, row.id)
    row.webhook_secret = scope.platform.keyring.seal(secret.encode(), at)


def resume(scope: WorkspaceScope, row: ConnectionRow) -> None:
    """Use it again; the orders that waited for it go on."""
    if row.state == ConnectionState.ACTIVE:
        return
    row.state = ConnectionState.ACTIVE
    row.state_detail = None
    publish(scope, events.ConnectionResumed(subject_id=row.id))
    wake_after_commit(scope)


def seal_credentials(scope: WorkspaceScope, row: ConnectionRow, credentials: dict[str, Any]) -> None:
    """Keep what its adapter is given, and nobody else."""
    at = credentials_at(scope.workspace_id, row.id)
    row.credentials = scope.platform.keyring.seal(msgspec.json.encode(credentials), at)


def _checked_credentials(kind: type[msgspec.Struct], given: Mapping[str, Any]) -> dict[str, Any]:
    """As they are sealed: without the blanks and line ends that copying brings along."""
    credentials = _cleaned(kind, given)
    _convert(credentials, kind)
    return credentials


def check_settings(kind: type[msgspec.Struct], given: Mapping[str, Any]) -> dict[str, Any]:
    """What goes beside a token that is granted: the same, and no token.

    Raises:
        BadCredentials
    """
    if "token" in given:
        raise BadCredentials(errors=[_wrong("token", "It is granted by the provider")])
    settings = _cleaned(kind, given)
    _convert({"token": ""} | settings, kind)
    return settings


def _cleaned(kind: type[msgspec.Struct], given: Mapping[str, Any]) -> dict[str, Any]:
    credentials = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    known = {field.encode_name for field in msgspec.structs.fields(kind)}
    wrong = [_wrong(name, "There is no such field") for name in credentials if name not in known]
    wrong += [
        _wrong(name, "Expected text in one line, not empty")
        for name, value in credentials.items()
        if isinstance(value, str) and not (value and value.isprintable())
    ]
    if wrong:
        raise BadCredentials(errors=wrong)
    return credentials


def _convert(credentials: Mapping[str, Any], kind: type[msgspec.Struct]) -> None:
    try:
        msgspec.convert(credentials, kind, dec_hook=dec_hook)
    except msgspec.ValidationError as error:
        # msgspec's words name fields and types, never a value
        raise BadCredentials(errors=[{"path": "credentials", "message": str(error)}]) from None


def _wrong(name: str, message: str) -> dict[str, str]:
    return {"path": f"credentials.{name}", "message": message}


async def _checked_address(scope: WorkspaceScope, url: str) -> str:
    if not scope.platform.settings.providers.allow_private_addresses:
        raise AddressNotAllowed(url=url)
    try:
        check_url(url, allow_private=True)
    except AddressRefused:
        raise AddressNotAllowed(url=url) from None
    return url.rstrip("/")


def webhook_secrets(scope: SystemScope, connection: SigningConnection) -> list[str]:
    """The secrets that verify the provider's calls; none until our address is registered there."""
    if connection.webhook_secret is None:
        return []
    at = webhook_secret_at(connection.workspace_id, connection.id)
    return [scope.platform.keyring.open(connection.webhook_secret, at).decode()]
