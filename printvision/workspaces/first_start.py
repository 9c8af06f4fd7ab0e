"""The first start: somebody must be able to come in before there is anybody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from printvision.accounts import create_key
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId
from printvision.platform.redaction import Secret
from printvision.platform.runtime import Platform
from printvision.platform.scope import Principal, WorkspaceScope, system_scope
from printvision.workspaces.models import WorkspaceRow
from printvision.workspaces.service import create_workspace

# Any fixed number; two processes that start at once take turns by it.
_LOCK = 0x50_56_46_53


@dataclass(frozen=True, slots=True)
class FirstStart:
    """The workspace that was made, and its key, which is shown once."""

    workspace_id: WorkspaceId
    api_key: Secret


async def first_start(platform: Platform) -> FirstStart | None:
    """Make the default workspace and its API key, in one transaction, where there is no workspace yet.

    Returns:
        None where there was one: called again, or by two processes at once, it happens one time.
    """
    async with system_scope(platform, "first start") as scope:
        await scope.session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        if await scope.session.scalar(select(WorkspaceRow.id).limit(1)) is not None:
            return None
        # Who runs PrintVision for themselves has all of it; tiers are for those who run it for others.
        workspace_id = await create_workspace(scope, "My workspace", "default", tier=Tier.ENTERPRISE)
        inside = WorkspaceScope(platform, workspace_id, Principal.work("first start"), scope.transaction)
        _, api_key = await create_key(inside, "First key")
        return FirstStart(workspace_id, api_key)
