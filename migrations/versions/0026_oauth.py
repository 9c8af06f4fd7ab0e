"""Access that is granted by OAuth 2"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect

revision = "0026"
down_revision = "0023"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "oauth_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state_hash", sa.LargeBinary(), nullable=False),
        sa.Column("verifier", sa.LargeBinary(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oauth_attempts")),
        sa.ForeignKeyConstraint(
            ["workspace_id"],
            ["workspaces.id"],
            name=op.f("fk_oauth_attempts_workspace_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["sessions.id"], name=op.f("fk_oauth_attempts_session_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("state_hash", name=op.f("uq_oauth_attempts_state_hash")),
        sa.CheckConstraint("octet_length(state_hash) = 32", name=op.f("ck_oauth_attempts_hash_is_sha256")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_oauth_attempts_expires_after_creation")),
    )
    op.create_index(op.f("ix_oauth_attempts_workspace_id_id"), "oauth_attempts", ["workspace_id", "id"])
    op.create_index(op.f("ix_oauth_attempts_session_id"), "oauth_attempts", ["session_id"])
    op.create_index(op.f("ix_oauth_attempts_expires_at"), "oauth_attempts", ["expires_at"])
    protect("oauth_attempts", verbs="SELECT, INSERT", system=True)
    op.add_column(
        "connections", sa.Column("oauth", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("connections", sa.Column("tokens", sa.LargeBinary(), nullable=True))
    op.add_column("connections", sa.Column("renewing_since", TIME, nullable=True))
    op.drop_constraint(op.f("ck_connections_state"), "connections", type_="check")
    op.create_check_constraint(
        op.f("ck_connections_state"), "connections", "state IN ('active', 'paused', 'signed_out')"
    )
    op.create_check_constraint(
        op.f("ck_connections_tokens_are_granted"), "connections", "oauth OR tokens IS NULL"
    )


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
