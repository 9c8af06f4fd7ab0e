"""How somebody becomes a member: by an invitation, whether they have an account or make one by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from printvision.accounts.events import MemberAdded
from printvision.accounts.people import add_member
from printvision.accounts.roles import Role
from printvision.platform.events import publish
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.scope import Actor, Principal, SystemScope, WorkspaceScope


async def join(scope: SystemScope, invitation: Mapping[str, Any], person_id: PersonId) -> WorkspaceId:
    """Make a person, who is none, the member that an invitation says; the workspace hears of it."""
    workspace_id, role = WorkspaceId(UUID(invitation["workspace_id"])), Role(invitation["role"])
    await add_member(scope, workspace_id, person_id, role)
    who = Principal(Actor.PERSON, str(person_id), frozenset())
    publish(
        WorkspaceScope(scope.platform, workspace_id, who, scope.transaction),
        MemberAdded(subject_id=person_id, role=role),
    )
    return workspace_id
