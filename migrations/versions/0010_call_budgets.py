"""Budgets of calls, one over all processes"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import shared

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_budgets",
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("full_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.CheckConstraint("granted >= 0", name=op.f("ck_call_budgets_granted_not_negative")),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_call_budgets")),
        prefixes=["UNLOGGED"],
    )
    shared("call_budgets", app="")


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
