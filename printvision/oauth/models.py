"""What somebody began at a browser, and only they can finish there."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class AttemptRow(Model):
    """On the way to an authorization server and back. Only the hash of its state is kept; once used it is gone, as
    it is when its session ends.

    Args:
        key: of the provider or kind of shop that was asked.
        verifier: PKCE's, sealed.
        details: what is to be made of the answer.
    """

    __tablename__ = "oauth_attempts"
    __table_args__ = (
        CheckConstraint("octet_length(state_hash) = 32", name="hash_is_sha256"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        Index(None, "workspace_id", "id"),
        Index(None, "session_id"),
        Index(None, "expires_at"),
    )
    __system__: ClassVar[str] = "who comes back is known by their session, before a workspace is"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(Text)
    state_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    verifier: Mapped[bytes] = mapped_column(LargeBinary)
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
