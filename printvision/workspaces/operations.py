from __future__ import annotations

from printvision.accounts import Permission
from printvision.platform.operations import Rest, Version, operation
from printvision.platform.scope import WorkspaceScope
from printvision.workspaces import service
from printvision.workspaces.features import WORKSPACES
from printvision.workspaces.models import WorkspaceRow
from printvision.workspaces.schemas import GetWorkspace, UpdateWorkspace, WorkspaceView


@operation(
    "workspaces.get",
    title="Show the workspace",
    feature=WORKSPACES,
    permission=Permission.WORKSPACE_READ,
    rest=Rest("GET", "/workspace"),
)
async def get(scope: WorkspaceScope, input: GetWorkspace) -> WorkspaceView:
    """The workspace the key belongs to."""
    return await service.get_workspace(scope)


@operation(
    "workspaces.update",
    title="Change the workspace",
    feature=WORKSPACES,
    permission=Permission.WORKSPACE_MANAGE,
    rest=Rest("PATCH", "/workspace"),
    idempotent=True,
    audit=True,
    version=Version(get, WorkspaceRow),
)
async def update(scope: WorkspaceScope, input: UpdateWorkspace) -> WorkspaceView:
    """Change its name, the send window or whose pages may call; what is left out stays as it is.

    Whether members need a second factor is changed by owners alone.
    """
    return await service.update_workspace(scope, input)
