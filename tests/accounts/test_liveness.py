"""Which keys still open something."""

from __future__ import annotations

from sqlalchemy import text

from printvision.accounts import find_dead_keys, revoke_key
from printvision.platform.ids import new_id
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.factories.workspaces import MadeWorkspace


async def test_revoked_expired_and_unknown_keys_are_dead(platform: Platform, workspace: MadeWorkspace):
    live, revoked, expired = [(await workspace.made_key())[0].id for _ in range(3)]
    unknown = new_id()
    async with workspace.scope() as scope:
        await revoke_key(scope, revoked)
    async with system_scope(platform, "test") as scope:
        await scope.session.execute(
            text("UPDATE api_keys SET expires_at = now() WHERE id = :id"), {"id": expired}
        )

    async with system_scope(platform, "test") as scope:
        assert await find_dead_keys(scope, [live, revoked, expired, unknown]) == {revoked, expired, unknown}
        assert await find_dead_keys(scope, []) == set()
