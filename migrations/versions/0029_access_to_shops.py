"""Access that shops grant"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("shops", sa.Column("oauth", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("shops", sa.Column("token", sa.LargeBinary(), nullable=True))
    op.add_column("shops", sa.Column("trouble", sa.Text(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
