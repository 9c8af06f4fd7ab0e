"""Orders to one country are found by an index"""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_workspace_country", "orders", ["workspace_id", "country", "id"])


def downgrade() -> None:
    op.drop_index("ix_orders_workspace_country", "orders")
