"""Tasks: long work and bulk"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from printvision.platform.policies import protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tasks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("principal_id", sa.Text(), nullable=False),
        sa.Column("permissions", postgresql.JSONB(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'done', 'cancelled')", name=op.f("ck_tasks_state_known")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state IN ('queued', 'running'))", name=op.f("ck_tasks_ended_when_over")
        ),
        sa.CheckConstraint(
            "(reason IS NOT NULL) = (state = 'cancelled')", name=op.f("ck_tasks_reason_when_cancelled")
        ),
        sa.CheckConstraint("total BETWEEN 1 AND 10000", name=op.f("ck_tasks_total_bounded")),
        sa.CheckConstraint(
            "done >= 0 AND failed >= 0 AND done + failed <= total", name=op.f("ck_tasks_counts_within_total")
        ),
        sa.CheckConstraint(
            "state <> 'done' OR done + failed = total", name=op.f("ck_tasks_done_when_all_are")
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_tasks_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index(op.f("ix_tasks_workspace_id_id"), "tasks", ["workspace_id", "id"], unique=False)
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["workspace_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index("ix_tasks_ended_at", "tasks", ["ended_at"], unique=False)
    protect("tasks", system=True)
    op.create_table(
        "task_items",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("workspace_id", sa.Uuid(), nullable=False),
        sa.Column("input", sa.LargeBinary(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("index >= 0", name=op.f("ck_task_items_index_not_negative")),
        sa.CheckConstraint(
            "(input IS NULL) = (status IS NOT NULL)", name=op.f("ck_task_items_input_until_made")
        ),
        sa.CheckConstraint(
            "answer IS NULL OR status IS NOT NULL", name=op.f("ck_task_items_answer_once_made")
        ),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_items_task_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id"], ["workspaces.id"], name=op.f("fk_task_items_workspace_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_id", "index", name=op.f("pk_task_items")),
    )
    protect("task_items", system=True)
    op.add_column("used_keys", sa.Column("task_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("what came later is not taken back: restore a backup instead")
