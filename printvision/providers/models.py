"""Tables of the connections to print providers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class ConnectionState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"  # the credential was refused, or a person stopped it
    SIGNED_OUT = "signed_out"  # what was granted by OAuth 2 has ended: somebody has to sign in there again


class ConnectionRow(Model):
    """A workspace's account with a provider. `live` off: orders stay drafts there. A `sandbox` is for tests alone.

    `oauth`: access was granted by signing in there. `tokens` are sealed; None once the grant has ended.
    `renewing_since` is there from before a refresh token is sent until its answer was kept.
    """

    __tablename__ = "connections"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'signed_out')", name="state"),
        CheckConstraint("oauth OR tokens IS NULL", name="tokens_are_granted"),
        CheckConstraint("rate_requests IS NULL OR rate_requests > 0", name="rate"),
        Index(None, "workspace_id", "id"),
    )
    __system__: ClassVar[str] = "provider webhooks find their connection before a workspace is known"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    base_url: Mapped[str] = mapped_column(Text)
    credentials: Mapped[bytes] = mapped_column(LargeBinary)
    webhook_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    oauth: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    tokens: Mapped[bytes | None] = mapped_column(LargeBinary)
    renewing_since: Mapped[datetime | None] = mapped_column(UtcTime)
    rate_requests: Mapped[int | None] = mapped_column(
        Integer
    )  # a minute, where the provider agreed to another
    sandbox: Mapped[bool] = mapped_column(server_default=text("false"))
    live: Mapped[bool] = mapped_column(default=False)
    live_since: Mapped[datetime | None] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(Text, default=ConnectionState.ACTIVE)
    state_detail: Mapped[str | None] = mapped_column(Text)
    account_name: Mapped[str | None] = mapped_column(Text)
    last_test: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(UtcTime)


class RateBucketRow(Model):
    """The token bucket of one connection, shared by all processes. Times are seconds since 1970 by the database."""

    __tablename__ = "rate_buckets"

    connection_id: Mapped[UUID] = mapped_column(
        ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True
    )
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    tokens: Mapped[float] = mapped_column(Double)
    at: Mapped[float] = mapped_column(Double)
    blocked_until: Mapped[float] = mapped_column(Double, default=0.0)


class CallRow(Model):
    """One of the last calls of a connection, redacted."""

    __tablename__ = "connection_calls"
    __table_args__ = (Index(None, "connection_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcTime)
    record: Mapped[dict[str, Any]]
