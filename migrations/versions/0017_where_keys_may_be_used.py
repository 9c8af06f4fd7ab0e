"""Keys say where they may be used from, who made them, and that a new one took their place"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "api_keys",
        sa.Column(
            "networks",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.add_column("api_keys", sa.Column("created_by", sa.Text(), nullable=True))
    op.add_column("api_keys", sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_api_keys_networks_few"),
        "api_keys",
        "jsonb_typeof(networks) = 'array' AND jsonb_array_length(networks) <= 20",
    )


def downgrade() -> None:
    for name in ("networks", "created_by", "rotated_at"):
        op.drop_column("api_keys", name)
