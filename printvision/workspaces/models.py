from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.features import Tier
from printvision.platform.ids import new_id

_TIERS = ", ".join(f"'{tier}'" for tier in Tier)


class WorkspaceRow(Model):
    """One vendor business. For `send_window_minutes` an order may still be changed before it is sent.
    `second_factor`: members other than viewers need one."""

    __tablename__ = "workspaces"
    __system__: ClassVar[str] = "sign-in reads the tier, CORS the origins; operators make and list workspaces"
    __table_args__ = (
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_length"),
        CheckConstraint("slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'", name="slug_form"),
        CheckConstraint(f"tier IN ({_TIERS})", name="tier_known"),
        CheckConstraint("send_window_minutes BETWEEN 0 AND 1440", name="send_window_within_a_day"),
        CheckConstraint(
            "jsonb_typeof(cors_origins) = 'array' AND jsonb_array_length(cors_origins) <= 20",
            name="cors_origins_few",
        ),
        Index("ix_workspaces_with_cors_origins", "id", postgresql_where=text("cors_origins <> '[]'::jsonb")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    tier: Mapped[str] = mapped_column(Text, default=Tier.FREE)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    send_window_minutes: Mapped[int] = mapped_column(Integer, default=0)
    second_factor: Mapped[bool] = mapped_column(server_default=text("true"))
    cors_origins: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
