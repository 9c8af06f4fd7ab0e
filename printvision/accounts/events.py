from __future__ import annotations

from typing import ClassVar

from printvision.accounts.roles import Role
from printvision.platform.events import Event


class MemberAdded(Event, frozen=True, kw_only=True):
    """Somebody took an invitation."""

    kind: ClassVar[str] = "accounts.member_added"
    role: Role


class MemberRoleChanged(Event, frozen=True, kw_only=True):
    """Somebody may something else from now on."""

    kind: ClassVar[str] = "accounts.member_role_changed"
    role: Role
    before: Role


class MemberRemoved(Event, frozen=True, kw_only=True):
    """Somebody left, or was made to."""

    kind: ClassVar[str] = "accounts.member_removed"
    role: Role


class MemberInvited(Event, frozen=True, kw_only=True):
    """An invitation was sent; `subject_id` is the invitation's."""

    kind: ClassVar[str] = "accounts.member_invited"
    role: Role


class ConsentGiven(Event, frozen=True, kw_only=True):
    """Operators may enter for a while; `subject_id` is the consent's."""

    kind: ClassVar[str] = "accounts.consent_given"


class ConsentRevoked(Event, frozen=True, kw_only=True):
    """Operators may enter by it no more; `subject_id` is the consent's."""

    kind: ClassVar[str] = "accounts.consent_revoked"


class EntryBegun(Event, frozen=True, kw_only=True):
    """An operator is in the workspace; `subject_id` is the entry's."""

    kind: ClassVar[str] = "accounts.entry_begun"
    broke_glass: bool


class EntryEnded(Event, frozen=True, kw_only=True):
    """An operator is in the workspace no more, before their time was over; `subject_id` is the entry's."""

    kind: ClassVar[str] = "accounts.entry_ended"
