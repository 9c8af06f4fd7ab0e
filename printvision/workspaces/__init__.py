"""Vendor businesses: the tenants."""

from printvision.workspaces.errors import SlugTaken
from printvision.workspaces.first_start import FirstStart, first_start
from printvision.workspaces.origins import origins_of_all
from printvision.workspaces.schemas import WorkspaceName, WorkspaceView
from printvision.workspaces.service import (
    create_workspace,
    get_send_window,
    get_tier,
    get_workspace,
    get_workspace_name,
)

__all__ = [
    "FirstStart",
    "SlugTaken",
    "WorkspaceName",
    "WorkspaceView",
    "create_workspace",
    "first_start",
    "get_send_window",
    "get_tier",
    "get_workspace",
    "get_workspace_name",
    "origins_of_all",
]
