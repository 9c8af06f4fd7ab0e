"""Lists of orders are narrowed and sorted by an index"""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_orders_workspace_shop": ["workspace_id", "shop_id", "id"],
    "ix_orders_workspace_number": ["workspace_id", "number"],
    "ix_orders_workspace_received": ["workspace_id", "received_at"],
    "ix_orders_workspace_placed": ["workspace_id", "placed_at", "id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "orders", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name="orders")
