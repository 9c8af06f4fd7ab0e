"""`/api/v1/members` and `/api/v1/invitations`: who is in a workspace, as what, and who is to come."""

from __future__ import annotations

from uuid import UUID

from printvision.accounts import members
from printvision.accounts.features import ACCESS
from printvision.accounts.permissions import Permission
from printvision.accounts.schemas import (
    ChangeRole,
    Invitations,
    InvitationSent,
    Invite,
    ListMembers,
    Members,
    Membership,
    NothingToSay,
    OneInvitation,
    OneMember,
    UseToken,
)
from printvision.platform.ids import PersonId
from printvision.platform.operations import Rest, operation
from printvision.platform.scope import Actor, PermissionMissing, PersonScope, WorkspaceScope


@operation(
    "members.list",
    title="List the members",
    feature=ACCESS,
    permission=Permission.MEMBERS_READ,
    rest=Rest("GET", "/members"),
)
async def list_members(scope: WorkspaceScope, input: ListMembers) -> Members:
    """Everybody in the workspace, by name."""
    return Members(items=await members.list_members(scope))


@operation(
    "members.change_role",
    title="Change what a member may do",
    feature=ACCESS,
    permission=Permission.MEMBERS_MANAGE,
    rest=Rest("PUT", "/members/{person_id}/role", status=204),
    idempotent=True,
    audit=True,
    step_up=True,
)
async def change_role(scope: WorkspaceScope, input: ChangeRole) -> None:
    """Nobody gives more than they have, and an owner is changed by an owner alone.

    Raises:
        SoleOwner
    """
    await members.change_role(scope, input.person_id, input.role)


@operation(
    "members.remove",
    title="Remove a member",
    feature=ACCESS,
    permission=Permission.MEMBERS_MANAGE,
    rest=Rest("DELETE", "/members/{person_id}", status=204),
    audit=True,
    step_up=True,
)
async def remove(scope: WorkspaceScope, input: OneMember) -> None:
    """Their open pages end within a second. What they did stays.

    Raises:
        SoleOwner
    """
    await members.remove_member(scope, input.person_id)


@operation(
    "members.leave",
    title="Leave the workspace",
    feature=ACCESS,
    permission=Permission.WORKSPACE_READ,
    rest=Rest("POST", "/members/leave", status=204),
    audit=True,
)
async def leave(scope: WorkspaceScope, input: NothingToSay) -> None:
    """Be a member no more; a key is none.

    Raises:
        SoleOwner
    """
    if scope.principal.actor is not Actor.PERSON:
        raise PermissionMissing("Only a person is a member", permission=Permission.ACCOUNT_MANAGE)
    await members.remove_member(scope, PersonId(UUID(scope.principal.id)))


@operation(
    "members.transfer",
    title="Hand the workspace on",
    feature=ACCESS,
    permission=Permission.WORKSPACE_OWN,
    rest=Rest("POST", "/members/{person_id}/transfer", status=204),
    audit=True,
    step_up=True,
)
async def transfer(scope: WorkspaceScope, input: OneMember) -> None:
    """A member becomes an owner, and you an admin."""
    await members.transfer(scope, input.person_id)


@operation(
    "invitations.list",
    title="List the invitations",
    feature=ACCESS,
    permission=Permission.MEMBERS_READ,
    rest=Rest("GET", "/invitations"),
)
async def list_invitations(scope: WorkspaceScope, input: ListMembers) -> Invitations:
    """Those that can still be taken, the last first."""
    return Invitations(items=await members.list_invitations(scope))


@operation(
    "invitations.create",
    title="Invite somebody",
    feature=ACCESS,
    permission=Permission.MEMBERS_MANAGE,
    rest=Rest("POST", "/invitations", status=201),
    audit=True,
    step_up=True,
)
async def invite(scope: WorkspaceScope, input: Invite) -> InvitationSent:
    """They get a link by mail, that works once, for seven days; one from before is taken back.

    Raises:
        AlreadyMember
    """
    return await members.invite(scope, input)


@operation(
    "invitations.revoke",
    title="Take an invitation back",
    feature=ACCESS,
    permission=Permission.MEMBERS_MANAGE,
    rest=Rest("DELETE", "/invitations/{invitation_id}", status=204),
    audit=True,
)
async def revoke(scope: WorkspaceScope, input: OneInvitation) -> None:
    """Its link makes nobody a member any more."""
    await members.take_back(scope, input.invitation_id)


@operation(
    "invitations.accept",
    title="Take an invitation",
    feature=ACCESS,
    permission=Permission.ACCOUNT_MANAGE,
    rest=Rest("POST", "/account/invitations"),
    rest_only=True,
    sensitive_input=True,
    audit=True,
)
async def accept(scope: PersonScope, input: UseToken) -> Membership:
    """By somebody who has an account with the address that it was sent to; others make one by the same link.

    Raises:
        BadLink, InvitationOfAnother, AlreadyMember
    """
    return await members.accept(scope, input.token)
