"""The catalogue's tables: what a provider makes is everybody's; prices and stock are a connection's.

`blueprints` and `provider_variants` have no workspace: one row per thing of a provider, written by the sync
through the system login and read by all. Prices and stock differ by account and lie over them, one set a
connection. A row is rewritten only when what it says has changed, so `changed_at` is the truth's age and
`seen_at` the look's.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from printvision.platform.db import Model, UtcTime
from printvision.platform.ids import new_id


class BlueprintRow(Model):
    """A blank product. `discontinued`: they say so, or it has vanished from their list."""

    __tablename__ = "blueprints"
    __table_args__ = (UniqueConstraint("provider", "external_id"), Index(None, "provider", "title"))
    __system__: ClassVar[str] = "the catalogue is nobody's: a sync writes it for all workspaces"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    techniques: Mapped[list[str]]
    placements: Mapped[list[str]]
    print_areas: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'::jsonb"))
    discontinued: Mapped[bool]
    raw: Mapped[dict[str, Any]]
    checksum: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    """When its variants and print areas were last read; None while only the list has named it."""


class ProviderVariantRow(Model):
    """One size and colour of a blueprint. A vanished one stays, with the moment it was missed."""

    __tablename__ = "provider_variants"
    __table_args__ = (UniqueConstraint("provider", "external_id"), Index(None, "blueprint_id"))
    __system__: ClassVar[str] = BlueprintRow.__system__

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider: Mapped[str] = mapped_column(Text)
    blueprint_id: Mapped[UUID] = mapped_column(ForeignKey("blueprints.id", ondelete="CASCADE"))
    external_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    size: Mapped[str | None] = mapped_column(Text)
    color: Mapped[str | None] = mapped_column(Text)
    color_code: Mapped[str | None] = mapped_column(Text)
    image_url: Mapped[str | None] = mapped_column(Text)
    raw: Mapped[dict[str, Any]]
    checksum: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)
    gone_at: Mapped[datetime | None] = mapped_column(UtcTime)


class VariantPriceRow(Model):
    """What one piece with its first placement costs a connection's account."""

    __tablename__ = "variant_prices"
    __table_args__ = (
        UniqueConstraint("connection_id", "variant_id", "technique"),
        CheckConstraint("price_minor >= 0", name="price_not_negative"),
        CheckConstraint("price_currency ~ '^[A-Z]{3}$'", name="price_currency_iso"),
        Index(None, "variant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("provider_variants.id", ondelete="CASCADE"))
    technique: Mapped[str] = mapped_column(Text)
    price_minor: Mapped[int] = mapped_column(BigInteger)
    price_currency: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class VariantStockRow(Model):
    """Whether a variant can be had in a selling region of the provider's."""

    __tablename__ = "variant_stock"
    __table_args__ = (
        UniqueConstraint("connection_id", "variant_id", "region", "technique"),
        CheckConstraint(
            "state IN ('in_stock', 'on_demand', 'out_of_stock', 'discontinued', 'unknown')",
            name="state_known",
        ),
        Index(None, "variant_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("provider_variants.id", ondelete="CASCADE"))
    region: Mapped[str] = mapped_column(Text)
    technique: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(UtcTime)


class BlueprintReadRow(Model):
    """When a connection last looked at a blueprint's prices and stock: the age routing asks for.

    One row a blueprint, so that a look that finds nothing new rewrites this instead of every price.
    """

    __tablename__ = "blueprint_reads"
    __table_args__ = (UniqueConstraint("connection_id", "blueprint_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    blueprint_id: Mapped[UUID] = mapped_column(ForeignKey("blueprints.id", ondelete="CASCADE"))
    prices_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    stock_seen_at: Mapped[datetime | None] = mapped_column(UtcTime)


class ShippingTariffRow(Model):
    """What a connection was told that carrying pieces of a blueprint to a country costs.

    Args:
        asked: the provider's variant ids it was asked about; the answer may hold for more.
        tariffs: `providers.sdk.Tariff` each; empty where the provider carries none of them there.
    """

    __tablename__ = "shipping_tariffs"
    __table_args__ = (
        UniqueConstraint("connection_id", "blueprint_id", "country"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_iso"),
        Index(None, "blueprint_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspaces.id", ondelete="CASCADE"))
    connection_id: Mapped[UUID] = mapped_column(ForeignKey("connections.id", ondelete="CASCADE"))
    blueprint_id: Mapped[UUID] = mapped_column(ForeignKey("blueprints.id", ondelete="CASCADE"))
    country: Mapped[str] = mapped_column(Text)
    asked: Mapped[list[str]]
    tariffs: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
