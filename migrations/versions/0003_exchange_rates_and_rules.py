"""Exchange rates and routing rules"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import shared

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
    shared("exchange_rates")


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
