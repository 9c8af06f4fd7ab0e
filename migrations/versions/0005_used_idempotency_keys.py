"""Idempotency keys that were used"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import protect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "used_keys",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("input_digest", sa.LargeBinary(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("octet_length(key_digest) = 32", name=op.f("ck_used_keys_key_digest_whole")),
        sa.CheckConstraint("octet_length(input_digest) = 32", name=op.f("ck_used_keys_input_digest_whole")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_used_keys_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("workspace_id", "operation", "key_digest", name=op.f("pk_used_keys")),
    )
    op.create_index("ix_used_keys_used_at", "used_keys", ["used_at"], unique=False)
    protect("used_keys", system=True)


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
