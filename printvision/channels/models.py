"""Tables of the shops orders come from."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class ShopKind(StrEnum):
    API = "api"
    SHOPIFY = "shopify"


class ShopRow(Model):
    """A sales channel. Orders placed before `orders_from`, or while it is not `live`, are stored and not printed.

    `oauth`: access was granted by signing in there, so that its door has a key; `token` is sealed, and None once that
    has ended; `trouble` is what is wrong with it, in words.
    """

    __tablename__ = "shops"
    __table_args__ = (
        UniqueConstraint("workspace_id", "name"),
        CheckConstraint("kind IN ('api', 'shopify')", name="kind"),
    )
    __system__: ClassVar[str] = "shop webhooks find their shop before a workspace is known"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    domain: Mapped[str | None] = mapped_column(Text)
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    old_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    oauth: Mapped[bool] = mapped_column(server_default=text("false"), default=False)
    token: Mapped[bytes | None] = mapped_column(LargeBinary)
    trouble: Mapped[str | None] = mapped_column(Text)
    live: Mapped[bool] = mapped_column(default=True)
    orders_from: Mapped[datetime] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
