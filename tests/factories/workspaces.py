"""Workspaces and their keys, with only what a scenario is about."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import uuid4

from printvision.accounts import KeyView, Permission, create_key
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import Actor, Principal, WorkspaceScope, system_scope, workspace_scope
from printvision.workspaces import create_workspace

OWNER = Principal(Actor.OPERATOR, "test")


@dataclass(frozen=True)
class MadeWorkspace:
    platform: Platform
    id: WorkspaceId

    def scope(self, *permissions: Permission) -> AbstractAsyncContextManager[WorkspaceScope]:
        """A transaction of somebody with exactly these permissions; with none named, with every one."""
        principal = Principal(Actor.KEY, "test", frozenset(permissions)) if permissions else OWNER
        return workspace_scope(self.platform, self.id, principal)

    async def key(self, *permissions: Permission) -> Secret:
        """An API key with these permissions; with none named, with every one."""
        return (await self.made_key(*permissions))[1]

    async def made_key(self, *permissions: Permission) -> tuple[KeyView, Secret]:
        async with self.scope() as scope:
            return await create_key(scope, "Test key", permissions or None)

    async def key_without_permissions(self) -> Secret:
        async with self.scope() as scope:
            return (await create_key(scope, "Test key", ()))[1]


async def make_workspace(platform: Platform, *, tier: Tier = Tier.ENTERPRISE) -> MadeWorkspace:
    async with system_scope(platform, "test") as scope:
        made = await create_workspace(scope, "Test workspace", f"test-{uuid4().hex[:12]}", tier=tier)
    return MadeWorkspace(platform, made)
