"""Exchange rates and routing rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect, shared

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "exchange_rates",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("per_euro", sa.Numeric(), nullable=False),
        sa.CheckConstraint(
            "currency ~ '^[A-Z]{3}$' AND currency <> 'EUR'", name=op.f("ck_exchange_rates_currency_iso")
        ),
        sa.CheckConstraint(
            "per_euro > 0 AND per_euro < 1000000000000", name=op.f("ck_exchange_rates_per_euro_sound")
        ),
        sa.PrimaryKeyConstraint("day", "currency", name=op.f("pk_exchange_rates")),
    )
    op.create_table(
        "routing_rules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("rules", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_routing_rules_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rules")),
    )
    op.create_index(
        op.f("ix_routing_rules_workspace_id_id"), "routing_rules", ["workspace_id", "id"], unique=False
    )
    shared("exchange_rates")
    protect("routing_rules", verbs="SELECT, INSERT")


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
