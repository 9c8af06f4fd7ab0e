"""People as issuers of OpenID Connect know them"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from printvision.platform.policies import shared

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

PURPOSES = "'sign-in', 'sign-up', 'change-email', 'reset-password', 'invite', 'openid', 'connect-openid'"


def upgrade() -> None:
    op.create_table(
        "identities",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_identities")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["people.id"],
            name=op.f("fk_identities_person_id_people"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("length(issuer) BETWEEN 1 AND 2048", name=op.f("ck_identities_issuer_length")),
        sa.CheckConstraint("length(subject) BETWEEN 1 AND 255", name=op.f("ck_identities_subject_length")),
    )
    op.create_index(op.f("ix_identities_person_id"), "identities", ["person_id"], unique=False)
    shared("identities", app="")
    op.drop_constraint(op.f("ck_links_purpose_known"), "links", type_="check")
    op.create_check_constraint(op.f("ck_links_purpose_known"), "links", f"purpose IN ({PURPOSES})")
    op.drop_constraint(op.f("ck_links_of_somebody"), "links", type_="check")
    op.create_check_constraint(
        op.f("ck_links_of_somebody"),
        "links",
        "person_id IS NOT NULL OR email IS NOT NULL OR purpose = 'openid'",
    )


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
