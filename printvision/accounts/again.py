"""Signing in once more, for work that somebody began and that goes on without them."""

from __future__ import annotations

from typing import Final, LiteralString
from uuid import UUID

from printvision.accounts.errors import BadKey, SignedOut
from printvision.accounts.inside import INSIDE
from printvision.accounts.roles import Role, permissions_of
from printvision.accounts.service import read_permissions
from printvision.accounts.signed_in import SignedIn
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId
from printvision.platform.scope import Actor, Principal, SystemScope

_FIND_KEY: Final = """
SELECT w.tier, k.permissions, k.test FROM api_keys k JOIN workspaces w ON w.id = k.workspace_id
WHERE k.id = %(id)s AND k.workspace_id = %(workspace_id)s
  AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > %(now)s)
"""
_FIND_INSIDE: Final[LiteralString] = f"""
SELECT w.tier, m.role, m.permissions
FROM {INSIDE} JOIN people p ON p.id = m.person_id AND p.disabled_at IS NULL
WHERE m.person_id = %(id)s AND m.workspace_id = %(workspace_id)s
"""  # noqa: S608 - of our own words


async def sign_in_again(scope: SystemScope, before: Principal, workspace_id: WorkspaceId) -> SignedIn:
    """Who somebody is now, with what they may do now.

    Args:
        before: who they were; an operator at the machine itself still may what they might then. A person's work goes on
            after they sign out, as long as they are a member, or have entered, and may do it.

    Raises:
        BadKey: their key is revoked, has expired or is gone; or they are nobody who can be asked for again.
        SignedOut: they are no member any more.
    """
    if before.actor is Actor.OPERATOR:
        rows = await run(scope.session, "SELECT tier FROM workspaces WHERE id = %(id)s", {"id": workspace_id})
        if rows:
            return SignedIn(before, workspace_id, Tier(rows[0][0]))
    if before.actor is Actor.KEY and (key_id := _as_id(before.id)):
        values = {"id": key_id, "workspace_id": workspace_id, "now": clock.now()}
        for tier, permissions, test in await run(scope.session, _FIND_KEY, values):
            principal = Principal(Actor.KEY, before.id, read_permissions(permissions), test)
            return SignedIn(principal, workspace_id, Tier(tier))
    if before.actor is Actor.PERSON and (person_id := _as_id(before.id)):
        values = {"id": person_id, "workspace_id": workspace_id, "now": clock.now()}
        for tier, role, custom in await run(scope.session, _FIND_INSIDE, values):
            principal = Principal(Actor.PERSON, before.id, permissions_of(Role(role), custom))
            return SignedIn(principal, workspace_id, Tier(tier))
        raise SignedOut
    raise BadKey(note=f"{before.actor} {before.id}")


def _as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
