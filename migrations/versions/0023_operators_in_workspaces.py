"""Operators enter workspaces, by consent or by breaking the glass"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_consents_workspace_id"), ondelete="CASCADE"
        ),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_consents_workspace_id_id")),
        sa.CheckConstraint("expires_at > given_at", name=op.f("ck_consents_expires_after")),
    )
    protect("consents", verbs="SELECT, INSERT, UPDATE", system=True)
    op.create_table(
        "entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_entries_workspace_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_entries_person_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "consent_id"],
            ["consents.workspace_id", "consents.id"],
            name=op.f("fk_entries_workspace_id_consent_id"),
        ),
        sa.CheckConstraint("length(reason) BETWEEN 10 AND 500", name=op.f("ck_entries_reason_length")),
        sa.CheckConstraint(
            "jsonb_typeof(permissions) = 'array'", name=op.f("ck_entries_permissions_is_list")
        ),
        sa.CheckConstraint(
            "ends_at > begun_at AND ends_at <= begun_at + interval '60 minutes'",
            name=op.f("ck_entries_an_hour_at_most"),
        ),
    )
    op.create_index(
        "ix_entries_not_ended",
        "entries",
        ["person_id", "workspace_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_entries_workspace_id_id"), "entries", ["workspace_id", "id"], unique=False)
    protect("entries", verbs="SELECT, UPDATE", system=True)


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
