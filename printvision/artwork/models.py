"""One row a picture of a workspace; the bytes lie in the file store under their SHA-256."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class ArtworkRow(Model):
    """A picture as its own header tells it. The same bytes are the same artwork, whatever they are called."""

    __tablename__ = "artworks"
    __table_args__ = (
        UniqueConstraint("workspace_id", "sha256"),
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256_hex"),
        CheckConstraint("width_px > 0 AND height_px > 0 AND size_bytes > 0", name="sizes_positive"),
        CheckConstraint("dpi IS NULL OR dpi > 0", name="dpi_positive"),
        Index(None, "workspace_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(Text)
    filename: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    width_px: Mapped[int] = mapped_column(Integer)
    height_px: Mapped[int] = mapped_column(Integer)
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    has_alpha: Mapped[bool]
    dpi: Mapped[int | None] = mapped_column(Integer)
    uploaded_at: Mapped[datetime] = mapped_column(UtcTime)
