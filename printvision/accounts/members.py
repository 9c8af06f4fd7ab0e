"""Members of a workspace: who they are, what they may, and how others become some.

Nobody gives more than they have, and nobody but an owner touches an owner. A workspace always has one: whoever changes
that takes the workspace's row first, so that of two owners who leave at once one is told that they are the last.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select

from printvision.accounts import events
from printvision.accounts.entering import address_of
from printvision.accounts.errors import AlreadyMember, InvitationOfAnother, SoleOwner
from printvision.accounts.joining import join
from printvision.accounts.links import create_link, use_link
from printvision.accounts.models import MemberRow
from printvision.accounts.people import fold_email, get_person, memberships_of
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Purpose
from printvision.accounts.roles import Role, permissions_of
from printvision.accounts.schemas import (
    Invitation,
    InvitationSent,
    Invite,
    InviteRole,
    Membership,
    MemberView,
)
from printvision.mail import Letter, send
from printvision.platform import clock
from printvision.platform.db import run
from printvision.platform.errors import NotFound
from printvision.platform.events import publish
from printvision.platform.ids import PersonId
from printvision.platform.redaction import Secret
from printvision.platform.scope import Actor, PersonScope, WorkspaceScope

INVITATION_LASTS: Final = timedelta(days=7)
MOST_MEMBERS_TOLD: Final = 1_000

_LIST: Final = """
SELECT p.id, p.name, p.email, m.role, r.name, m.created_at
FROM members m JOIN people p ON p.id = m.person_id
LEFT JOIN roles r ON r.workspace_id = m.workspace_id AND r.id = m.custom_role_id
WHERE m.workspace_id = %(workspace_id)s ORDER BY p.name, p.id LIMIT %(most)s
"""
_INVITATIONS: Final = """
SELECT id, email, details, created_at, expires_at FROM links
WHERE purpose = 'invite' AND details ->> 'workspace_id' = %(workspace_id)s AND expires_at > %(now)s
ORDER BY created_at DESC, id DESC LIMIT %(most)s
"""
_IS_MEMBER: Final = """
SELECT p.id FROM members m JOIN people p ON p.id = m.person_id
WHERE m.workspace_id = %(workspace_id)s AND p.email = %(email)s
"""
_TAKE_BACK: Final = "DELETE FROM links WHERE purpose = 'invite' AND email = %(email)s"
_LOCK: Final = "SELECT name FROM workspaces WHERE id = %(workspace_id)s FOR UPDATE"
_SLUG: Final = "SELECT slug FROM workspaces WHERE id = %(workspace_id)s"
_OTHER_OWNERS: Final = """
SELECT person_id FROM members
WHERE workspace_id = %(workspace_id)s AND role = 'owner' AND person_id <> %(person_id)s LIMIT 1
"""


async def list_members(scope: WorkspaceScope) -> list[MemberView]:
    """Everybody, by name; at most 1,000."""
    scope.require(Permission.MEMBERS_READ)
    values = {"workspace_id": scope.workspace_id, "most": MOST_MEMBERS_TOLD}
    return [
        MemberView(
            person_id=PersonId(person_id),
            name=name,
            email=email,
            role=Role(role),
            custom_role=custom,
            since=since,
        )
        for person_id, name, email, role, custom, since in await run(scope.session, _LIST, values)
    ]


async def change_role(scope: WorkspaceScope, person_id: PersonId, role: InviteRole) -> None:
    """Have a member be something else from now on; their open pages end within a second, and come back as that.

    Raises:
        NotFound: they are no member.
        PermissionMissing: it is more than one has, or they are an owner and one is none.
        SoleOwner
    """
    wanted = Role(role)
    scope.require(Permission.MEMBERS_MANAGE)
    await _lock(scope)
    row = await _row(scope, person_id)
    _require_all_of(scope, wanted)
    before = Role(row.role)
    if before is wanted:
        return
    await _require_may_touch(scope, row)
    row.role, row.custom_role_id = wanted, None
    publish(scope, events.MemberRoleChanged(subject_id=person_id, role=wanted, before=before))


async def remove_member(scope: WorkspaceScope, person_id: PersonId) -> None:
    """Have somebody be a member no more: others by who may manage them, oneself by anybody.

    Raises:
        NotFound, PermissionMissing, SoleOwner
    """
    if not _is_self(scope, person_id):
        scope.require(Permission.MEMBERS_MANAGE)
    await _lock(scope)
    row = await _row(scope, person_id)
    await _require_may_touch(scope, row)
    await scope.session.execute(
        delete(MemberRow).where(
            MemberRow.workspace_id == scope.workspace_id, MemberRow.person_id == person_id
        )
    )
    publish(scope, events.MemberRemoved(subject_id=person_id, role=Role(row.role)))


async def transfer(scope: WorkspaceScope, person_id: PersonId) -> None:
    """Make a member an owner, and oneself an admin.

    Raises:
        NotFound: they are no member.
        PermissionMissing: only an owner does.
    """
    scope.require(Permission.WORKSPACE_OWN)
    await _lock(scope)
    heir = await _row(scope, person_id)
    if (before := Role(heir.role)) is not Role.OWNER:
        heir.role, heir.custom_role_id = Role.OWNER, None
        publish(scope, events.MemberRoleChanged(subject_id=person_id, role=Role.OWNER, before=before))
    if scope.principal.actor is Actor.PERSON and not _is_self(scope, person_id):
        own_id = PersonId(UUID(scope.principal.id))
        own = await _row(scope, own_id)
        own.role, own.custom_role_id = Role.ADMIN, None
        publish(scope, events.MemberRoleChanged(subject_id=own_id, role=Role.ADMIN, before=Role.OWNER))


async def invite(scope: WorkspaceScope, wanted: Invite) -> InvitationSent:
    """Mail somebody a link that makes them a member; one that they were sent before is taken back.

    Raises:
        PermissionMissing: nobody gives more than they have.
        AlreadyMember
    """
    role, email = Role(wanted.role), fold_email(wanted.email)
    scope.require(Permission.MEMBERS_MANAGE)
    _require_all_of(scope, role)
    values = {"workspace_id": scope.workspace_id, "email": email}
    if await run(scope.session, _IS_MEMBER, values):
        raise AlreadyMember
    name = await _lock(scope)
    await run(scope.session, _TAKE_BACK, {"email": email})
    details = {"workspace_id": str(scope.workspace_id), "role": role, "by": _name_of(scope)}
    link = await create_link(scope, Purpose.INVITE, lasts=INVITATION_LASTS, email=email, details=details)
    address = address_of(scope.platform, Purpose.INVITE, link.token)
    words = f"You are invited to the workspace {name} in PrintVision, as {role}."
    after = (
        "The link works once, for seven days. If you do not know what this is about, nothing has to be done."
    )
    await send(scope, Letter(email, f"An invitation to {name}", [words, after], ("Take it", address)))
    publish(scope, events.MemberInvited(subject_id=link.id, role=role))
    return InvitationSent(
        invitation=Invitation(
            id=link.id, email=email, role=role, created_at=clock.now(), expires_at=link.expires_at
        ),
        address=address,
    )


async def list_invitations(scope: WorkspaceScope) -> list[Invitation]:
    """Those that can still be taken, the last first; at most 1,000."""
    scope.require(Permission.MEMBERS_READ)
    values = {"workspace_id": str(scope.workspace_id), "now": clock.now(), "most": MOST_MEMBERS_TOLD}
    return [
        Invitation(
            id=link_id, email=email, role=Role(details["role"]), created_at=created_at, expires_at=expires_at
        )
        for link_id, email, details, created_at, expires_at in await run(scope.session, _INVITATIONS, values)
    ]


async def take_back(scope: WorkspaceScope, invitation_id: UUID) -> None:
    """
    Raises:
        NotFound: there is none, or it was taken.
    """
    scope.require(Permission.MEMBERS_MANAGE)
    statement = "DELETE FROM links WHERE purpose = 'invite' AND id = %(id)s RETURNING id"
    if not await run(scope.session, statement, {"id": invitation_id}):
        raise NotFound(kind="invitation", id=str(invitation_id))


async def accept(scope: PersonScope, token: Secret) -> Membership:
    """Become the member that an invitation to one's own address says.

    Raises:
        BadLink
        InvitationOfAnother: it was sent to another address; it can still be taken there.
        AlreadyMember
    """
    link, person = (
        await use_link(scope, Purpose.INVITE, token.reveal()),
        await get_person(scope, scope.person_id),
    )
    if link.email != person.email:
        raise InvitationOfAnother
    values = {"workspace_id": link.details["workspace_id"], "email": person.email}
    if await run(scope.session, _IS_MEMBER, values):
        raise AlreadyMember
    workspace_id = await join(scope, link.details, person.id)
    return next(each for each in await memberships_of(scope, person.id) if each.id == workspace_id)


def _require_all_of(scope: WorkspaceScope, role: Role) -> None:
    for permission in sorted(permissions_of(role)):
        scope.require(permission)


async def _require_may_touch(scope: WorkspaceScope, row: MemberRow) -> None:
    if Role(row.role) is not Role.OWNER:
        return
    if not _is_self(scope, PersonId(row.person_id)):
        scope.require(Permission.WORKSPACE_OWN)
    values = {"workspace_id": scope.workspace_id, "person_id": row.person_id}
    if not await run(scope.session, _OTHER_OWNERS, values):
        [(slug,)] = await run(scope.session, _SLUG, values)
        raise SoleOwner(workspaces=[slug])


async def _lock(scope: WorkspaceScope) -> str:
    rows = await run(scope.session, _LOCK, {"workspace_id": scope.workspace_id})
    if not rows:
        raise NotFound(kind="workspace", id=str(scope.workspace_id))
    return rows[0][0]


async def _row(scope: WorkspaceScope, person_id: PersonId) -> MemberRow:
    row = await scope.session.scalar(
        select(MemberRow).where(
            MemberRow.workspace_id == scope.workspace_id, MemberRow.person_id == person_id
        )
    )
    if row is None:
        raise NotFound(kind="member", id=str(person_id))
    return row


def _is_self(scope: WorkspaceScope, person_id: PersonId) -> bool:
    return scope.principal.actor is Actor.PERSON and scope.principal.id == str(person_id)


def _name_of(scope: WorkspaceScope) -> str:
    return f"{scope.principal.actor}:{scope.principal.id}"
