"""Tariffs, and products made for offers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shipping_tariffs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("blueprint_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("tariffs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_shipping_tariffs_country_iso")),
        sa.ForeignKeyConstraint(
            ["blueprint_id"],
            ["blueprints.id"],
            name=op.f("fk_shipping_tariffs_blueprint_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_shipping_tariffs_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_shipping_tariffs_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipping_tariffs")),
        sa.UniqueConstraint(
            "connection_id",
            "blueprint_id",
            "country",
            name=op.f("uq_shipping_tariffs_connection_id_blueprint_id_country"),
        ),
    )
    op.create_index(
        op.f("ix_shipping_tariffs_blueprint_id"), "shipping_tariffs", ["blueprint_id"], unique=False
    )
    protect("shipping_tariffs")
    op.add_column(
        "variants",
        sa.Column(
            "known_properties",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.create_table(
        "provisions",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("pictures", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_code", sa.Text(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('wanted', 'making', 'ready', 'failed')", name=op.f("ck_provisions_state_known")
        ),
        sa.CheckConstraint(
            "(external_id IS NOT NULL) = (state = 'ready')",
            name=op.f("ck_provisions_external_id_when_ready"),
        ),
        sa.CheckConstraint(
            "(made_at IS NOT NULL) = (state = 'ready')", name=op.f("ck_provisions_made_when_ready")
        ),
        sa.CheckConstraint(
            "state <> 'failed' OR last_error IS NOT NULL", name=op.f("ck_provisions_error_when_failed")
        ),
        sa.CheckConstraint("attempts >= 0 AND failures >= 0", name=op.f("ck_provisions_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["connections.id"],
            name=op.f("fk_provisions_connection_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["offer_id"], ["offers.id"], name=op.f("fk_provisions_offer_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_provisions_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_provisions")),
    )
    op.create_index(op.f("ix_provisions_connection_id"), "provisions", ["connection_id"], unique=False)
    op.create_index(
        "ix_provisions_live",
        "provisions",
        ["offer_id"],
        unique=False,
        postgresql_where=sa.text("state IN ('wanted', 'making')"),
    )
    protect("provisions", system=True)


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
