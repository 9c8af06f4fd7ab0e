"""Workspaces say whose pages may call with their keys"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "workspaces",
        sa.Column(
            "cors_origins",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
    )
    op.create_check_constraint(
        op.f("ck_workspaces_cors_origins_few"),
        "workspaces",
        "jsonb_typeof(cors_origins) = 'array' AND jsonb_array_length(cors_origins) <= 20",
    )
    op.create_index(
        "ix_workspaces_with_cors_origins",
        "workspaces",
        ["id"],
        unique=False,
        postgresql_where=sa.text("cors_origins <> '[]'::jsonb"),
    )


def downgrade() -> None:
    op.drop_index("ix_workspaces_with_cors_origins", table_name="workspaces")
    op.drop_column("workspaces", "cors_origins")
