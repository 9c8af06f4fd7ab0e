"""Second factors: authenticators, passkeys, recovery codes, remembered devices"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import shared

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(astext_type=sa.Text())
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "authenticators",
    "passkeys",
    "passkey_challenges",
    "recovery_codes",
    "remembered_devices",
    "code_tries",
)


def upgrade() -> None:
    _authenticators()
    _passkeys()
    _challenges()
    _recovery_codes()
    _devices()
    _tries()
    for table in TABLES:
        shared(table, app="")


def _authenticators() -> None:
    table = "authenticators"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _of_person(table),
        *_rules(
            table,
            last_step_counts="last_step >= 0",
            confirmed_by_a_code="(confirmed_at IS NULL) = (last_step IS NULL)",
        ),
    )
    for name, which in (("begun", "confirmed_at IS NULL"), ("own", "confirmed_at IS NOT NULL")):
        op.create_index(
            f"ix_{table}_{name}", table, ["person_id"], unique=True, postgresql_where=sa.text(which)
        )


def _passkeys() -> None:
    table = "passkeys"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", JSONB, nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.Column("counted_back_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("credential_id", name=op.f(f"uq_{table}_credential_id")),
        _of_person(table),
        *_rules(
            table,
            name_length="length(name) BETWEEN 1 AND 100",
            credential_id_length="octet_length(credential_id) BETWEEN 1 AND 1023",
            sign_count_is_32_bits="sign_count BETWEEN 0 AND 4294967295",
            transports_is_list="jsonb_typeof(transports) = 'array'",
        ),
    )
    op.create_index(op.f(f"ix_{table}_person_id_id"), table, ["person_id", "id"], unique=False)


def _challenges() -> None:
    table = "passkey_challenges"
    op.create_table(
        table,
        sa.Column("holder", sa.LargeBinary(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("holder", "purpose", name=op.f(f"pk_{table}")),
        *_rules(
            table,
            holder_is_sha256="octet_length(holder) = 32",
            challenge_length="octet_length(challenge) = 32",
            purpose_known="purpose IN ('add', 'sign-in', 'second', 'prove')",
        ),
    )
    op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"], unique=False)


def _recovery_codes() -> None:
    table = "recovery_codes"
    op.create_table(
        table,
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "code_hash", name=op.f(f"pk_{table}")),
        _of_person(table),
        *_rules(table, hash_is_sha256="octet_length(code_hash) = 32"),
    )


def _devices() -> None:
    table = "remembered_devices"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("token_hash", name=op.f(f"uq_{table}_token_hash")),
        _of_person(table),
        *_rules(
            table,
            hash_is_sha256="octet_length(token_hash) = 32",
            device_length="length(device) <= 300",
            expires_after_creation="expires_at > created_at",
        ),
    )
    op.create_index(op.f(f"ix_{table}_person_id_id"), table, ["person_id", "id"], unique=False)
    op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"], unique=False)


def _tries() -> None:
    table = "code_tries"
    op.create_table(
        table,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        *_rules(table, tries_count="tries >= 1"),
    )
    op.create_index(op.f(f"ix_{table}_expires_at"), table, ["expires_at"], unique=False)


def _of_person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["person_id"], ["people.id"], name=op.f(f"fk_{table}_person_id"), ondelete="CASCADE"
    )


def _rules(table: str, **rules: str) -> tuple[sa.CheckConstraint, ...]:
    return tuple(sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}")) for name, rule in rules.items())


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
