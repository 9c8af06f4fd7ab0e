"""Sessions of browsers: begun by a link that works once, ended by signing out, by disuse or by age.

Links and sessions are random tokens of 256 bits, kept as their SHA-256 alone: there is no dictionary to try against
them. A link that is used is deleted by the very statement that finds it, so of two who use it at once one signs in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from printvision.accounts.errors import BadLink, SignedOut
from printvision.accounts.models import SessionRow, SignInLinkRow
from printvision.accounts.permissions import Permission
from printvision.accounts.service import EVERY, USE_NOTED_EVERY, SignedIn, read_permissions
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.redaction import Secret
from printvision.platform.scope import Actor, Principal, SystemScope, WorkspaceScope

TOKEN_BYTES: Final = 32
LINK_LASTS: Final = timedelta(minutes=15)
IDLE_FOR: Final = timedelta(hours=12)
SESSION_LASTS: Final = timedelta(days=7)

_USE_LINK: Final = """
DELETE FROM sign_in_links WHERE token_hash = %(token_hash)s AND expires_at > %(now)s
RETURNING workspace_id, actor, actor_id, permissions
"""
# What another sign-in is sweeping at this moment is left to it: two that wait for each other's rows would never end.
_SWEEP_LINKS: Final = """
DELETE FROM sign_in_links WHERE id IN (
    SELECT id FROM sign_in_links WHERE expires_at <= %(now)s FOR UPDATE SKIP LOCKED
)
"""
_SWEEP_SESSIONS: Final = """
DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE expires_at <= %(now)s OR last_used_at <= %(idle_since)s FOR UPDATE SKIP LOCKED
)
"""
_END: Final = "DELETE FROM sessions WHERE token_hash = %(token_hash)s RETURNING id"
_FIND: Final = """
SELECT s.id, s.workspace_id, w.tier, s.actor, s.actor_id, s.permissions, s.last_used_at
FROM sessions s JOIN workspaces w ON w.id = s.workspace_id
WHERE s.token_hash = %(token_hash)s AND s.expires_at > %(now)s AND s.last_used_at > %(idle_since)s
"""
_NOTE_USE: Final = """
UPDATE sessions SET last_used_at = %(now)s WHERE id = %(id)s AND last_used_at <= %(before)s
"""


@dataclass(frozen=True, slots=True)
class SignInLink:
    """`token` is shown once and not kept."""

    token: Secret
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class NewSession:
    """`token` goes into the browser's cookie and is not kept."""

    token: Secret
    who: SignedIn


class _Known(NamedTuple):
    """What is stored of a session, in the order of `_FIND`."""

    id: UUID
    workspace_id: UUID
    tier: str
    actor: str
    actor_id: str
    permissions: list[str]
    last_used_at: datetime

    def signed_in(self) -> SignedIn:
        principal = Principal(Actor(self.actor), self.actor_id, read_permissions(self.permissions))
        return SignedIn(principal, WorkspaceId(self.workspace_id), Tier(self.tier), self.id)


def hash_of(token: str) -> bytes:
    """SHA-256 of a token, by which it is stored."""
    return hashlib.sha256(token.encode()).digest()


async def create_sign_in_link(scope: WorkspaceScope) -> SignInLink:
    """Make a link by which the scope's operator comes into its workspace with a browser, once, within `LINK_LASTS`.

    Raises:
        PermissionMissing: it gives what a key gives.
    """
    scope.require(Permission.KEYS_MANAGE)
    principal, now = scope.principal, clock.now()
    assert principal.actor is Actor.OPERATOR, "a key or a run has no browser"
    token = secrets.token_urlsafe(TOKEN_BYTES)
    scope.session.add(
        SignInLinkRow(
            workspace_id=scope.workspace_id,
            token_hash=hash_of(token),
            actor=principal.actor,
            actor_id=principal.id,
            permissions=[EVERY] if principal.permissions is None else sorted(principal.permissions),
            created_at=now,
            expires_at=now + LINK_LASTS,
        )
    )
    await scope.session.flush()
    return SignInLink(Secret(token), now + LINK_LASTS)


async def sign_in(scope: SystemScope, link_token: str, *, instead_of: str | None = None) -> NewSession:
    """Use a link up and begin a session of whoever it was made for.

    Args:
        scope: of one transaction: what is refused has changed nothing.
        instead_of: the session that the browser has had until now; it ends.

    Raises:
        BadLink: it was used, is out of date, or there never was one.
    """
    now = clock.now()
    await _sweep(scope, now)
    found = await run(scope.session, _USE_LINK, {"token_hash": hash_of(link_token), "now": now})
    if not found:
        raise BadLink
    workspace_id, actor, actor_id, permissions = found[0]
    if instead_of is not None:
        await sign_out(scope, instead_of)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    scope.session.add(
        SessionRow(
            id=new_id(),
            workspace_id=workspace_id,
            token_hash=hash_of(token),
            actor=actor,
            actor_id=actor_id,
            permissions=permissions,
            created_at=now,
            last_used_at=now,
            expires_at=now + SESSION_LASTS,
        )
    )
    return NewSession(Secret(token), await find_session(scope, token))


async def find_session(scope: SystemScope, token: str) -> SignedIn:
    """Whose session this is.

    Raises:
        SignedOut: there is none, or none any more.
    """
    now = clock.now()
    values = {"token_hash": hash_of(token), "now": now, "idle_since": now - IDLE_FOR}
    rows = await run(scope.session, _FIND, values)
    if not rows:
        raise SignedOut
    known = _Known(*rows[0])
    before = now - USE_NOTED_EVERY
    if known.last_used_at <= before:
        await run(scope.session, _NOTE_USE, {"id": known.id, "now": now, "before": before})
    return known.signed_in()


async def sign_out(scope: SystemScope, token: str) -> bool:
    """End a session; whether there was one. Its streams end within a second."""
    return bool(await run(scope.session, _END, {"token_hash": hash_of(token)}))


async def _sweep(scope: SystemScope, now: datetime) -> None:
    """Forget what is over: each sign-in leaves room for itself."""
    await run(scope.session, _SWEEP_LINKS, {"now": now})
    await run(scope.session, _SWEEP_SESSIONS, {"now": now, "idle_since": now - IDLE_FOR})
