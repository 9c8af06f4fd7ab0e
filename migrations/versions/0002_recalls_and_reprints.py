"""An order may be recalled, given to another provider and printed again"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import ALL, system_role

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PURPOSES = "'cancel', 'reroute', 'change', 'by_hand', 'withdraw'"


def upgrade() -> None:
    for before, after in (("wanted_at", "at"), ("reason", "reason"), ("refused", "refused")):
        op.alter_column("orders", f"cancel_{before}", new_column_name=f"recall_{after}")
    op.execute("ALTER INDEX ix_orders_cancel_wanted RENAME TO ix_orders_recalled")
    op.add_column("orders", sa.Column("recall_for", sa.Text(), nullable=True))
    op.execute("UPDATE orders SET recall_for = 'cancel' WHERE recall_at IS NOT NULL")
    op.create_check_constraint(
        op.f("ck_orders_recall"), "orders", "(recall_at IS NULL) = (recall_for IS NULL)"
    )
    op.create_check_constraint(op.f("ck_orders_recall_for"), "orders", f"recall_for IN ({PURPOSES})")
    op.add_column("orders", _list("excluded"))
    op.add_column("orders", sa.Column("recipient", sa.LargeBinary(), nullable=True))
    op.add_column("orders", sa.Column("recipient_wanted", sa.LargeBinary(), nullable=True))
    op.add_column("orders", sa.Column("by_hand", postgresql.JSONB(), nullable=True))
    op.add_column("orders", sa.Column("reprint_reason", sa.Text(), nullable=True))
    op.add_column(
        "order_lines", sa.Column("reprints", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.alter_column("order_lines", "reprints", server_default=None)
    op.create_check_constraint(op.f("ck_order_lines_reprints"), "order_lines", "reprints >= 0")
    op.add_column("fulfilments", sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fulfilments", sa.Column("given_up_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fulfilments", sa.Column("hold", sa.Text(), nullable=True))
    op.add_column("fulfilments", sa.Column("as_of", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fulfilments", sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("fulfilments", sa.Column("reprint_reason", sa.Text(), nullable=True))
    op.add_column(
        "submissions", sa.Column("in_doubt", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    # what was called and has no answer in the row may be there
    op.execute("UPDATE submissions SET in_doubt = true WHERE state = 'planned' AND attempt > 0")
    op.alter_column("submissions", "in_doubt", server_default=None)
    op.create_index(
        "ix_submissions_drafts",
        "submissions",
        ["fulfilment_id"],
        postgresql_where=sa.text("state = 'prepared' OR in_doubt"),
    )
    op.create_index(
        op.f("ix_route_decisions_workspace_id_decided_at"), "route_decisions", ["workspace_id", "decided_at"]
    )
    op.alter_column("orders", "excluded", server_default=None)
    op.execute(f"CREATE POLICY system ON submissions TO {system_role()} USING (true) WITH CHECK (true)")
    op.execute(f"GRANT {ALL} ON submissions TO {system_role()}")


def _list(name: str) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False, server_default=sa.text("'[]'::jsonb"))


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
