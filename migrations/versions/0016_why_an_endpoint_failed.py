"""An endpoint says in words why its last call failed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hook_endpoints", sa.Column("last_failure", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("hook_endpoints", "last_failure")
