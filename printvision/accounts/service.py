"""API keys: made, presented, revoked."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import select

from printvision.accounts.errors import BadKey, KeyMissing
from printvision.accounts.keys import PresentedKey, make_key, read_key
from printvision.accounts.models import ApiKeyRow
from printvision.accounts.permissions import OF_KEYS, Permission
from printvision.accounts.schemas import KeyId, KeyView
from printvision.accounts.signed_in import SignedIn
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import InvalidInput, NotFound
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.redaction import Secret
from printvision.platform.scope import Actor, Principal, SystemScope, WorkspaceScope

EVERY: Final = "*"  # stored for a key that may do whatever there is, later permissions too
USE_NOTED_EVERY: Final = timedelta(minutes=1)
_NO_HASH: Final = "0" * 64
_FIND_KEY: Final = """
SELECT k.id, k.workspace_id, w.tier, k.secret_hash, k.permissions, k.expires_at, k.revoked_at, k.last_used_at
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
    expires_at: datetime | None = None,
) -> tuple[KeyView, Secret]:
    """Make a key to the scope's workspace.

    Args:
        name: 1 to 100 characters, for people.
        permissions: what it may do; None for everything there is or will be.
        expires_at: in the future; None for never.

    Returns:
        What lists show, and the key itself, which is not kept and cannot be had again.

    Raises:
        PermissionMissing: nobody gives more than they have.
        InvalidInput: the name or the time is out of bounds.
    """
    scope.require(Permission.KEYS_MANAGE)
    granted = sorted({EVERY} if permissions is None else {str(permission) for permission in permissions})
    for permission in OF_KEYS if permissions is None else permissions:
        scope.require(permission)
    now = clock.now()
    _check_new(name, expires_at, now)
    key = make_key()
    row = ApiKeyRow(
        id=new_id(),
        workspace_id=scope.workspace_id,
        name=name,
        prefix=key.prefix,
        secret_hash=key.hash,
        permissions=granted,
        created_at=now,
        expires_at=expires_at,
    )
    scope.session.add(row)
    await scope.session.flush()
    return KeyView.of(row), key.text


async def revoke_key(scope: WorkspaceScope, key_id: KeyId) -> None:
    """Make a key useless from this moment; a second time changes nothing.

    Raises:
        NotFound: the workspace has no such key.
    """
    scope.require(Permission.KEYS_MANAGE)
    row = await scope.session.scalar(
        select(ApiKeyRow)
        .where(ApiKeyRow.id == key_id, ApiKeyRow.workspace_id == scope.workspace_id)
        .with_for_update()
    )
    if row is None:
        raise NotFound(kind="key", id=str(key_id))
    row.revoked_at = row.revoked_at or clock.now()


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
    principal = Principal(Actor.KEY, str(known.id), read_permissions(known.permissions))
    return SignedIn(principal, WorkspaceId(known.workspace_id), Tier(known.tier))


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


def _check_new(name: str, expires_at: datetime | None, now: datetime) -> None:
    errors: list[dict[str, str]] = []
    if not 1 <= len(name.strip()) <= 100:
        errors.append({"path": "name", "message": "Expected 1 to 100 characters"})
    if expires_at is not None and expires_at <= now:
        errors.append({"path": "expires_at", "message": "Expected a moment in the future"})
    if errors:
        raise InvalidInput(errors=errors)


def read_permissions(stored: list[str]) -> frozenset[str]:
    """What a key may do, by what is stored of it."""
    return OF_KEYS if EVERY in stored else OF_KEYS & frozenset(stored)


async def _note_use(scope: SystemScope, known: _Known, now: datetime) -> None:
    # At most one write a minute and key: a busy key would otherwise serialise its own requests on this row.
    before = now - USE_NOTED_EVERY
    if known.last_used_at is None or known.last_used_at <= before:
        await run(scope.session, _NOTE_USE, {"id": known.id, "now": now, "before": before})
