"""Workspaces invite: they see and make links of that kind, and write letters"""

from __future__ import annotations

from alembic import op

from printvision.platform.policies import app_role, system_role

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MINE = "purpose = 'invite' AND details ->> 'workspace_id' = nullif(current_setting('app.workspace_id', true), '')"


def upgrade() -> None:
    op.execute("ALTER TABLE links ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE links FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY owner ON links TO current_user USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY system ON links TO {system_role()} USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY invitation ON links TO {app_role()} USING ({MINE}) WITH CHECK ({MINE})")
    # Not the hashes: who lists invitations learns nothing of their tokens.
    op.execute(
        f"GRANT SELECT (id, purpose, email, details, created_at, expires_at), INSERT, DELETE ON links TO {app_role()}"
    )
    op.execute(f"GRANT INSERT ON letters TO {app_role()}")


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
