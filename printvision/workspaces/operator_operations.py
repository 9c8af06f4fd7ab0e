"""`/api/v1/operators/workspaces`: every vendor's, for those who run the installation."""

from __future__ import annotations

from printvision.accounts import Permission
from printvision.platform.operations import Rest, operation
from printvision.platform.paging import Page
from printvision.platform.scope import PersonScope
from printvision.workspaces import service
from printvision.workspaces.features import WORKSPACES
from printvision.workspaces.schemas import ListWorkspaces, WorkspaceView


@operation(
    "operators.list_workspaces",
    title="List every workspace",
    feature=WORKSPACES,
    permission=Permission.OPERATORS_READ,
    rest=Rest("GET", "/operators/workspaces"),
)
async def list_all(scope: PersonScope, input: ListWorkspaces) -> Page[WorkspaceView]:
    """For operators: what they are called and set to, nothing of what is in them; the last made first."""
    return await service.list_workspaces(scope, input)
