"""What the vendor sells, and who could make it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
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
    """What an order line names by its SKU.

    Args:
        position: its place in the product, from 0.
        known_properties: names of line properties that do not change what is printed.
    """

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
    known_properties: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))


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


class ProvisionRow(Model):
    """The product that a provider wants of an offer before it can be priced or ordered.

    Args:
        sku: ours, for this offer with these pictures: the product that carries it is the one wanted.
        pictures: what the offer shows on it; an offer that shows something else is another product.
        external_id: the provider's id of the product.
        attempts: tries begun in all, never counted back; whoever is about to call takes the next one.
        failures: tries in a row that brought nothing, for which the provider or we ourselves are to blame.
        last_error, last_code: of the last try; the product is made without them.
        run_id: the durable run that carries it; None where it waits for its connection.
        next_try_at: not before; of a failed one, when an order may have it tried again (None: a person must).
    """

    __tablename__ = "provisions"
    __table_args__ = (
        CheckConstraint("state IN ('wanted', 'making', 'ready', 'failed')", name="state_known"),
        CheckConstraint("(external_id IS NOT NULL) = (state = 'ready')", name="external_id_when_ready"),
        CheckConstraint("(made_at IS NOT NULL) = (state = 'ready')", name="made_when_ready"),
        CheckConstraint("state <> 'failed' OR last_error IS NOT NULL", name="error_when_failed"),
        CheckConstraint("attempts >= 0 AND failures >= 0", name="counts_not_negative"),
        Index(None, "connection_id"),
        Index("ix_provisions_live", "offer_id", postgresql_where=text("state IN ('wanted', 'making')")),
    )
    __system__: ClassVar[str] = "the sweeper looks for products whose durable run is lost"

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id", ondelete="CASCADE"), primary_key=True)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Text)
    sku: Mapped[str] = mapped_column(Text)
    pictures: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    failures: Mapped[int] = mapped_column(Integer, default=0)
    last_code: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(Text)
    next_try_at: Mapped[datetime | None] = mapped_column(UtcTime)
    wanted_at: Mapped[datetime] = mapped_column(UtcTime)
    made_at: Mapped[datetime | None] = mapped_column(UtcTime)
