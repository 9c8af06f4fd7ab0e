from __future__ import annotations

from datetime import datetime
from typing import NewType
from uuid import UUID

import msgspec

from printvision.accounts.models import ApiKeyRow
from printvision.accounts.proofs import Proof
from printvision.accounts.roles import OperatorRole, Role
from printvision.platform.features import Tier
from printvision.platform.ids import PersonId, WorkspaceId
from printvision.platform.redaction import Secret

KeyId = NewType("KeyId", UUID)


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """What may be shown of a key; `prefix` is its public part, `permissions` `["*"]` for all."""

    id: KeyId
    name: str
    prefix: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: ApiKeyRow) -> KeyView:
        return cls(
            id=KeyId(row.id),
            name=row.name,
            prefix=row.prefix,
            permissions=row.permissions,
            created_at=row.created_at,
            expires_at=row.expires_at,
            last_used_at=row.last_used_at,
            revoked_at=row.revoked_at,
        )


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
    """A workspace that a person is a member of, and as what."""

    id: WorkspaceId
    slug: str
    name: str
    tier: Tier
    role: Role


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
