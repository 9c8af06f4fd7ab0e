from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId
from printvision.platform.paging import ListInput
from printvision.workspaces.models import WorkspaceRow
from printvision.workspaces.origins import Origins

Name = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]
SendWindow = Annotated[int, Meta(ge=0, le=1440, description="Minutes an order waits before it is sent.")]

SecondFactor = Annotated[
    bool,
    Meta(description="Whether members need a second factor, all but viewers; new workspaces ask for it."),
]


class GetWorkspace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing to say: the key names the workspace."""


class UpdateWorkspace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    send_window_minutes: SendWindow | msgspec.UnsetType = msgspec.UNSET
    cors_origins: Origins | msgspec.UnsetType = msgspec.UNSET
    second_factor: SecondFactor | msgspec.UnsetType = msgspec.UNSET


class ListWorkspaces(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last made first."""


class WorkspaceName(msgspec.Struct, frozen=True, kw_only=True):
    """What a workspace is called: by us, in addresses, by people."""

    id: WorkspaceId
    slug: str
    name: str


class WorkspaceView(msgspec.Struct, frozen=True, kw_only=True):
    id: WorkspaceId
    slug: str
    name: str
    tier: Tier
    send_window_minutes: int
    cors_origins: list[str]
    second_factor: SecondFactor
    created_at: datetime

    @classmethod
    def of(cls, row: WorkspaceRow) -> WorkspaceView:
        return cls(
            id=WorkspaceId(row.id),
            slug=row.slug,
            name=row.name,
            tier=Tier(row.tier),
            send_window_minutes=row.send_window_minutes,
            cors_origins=row.cors_origins,
            second_factor=row.second_factor,
            created_at=row.created_at,
        )
