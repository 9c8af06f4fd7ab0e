"""People, as members of the workspaces that a scenario is about."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from printvision.accounts import (
    OperatorRole,
    Purpose,
    Role,
    add_member,
    create_link,
    create_person,
    find_owners,
)
from printvision.platform.ids import PersonId
from printvision.platform.runtime import Platform
from printvision.platform.scope import system_scope
from tests.factories.workspaces import MadeWorkspace


async def make_person(
    platform: Platform, *, name: str = "Ada", operator_role: OperatorRole | None = None
) -> PersonId:
    async with system_scope(platform, "test") as scope:
        email = f"{uuid4().hex[:12]}@print.example"
        return await create_person(scope, email, name, verified=True, operator_role=operator_role)


async def make_member(workspace: MadeWorkspace, role: Role = Role.OWNER) -> PersonId:
    person_id = await make_person(workspace.platform)
    async with system_scope(workspace.platform, "test") as scope:
        await add_member(scope, workspace.id, person_id, role)
    return person_id


async def owner_of(workspace: MadeWorkspace) -> PersonId:
    """The workspace's owner, made where it has none."""
    async with system_scope(workspace.platform, "test") as scope:
        owners = await find_owners(scope, workspace.id)
    return owners[0].id if owners else await make_member(workspace)


async def link_for(platform: Platform, person_id: PersonId) -> str:
    """The token of a fresh link that signs a person in."""
    async with system_scope(platform, "test") as scope:
        made = await create_link(scope, Purpose.SIGN_IN, lasts=timedelta(minutes=15), person_id=person_id)
    return made.token.reveal()
