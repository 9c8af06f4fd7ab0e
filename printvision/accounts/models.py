from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class ApiKeyRow(Model):
    """A key to one workspace. Only its hash is kept; the key itself is shown once."""

    __tablename__ = "api_keys"
    __system__: ClassVar[str] = "sign-in finds the workspace by the key"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("length(secret_hash) = 64", name="hash_is_sha256"),
        CheckConstraint("jsonb_typeof(permissions) = 'array'", name="permissions_is_list"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    prefix: Mapped[str] = mapped_column(Text, unique=True)
    secret_hash: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)


class SignInLinkRow(Model):
    """A link that signs somebody in once. Only the hash of its token is kept; once used it is gone."""

    __tablename__ = "sign_in_links"
    __system__: ClassVar[str] = "whoever uses one is nobody yet"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="hash_is_sha256"),
        CheckConstraint("actor IN ('operator')", name="actor_known"),
        CheckConstraint("jsonb_typeof(permissions) = 'array'", name="permissions_is_list"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    actor: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)


class SessionRow(Model):
    """Somebody who is signed in with a browser. Only the hash of the cookie is kept; signed out it is gone.

    `last_used_at` is right to a minute; `expires_at` is the end however much it is used.
    """

    __tablename__ = "sessions"
    __system__: ClassVar[str] = "sign-in finds the workspace by the session"
    __table_args__ = (
        CheckConstraint("octet_length(token_hash) = 32", name="hash_is_sha256"),
        CheckConstraint("actor IN ('operator')", name="actor_known"),
        CheckConstraint("jsonb_typeof(permissions) = 'array'", name="permissions_is_list"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    actor: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    permissions: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    last_used_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
