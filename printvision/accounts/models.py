from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from printvision.accounts.proofs import Purpose
from printvision.accounts.roles import Role
from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id

_ROLES = ", ".join(f"'{role}'" for role in Role)
_PURPOSES = ", ".join(f"'{purpose}'" for purpose in Purpose)


class ApiKeyRow(Model):
    """A key to one workspace. Only its hash is kept; the key itself is shown once.

    A `test` key touches nothing but sandboxes. `networks` are where it may be used from; none for everywhere.
    `rotated_at` is when a new one took its place.
    """

    __tablename__ = "api_keys"
    __system__: ClassVar[str] = "sign-in finds the workspace by the key"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("length(secret_hash) = 64", name="hash_is_sha256"),
        CheckConstraint("jsonb_typeof(permissions) = 'array'", name="permissions_is_list"),
        CheckConstraint(
            "jsonb_typeof(networks) = 'array' AND jsonb_array_length(networks) <= 20", name="networks_few"
        ),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text, unique=True)
    secret_hash: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]]
    test: Mapped[bool] = mapped_column(server_default=text("false"))
    networks: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    created_by: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    rotated_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class PersonRow(Model):
    """Somebody who can sign in; `email` in lower case. One who is disabled can not."""

    __tablename__ = "people"
    __system__: ClassVar[str] = "a person is of no workspace, or of several"
    __table_args__ = (
        CheckConstraint("length(email) BETWEEN 3 AND 254 AND email = lower(email)", name="email_form"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("operator_role IN ('operator', 'support')", name="operator_role_known"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(Text, unique=True)
    email_verified_at: Mapped[datetime | None] = mapped_column(UtcTime)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    password_changed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    operator_role: Mapped[str | None] = mapped_column(Text)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class RoleRow(Model):
    """A role that a workspace made itself."""

    __tablename__ = "roles"
    __system__: ClassVar[str] = "sign-in reads what a member may do"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("jsonb_typeof(permissions) = 'array'", name="permissions_is_list"),
        Index(None, "workspace_id", "name", unique=True),
        UniqueConstraint("workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class MemberRow(Model):
    """A person in a workspace. `custom_role_id` goes with the role `custom`, and only with it."""

    __tablename__ = "members"
    __system__: ClassVar[str] = "sign-in asks whether somebody is a member, and of what"
    __table_args__ = (
        CheckConstraint(f"role IN ({_ROLES})", name="role_known"),
        CheckConstraint("(role = 'custom') = (custom_role_id IS NOT NULL)", name="custom_role_named"),
        # A role that somebody has is not deleted; that of another workspace is nobody's here.
        ForeignKeyConstraint(["workspace_id", "custom_role_id"], ["roles.workspace_id", "roles.id"]),
        Index(None, "person_id"),
    )

    workspace_id: Mapped[UUID] = mapped_column(
        ForeignKey("workspaces.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(Text)
    custom_role_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class LinkRow(Model):
    """A link that does one thing once. Only the hash of its token is kept; once used it is gone."""

    __tablename__ = "links"
    __system__: ClassVar[str] = "whoever uses one is nobody yet"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="hash_is_sha256"),
        CheckConstraint(f"purpose IN ({_PURPOSES})", name="purpose_known"),
        CheckConstraint(
            "person_id IS NOT NULL OR email IS NOT NULL OR purpose = 'openid'", name="of_somebody"
        ),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "person_id", "purpose"),
        Index(None, "email", "purpose"),
        Index(
            "ix_links_invitations",
            text("(details ->> 'workspace_id')"),
            "created_at",
            postgresql_where=text("purpose = 'invite'"),
        ),
        Index(None, "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    purpose: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    email: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class IdentityRow(Model):
    """Somebody as an issuer of OpenID Connect knows them: by `subject`, which stays when their address changes."""

    __tablename__ = "identities"
    __system__: ClassVar[str] = "whoever signs in by one is nobody yet"
    __table_args__ = (
        CheckConstraint("length(issuer) BETWEEN 1 AND 2048", name="issuer_length"),
        CheckConstraint("length(subject) BETWEEN 1 AND 255", name="subject_length"),
        Index(None, "person_id"),
    )

    issuer: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class SessionRow(Model):
    """A person who is signed in with a browser. Only the hash of the cookie is kept; signed out it is gone.

    `pending` lacks its second factor and opens nothing. `proved_at` is when they last proved who they are.
    `last_used_at` is right to a minute; `expires_at` is the end however much it is used.
    """

    __tablename__ = "sessions"
    __system__: ClassVar[str] = "a session is a person's, whichever workspace they are in"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="hash_is_sha256"),
        CheckConstraint("jsonb_typeof(proofs) = 'array'", name="proofs_is_list"),
        CheckConstraint("length(device) <= 300", name="device_length"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "person_id", "id"),
        Index(None, "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    pending: Mapped[bool] = mapped_column(default=False)
    proofs: Mapped[list[str]]
    proved_at: Mapped[datetime] = mapped_column(UtcTime)
    device: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class ConsentRow(Model):
    """That operators may enter a workspace, said by an owner, until it expires or is taken back."""

    __tablename__ = "consents"
    __system__: ClassVar[str] = "operators enter by one, and are no members"
    __table_args__ = (
        CheckConstraint("expires_at > given_at", name="expires_after"),
        UniqueConstraint("workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    given_by: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class EntryRow(Model):
    """An operator's time in a workspace, and the log of it. Without a consent they broke the glass.

    `name` is the operator's then; `permissions` are what they may there; `ended_at` where it was ended before its end.
    """

    __tablename__ = "entries"
    __system__: ClassVar[str] = "sign-in asks whether an operator has entered; operators read all entries"
    __table_args__ = (
        CheckConstraint("length(reason) BETWEEN 10 AND 500", name="reason_length"),
        CheckConstraint("jsonb_typeof(permissions) = 'array'", name="permissions_is_list"),
        CheckConstraint(
            "ends_at > begun_at AND ends_at <= begun_at + interval '60 minutes'", name="an_hour_at_most"
        ),
        ForeignKeyConstraint(["workspace_id", "consent_id"], ["consents.workspace_id", "consents.id"]),
        Index(
            "ix_entries_not_ended",
            "person_id",
            "workspace_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(Text)
    consent_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]]
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
