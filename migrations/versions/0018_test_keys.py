"""Test keys: in the database itself they see no connections but sandboxes and no orders but tests"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import app_role

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FLAGS = {"api_keys": "test", "connections": "sandbox", "orders": "test"}


def upgrade() -> None:
    for table, flag in FLAGS.items():
        op.add_column(table, sa.Column(flag, sa.Boolean(), server_default=sa.text("false"), nullable=False))
    for table in ("connections", "orders"):
        op.execute(
            f"CREATE POLICY test ON {table} AS RESTRICTIVE TO {app_role()} "
            f"USING ({FLAGS[table]} OR coalesce(current_setting('app.test', true), '') <> 'on')"
        )


def downgrade() -> None:
    for table in ("connections", "orders"):
        op.execute(f"DROP POLICY test ON {table}")
    for table, flag in FLAGS.items():
        op.drop_column(table, flag)
