"""Sign-in links and sessions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sign_in_links",
        *_whose("sign_in_links"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_rules("sign_in_links"),
    )
    protect("sign_in_links", system=True)
    op.create_table(
        "sessions",
        *_whose("sessions"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        *_rules("sessions"),
    )
    op.create_index(op.f("ix_sessions_workspace_id_id"), "sessions", ["workspace_id", "id"], unique=False)
    protect("sessions", system=True)


def _whose(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f(f"fk_{table}_workspace_id"), ondelete="CASCADE"
        ),
    )


def _rules(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    rules = {
        "hash_is_sha256": "octet_length(token_hash) = 32",
        "actor_known": "actor IN ('operator')",
        "permissions_is_list": "jsonb_typeof(permissions) = 'array'",
        "expires_after_creation": "expires_at > created_at",
    }
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items())


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
