"""Workspaces: made by the operator, read and changed from inside."""

from __future__ import annotations

import re
from typing import cast

import msgspec
from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from printvision.accounts import Permission
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import InvalidInput, NotFound
from printvision.platform.events import publish
from printvision.platform.features import Tier
from printvision.platform.ids import WorkspaceId, new_id
from printvision.platform.paging import Page, fetch_page
from printvision.platform.scope import PersonScope, SystemScope, WorkspaceScope
from printvision.platform.statements import written
from printvision.workspaces.errors import SlugTaken
from printvision.workspaces.events import WorkspaceUpdated
from printvision.workspaces.models import WorkspaceRow
from printvision.workspaces.origins import check_origins
from printvision.workspaces.schemas import ListWorkspaces, UpdateWorkspace, WorkspaceName, WorkspaceView

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_TIER = select(WorkspaceRow.tier).where(WorkspaceRow.id == bindparam("id", type_=Uuid()))
_NAME = "SELECT slug, name FROM workspaces WHERE id = %(id)s"
_SEND_WINDOW = written(
    select(WorkspaceRow.send_window_minutes).where(WorkspaceRow.id == bindparam("id", type_=Uuid()))
)


async def create_workspace(
    scope: SystemScope, name: str, slug: str, *, tier: Tier = Tier.FREE
) -> WorkspaceId:
    """Make a workspace.

    Args:
        name: 1 to 100 characters, for people.
        slug: 1 to 63 of a-z, 0-9 and inner hyphens, for addresses.

    Raises:
        InvalidInput: name or slug is out of bounds.
        SlugTaken
    """
    _check_new(name, slug)
    made = await scope.session.scalar(
        insert(WorkspaceRow)
        .values(id=new_id(), slug=slug, name=name, tier=tier, created_at=clock.now(), send_window_minutes=0)
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(WorkspaceRow.id)
    )
    if made is None:
        raise SlugTaken(slug=slug)
    return WorkspaceId(made)


async def list_workspaces(scope: PersonScope, page: ListWorkspaces) -> Page[WorkspaceView]:
    """Every vendor's."""
    scope.require(Permission.OPERATORS_READ)
    rows, next_cursor = await fetch_page(scope, select(WorkspaceRow), WorkspaceRow.id, page)
    return Page([WorkspaceView.of(row) for row in rows], next_cursor)


async def get_workspace(scope: WorkspaceScope) -> WorkspaceView:
    """The scope's own workspace.

    Raises:
        NotFound: it was deleted meanwhile.
    """
    scope.require(Permission.WORKSPACE_READ)
    return WorkspaceView.of(await _row(scope))


async def get_tier(scope: SystemScope, workspace_id: WorkspaceId) -> Tier:
    """
    Raises:
        NotFound
    """
    tier = await scope.session.scalar(_TIER, {"id": workspace_id})
    if tier is None:
        raise NotFound(kind="workspace", id=str(workspace_id))
    return Tier(tier)


async def get_workspace_name(scope: SystemScope, workspace_id: WorkspaceId) -> WorkspaceName:
    """
    Raises:
        NotFound
    """
    rows = await run(scope.session, _NAME, {"id": workspace_id})
    if not rows:
        raise NotFound(kind="workspace", id=str(workspace_id))
    slug, name = rows[0]
    return WorkspaceName(id=workspace_id, slug=slug, name=name)


async def get_send_window(scope: WorkspaceScope) -> int:
    """Minutes an order waits before it is sent, 0 to 1440.

    Raises:
        NotFound: the workspace was deleted meanwhile.
    """
    rows = await run(scope.session, _SEND_WINDOW, {"id": scope.workspace_id})
    if not rows:
        raise NotFound(kind="workspace", id=str(scope.workspace_id))
    return rows[0][0]


async def update_workspace(scope: WorkspaceScope, change: UpdateWorkspace) -> WorkspaceView:
    """Change what `change` names and say so; an update to what is already there says nothing.

    Raises:
        NotFound: the workspace was deleted meanwhile.
        RuleBroken: an origin is not as browsers write it, or there twice.
        PermissionMissing: whether members need a second factor is the owners' to say, and no key's.
    """
    scope.require(Permission.WORKSPACE_MANAGE)
    if change.second_factor is not msgspec.UNSET:
        scope.require(Permission.WORKSPACE_OWN)
    if change.cors_origins is not msgspec.UNSET:
        check_origins(change.cors_origins)
    row = await _row(scope, for_update=True)
    changed: list[str] = []
    for name in change.__struct_fields__:
        value = getattr(change, name)
        value = (
            list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
        )  # as the row has it
        if value is not msgspec.UNSET and value != getattr(row, name):
            setattr(row, name, value)
            changed.append(name)
    if changed:
        publish(scope, WorkspaceUpdated(subject_id=row.id, changed=changed))
    return WorkspaceView.of(row)


async def _row(scope: WorkspaceScope, *, for_update: bool = False) -> WorkspaceRow:
    statement = select(WorkspaceRow).where(WorkspaceRow.id == scope.workspace_id)
    row = await scope.session.scalar(statement.with_for_update() if for_update else statement)
    if row is None:
        raise NotFound(kind="workspace", id=str(scope.workspace_id))
    return row


def _check_new(name: str, slug: str) -> None:
    errors: list[dict[str, str]] = []
    if not 1 <= len(name.strip()) <= 100:
        errors.append({"path": "name", "message": "Expected 1 to 100 characters"})
    if not _SLUG.fullmatch(slug):
        errors.append({"path": "slug", "message": "Expected 1 to 63 of a-z, 0-9 and inner hyphens"})
    if errors:
        raise InvalidInput(errors=errors)
