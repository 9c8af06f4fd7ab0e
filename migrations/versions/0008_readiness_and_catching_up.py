"""What readiness looks at, and how a workspace's missed events are found"""

from __future__ import annotations

from alembic import op

from printvision.platform.policies import system_role

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT SELECT ON alembic_version TO {system_role()}")
    op.create_index(
        op.f("ix_events_workspace_id_xid_seq"), "events", ["workspace_id", "xid", "seq"], unique=False
    )


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
