"""Links are of somebody, and found by address and by workspace"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PURPOSES = "'sign-in', 'sign-up', 'change-email', 'reset-password', 'invite'"


def upgrade() -> None:
    # Nothing made any of these, so nothing is lost.
    op.execute("DELETE FROM links WHERE purpose IN ('verify-email', 'operator')")
    for name in ("ck_links_purpose_known", "ck_links_of_somebody"):
        op.drop_constraint(op.f(name), "links", type_="check")
    op.create_check_constraint(op.f("ck_links_purpose_known"), "links", f"purpose IN ({PURPOSES})")
    op.create_check_constraint(
        op.f("ck_links_of_somebody"), "links", "person_id IS NOT NULL OR email IS NOT NULL"
    )
    op.create_index(op.f("ix_links_email_purpose"), "links", ["email", "purpose"], unique=False)
    op.create_index(
        "ix_links_invitations",
        "links",
        [sa.text("(details ->> 'workspace_id')"), "created_at"],
        unique=False,
        postgresql_where=sa.text("purpose = 'invite'"),
    )


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
