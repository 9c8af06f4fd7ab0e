"""What the vendor sells, and who could make it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class ProductRow(Model):
    __tablename__ = "products"
    __table_args__ = (Index(None, "workspace_id", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UtcTime)


class VariantRow(Model):
    """What an order line names by its SKU. `position` is its place in the product, from 0."""

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("workspace_id", "sku"),
        CheckConstraint("sku <> ''", name="sku_not_empty"),
        Index(None, "product_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    product_id: Mapped[UUID] = mapped_column(ForeignKey("products.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer)
    sku: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)


class OfferRow(Model):
    """A provider variant that can make a variant, through one connection, and how alike it is."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("variant_id", "connection_id", "provider_variant_id", "technique"),
        CheckConstraint("likeness IN ('exact', 'same_grade')", name="likeness_known"),
        Index(None, "connection_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    provider: Mapped[str] = mapped_column(Text)
    provider_variant_id: Mapped[UUID] = mapped_column(ForeignKey("provider_variants.id"))
    variant_external_id: Mapped[str] = mapped_column(Text)
    technique: Mapped[str] = mapped_column(Text)
    likeness: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]


class OfferPlacementRow(Model):
    """One picture on one place of an offer. The database keeps artwork that is still on something."""

    __tablename__ = "offer_placements"
    __table_args__ = (UniqueConstraint("offer_id", "placement"), Index(None, "artwork_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"))
    placement: Mapped[str] = mapped_column(Text)
    technique: Mapped[str] = mapped_column(Text)
    artwork_id: Mapped[UUID] = mapped_column(ForeignKey("artworks.id"))
