"""`/api/v1/keys`: API keys made, looked at, rotated and revoked."""

from __future__ import annotations

from datetime import timedelta

from printvision.accounts import service
from printvision.accounts.features import ACCESS, API_ACCESS
from printvision.accounts.permissions import Permission
from printvision.accounts.schemas import CreateKey, KeyView, ListKeys, NewKey, OneKey, RotateKey
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import WorkspaceScope


@operation(
    "keys.list",
    title="List the API keys",
    feature=ACCESS,
    permission=Permission.KEYS_READ,
    rest=Rest("GET", "/keys"),
)
async def list_keys(scope: WorkspaceScope, input: ListKeys) -> Page[KeyView]:
    """The workspace's keys, the last made first, without the keys themselves."""
    return await service.list_keys(scope, input)


@operation(
    "keys.get",
    title="Show an API key",
    feature=ACCESS,
    permission=Permission.KEYS_READ,
    rest=Rest("GET", "/keys/{key_id}"),
)
async def get_key(scope: WorkspaceScope, input: OneKey) -> KeyView:
    """One key, without the key itself."""
    return await service.get_key(scope, input.key_id)


@operation(
    "keys.create",
    title="Make an API key",
    feature=API_ACCESS,
    permission=Permission.KEYS_MANAGE,
    rest=Rest("POST", "/keys", status=201),
    audit=True,
    step_up=True,
)
async def create_key(scope: WorkspaceScope, input: CreateKey) -> NewKey:
    """The answer has the key itself, which is not shown again.

    Raises:
        RuleBroken: a network is none, or the end is not in the future.
    """
    view, secret = await service.create_key(
        scope,
        input.name,
        input.permissions,
        test=input.test,
        networks=input.networks,
        expires_at=input.expires_at,
    )
    return NewKey(key=view, secret=secret.reveal())


@operation(
    "keys.rotate",
    title="Put a new API key in the place of another",
    feature=API_ACCESS,
    permission=Permission.KEYS_MANAGE,
    rest=Rest("POST", "/keys/{key_id}/rotate", status=201),
    audit=True,
    step_up=True,
)
async def rotate_key(scope: WorkspaceScope, input: RotateKey) -> NewKey:
    """The new key may what the old one may, which works on for `overlap_hours`.

    Raises:
        KeyIsOver
    """
    view, secret = await service.rotate_key(scope, input.key_id, timedelta(hours=input.overlap_hours))
    return NewKey(key=view, secret=secret.reveal())


@operation(
    "keys.revoke",
    title="Revoke an API key",
    feature=ACCESS,
    permission=Permission.KEYS_MANAGE,
    rest=Rest("POST", "/keys/{key_id}/revoke", status=204),
    idempotent=True,
    audit=True,
)
async def revoke_key(scope: WorkspaceScope, input: OneKey) -> None:
    """From this moment on it opens nothing; its streams end within a second."""
    await service.revoke_key(scope, input.key_id)
