"""Use of the API, by the hour"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_use",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("caller", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("total_ms", sa.Float(), nullable=False),
        sa.Column("took", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.CheckConstraint("calls > 0", name=op.f("ck_api_use_calls_positive")),
        sa.CheckConstraint("cardinality(took) = 64", name=op.f("ck_api_use_took_whole")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_api_use_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "workspace_id", "hour", "caller", "operation", "status", name=op.f("pk_api_use")
        ),
    )
    op.create_index("ix_api_use_hour", "api_use", ["hour"], unique=False)
    protect("api_use", system=True, verbs="SELECT")


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
