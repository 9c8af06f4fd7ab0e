from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NewType
from uuid import UUID

import msgspec
from msgspec import Meta

from printvision.accounts.models import ApiKeyRow
from printvision.accounts.permissions import Permission
from printvision.accounts.proofs import Proof, Purpose
from printvision.accounts.roles import OperatorRole, Role
from printvision.platform.features import Tier
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.paging import ListInput
from printvision.platform.redaction import Secret

KeyId = NewType("KeyId", UUID)
KeyName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a key.

    Args:
        prefix: its public part.
        permissions: `["*"]` for everything a key can have.
        test: it touches nothing but sandboxes: connections marked so, and orders that are tests.
        networks: where it may be used from; empty for everywhere.
        created_by: who made it, such as `person:…`.
        rotated_at: when a new one took its place; it works until `expires_at`.
    """

    id: KeyId
    name: str
    prefix: str
    permissions: list[str]
    test: bool
    networks: list[str]
    created_by: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    rotated_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ApiKeyRow) -> KeyView:
        return cls(
            id=KeyId(row.id),
            name=row.name,
            prefix=row.prefix,
            permissions=row.permissions,
            test=row.test,
            networks=row.networks,
            created_by=row.created_by,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            rotated_at=row.rotated_at,
            revoked_at=row.revoked_at,
        )


class CreateKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        name: what it is for.
        permissions: what it may do, nothing that you may not; left out, everything that a key can.
        test: it sees and touches no connections but sandboxes and no orders but those it makes, which are tests.
        networks: where it may be used from, such as `203.0.113.0/24` or `2001:db8::/48`; empty for everywhere.
        expires_at: in the future; left out, it does not expire.
    """

    name: KeyName
    permissions: Annotated[list[Permission], Meta(max_length=100)] | None = None
    test: bool = False
    networks: Annotated[list[Annotated[str, Meta(max_length=50)]], Meta(max_length=20)] = []
    expires_at: datetime | None = None


class RotateKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    Args:
        overlap_hours: how long the old key still works beside the new one, 0 to 720.
    """

    key_id: KeyId
    overlap_hours: Annotated[int, Meta(ge=0, le=720)] = 24


class OneKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    key_id: KeyId


class ListKeys(ListInput, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last made first; revoked and expired ones too."""


class NewKey(msgspec.Struct, frozen=True, kw_only=True):
    """`secret` is the key itself: it is not kept, and not shown again."""

    key: KeyView
    secret: str


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """A person as they and operators see them."""

    id: PersonId
    email: str
    name: str
    email_verified_at: datetime | None
    operator_role: OperatorRole | None
    disabled_at: datetime | None
    created_at: datetime


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """A workspace that a person is a member of, and as what; or that an operator entered, until when at the latest."""

    id: WorkspaceId
    slug: str
    name: str
    tier: Tier
    role: Role
    entered_until: datetime | None


class OpenSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in a sign-in link."""

    token: Secret


class SignIn(msgspec.Struct, frozen=True, kw_only=True):
    """How far signing in got; where `second` names something, one of these is still to be given."""

    signed_in: bool
    second: list[Proof] = []


class NothingToSay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The cookie says it."""


class Myself(msgspec.Struct, frozen=True, kw_only=True):
    """Who is signed in, and where they may go."""

    id: PersonId
    name: str
    email: str
    operator_role: OperatorRole | None
    workspaces: list[Membership]


class OpenSessionView(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is signed in. `device` is what it calls itself; `current` is the one that asks."""

    id: UUID
    current: bool
    proofs: list[Proof]
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime


class OpenSessions(msgspec.Struct, frozen=True, kw_only=True):
    items: list[OpenSessionView]


class EndSession(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    session_id: UUID


Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^\s@]+@[^\s@]+$(?!\n)")]
PersonName = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"\S")]


class SignInByPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    password: Secret


class GiveEmail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email


class SetPassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in the link."""

    token: Secret
    password: Secret


class FirstPurpose(StrEnum):
    """What a link that makes an account is for."""

    SIGN_UP = "sign-up"
    INVITE = "invite"


class EnterFirst(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in the link."""

    token: Secret
    purpose: FirstPurpose
    name: PersonName
    password: Secret


class SeeLink(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in the link."""

    token: Secret
    purpose: Purpose


class LinkShown(msgspec.Struct, frozen=True, kw_only=True):
    """What a link would do, and for whom; nothing is done yet."""

    purpose: Purpose
    email: str | None
    has_account: bool


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`current` is left out by who has no password yet."""

    current: Secret | None = None
    password: Secret


class UseToken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`token` is what follows `#` in the link."""

    token: Secret


class Rename(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: PersonName


class DeleteAccount(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing to say: it is one's own."""


class InviteRole(StrEnum):
    """What somebody can be made."""

    OWNER = "owner"
    ADMIN = "admin"
    FULFILMENT = "fulfilment"
    DESIGNER = "designer"
    ANALYST = "analyst"
    VIEWER = "viewer"


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A person in a workspace; `custom_role` is the name of one that the workspace made itself."""

    person_id: PersonId
    name: str
    email: str
    role: Role
    custom_role: str | None
    since: datetime


class Members(msgspec.Struct, frozen=True, kw_only=True):
    items: list[MemberView]


class ListMembers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Nothing to say: all of them."""


class ChangeRole(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    person_id: PersonId
    role: InviteRole


class OneMember(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    person_id: PersonId


class Invite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: Email
    role: InviteRole


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """One that can still be taken."""

    id: UUID
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


class Invitations(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Invitation]


class InvitationSent(msgspec.Struct, frozen=True, kw_only=True):
    """`address` is what was mailed, to hand on where mail is slow; it is not shown again."""

    invitation: Invitation
    address: str


class OneInvitation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    invitation_id: UUID
