"""People, their sessions and links, members and roles"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import ALL, app_role, protect, shared, system_role

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROLES = "'owner', 'admin', 'fulfilment', 'designer', 'analyst', 'viewer', 'custom'"
PURPOSES = "'sign-in', 'sign-up', 'verify-email', 'change-email', 'reset-password', 'invite', 'operator'"
JSONB = postgresql.JSONB(astext_type=sa.Text())
# Whom a workspace's own login may know of: its members, by address and name.
CO_MEMBER = """EXISTS (
  SELECT FROM members m
  WHERE m.person_id = people.id AND m.workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid
)"""


def upgrade() -> None:
    # Whoever was signed in was nobody but the operator; a new link signs them in again.
    op.drop_table("sessions")
    op.drop_table("sign_in_links")
    _people()
    _roles()
    _members()
    _links()
    _sessions()
    op.add_column(
        "workspaces", sa.Column("second_factor", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.execute("ALTER TABLE people ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE people FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY owner ON people TO current_user USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY system ON people TO {system_role()} USING (true) WITH CHECK (true)")
    op.execute(f"CREATE POLICY co_member ON people FOR SELECT TO {app_role()} USING ({CO_MEMBER})")
    op.execute(f"GRANT {ALL} ON people TO {system_role()}")
    op.execute(f"GRANT SELECT (id, email, name) ON people TO {app_role()}")


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("operator_role", sa.Text(), nullable=True),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        *_rules(
            "people",
            email_form="length(email) BETWEEN 3 AND 254 AND email = lower(email)",
            name_length="length(name) BETWEEN 1 AND 100",
            operator_role_known="operator_role IN ('operator', 'support')",
        ),
    )


def _roles() -> None:
    op.create_table(
        "roles",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("permissions", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_roles_workspace_id_id")),
        _of("roles", "workspace_id", "workspaces"),
        *_rules(
            "roles",
            name_length="length(name) BETWEEN 1 AND 100",
            permissions_is_list="jsonb_typeof(permissions) = 'array'",
        ),
    )
    op.create_index(op.f("ix_roles_workspace_id_name"), "roles", ["workspace_id", "name"], unique=True)
    protect("roles", system=True)


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("custom_role_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "person_id", name=op.f("pk_members")),
        _of("members", "workspace_id", "workspaces"),
        _of("members", "person_id", "people"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "custom_role_id"],
            ["roles.workspace_id", "roles.id"],
            name=op.f("fk_members_workspace_id_custom_role_id"),
        ),
        *_rules(
            "members",
            role_known=f"role IN ({ROLES})",
            custom_role_named="(role = 'custom') = (custom_role_id IS NOT NULL)",
        ),
    )
    op.create_index(op.f("ix_members_person_id"), "members", ["person_id"], unique=False)
    protect("members", system=True)


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("details", JSONB, server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_links_token_hash")),
        _of("links", "person_id", "people"),
        *_rules(
            "links",
            hash_is_sha256="octet_length(token_hash) = 32",
            purpose_known=f"purpose IN ({PURPOSES})",
            of_somebody="person_id IS NOT NULL OR email IS NOT NULL OR purpose = 'operator'",
            expires_after_creation="expires_at > created_at",
        ),
    )
    op.create_index(op.f("ix_links_person_id_purpose"), "links", ["person_id", "purpose"], unique=False)
    op.create_index(op.f("ix_links_expires_at"), "links", ["expires_at"], unique=False)
    shared("links", app="")


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("proofs", JSONB, nullable=False),
        sa.Column("proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sessions_token_hash")),
        _of("sessions", "person_id", "people"),
        *_rules(
            "sessions",
            hash_is_sha256="octet_length(token_hash) = 32",
            proofs_is_list="jsonb_typeof(proofs) = 'array'",
            device_length="length(device) <= 300",
            expires_after_creation="expires_at > created_at",
        ),
    )
    op.create_index(op.f("ix_sessions_person_id_id"), "sessions", ["person_id", "id"], unique=False)
    op.create_index(op.f("ix_sessions_expires_at"), "sessions", ["expires_at"], unique=False)
    shared("sessions", app="")


def _of(table: str, column: str, whose: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{whose}.id"], name=op.f(f"fk_{table}_{column}"), ondelete="CASCADE"
    )


def _rules(table: str, **rules: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items())


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
