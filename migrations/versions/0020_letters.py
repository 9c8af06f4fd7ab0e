"""Letters to people"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import shared

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_failure", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.CheckConstraint("sent_at IS NULL OR given_up_at IS NULL", name=op.f("ck_letters_one_end")),
        sa.CheckConstraint(
            "(body IS NULL) = (sent_at IS NOT NULL OR given_up_at IS NOT NULL)",
            name=op.f("ck_letters_body_while_open"),
        ),
    )
    op.create_index(
        "ix_letters_due", "letters", ["due_at"], unique=False, postgresql_where=sa.text("body IS NOT NULL")
    )
    op.create_index(op.f("ix_letters_created_at"), "letters", ["created_at"], unique=False)
    shared("letters", app="")


def downgrade() -> None:
    op.drop_table("letters")
