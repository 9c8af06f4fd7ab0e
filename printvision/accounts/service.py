"""API keys: made, presented, rotated, revoked."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from printvision.accounts.errors import BadKey, KeyIsOver, KeyMissing
from printvision.accounts.keys import PresentedKey, make_key, read_key
from printvision.accounts.models import ApiKeyRow
from printvision.accounts.permissions import OF_KEYS, Permission
from printvision.accounts.schemas import KeyId, KeyView, ListKeys
from printvision.accounts.signed_in import SignedIn
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound, RuleBroken
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.paging import Page, fetch_page
from printvision.platform.redaction import Secret
from printvision.platform.scope import Actor, Principal, SystemScope, WorkspaceScope

EVERY: Final = "*"  # stored for a key that may do whatever there is, later permissions too
USE_NOTED_EVERY: Final = timedelta(minutes=1)
_NO_HASH: Final = "0" * 64
_FIND_KEY: Final = """
SELECT k.id, k.workspace_id, w.tier, k.secret_hash, k.permissions, k.test, k.networks,
  k.expires_at, k.revoked_at, k.last_used_at
FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id
WHERE k.prefix = %(prefix)s
"""
_NOTE_USE: Final = """
UPDATE api_keys SET last_used_at = %(now)s
WHERE id = %(id)s AND (last_used_at IS NULL OR last_used_at <= %(before)s)
"""


class _Known(NamedTuple):
    """What is stored of a key and asked for at sign-in, in the order of `_FIND_KEY`."""

    id: UUID
    workspace_id: UUID
    tier: str
    secret_hash: str
    permissions: list[str]
    test: bool
    networks: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None

    def is_live(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


async def create_key(
    scope: WorkspaceScope,
    name: str,
    permissions: Collection[Permission] | None = None,
    *,
    test: bool = False,
    networks: Sequence[str] = (),
    expires_at: datetime | None = None,
) -> tuple[KeyView, Secret]:
    """Make a key to the scope's workspace.

    Args:
        name: 1 to 100 characters, for people.
        permissions: what it may do; None for everything a key can, now or later.
        test: whether it touches nothing but sandboxes; a test key makes no other.
        networks: where it may be used from; none for everywhere.
        expires_at: in the future; None for never.

    Returns:
        What lists show, and the key itself, which is not kept and cannot be had again.

    Raises:
        PermissionMissing: nobody gives more than they have.
        RuleBroken: the name, a network or the time is out of bounds.
    """
    scope.require(Permission.KEYS_MANAGE)
    granted = sorted({EVERY} if permissions is None else {str(permission) for permission in permissions})
    for permission in OF_KEYS if permissions is None else permissions:
        scope.require(permission)
    now = clock.now()
    _check_new(name, networks, expires_at, now)
    return await _add(
        scope,
        name=name,
        permissions=granted,
        test=test or scope.principal.test,
        networks=list(networks),
        created_at=now,
        expires_at=expires_at,
    )


async def list_keys(scope: WorkspaceScope, page: ListKeys) -> Page[KeyView]:
    """The workspace's keys, the last made first.

    Raises:
        CursorOfAnotherList
    """
    scope.require(Permission.KEYS_READ)
    statement = select(ApiKeyRow).where(ApiKeyRow.workspace_id == scope.workspace_id)
    rows, next_cursor = await fetch_page(scope, statement, ApiKeyRow.id, page)
    return Page([KeyView.of(row) for row in rows], next_cursor)


async def get_key(scope: WorkspaceScope, key_id: KeyId) -> KeyView:
    """
    Raises:
        NotFound: the workspace has no such key.
    """
    scope.require(Permission.KEYS_READ)
    return KeyView.of(await _row(scope, key_id))


async def rotate_key(scope: WorkspaceScope, key_id: KeyId, overlap: timedelta) -> tuple[KeyView, Secret]:
    """Make a key that may what another may, which works on for a while so that nobody is cut off.

    Returns:
        What lists show of the new one, and the new key itself.

    Raises:
        NotFound: the workspace has no such key.
        PermissionMissing: nobody gives more than they have.
        KeyIsOver: it is revoked or has expired, or was rotated before.
    """
    scope.require(Permission.KEYS_MANAGE)
    old, now = await _row(scope, key_id, for_update=True), clock.now()
    for permission in read_permissions(old.permissions):
        scope.require(permission)
    if old.revoked_at or old.rotated_at or (old.expires_at is not None and old.expires_at <= now):
        raise KeyIsOver
    if scope.principal.test and not old.test:
        raise NotFound(kind="key", id=str(key_id))
    expires_at = old.expires_at
    # No later than it would have, and not before a moment after its creation.
    ends_at = max(now + overlap, old.created_at + timedelta(microseconds=1))
    old.rotated_at, old.expires_at = now, ends_at if expires_at is None else min(ends_at, expires_at)
    return await _add(
        scope,
        name=old.name,
        permissions=old.permissions,
        test=old.test,
        networks=old.networks,
        created_at=now,
        expires_at=expires_at,
    )


async def revoke_key(scope: WorkspaceScope, key_id: KeyId) -> None:
    """Make a key useless from this moment; a second time changes nothing.

    Raises:
        NotFound: the workspace has no such key.
    """
    scope.require(Permission.KEYS_MANAGE)
    row = await _row(scope, key_id, for_update=True)
    row.revoked_at = row.revoked_at or clock.now()


async def _add(scope: WorkspaceScope, *, test: bool, **of_key: Any) -> tuple[KeyView, Secret]:
    key = make_key(test=test)
    row = ApiKeyRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        prefix=key.prefix,
        secret_hash=key.hash,
        test=test,
        created_by=f"{scope.principal.actor}:{scope.principal.id}",
        **of_key,
    )
    scope.session.add(row)
    await scope.session.flush()
    return KeyView.of(row), key.text


async def _row(scope: WorkspaceScope, key_id: KeyId, *, for_update: bool = False) -> ApiKeyRow:
    statement = select(ApiKeyRow).where(ApiKeyRow.id == key_id, ApiKeyRow.workspace_id == scope.workspace_id)
    row = await scope.session.scalar(statement.with_for_update() if for_update else statement)
    if row is None:
        raise NotFound(kind="key", id=str(key_id))
    return row


async def authenticate(scope: SystemScope, presented: str | None) -> SignedIn:
    """Whose key this is.

    A key whose checksum is wrong is refused without asking the database. Known and unknown keys take the same
    comparison, so that time tells nothing about which prefixes exist.

    Raises:
        KeyMissing, BadKey
    """
    key = read_presented(presented)
    rows = await run(scope.session, _FIND_KEY, {"prefix": key.prefix})
    known = _Known(*rows[0]) if rows else None
    same = hmac.compare_digest(known.secret_hash if known else _NO_HASH, key.hash)
    now = clock.now()
    if known is None or not same or not known.is_live(now):
        raise BadKey(note=f"prefix {key.prefix}")
    await _note_use(scope, known, now)
    principal = Principal(Actor.KEY, str(known.id), read_permissions(known.permissions), known.test)
    networks = tuple(ip_network(each) for each in known.networks)
    return SignedIn(principal, WorkspaceId(known.workspace_id), Tier(known.tier), networks=networks)


def read_presented(presented: str | None) -> PresentedKey:
    """The key as it was presented, checked for its form alone.

    Raises:
        KeyMissing, BadKey
    """
    if not presented:
        raise KeyMissing
    key = read_key(presented)
    if key is None:
        raise BadKey(note="form or checksum")
    return key


def _check_new(name: str, networks: Sequence[str], expires_at: datetime | None, now: datetime) -> None:
    errors: list[dict[str, str]] = []
    if not 1 <= len(name.strip()) <= 100:
        errors.append({"path": "name", "message": "Expected 1 to 100 characters"})
    for place, network in enumerate(networks):
        try:
            ip_network(network)
        except ValueError:
            errors.append(
                {"path": f"networks[{place}]", "message": "Expected a network such as 203.0.113.0/24"}
            )
    if expires_at is not None and expires_at <= now:
        errors.append({"path": "expires_at", "message": "Expected a moment in the future"})
    if errors:
        raise RuleBroken(errors=errors)


def read_permissions(stored: list[str]) -> frozenset[str]:
    """What a key may do, by what is stored of it."""
    return OF_KEYS if EVERY in stored else OF_KEYS & frozenset(stored)


async def _note_use(scope: SystemScope, known: _Known, now: datetime) -> None:
    # At most one write a minute and key: a busy key would otherwise serialise its own requests on this row.
    before = now - USE_NOTED_EVERY
    if known.last_used_at is None or known.last_used_at <= before:
        await run(scope.session, _NOTE_USE, {"id": known.id, "now": now, "before": before})
