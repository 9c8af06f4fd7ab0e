"""Versions of what is cached"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import protect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cache_versions",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("version", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "tag", name=op.f("pk_cache_versions")),
    )
    protect("cache_versions", system=True)


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
